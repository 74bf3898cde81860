// What signs checksums: a module of its own, so that its dependencies stay out of the operator's.
module github.com/beian-dev/icp-operator/hack/sign

go 1.26.0

require (
	github.com/hiddeco/sshsig v0.2.0
	golang.org/x/crypto v0.59.0
)

require golang.org/x/sys v0.50.0 // indirect
