// testenv is etcd and kube-apiserver in one process, on loopback, for tests and demonstrations.
//
// It prints one line of JSON on standard output as soon as the API server answers /readyz with 200, and keeps
// certificates, token and data in -dir: a process that was killed is started again on the same directory and port
// without its clients noticing anything but the pause.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"golang.org/x/sys/unix"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// ready is the line on standard output.
type ready struct {
	URL     string `json:"url"`
	Token   string `json:"token"`
	CAFile  string `json:"ca_file"`
	EtcdURL string `json:"etcd"`
	EtcdMS  int64  `json:"etcd_ms"`
	ReadyMS int64  `json:"ready_ms"`
}

func main() {
	started := time.Now()
	dir := flag.String("dir", "", "directory for etcd's data, certificates and the token; kept over restarts")
	serviceRange := flag.String("service-cluster-ip-range", "10.96.0.0/16,fd00:10:96::/112", "IPv4 and IPv6 range")
	port := flag.Int("secure-port", 0, "port of the API server on 127.0.0.1; 0 picks a free one")
	network := flag.String("network-socket", "", "unix socket at which connections to pods and nodes are asked for with HTTP CONNECT; "+
		"without it they are tried directly, and refused for addresses on loopback")
	extra := flag.String("apiserver-args", "", "further kube-apiserver flags, separated by spaces")
	exitWithStdin := flag.Bool("exit-with-stdin", false, "end as soon as standard input is closed")
	flag.Parse()
	if *dir == "" {
		die("-dir is missing")
	}
	if *exitWithStdin {
		// Whoever started this process holds the other end: it is gone when the pipe closes, however it died.
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}

	must(os.MkdirAll(*dir, 0o700))
	etcd := startEtcd(filepath.Join(*dir, "etcd"))
	answer := ready{EtcdURL: "http://" + etcd.Clients[0].Addr().String(), EtcdMS: time.Since(started).Milliseconds()}
	signingKey := filepath.Join(*dir, "service-account.key")
	writeIfMissing(signingKey, newSigningKey)
	tokens := filepath.Join(*dir, "tokens.csv")
	writeIfMissing(tokens, newTokens)
	answer.Token = firstToken(tokens)
	*port = reserve(*port)
	certs := filepath.Join(*dir, "certs")
	answer.URL = fmt.Sprintf("https://127.0.0.1:%d", *port)
	answer.CAFile = filepath.Join(certs, "apiserver.crt")

	go func() {
		awaitReady(answer.URL, answer.Token)
		answer.ReadyMS = time.Since(started).Milliseconds()
		line, err := json.Marshal(answer)
		must(err)
		fmt.Println(string(line))
	}()
	arguments := strings.Fields(*extra)
	if *network != "" {
		arguments = append(arguments, "--egress-selector-config-file="+egressThrough(*network, *dir))
	}
	command := apiserver.NewAPIServerCommand()
	command.SetArgs(append([]string{
		"--etcd-servers=" + answer.EtcdURL,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", *port),
		"--permit-port-sharing=true", // with the socket that reserves it
		"--cert-dir=" + certs,
		"--token-auth-file=" + tokens,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + signingKey,
		"--service-account-signing-key-file=" + signingKey,
		"--authorization-mode=RBAC",
		"--anonymous-auth=false",
		"--service-cluster-ip-range=" + *serviceRange,
		// These need controllers or kubelets that do not exist here.
		"--disable-admission-plugins=ServiceAccount,DefaultStorageClass,StorageObjectInUseProtection," +
			"TaintNodesByCondition,Priority,PodSecurity,CertificateApproval,CertificateSigning,ClusterTrustBundleAttest," +
			"CertificateSubjectRestriction",
		"--endpoint-reconciler-type=none",
		"--profiling=false",
		"--enable-priority-and-fairness=false",
		"--watch-cache=true",
		"--v=0",
	}, arguments...))
	os.Exit(cli.Run(command))
}

