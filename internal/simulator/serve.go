package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Server serves a simulator's two handlers.
type Server struct {
	// ProtocolURL is the base URL of the protocol, as a FilingProvider takes it.
	ProtocolURL string
	// ControlURL is the base URL of the control.
	ControlURL string

	servers []*http.Server
	failed  chan error
}

// Start listens on two addresses (host:port; port 0 for a free one) and serves until Stop.
func Start(ctx context.Context, s *Simulator, protocolAddress, controlAddress string) (*Server, error) {
	return Serve(ctx, s.Protocol(), s.Control(), protocolAddress, controlAddress)
}

// Serve does so with a control that has more than the simulator's own.
func Serve(ctx context.Context, protocol, control http.Handler, protocolAddress, controlAddress string) (*Server, error) {
	var config net.ListenConfig
	protocolListener, err := config.Listen(ctx, "tcp", protocolAddress)
	if err != nil {
		return nil, fmt.Errorf("listen for the protocol: %w", err)
	}
	controlListener, err := config.Listen(ctx, "tcp", controlAddress)
	if err != nil {
		_ = protocolListener.Close()
		return nil, fmt.Errorf("listen for the control: %w", err)
	}
	server := &Server{
		ProtocolURL: "http://" + protocolListener.Addr().String() + basePath,
		ControlURL:  "http://" + controlListener.Addr().String(),
		failed:      make(chan error, 2),
	}
	server.serve(protocolListener, protocol)
	server.serve(controlListener, control)
	return server, nil
}

func (s *Server) serve(l net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
}

// Failed gives the error of a listener that broke.
func (s *Server) Failed() <-chan error { return s.failed }

// Stop lets running requests end, as long as the context allows, and closes the listeners.
func (s *Server) Stop(ctx context.Context) error {
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, err, server.Close())
		}
	}
	return errors.Join(errs...)
}
