package notify

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// WhatToDo says what the task of the facts asks for, in words of the tables.
func (a Facts) WhatToDo(l v1alpha1.Language) string { return Event{Facts: a}.whatToDo(l) }

// ActorName is who acts, in words.
func ActorName(a v1alpha1.Actor, l v1alpha1.Language) string { return actorName(a, l) }