func startEtcd(dir string) *embed.Etcd {
	wal.SegmentSizeBytes = 4 << 20 // the default reserves 2 x 64 MB of disk per instance
	config := embed.NewConfig()
	config.Dir = dir
	config.LogLevel = "error"
	config.UnsafeNoFsync = true      // a killed process loses nothing without it; a killed machine may
	config.EnableGRPCGateway = false // it would dial 127.0.0.1:0 for ever
	config.TickMs, config.ElectionMs = 10, 100
	if _, err := os.Stat(filepath.Join(dir, "member")); err == nil {
		// Whoever stands for election asks for all entries that were not applied yet, as far as raft knows, the first one among them;
		// etcd applies them beside it, and drops the first one from memory then. On a busy machine such haste makes it panic.
		config.ElectionMs, config.InitialElectionTickAdvance = 1000, false
	}
	anyPort := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config.ListenClientUrls = []url.URL{anyPort}
	config.ListenPeerUrls = []url.URL{anyPort}
	// Advertised addresses must be the same after a restart. Nobody dials them: the cluster has one member.
	fixed := url.URL{Scheme: "http", Host: "127.0.0.1:2380"}
	config.AdvertisePeerUrls = []url.URL{fixed}
	config.AdvertiseClientUrls = []url.URL{fixed}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	must(err)
	select {
	case <-etcd.Server.ReadyNotify():
	case <-time.After(30 * time.Second):
		die("etcd was not ready within 30 seconds")
	}
	return etcd
}

// awaitReady returns when the API server says that it is ready. Its certificate is its own, hence not checked here.
func awaitReady(base, token string) {
	client := &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		// On a busy machine an answer takes seconds, and whoever gives up on each never hears one.
		Timeout: 10 * time.Second,
	}
	for {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base+"/readyz", nil)
		must(err)
		request.Header.Set("Authorization", "Bearer "+token)
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// egressThrough writes the configuration by which the API server reaches pods and nodes through a unix socket, and returns its path.
func egressThrough(socket, dir string) string {
	config := map[string]any{
		"apiVersion": "apiserver.k8s.io/v1beta1",
		"kind":       "EgressSelectorConfiguration",
		"egressSelections": []any{map[string]any{
			"name": "cluster",
			"connection": map[string]any{
				"proxyProtocol": "HTTPConnect",
				"transport":     map[string]any{"uds": map[string]any{"udsName": socket}},
			},
		}},
	}
	content, err := json.Marshal(config)
	must(err)
	path := filepath.Join(dir, "egress.json")
	must(os.WriteFile(path, content, 0o600))
	return path
}

func newSigningKey() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	der, err := x509.MarshalECPrivateKey(key)
	must(err)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

func newTokens() []byte {
	secret := make([]byte, 16)
	_, err := rand.Read(secret)
	must(err)
	return []byte(hex.EncodeToString(secret) + ",admin,admin,system:masters\n")
}

func firstToken(path string) string {
	content, err := os.ReadFile(path)
	must(err)
	token, _, _ := strings.Cut(string(content), ",")
	return token
}

func writeIfMissing(path string, content func() []byte) {
	if _, err := os.Stat(path); err == nil {
		return
	}
	must(os.WriteFile(path, content(), 0o600))
}

// reserve binds a port, any if it is 0, and keeps it for as long as this process lives, so that nobody else gets it before the API server
// listens there: a port that was merely free a moment ago is taken by whoever asks next. Nothing listens on this socket, so no
// connection ever ends there.
func reserve(port int) int {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	must(err)
	unix.CloseOnExec(socket)
	must(unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1))
	must(unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
	must(unix.Bind(socket, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}))
	address, err := unix.Getsockname(socket)
	must(err)
	return address.(*unix.SockaddrInet4).Port
}

func must(err error) {
	if err != nil {
		die("%v", err)
	}
}

func die(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "testenv: "+format+"\n", args...)
	os.Exit(1)
}
