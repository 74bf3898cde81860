package plugin

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/sheet"
	"github.com/beian-dev/icp-operator/internal/words"
)

// question is one of those that init asks: what is answered is a column of the sheet of filings, read and written as there.
type question struct {
	// key of the column.
	key string
	// asks it; why says, on ?, for what reason it is asked.
	asks, why words.Words
	// optional says that nothing may be answered.
	optional bool
	// mayWait says that what the rules have against an answer may be put right later.
	mayWait bool
	// silent says that it is not asked: its default is taken, unless it is answered beforehand.
	silent bool
	// when says whether it is asked, by what was answered; nil is always.
	when func(*interview) bool
	// fallback is its default, nil or "" where it has none.
	fallback func(*interview) string
	// check says what is wrong with an answer besides what the column and the rules say.
	check func(i *interview, text string) *words.Words
	// then fills in what follows from an answer.
	then func(*interview)
}

func (q question) column() sheet.Column { return sheet.Named(q.key) }

func organization(i *interview) bool {
	return i.filing.Spec.Subject.Nature != v1alpha1.NatureIndividual
}
func hasInstance(i *interview) bool { return i.filing.Spec.Server.Instance != nil }

func always(text string) func(*interview) string { return func(*interview) string { return text } }

// questions in the order in which they are asked. Natural persons are not asked about: what is theirs goes into persons.yaml.
var questions = []question{
	{key: "domain", asks: words.Words{English: "Which domain is to be filed?", Chinese: "要备案的域名是什么？"},
		why: words.Words{English: "A site on a server in mainland China needs a filing of its registered domain before it opens; one filing covers all hosts below the domain. The domain must be registered below a top-level domain that the ministry has approved.",
			Chinese: "使用中国内地服务器的网站，开通前必须为其注册域名办理备案；一个备案覆盖该域名下的所有主机。域名须在工信部批复的顶级域下注册。"}},
	{key: "realNameVerified", mayWait: true, asks: words.Words{English: "Has the domain passed real-name verification at its registrar (yes, no)?", Chinese: "域名是否已在注册商处通过实名认证（是、否）？"},
		why: words.Words{English: "The bureau compares the domain's holder with who files. Its system knows a verified domain three to five working days later; an order before that is returned.",
			Chinese: "管局会核对域名持有者与备案主体。实名认证后约三至五个工作日，管局系统才能查到，提前提交会被退回。"}},
	{key: "domainExpiresAt", mayWait: true, optional: true, asks: words.Words{English: "On which day does the domain's registration end?", Chinese: "域名注册何时到期？"},
		why: words.Words{English: "Many bureaus ask for more than three months; a domain that ends takes its filing with it. You are reminded in time.", Chinese: "多数管局要求有效期超过三个月；域名过期会导致备案失效。系统会提前提醒。"}},
	{key: "nature", asks: words.Words{English: "Who runs the website?", Chinese: "网站由谁主办？"},
		why: words.Words{English: "The organizer's nature decides which certificates fit, what the site may offer, and what its name may say. An individual's site is a personal one.", Chinese: "主办单位性质决定可用的证件、网站可提供的内容和名称限制。个人只能备案个人网站。"}},
	{key: "province", asks: words.Words{English: "In which province is the organizer domiciled?", Chinese: "主办单位在哪个省？"},
		why: words.Words{English: "That province's communications bureau decides, by its own rules: organizations file where the certificate was issued, individuals where the province allows. It cannot be changed later.", Chinese: "由该省通信管理局按其规定审核：单位在证件所在省备案，个人按各省规定。以后不能变更省份。"}},
	{key: "city", optional: true, asks: words.Words{English: "In which city?", Chinese: "在哪个市？"},
		why: words.Words{English: "The form has the organizer's division down to the city.", Chinese: "备案表需填写主办单位所在的市。"}},
	{key: "subjectName", when: organization, asks: words.Words{English: "What is the organization's full name?", Chinese: "单位全称是什么？"},
		why: words.Words{English: "It must be as on the certificate, to the character; the bureau compares them.", Chinese: "必须与证件逐字一致，管局会核对。"}},
	{key: "certificateNumber", when: organization, asks: words.Words{English: "What is the number of its certificate (unified social credit code)?", Chinese: "单位证件号码（统一社会信用代码）是什么？"},
		why:   words.Words{English: "The organizer must be one that is registered. The code has a check digit, which is tried here at once.", Chinese: "主办单位须已依法登记。代码带有校验位，此处立即校验。"},
		check: isCertificateNumber, then: func(i *interview) {
			if _, err := rules.ParseCreditCode(i.filing.Spec.Subject.Certificate.Number); err == nil {
				i.filing.Spec.Subject.Certificate.Type = v1alpha1.CertificateUSCC
			}
		}},
	{key: "certificateType", when: func(i *interview) bool { return organization(i) && i.filing.Spec.Subject.Certificate.Type == "" },
		asks: words.Words{English: "What kind of certificate is that?", Chinese: "该证件是什么类型？"},
		why:  words.Words{English: "The number is no unified social credit code, so its kind must be said; which kinds fit follows from the nature.", Chinese: "该号码不是统一社会信用代码，因此须说明证件类型；可用类型取决于主办单位性质。"}},
	{key: "certificateAddress", when: organization, optional: true, asks: words.Words{English: "Which address stands on the certificate?", Chinese: "证件上的住所是什么？"},
		why: words.Words{English: "The form has it as it stands there.", Chinese: "备案表须按证件填写。"}},
	{key: "address", when: organization, optional: true, fallback: func(i *interview) string {
		if c := i.filing.Spec.Subject.Certificate; c != nil {
			return c.Address
		}
		return ""
	}, asks: words.Words{English: "Where can the organization be reached by mail?", Chinese: "单位通信地址是什么？"},
		why: words.Words{English: "The bureau or the provider may write; who cannot be reached may lose the filing.", Chinese: "管局或接入商可能寄送材料；无法联系的主体可能被注销备案。"}},
	{key: "websiteName", asks: words.Words{English: "What is the website called?", Chinese: "网站名称是什么？"},
		why: words.Words{English: "A name is of three Chinese characters at least, says what the site offers, and is neither the domain nor one that pretends to be national. Names are the most frequent reason for orders to be returned; this one is checked at once.",
			Chinese: "名称至少三个汉字，应反映网站内容，不能是域名，也不能使用国家级用语。名称不合规是最常见的退回原因之一，此处立即检查。"}},
	{key: "homepage", fallback: func(i *interview) string { return "www." + i.filing.Spec.Domain.Name }, asks: words.Words{English: "Which host has the home page?", Chinese: "首页的主机名是什么？"},
		why: words.Words{English: "The reviewer looks at it; after approval it must show the filing number at its foot.", Chinese: "审核人员会查看首页；备案成功后须在首页底部悬挂备案号。"}},
	{key: "serviceContents", fallback: func(i *interview) string {
		if organization(i) {
			return "OrganizationPortal"
		}
		return "PersonalBlog"
	}, asks: words.Words{English: "What does it offer? Several may be given.", Chinese: "网站提供什么内容？可多选。"},
		why: words.Words{English: "The content must fit the organizer's nature, and some needs a special authority's approval first.", Chinese: "内容须与主办单位性质相符，部分内容需先取得前置审批。"}},
	{key: "preApprovalCategories", optional: true, when: organization, asks: words.Words{English: "Does any of these contents need an authority's approval first? Leave it empty where none does.", Chinese: "网站是否涉及以下需要前置审批的内容？没有请留空。"},
		why: words.Words{English: "News, publishing, medicine and some more are approved by their authority before a filing is accepted; its paper is handed in with the order.", Chinese: "新闻、出版、药品等内容须先经主管部门批准，备案时提交批准文件。"}},
	{key: "interactive", fallback: always("no"), asks: words.Words{English: "Can visitors publish on it, as in a forum or comments (yes, no)?", Chinese: "访问者能否发布内容，如论坛、评论（是、否）？"},
		why: words.Words{English: "After opening, the site is registered with public security within thirty days; an interactive one may be reviewed in person.", Chinese: "网站开通后三十日内须办理公安联网备案；交互式网站可能需要当面核验。"}},
	{key: "commercial", fallback: always("no"), asks: words.Words{English: "Does it sell information or page-making services (yes, no)? A shop for one's own goods does not.", Chinese: "是否有偿提供信息或网页制作等服务（是、否）？销售自有商品不属于此类。"},
		why: words.Words{English: "A commercial information service needs an ICP licence beside the filing.", Chinese: "经营性互联网信息服务除备案外还须取得 ICP 许可证。"}},
	{key: "websiteNumber", optional: true, check: isFilingNumber, asks: words.Words{English: "Is this domain filed already? Its number then, as 浙ICP备12345678号-1; else leave it empty.", Chinese: "该域名是否已备案？是则填写备案号，如 浙ICP备12345678号-1；否则留空。"},
		why: words.Words{English: "What is filed decides the type of the filing. A domain that is filed with this provider is taken over, and nothing is filed anew.", Chinese: "已有的备案决定备案类型。已在本接入商备案的域名直接接管，无需重新备案。"}},
	{key: "websiteAccess", when: func(i *interview) bool { return i.filing.Spec.Existing.Website.Number != "" }, fallback: always(string(v1alpha1.ThisProvider)),
		asks: words.Words{English: "Through whom is it filed?", Chinese: "该网站通过谁备案？"},
		why:  words.Words{English: "Each access provider files what it hosts: moving a filed site to another provider is an access filing.", Chinese: "每个接入商须为其接入的网站备案：已备案网站改由其他接入商接入，须办理接入备案。"}},
	{key: "subjectNumber", optional: true, when: func(i *interview) bool { return i.filing.Spec.Existing.Website.Number == "" }, check: isFilingNumber,
		asks: words.Words{English: "Is the organizer filed already, with another website? Its number then, as 浙ICP备12345678号; else leave it empty.", Chinese: "主办单位是否已有其他网站备案？是则填写主体备案号，如 浙ICP备12345678号；否则留空。"},
		why:  words.Words{English: "Then this is a further website of a subject that is known, not a first filing.", Chinese: "若已备案，则本次为新增网站，而不是首次备案。"}},
	{key: "subjectAccess", when: func(i *interview) bool { return i.filing.Spec.Existing.Subject.Number != "" }, fallback: always(string(v1alpha1.ThisProvider)),
		asks: words.Words{English: "Through whom is the organizer filed?", Chinese: "该主体通过谁备案？"},
		why:  words.Words{English: "A subject that is filed through another provider is verified anew here.", Chinese: "主体在其他接入商备案的，本接入商需重新核验。"}},
	{key: "provider", optional: true, fallback: theProvider, check: knownProvider, asks: words.Words{English: "Which access provider (FilingProvider) takes the filing to the bureau? Empty: the cluster's default.", Chinese: "由哪个接入商（FilingProvider）提交管局？留空为集群默认。"},
		why: words.Words{English: "Filings are made through the provider that hosts the server; nobody files at the bureau directly.", Chinese: "备案须通过托管服务器的接入商办理，不能直接向管局提交。"}},
	{key: "channel", fallback: theChannel, asks: words.Words{English: "Where will the applicant's own steps be done?", Chinese: "申请人的步骤在哪里办理？"},
		why: words.Words{English: "The app recognises papers and faces and is faster, but takes first filings and new websites filed elsewhere only. From the PC one moves to a phone for the authenticity check.", Chinese: "App 可识别证件和人脸，更快，但只支持首次备案和原备案不在本接入商的新增网站。PC 端需转到手机完成真实性核验。"}},
	{key: "instanceID", optional: true, asks: words.Words{English: "Which server will host it: its id at the provider? Leave it empty where you have a service number (备案服务号) instead.", Chinese: "由哪台服务器承载：接入商处的实例 ID？若使用备案服务号请留空。"},
		why: words.Words{English: "The provider verifies that the site will be on its own server in the mainland, before it reviews anything.", Chinese: "接入商会先验证网站使用其中国内地的服务器（产品验证）。"}},
	{key: "serviceNumber", when: func(i *interview) bool { return !hasInstance(i) }, asks: words.Words{English: "What is the service number (备案服务号)?", Chinese: "备案服务号是什么？"},
		why: words.Words{English: "The provider gives it in place of a server.", Chinese: "由接入商发放，代表一台服务器。"}},
	{key: "region", optional: true, when: hasInstance, asks: words.Words{English: "In which region is the server, as the provider calls it?", Chinese: "服务器在哪个地域（接入商的名称）？"},
		why: words.Words{English: "Only a server in the mainland is filed for; one elsewhere needs no filing and gets none.", Chinese: "只有中国内地的服务器需要备案；其他地域无需也无法备案。"}},
	{key: "publicIPs", optional: true, when: hasInstance, asks: words.Words{English: "Which public addresses has it?", Chinese: "服务器的公网 IP 是什么？"},
		why: words.Words{English: "They are filed with the website.", Chinese: "IP 地址会随网站一并备案。"}},
	{key: "prepaid", optional: true, mayWait: true, when: hasInstance, asks: words.Words{English: "Is it paid by the month or year (yes, no)?", Chinese: "是否包年包月（是、否）？"},
		why: words.Words{English: "Providers file for servers that are prepaid for three months at least.", Chinese: "接入商要求服务器包年包月且不少于三个月。"}},
	{key: "serverExpiresAt", optional: true, mayWait: true, when: hasInstance, asks: words.Words{English: "On which day does its lease end?", Chinese: "服务器何时到期？"},
		why: words.Words{English: "A filing without a server loses its access (空壳). You are reminded in time.", Chinese: "服务器释放后备案会成为空壳。系统会提前提醒。"}},
	{key: "languages", silent: true, optional: true, fallback: always("zh"), asks: words.Words{English: "In which languages is it?", Chinese: "网站语言是什么？"},
		why: words.Words{English: "The form has it.", Chinese: "备案表须填写。"}},
	{key: "name", silent: true, fallback: func(i *interview) string { return sheet.NameOf(i.filing) }, asks: words.Words{English: "What is the filing called in the cluster?", Chinese: "集群对象叫什么名称？"},
		why: words.Words{English: "Commands name it so.", Chinese: "命令中用此名称。"}},
	{key: "subjectPersonSecret", silent: true, fallback: always("person-subject"), asks: words.Words{English: "Which Secret holds the subject's responsible person?", Chinese: "主体负责人放在哪个 Secret 中？"},
		why: words.Words{English: "Personal data stands in Secrets only.", Chinese: "个人信息只放在 Secret 中。"}},
	{key: "websitePersonSecret", fallback: always("person-website"), asks: words.Words{English: "Is somebody else responsible for the website than for the organizer?", Chinese: "网站负责人与主体负责人是否为不同的人？"},
		why: words.Words{English: "Each filing names a person responsible for the organizer and one for the website; they may be one. The website's passes the authenticity check. Two persons have different phones and mail addresses.", Chinese: "备案须有主体负责人和网站负责人，可以是同一人。由网站负责人完成真实性核验。两人的手机和邮箱不能相同。"}},
}

