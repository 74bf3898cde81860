package main

// auditPolicy records who wrote what, without bodies: request bodies of Secrets are personal data.
// Reads and the stage before an answer are left out, so that one line is one write.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: None
`
