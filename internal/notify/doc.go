// Package notify says what people are told of a filing: which events hold by its status, in which words, and what they
// were told already. It is pure; package send, below it, sends.
package notify
