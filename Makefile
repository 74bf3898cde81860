# What a developer types. `make` alone lists it; CONTRIBUTING is these targets.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

# Runs a step and prints how long it took.
TIMED := hack/timed

.PHONY: help
help: ## list the targets
	@while IFS= read -r line; do \
	  if [[ $$line =~ ^([a-z0-9-]+):.*'## '(.*)$$ ]]; then printf '  make %-14s %s\n' "$${BASH_REMATCH[1]}" "$${BASH_REMATCH[2]}"; fi; \
	done < Makefile

##### To run it

.PHONY: run
run: controlplane build ## a real control plane, the operator and a simulated provider; walk a filing, then stay up
	@bin/demo --stay

.PHONY: demo
demo: controlplane build ## the same, but end when the filing is approved and its routes are released
	@bin/demo

##### To build it

.PHONY: build
build: ## the programs, into bin/
	@$(TIMED) build go build -o bin/ $(PROGRAMS)

# Each program's folder names its binary; the root's is icp-operator, as the module.
PROGRAMS := . ./cmd/icp-simulator ./cmd/kubectl-icp ./hack/demo

.PHONY: dist-plugin
dist-plugin: ## kubectl-icp for six platforms into dist/, the same bytes wherever it is made, and its krew manifest (VERSION=v1.2.3)
	@$(TIMED) dist-plugin go run ./hack/dist-plugin -version $(or $(VERSION),v0.0.0)

.PHONY: dist
dist: ## the operator and the simulator for Linux on amd64 and arm64 into dist/, with checksums and SBOMs (VERSION=v1.2.3; KEY=FILE, a private key of SSH, signs them)
	@$(TIMED) dist hack/dist $(or $(VERSION),v0.0.0) $(KEY)

.PHONY: image
image: ## the operator's image, with podman, buildah or docker, whichever is there (VERSION=v1.2.3 IMAGE=NAME PLATFORMS=linux/amd64,linux/arm64; GO_IMAGE, BASE_IMAGE, GOPROXY: mirrors)
	@export PLATFORMS="$(PLATFORMS)" GO_IMAGE="$(GO_IMAGE)" BASE_IMAGE="$(BASE_IMAGE)" GOPROXY="$(GOPROXY)"; \
	$(TIMED) image hack/image $(or $(VERSION),v0.0.0) $(or $(IMAGE),icp-operator:$(or $(VERSION),v0.0.0))

.PHONY: controlplane
controlplane: bin/controlplane ## get etcd, kube-apiserver and kube-controller-manager: downloaded, or built once (5 to 12 minutes)
	@$(TIMED) controlplane bin/controlplane get --bin-dir bin/k8s

