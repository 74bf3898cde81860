package rules

import "slices"

// RegionRow is a region of a public cloud and whether it is in mainland China. A filing needs a mainland server
// (中国内地节点服务器).
type RegionRow struct {
	Rule
	// Region as the provider spells it.
	Region string
	// Mainland says whether it is in mainland China, where a website needs a filing.
	Mainland bool
}

// Regions lists the regions that are known.
func (s Set) Regions() []RegionRow { return slices.Clone(s.rows().regions) }

// Region finds a region's row, and false for one that is not known.
func (s Set) Region(region string) (RegionRow, bool) {
	return find(s.rows().regions, func(r RegionRow) bool { return r.Region == region })
}

// The same name stands for different places at different providers (ap-southeast-1 is Singapore, Hong Kong or
// Johor), but never for one in the mainland and one outside it.
var mainlandRegions = []string{
	"cn-beijing", "cn-chengdu", "cn-chongqing", "cn-fuzhou", "cn-guangzhou", "cn-hangzhou", "cn-heyuan", "cn-huhehaote",
	"cn-nanjing", "cn-qingdao", "cn-shanghai", "cn-shenzhen", "cn-wuhan-lr", "cn-wulanchabu", "cn-zhangjiakou",
	"cn-zhengzhou-jva", "cn-beijing-finance-1", "cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1",
	"cn-north-2-gov-1",
	"ap-beijing", "ap-chengdu", "ap-chongqing", "ap-guangzhou", "ap-nanjing", "ap-shanghai", "ap-beijing-fsi",
	"ap-shanghai-fsi", "ap-shenzhen-fsi",
	"cn-east-2", "cn-east-3", "cn-east-4", "cn-east-5", "cn-north-1", "cn-north-2", "cn-north-4", "cn-north-9",
	"cn-south-1", "cn-south-2", "cn-southwest-2", "cn-northwest-1",
	"chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3",
}

var outsideRegions = []string{
	"cn-hongkong", "ap-hongkong", "ap-taipei", "asia-east1", "asia-east2", "eastasia",
	"ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
	"ap-southeast-3", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ap-bangkok", "ap-jakarta", "ap-mumbai", "ap-seoul", "ap-singapore", "ap-tokyo",
	"eu-central-1", "eu-frankfurt", "eu-west-1", "me-central-1", "me-east-1", "na-ashburn", "na-siliconvalley",
	"na-south-1", "sa-saopaulo", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"af-south-1", "la-north-2", "la-south-2", "sa-brazil-1", "tr-west-1",
}

func regionRows() []RegionRow {
	rows := make([]RegionRow, 0, len(mainlandRegions)+len(outsideRegions))
	for _, region := range mainlandRegions {
		rows = append(rows, RegionRow{regionList, region, true})
	}
	for _, region := range outsideRegions {
		rows = append(rows, RegionRow{regionList, region, false})
	}
	return rows
}
