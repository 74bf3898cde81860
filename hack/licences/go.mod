// What says by which licences the programs' modules may be used: a module of its own, so that its dependency stays out of the operator's.
module github.com/beian-dev/icp-operator/hack/licences

go 1.26.0

require github.com/google/licensecheck v0.3.1