bin/controlplane: $(wildcard hack/controlplane/*.go) hack/controlplane/go.mod
	@go -C hack/controlplane build -o $(CURDIR)/bin/controlplane .

.PHONY: traefik
traefik: ## get Traefik, the ingress controller of make e2e: built once (7 to 14 minutes)
	@hack/traefik

.PHONY: generate
generate: manifests ## write all generated code, manifests and pages anew
	@$(TIMED) deepcopy go tool controller-gen object paths=./api/...
	@$(TIMED) oapi-codegen go generate ./internal/provider/protocol/...
	@$(TIMED) procedure-doc go run ./hack/procedure-doc
	@$(TIMED) config-schema go run ./hack/config-schema
	@$(TIMED) reference hack/reference/write
	@$(TIMED) chart go run ./hack/chart

.PHONY: manifests
manifests: ## write the CRDs and the operator's role, from the API types and the controllers' markers
	@$(TIMED) crd go tool controller-gen crd paths=./api/... output:crd:dir=config/crd/bases
	@$(TIMED) rbac go tool controller-gen rbac:roleName=icp-operator paths=./controllers/... output:rbac:dir=config/rbac

.PHONY: tidy
tidy: ## bring go.mod and go.sum of every module up to date: a new import of the operator's is one of the test modules', too
	@for module in $(MODULES); do $(TIMED) "tidy $$module" go -C $$module mod tidy; done

# The modules that import the operator's. verify vets each, which fails where one does not know what the operator imports.
MODULES := . test/browser test/chart test/gitops test/routekinds test/e2e

# The modules beside the operator's that hold code of ours: verify vets and lints each.
BESIDE := hack/controlplane hack/licences hack/sign test/browser test/chart test/e2e test/gitops test/monitoring test/promtool test/routekinds

.PHONY: fmt
fmt: bin/tools/golangci-lint ## format the code
	@bin/tools/golangci-lint fmt

##### To check it

.PHONY: test
test: controlplane build ## all tests, on a real control plane
	@$(TIMED) "go test ./..." go test -timeout 30m ./...
	@$(TIMED) "go test hack/controlplane" go -C hack/controlplane test ./...

.PHONY: walks
walks: ## a hundred thousand random walks through the procedure
	@$(TIMED) "100,000 walks" go test ./internal/procedure -run Random -timeout 40m -rapid.checks=100000

.PHONY: scale
scale: controlplane build ## ten thousand waiting filings, and a thousand among faults, counted at their provider
	@$(TIMED) "scale" go test ./test/scale -count=1 -v -timeout 60m -args -waiting=10000 -faulty=1000 -within=40m

FIGURES = $(CURDIR)/bin/bench.tsv

.PHONY: bench
bench: controlplane build ## one table of what the operator costs, among few filings and among ten thousand, and of what the gate adds (docs/performance.md; half an hour, with nothing else on the machine)
	@rm -f $(FIGURES)
	@export BENCH_FIGURES=$(FIGURES); \
	$(TIMED) "walking" go test ./test/scale -run Walk -count=1 -v -timeout 30m -args -walking=1000 -within=20m && \
	for many in $(or $(MANY),1000 10000); do \
		$(TIMED) "a platform of $$many" go test ./test/scale -run Many -count=1 -v -timeout 4h -args -many=$$many -resting=60s -within=60m || exit 1; \
	done; \
	$(TIMED) "gate" go test -run '^$$' -bench Gate -benchtime 400x ./test/gate && \
	$(TIMED) "release" go test -run '^$$' -bench Release -benchtime 1x ./test/gate/operator
	@go run ./hack/bench-table $(FIGURES)

.PHONY: year
year: controlplane build ## a year in the life of 1,000 filings, the operator killed 200 times; and 10,000 filings between due times (hours)
	@$(TIMED) "a year" go test ./test/year -run Year -count=1 -v -timeout 8h -args -filings=1000 -days=365 -restarts=200
	@$(TIMED) "between due times" go test ./test/year -run Nothing -count=1 -v -timeout 2h -args -idle=10000 -resting=60s

.PHONY: takeover
takeover: controlplane build ## how soon after installing the operator is ready, and how soon the next leader acts when the leader ends or is killed
	@$(TIMED) "takeover" go test ./test/program -run 'Ready|Leader' -count=1 -v -timeout 20m -args -ready=10s -handover=6s -takeover=20s -kills=3

.PHONY: chaos
chaos: controlplane build ## filings among faults of every kind: the operator killed, at random and at every named point, its leader, API server and etcd killed, failing and full, clocks set wrong, providers failing (FOR=10m FILINGS=300 KILLS=n SEED=n LOSE=1)
	@$(TIMED) "chaos" go test -tags failpoints ./test/chaos -count=1 -v -timeout 4h -args -for=$(or $(FOR),10m) -filings=$(or $(FILINGS),300) -kills=$(or $(KILLS),0) -changes=3 -quota=448 -dark=2s -within=15m -seed=$(or $(SEED),0) $(if $(LOSE),-lose)

.PHONY: adversary
adversary: controlplane build ## every attack that docs/reliability.md names, on a real control plane (within 40 minutes)
	@$(TIMED) "adversary" go run ./hack/adversary

.PHONY: fuzz
fuzz: ## every fuzzer for FUZZTIME (5s) of a core, one after the other (FUZZ='Host|Order' for those; KEEP=1 keeps what they found of use)
	@$(TIMED) "fuzz" hack/fuzz $(or $(FUZZTIME),5s) '$(FUZZ)'

.PHONY: gate-random
gate-random: controlplane build ## ten thousand random routes, judged by the Go matcher and by the policies
	@$(TIMED) "10,000 random routes" go test ./test/gate -run Random -count=1 -v -timeout 30m -args -random=10000 | grep -v '^ *\(=== \|--- PASS: .*/\)'

.PHONY: bench-gate
bench-gate: controlplane build ## what the gate adds to a write, beside the fastest webhook, and how soon routes follow their filings
	@$(TIMED) "gate" go test -run '^$$' -bench Gate -benchtime 400x ./test/gate
	@$(TIMED) "release" go test -run '^$$' -bench Release -benchtime 1x ./test/gate/operator

.PHONY: bench-audit
bench-audit: controlplane build ## kubectl icp audit on ten thousand routes and as many filings: how long it takes, and how much memory
	@$(TIMED) "audit" go test -run '^$$' -bench Audit -benchtime 5x -timeout 60m ./test/plugin -args -objects=10000

.PHONY: bench-check
bench-check: build ## how long kubectl icp check takes for a repository of 1,000 manifests
	@$(TIMED) "check" go run ./hack/bench-check

