package controllers

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/beian-dev/icp-operator/internal/agenda/serve"
)

// CalendarOptions say where the calendars of coming dates are served.
type CalendarOptions struct {
	// Address that is listened on; empty or 0 for nowhere.
	Address string
	// CertDir holds tls.crt and tls.key, which may change; empty for plain HTTP.
	CertDir string
}

// calendarGrace is how long requests under way may take when the operator ends.
const calendarGrace = 5 * time.Second

// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// AddCalendar adds the server of the calendars, and returns its address. Every operator serves, whether it leads or not: all of
// them have the filings in memory.
func AddCalendar(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, o CalendarOptions) (string, error) {
	if o.Address == "" || o.Address == "0" {
		return "", nil
	}
	var config *tls.Config
	if o.CertDir != "" {
		certificate, err := certwatcher.New(filepath.Join(o.CertDir, "tls.crt"), filepath.Join(o.CertDir, "tls.key"))
		if err != nil {
			return "", fmt.Errorf("reading the calendars' certificate: %w", err)
		}
		if err := mgr.Add(certificate); err != nil {
			return "", err
		}
		config = &tls.Config{GetCertificate: certificate.GetCertificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Address)
	if err != nil {
		return "", fmt.Errorf("listening for the calendars: %w", err)
	}
	address := listener.Addr().String()
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	log := mgr.GetLogger().WithName("calendar")
	server := &http.Server{
		Handler:           serve.NewHandler(mgr.GetClient(), serve.NewAccess(mgr.GetClient(), now), log),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 64 << 10, TLSConfig: config,
	}
	return address, mgr.Add(&manager.Server{Name: "calendar", Server: server, Listener: listener, ShutdownTimeout: new(calendarGrace)})
}
