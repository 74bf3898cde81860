// Package failpoint names the points between an intent and its outcome at which a test ends the operator. Only programs that are built
// with the tag failpoints have them; in any other, Here is nothing.
package failpoint

// Point is such a point. What Here is given beside it, such as a stage, tells one passing from another.
type Point string

// The points, in the order in which a filing comes to them.
const (
	// BeforeAsk and AfterAsk are around each call to a provider.
	BeforeAsk Point = "before-ask"
	AfterAsk  Point = "after-ask"
	// AfterReminder is after a reminder's Event, before an annotation tells of it.
	AfterReminder Point = "after-reminder"
	// BeforeAnnotations and AfterAnnotations are around the write of what only the operator knows: the order's name, and the like.
	BeforeAnnotations Point = "before-annotations"
	AfterAnnotations  Point = "after-annotations"
	// BeforeFinalizer and AfterFinalizer are around taking and letting go of a filing that is to be cancelled.
	BeforeFinalizer Point = "before-finalizer"
	AfterFinalizer  Point = "after-finalizer"
	// BeforeStatus is before a status is written, AfterStatus between it and its Event, AfterEvent after that was handed on.
	BeforeStatus Point = "before-status"
	AfterStatus  Point = "after-status"
	AfterEvent   Point = "after-event"
	// AfterFall is when a fall is known, and nothing of it is written.
	AfterFall Point = "after-fall"
	// BeforeClearance and AfterClearance are around the write of a Namespace's clearances.
	BeforeClearance Point = "before-clearance"
	AfterClearance  Point = "after-clearance"
	// BeforeRoute and AfterRoute are around parking or releasing a route.
	BeforeRoute Point = "before-route"
	AfterRoute  Point = "after-route"
	// BeforeCursor and AfterCursor are around keeping how far a provider's feed was read.
	BeforeCursor Point = "before-cursor"
	AfterCursor  Point = "after-cursor"
	// BeforeMessage is before a notifier's message is sent, AfterMessage between it and its record, AfterRecord after that.
	BeforeMessage Point = "before-message"
	AfterMessage  Point = "after-message"
	AfterRecord   Point = "after-record"
)

// Points lists all.
func Points() []Point {
	return []Point{
		BeforeAsk, AfterAsk, AfterReminder, BeforeAnnotations, AfterAnnotations, BeforeFinalizer, AfterFinalizer, BeforeStatus, AfterStatus, AfterEvent,
		AfterFall, BeforeClearance, AfterClearance, BeforeRoute, AfterRoute, BeforeCursor, AfterCursor, BeforeMessage, AfterMessage, AfterRecord,
	}
}