.PHONY: browser-test
browser-test: controlplane ## the simulator's pages and the board in a real browser; screenshots in bin/screenshots (needs a Chromium: on Debian, apt-get install chromium, and fonts-wqy-microhei for Chinese)
	@$(TIMED) "browser tests" go -C test/browser test -count=1 -timeout 30m -p 1 ./...
	@echo "screenshots: $(CURDIR)/bin/screenshots"

.PHONY: bench-board
bench-board: ## the board's first page with 10,000 filings: milliseconds at the server, and bytes
	@$(TIMED) "board" go test -run '^$$' -bench FirstPage -benchtime 20x ./internal/board/...

.PHONY: chart-test
chart-test: controlplane ## the Helm chart: what it renders, what Helm's linter says, a release that comes and goes; every manifest by kubeconform
	@$(TIMED) "chart tests" go -C test/chart test -count=1 -vet=off -timeout 20m ./...

.PHONY: gitops-test
gitops-test: controlplane ## what Flux, Argo CD and kubectl make of parked routes, of filings and of examples/; the commands of the pages on that (needs kubectl)
	@$(TIMED) "build gitops tests" go -C test/gitops test -c -vet=off -o $(CURDIR)/bin/gitops.test .
	@cd test/gitops && ../../$(TIMED) "gitops tests" $(CURDIR)/bin/gitops.test -test.timeout 40m
.PHONY: e2e
e2e: controlplane build traefik ## visitors at a real ingress controller, while filings come and go and the operator is killed
	@$(TIMED) "e2e" go -C test/e2e test -count=1 -v -timeout 40m ./...

.PHONY: routekinds-test
routekinds-test: controlplane ## Istio's, Traefik's, APISIX's, Contour's and Knative's routes, by their own definitions (downloads four modules, 40 MB)
	@$(TIMED) "routekinds tests" go -C test/routekinds test -count=1 -timeout 30m ./...

.PHONY: monitoring-test
monitoring-test: ## the alerts of config/monitoring by Prometheus' engine, its dashboard by Grafana's schema
	@$(TIMED) "monitoring tests" go -C test/monitoring test -count=1 ./...

.PHONY: promtool-test
promtool-test: bin/tools/promtool ## the same alerts by promtool itself: check rules, test rules (which takes minutes to build, once)
	@$(TIMED) "promtool" go -C test/promtool test -count=1 -v ./...

# Without what discovers targets at clouds, which the rules need not.
bin/tools/promtool: test/promtool/go.mod test/promtool/go.sum
	@$(TIMED) "build promtool" go -C test/promtool build -trimpath -tags remove_all_sd -o $(CURDIR)/$@ github.com/prometheus/prometheus/cmd/promtool

.PHONY: licences
licences: ## by which licences the modules of the programs may be given away; fails for one that is not on the list
	@$(TIMED) "licences" go -C hack/licences test -count=1 ./...

.PHONY: vulnerabilities
vulnerabilities: ## known vulnerabilities in what the programs call, by govulncheck, where its database can be reached
	@$(TIMED) vulnerabilities hack/vulnerabilities/check

.PHONY: lint
lint: bin/tools/golangci-lint ## golangci-lint, and kube-api-linter on the API types
	@$(TIMED) lint bin/tools/golangci-lint run ./...
	@for module in $(BESIDE); do (cd $$module && $(CURDIR)/$(TIMED) "lint $$module" $(CURDIR)/bin/tools/golangci-lint run --config $(CURDIR)/.golangci.yaml ./...); done
	@$(TIMED) "lint api" bin/tools/golangci-lint run --config .golangci-kal.yaml ./api/...

.PHONY: verify
verify: ## regenerate, lint, and check all manifests, the chart and the alerts; fails on any finding, and on anything that is not committed
	@$(MAKE) generate
	@$(TIMED) "go vet" go vet ./...
	@$(TIMED) "go vet failpoints" go vet -tags failpoints ./internal/failpoint ./test/chaos
	@for module in $(BESIDE); do $(TIMED) "go vet $$module" go -C $$module vet ./...; done
	@$(MAKE) lint
	@$(MAKE) monitoring-test
	@$(MAKE) promtool-test
	@$(MAKE) chart-test
	@$(MAKE) vulnerabilities
	@$(MAKE) licences
	@$(TIMED) "signatures" go -C hack/sign test ./...
	@hack/clean-tree

bin/tools/golangci-lint: $(wildcard hack/tools/golangci-lint/*.go) hack/tools/go.mod hack/tools/go.sum
	@echo "building golangci-lint with kube-api-linter: about 2 minutes on two cores when nothing is cached"
	@$(TIMED) "build golangci-lint" go -C hack/tools build -trimpath -o $(CURDIR)/$@ ./golangci-lint

.PHONY: clean
clean: ## remove bin/, the control plane's binaries included
	@rm -rf bin
