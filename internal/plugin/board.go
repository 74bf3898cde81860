package plugin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/internal/board/serve"
)

// boardFlags are those of the command board.
type boardFlags struct {
	address string
	port    uint16
	open    bool
}

func newBoard(env *Env) *cobra.Command {
	var flags boardFlags
	c := &cobra.Command{
		Use:   "board",
		Short: "Show filings, dates and what is exposed in a browser, with your own credentials",
		Long: "Serves the board's pages on this machine, to you alone: what they show is read with your own credentials, whatever they are, so\n" +
			"that the API server decides what you see. Where you may not list the filings of all namespaces, those of the namespaces that you\n" +
			"may are shown. It ends with Ctrl-C.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return env.board(c.Context(), flags) },
	}
	c.Flags().StringVar(&flags.address, "address", "127.0.0.1", "address of this machine that is listened on: a loopback one")
	c.Flags().Uint16Var(&flags.port, "port", 0, "port that is listened on; 0 takes a free one")
	c.Flags().BoolVar(&flags.open, "open", true, "open the board in the browser")
	return c
}

// board serves until the context ends.
func (e *Env) board(ctx context.Context, flags boardFlags) error {
	ip := net.ParseIP(flags.address)
	if ip == nil || !ip.IsLoopback() {
		return &UsageError{fmt.Sprintf("--address %s: the board shows what you may see to whoever reaches it, over plain HTTP: give a loopback address such as 127.0.0.1", flags.address)}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	source, viewer, err := e.boardSource(ctx)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(flags.address, strconv.Itoa(int(flags.port))))
	if err != nil {
		return fmt.Errorf("listening for the browser: %w", err)
	}
	host := listener.Addr().String()
	_, port, _ := net.SplitHostPort(host)
	door := serve.NewKeyDoor(viewer, host, "localhost:"+port)
	site := &serve.Site{
		Source: source, Door: door, Clock: e.Clock, ExposedFor: exposedFor, Plain: true,
		Base: "/" + strings.ToLower(rand.Text()),
		Log:  funcr.New(func(_, args string) { fmt.Fprintln(e.ErrOut, args) }, funcr.Options{}),
	}
	address := "http://" + host + site.Base + door.Address()
	fmt.Fprintln(e.Out, e.Say("The board is at", "备案看板："), address)
	fmt.Fprintln(e.Out, e.Say("That address is good once. Ctrl-C ends the board.", "该地址只能使用一次。按 Ctrl-C 结束。"))
	if flags.open {
		if err := openBrowser(ctx, address); err != nil {
			fmt.Fprintln(e.ErrOut, e.Say("No browser could be opened: open the address yourself.", "无法打开浏览器，请自行打开上述地址。"), err)
		}
	}
	return serveUntil(ctx, listener, door.OnlyHosts(site.Handler()))
}

// endsWithin is how long requests under way may take at the end.
const endsWithin = 2 * time.Second

func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving the board: %w", err)
	case <-ctx.Done():
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), endsWithin)
		defer cancel()
		if err := server.Shutdown(late); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("ending the board: %w", err)
		}
		return nil
	}
}

// openBrowser opens an address as the system does.
func openBrowser(ctx context.Context, address string) error {
	command := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return exec.CommandContext(ctx, command[0], append(command[1:], address)...).Start()
}
