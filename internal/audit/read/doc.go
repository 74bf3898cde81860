// Package read gathers what package audit judges: from an API server, page by page and as the user who asks, or from the
// operator's cache. It reads no Secret.
package read
