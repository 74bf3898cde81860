package stand

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// sampleFiling is that of config/samples.
func sampleFiling() (*v1alpha1.IcpFiling, error) {
	root, err := cluster.Root()
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return nil, err
	}
	for _, o := range objects {
		if o.GetKind() == "IcpFiling" {
			f := &v1alpha1.IcpFiling{}
			return f, controllers.Scheme().Convert(o, f, nil)
		}
	}
	return nil, errors.New("the samples hold no filing")
}

// Edit changes a status.
type Edit func(*v1alpha1.IcpFiling, time.Time)

// File makes a filing of a domain, which is at a stage.
func (s *Stand) File(ctx context.Context, namespace, domain string, stage v1alpha1.StageName, edits ...Edit) (*v1alpha1.IcpFiling, error) {
	f := s.sample.DeepCopy()
	f.Namespace, f.Name, f.Spec.Domain.Name, f.Spec.Website.Homepage = namespace, strings.ReplaceAll(domain, ".", "-"), domain, "www."+domain
	if err := s.Admin.Create(ctx, f); err != nil {
		return nil, fmt.Errorf("making the filing of %s: %w", domain, err)
	}
	return f, s.Write(ctx, f, append([]Edit{At(stage)}, edits...)...)
}

// Write writes a filing's status, as the operator.
func (s *Stand) Write(ctx context.Context, f *v1alpha1.IcpFiling, edits ...Edit) error {
	before := f.DeepCopy()
	for _, edit := range edits {
		edit(f, time.Now())
	}
	if err := s.AsOperator.Status().Patch(ctx, f, client.MergeFrom(before)); err != nil {
		return fmt.Errorf("writing the status of %s: %w", f.Name, err)
	}
	return nil
}

// At has a filing come to a stage, one of those before it every two days.
func At(stage v1alpha1.StageName) Edit {
	return func(f *v1alpha1.IcpFiling, now time.Time) {
		f.Status.Stage, f.Status.Attempt, f.Status.RuleSet, f.Status.FilingType, f.Status.Provider = stage, 1, "2026-01-01", v1alpha1.FirstFiling, "by-hand"
		f.Status.Stages = nil
		table, reached := procedure.Table(), false
		begun := now.AddDate(0, 0, -20)
		for _, row := range table {
			st := v1alpha1.StageStatus{Name: row.Name, State: v1alpha1.StagePending}
			switch {
			case row.Name == stage:
				st.State, st.StartedAt, reached = v1alpha1.StageActive, &metav1.Time{Time: begun}, true
			case !reached && row.Optional:
				st.State = v1alpha1.StageSkipped
			case !reached:
				st.State, st.StartedAt = v1alpha1.StageDone, &metav1.Time{Time: begun}
				begun = begun.AddDate(0, 0, 2)
				st.FinishedAt = &metav1.Time{Time: begun}
			}
			f.Status.Stages = append(f.Status.Stages, st)
		}
		Condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonInReview, "")(f, now)
	}
}

// Next has somebody to act, within some days; 0 for no deadline.
func Next(actor v1alpha1.Actor, task, where string, days int) Edit {
	return func(f *v1alpha1.IcpFiling, now time.Time) {
		next := &v1alpha1.NextAction{Actor: actor, Task: task, Where: where, Description: "As the operator says it, in English."}
		if days != 0 {
			due := calendar.EndOfDay(now.AddDate(0, 0, days))
			next.DueAt, next.DueDate = &metav1.Time{Time: due}, calendar.Date(due)
		}
		f.Status.NextAction = next
	}
}

// Returned has the stage that it is at sent back.
func Returned(message string, reasons ...string) Edit {
	return func(f *v1alpha1.IcpFiling, now time.Time) {
		for i := range f.Status.Stages {
			if st := &f.Status.Stages[i]; st.State == v1alpha1.StageActive {
				st.State, st.Reason, st.Message, st.FinishedAt = v1alpha1.StageReturned, strings.Join(reasons, ","), message, &metav1.Time{Time: now}
			}
		}
		f.Status.Attempt = 2
		Condition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonReturned, message)(f, now)
		Next(v1alpha1.ActorApplicant, procedure.TaskMendAndResubmit, procedure.InCluster, 0)(f, now)
	}
}

// InForce has it approved some days ago, and opened since.
func InForce(daysAgo int) Edit {
	return func(f *v1alpha1.IcpFiling, now time.Time) {
		opened := now.AddDate(0, 0, -daysAgo)
		due := calendar.PublicSecurityDeadline(opened)
		f.Status.ApprovedAt, f.Status.SubjectNumber, f.Status.WebsiteNumber = &metav1.Time{Time: opened}, "浙ICP备12345678号", "浙ICP备12345678号-1"
		f.Status.PublicSecurity = &v1alpha1.PublicSecurityStatus{OpenedAt: &metav1.Time{Time: opened}, DueAt: &metav1.Time{Time: due}, DueDate: calendar.Date(due), LastReminder: "7d"}
		f.Status.Deadlines = []v1alpha1.DeadlineStatus{{Name: "Domain", Date: calendar.Date(now.AddDate(1, 0, 0))}, {Name: "Server", Date: calendar.Date(now.AddDate(0, 2, 0))}}
		f.Status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: 2}
		reason := v1alpha1.ReasonDue
		if due.Before(now) {
			reason = v1alpha1.ReasonOverdue
		}
		Condition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInForce, "the filing is in force")(f, now)
		Condition(v1alpha1.ConditionExposureAllowed, metav1.ConditionTrue, v1alpha1.ReasonApproved, "")(f, now)
		Condition(v1alpha1.ConditionPublicSecurityRegistered, metav1.ConditionFalse, reason, "submit the registration by "+calendar.Date(due))(f, now)
		f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskSubmitPublicSecurity, Where: procedure.AtPublicSecurityPlatform, DueAt: &metav1.Time{Time: due}}
	}
}

// Condition sets one.
func Condition(kind string, status metav1.ConditionStatus, reason, message string) Edit {
	return func(f *v1alpha1.IcpFiling, now time.Time) {
		for i := range f.Status.Conditions {
			if f.Status.Conditions[i].Type == kind {
				f.Status.Conditions = append(f.Status.Conditions[:i], f.Status.Conditions[i+1:]...)
				break
			}
		}
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message, LastTransitionTime: metav1.Time{Time: now}})
	}
}

// Route makes an Ingress of a host.
func (s *Stand) Route(ctx context.Context, namespace, name string, hosts ...string) error {
	path := networkingv1.PathTypePrefix
	ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	for _, host := range hosts {
		ingress.Spec.Rules = append(ingress.Spec.Rules, networkingv1.IngressRule{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
			Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &path, Backend: networkingv1.IngressBackend{
				Service: &networkingv1.IngressServiceBackend{Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80}}}}}}}})
	}
	return s.create(ctx, ingress)
}
