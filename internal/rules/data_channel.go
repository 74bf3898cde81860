package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ChannelRow says what a channel of the provider takes (PC端, App端).
type ChannelRow struct {
	Rule
	// Channel where the applicant's steps are done.
	Channel v1alpha1.Channel
	// Chinese name of the channel.
	Chinese string
	// Sites whose accounts it takes (账号).
	Sites []v1alpha1.AccountSite
	// Types of filing that it takes (备案类型).
	Types []v1alpha1.FilingType
}

// Channels lists the channels.
func (s Set) Channels() []ChannelRow {
	rows := slices.Clone(s.rows().channels)
	for i := range rows {
		rows[i].Sites = slices.Clone(rows[i].Sites)
		rows[i].Types = slices.Clone(rows[i].Types)
	}
	return rows
}

// ChannelTakesSite says whether the channel takes accounts of the site, and by which rule.
func (s Set) ChannelTakesSite(channel v1alpha1.Channel, site v1alpha1.AccountSite) (bool, Rule) {
	row, _ := find(s.rows().channels, func(r ChannelRow) bool { return r.Channel == channel })
	return slices.Contains(row.Sites, site), row.Rule
}

// ChannelTakesType says whether the channel takes filings of the type, and by which rule.
func (s Set) ChannelTakesType(channel v1alpha1.Channel, filingType v1alpha1.FilingType) (bool, Rule) {
	row, _ := find(s.rows().channels, func(r ChannelRow) bool { return r.Channel == channel })
	return slices.Contains(row.Types, filingType), row.Rule
}

// RecommendedChannel is where the source recommends to file a type: the App for those it takes (it recognises papers
// and faces and is faster), the PC for the others.
func (s Set) RecommendedChannel(filingType v1alpha1.FilingType) v1alpha1.Channel {
	if taken, _ := s.ChannelTakesType(v1alpha1.ChannelApp, filingType); taken {
		return v1alpha1.ChannelApp
	}
	return v1alpha1.ChannelPC
}

func channelRows() []ChannelRow {
	return []ChannelRow{
		{
			quickStart, v1alpha1.ChannelPC, "PC端",
			[]v1alpha1.AccountSite{v1alpha1.SiteChina, v1alpha1.SiteInternational},
			[]v1alpha1.FilingType{
				v1alpha1.FirstFiling, v1alpha1.AccessFiling, v1alpha1.NewWebsiteFiledElsewhere, v1alpha1.NewWebsiteFiledHere,
			},
		},
		{
			quickStart, v1alpha1.ChannelApp, "App端",
			[]v1alpha1.AccountSite{v1alpha1.SiteChina},
			[]v1alpha1.FilingType{v1alpha1.FirstFiling, v1alpha1.NewWebsiteFiledElsewhere},
		},
	}
}
