package table

// Organization is a filing of an organization, as the contract writes one.
const Organization = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {generateName: t-, namespace: default}
spec:
  providerRef: {name: aliyun}
  channel: PC
  account: {site: China, name: ""}
  domain: {name: example.com, registrant: Subject, registrar: "", realNameVerified: true, realNameVerifiedAt: null, expiresAt: null}
  server:
    instance: {id: i-bp1abc, region: cn-hangzhou, location: 浙江杭州, publicIPs: [203.0.113.10], prepaid: true, expiresAt: null}
    serviceNumber: ""
    accessType: CloudServer
  subject:
    nature: Enterprise
    province: Zhejiang
    city: Hangzhou
    district: ""
    name: 杭州示例科技有限公司
    certificate: {type: UnifiedSocialCreditCode, number: 91330106MA2XXXXX0Y, address: 某路1号, expiresAt: null}
    address: 某路1号
    superior: ""
    remark: ""
    responsiblePersonRef: {name: li}
  website:
    name: 示例商城
    homepage: www.example.com
    serviceContents: [Ecommerce]
    preApprovalCategories: [Publishing]
    languages: [zh]
    interactive: false
    commercial: false
    remark: ""
    responsiblePersonRef: {name: wang}
    openedAt: null
  preApprovals:
  - {category: Publishing, authority: 某局, number: "1", expiresAt: null, documentRef: {name: pub-permit, key: permit.jpg}}
  materials:
  - {kind: SubjectCertificate, secretRef: {name: shop-materials, key: license.jpg}}
  existing:
    subject: {number: 浙ICP备12345678号, accessProvider: Other}
    website: {number: "", accessProvider: ""}
  exposure: {namespaces: {from: Same}}
  publicSecurity: {submittedAt: null, number: "", registeredAt: null}
  icpLicense: {number: "", expiresAt: null}
  deletionPolicy: Protect
  suspend: false
`

// Individual is a filing of a person.
const Individual = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {generateName: t-, namespace: default}
spec:
  domain: {name: example.net, realNameVerified: true}
  server: {serviceNumber: sn-1}
  subject: {nature: Individual, province: Zhejiang, responsiblePersonRef: {name: li}}
  website: {name: 山间清风随笔, responsiblePersonRef: {name: li}}
`

var filings = []Case{
	{"an organization's filing as the contract writes it", Organization, nil, "", ""},
	{"an individual's filing as the contract writes it", Individual, nil, "", ""},
	{"a registration that was returned", Organization, of("spec.publicSecurity.submittedAt", "2026-12-01T02:00:00Z", "spec.publicSecurity.returnedAt", "2026-12-05T02:00:00Z", "spec.publicSecurity.returnReason", "the IP differs"), "", ""},
	{"a domain with a scheme", Organization, of("spec.domain.name", "https://example.com"), "spec.domain.name", "without a scheme"},
	{"a domain with a port", Organization, of("spec.domain.name", "example.com:8080"), "spec.domain.name", "without a port"},
	{"a domain in upper case", Organization, of("spec.domain.name", "Example.com"), "spec.domain.name", "in lower case"},
	{"a domain of a single label", Organization, of("spec.domain.name", "example"), "spec.domain.name", "single label"},
	{"a domain with a wildcard", Organization, of("spec.domain.name", "*.example.com"), "spec.domain.name", "without a wildcard"},
	{"a domain with a trailing dot", Organization, of("spec.domain.name", "example.com."), "spec.domain.name", "without the trailing dot"},
	{"a domain with an empty label", Organization, of("spec.domain.name", "example..com"), "spec.domain.name", "each label takes"},
	{"a domain with an underscore", Organization, of("spec.domain.name", "my_shop.com"), "spec.domain.name", "only letters, digits, hyphens and dots"},
	{"a domain that is an address", Organization, of("spec.domain.name", "203.0.113.10"), "spec.domain.name", "IP address"},
	{"an internationalized domain in its own script", Organization, of("spec.domain.name", "例子.中国"), "spec.domain.name", "A-label"},
	{"the App with an International account", Organization, of("spec.channel", "App", "spec.account.site", "International"), "spec.account.site", "set account.site to China, or channel to PC"},
	{"no responsible person of the subject", Organization, of("spec.subject.responsiblePersonRef", nil), "spec.subject.responsiblePersonRef", "icp.beian.dev/person"},
	{"no responsible person of the website", Organization, of("spec.website.responsiblePersonRef", nil), "spec.website.responsiblePersonRef", "icp.beian.dev/person"},
	{"a registration returned that was not submitted", Organization, of("spec.publicSecurity.returnedAt", "2026-12-01T02:00:00Z"), "spec.publicSecurity.returnedAt", "set submittedAt"},
	{"a reason of a return that was none", Organization, of("spec.publicSecurity.returnReason", "the IP differs"), "spec.publicSecurity.returnReason", "goes with returnedAt"},
	{"a registration's day without its number", Organization, of("spec.publicSecurity.registeredAt", "2026-12-01T02:00:00Z"), "spec.publicSecurity.registeredAt", "set number"},
	{"an individual's name in the spec", Individual, of("spec.subject.name", "李某"), "spec.subject.name", "keep it in the Secret"},
	{"an individual's address in the spec", Individual, of("spec.subject.address", "某路1号"), "spec.subject.address", "keep it in the Secret"},
	{"an individual's certificate in the spec", Individual, of("spec.subject.certificate", map[string]any{"type": "Other", "number": "1"}), "spec.subject.certificate", "keep it in the Secret"},
	{"an organization without its name", Organization, of("spec.subject.name", nil), "spec.subject.name", "full name"},
	{"an organization without its certificate", Organization, of("spec.subject.certificate", nil), "spec.subject.certificate", "type and number"},
	{"neither instance nor service number", Organization, of("spec.server.instance", nil), "spec.server", "exactly one of"},
	{"both instance and service number", Organization, of("spec.server.serviceNumber", "sn-1"), "spec.server", "exactly one of"},
	{"a home page outside the domain", Organization, of("spec.website.homepage", "www.notexample.com"), "spec.website.homepage", "below it"},
	{"a home page that ends like the domain", Organization, of("spec.website.homepage", "notexample.com"), "spec.website.homepage", "below it"},
	{"an approval that no category asks for", Organization, of("spec.website.preApprovalCategories", []any{"News"}), "spec.preApprovals", "name it there too"},
	{"a selector that is not asked for", Organization, of("spec.exposure.namespaces.selector", map[string]any{}), "spec.exposure.namespaces", "from: Selector"},
	{"a province that is none", Organization, of("spec.subject.province", "Hongkong"), "spec.subject.province", "Zhejiang"},
}