// isCertificateNumber refuses a mistyped code: what has its length is meant to be one.
func isCertificateNumber(_ *interview, text string) *words.Words {
	const length = 18
	if _, err := rules.ParseCreditCode(text); err != nil && len(text) == length {
		return &words.Words{English: "no unified social credit code: " + err.Error() + "; copy it from the certificate", Chinese: "不是有效的统一社会信用代码（校验不符）：请按证件核对"}
	}
	return nil
}

func isFilingNumber(_ *interview, text string) *words.Words {
	if n, err := rules.ParseFilingNumber(text); text == "" || err == nil && n.Kind != rules.NumberApp && n.Kind != rules.NumberMiniProgram && n.Kind != rules.NumberQuickApp {
		return nil
	}
	return &words.Words{English: "it is no filing number of a website: write it as 浙ICP备12345678号-1, or leave it empty", Chinese: "不是网站的备案号：请写成 浙ICP备12345678号-1，或留空"}
}

// theProvider is the only one, or the default one.
func theProvider(i *interview) string {
	for _, p := range i.providers {
		if len(i.providers) == 1 || p.Annotations[v1alpha1.DefaultProviderAnnotation] == "true" {
			return p.Name
		}
	}
	return ""
}

func knownProvider(i *interview, text string) *words.Words {
	if text == "" || len(i.providers) == 0 || i.provider(i.filing) != nil {
		return nil
	}
	return &words.Words{English: "the cluster has no FilingProvider of that name", Chinese: "集群中没有这个名称的 FilingProvider"}
}

// theChannel is the one that is recommended for the type that the filing will likely have.
func theChannel(i *interview) string {
	kind, existing := v1alpha1.FirstFiling, i.filing.Spec.Existing
	switch {
	case existing.Website.Number != "":
		kind = v1alpha1.AccessFiling
	case existing.Subject.AccessProvider == v1alpha1.OtherProvider:
		kind = v1alpha1.NewWebsiteFiledElsewhere
	case existing.Subject.Number != "":
		kind = v1alpha1.NewWebsiteFiledHere
	}
	return string((rules.Set{}).RecommendedChannel(kind))
}
