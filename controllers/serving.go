package controllers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// ServeOptions say where something is served to people.
type ServeOptions struct {
	// Address that is listened on; empty or 0 for nowhere.
	Address string
	// CertDir holds tls.crt and tls.key, which may change; empty for plain HTTP.
	CertDir string
}

func (o ServeOptions) off() bool { return o.Address == "" || o.Address == "0" }

// serveGrace is how long requests under way may take when the operator ends.
const serveGrace = 5 * time.Second

// serving is a server that every operator runs, whether it leads or not.
type serving struct {
	name     string
	listener net.Listener
	config   *tls.Config
	// certificate is the one in use, nil for plain HTTP.
	certificate *certwatcher.CertWatcher
}

// listen listens where the options say.
func listen(ctx context.Context, mgr ctrl.Manager, name string, o ServeOptions) (*serving, error) {
	s := &serving{name: name}
	if o.CertDir != "" {
		var err error
		if s.certificate, err = certwatcher.New(filepath.Join(o.CertDir, "tls.crt"), filepath.Join(o.CertDir, "tls.key")); err != nil {
			return nil, fmt.Errorf("reading the %s's certificate: %w", name, err)
		}
		if err := mgr.Add(s.certificate); err != nil {
			return nil, err
		}
		s.config = &tls.Config{GetCertificate: s.certificate.GetCertificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	var err error
	if s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", o.Address); err != nil {
		return nil, fmt.Errorf("listening for the %s: %w", name, err)
	}
	return s, nil
}

// serve adds the server to the manager, and returns its address.
func (s *serving) serve(mgr ctrl.Manager, handler http.Handler) (string, error) {
	address, listener := s.listener.Addr().String(), s.listener
	if s.config != nil {
		listener = tls.NewListener(listener, s.config)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10, TLSConfig: s.config,
	}
	return address, mgr.Add(&manager.Server{Name: s.name, Server: server, Listener: listener, ShutdownTimeout: new(serveGrace)})
}

// key is the private key of the certificate in use, which every operator behind the same address has.
func (s *serving) key() ([]byte, error) {
	certificate, err := s.certificate.GetCertificate(nil)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
}
