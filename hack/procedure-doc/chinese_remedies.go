package main

// remedies holds in Chinese what puts a returned order right.
var remedies = map[string]string{
	"have the domain real-name verified at its registrar":                                                        "在域名注册商处完成域名实名认证",
	"wait until the bureau's system knows the verification, 3 to 5 working days after it, and resubmit":          "等待实名信息同步至管局系统（实名认证后3至5个工作日），再重新提交",
	"transfer the domain to the subject, or to someone whom the province accepts":                                "将域名过户给主体，或过户给本省管局认可的人",
	"file a domain below a suffix, and at a registrar, that the ministry has approved":                           "使用工信部已批复的域名后缀和注册商",
	"renew the domain and set its new date":                                                                      "续费域名，并填写新的到期日",
	"give the website a name that says what it offers, by the rules for names":                                   "按命名规则，取一个与网站内容相符的名称",
	"name the legal representative, or add the letter of authorization where the province accepts one":           "改填法定代表人；本省接受授权人的，附授权书",
	"give mobile numbers that are answered and that no other subject uses":                                       "填写能够接通、且未被其他主体使用的手机号码",
	"upload a sharp colour scan of a certificate that stays valid":                                               "上传清晰、且在有效期内的证件彩色扫描件",
	"have the website's responsible person repeat the check, without cover and in good light":                    "由网站负责人在光线良好、面部无遮挡的情况下重新核验",
	"get the authority's paper and add it, or take the content off the website":                                  "取得主管部门批准文件并附上，或从网站撤下该内容",
	"offer only what the subject's nature allows, or file as the organization that runs it":                      "网站内容限于主办单位性质所允许的范围，或以实际运营单位备案",
	"say in spec.existing what is filed already, and through whom":                                               "在 spec.existing 中写明已有的备案及其接入商",
	"set the number that the website has; nothing more is to be filed at this provider":                          "填写网站已有的备案号；在本接入商无需再备案",
	"wait until the subject's other order is finished, or withdraw it":                                           "等待主体的另一订单办结，或将其撤回",
	"file with the facts that the subject's filing has, or change that filing first":                             "按主体已备案的信息填写，或先变更原备案",
	"close the website until it is filed: keep its routes in a namespace that is gated":                          "备案成功前关闭网站：将其路由放在受闸门控制的命名空间",
	"make the subject's filed websites reachable, or cancel their filings":                                       "恢复主体名下已备案网站的访问，或注销其备案",
	"show the filing number at the bottom of the subject's filed websites, linked to https://beian.miit.gov.cn/": "在主体名下已备案网站底部悬挂备案号，并链接至 https://beian.miit.gov.cn/",
	"cancel the subject's shell filing and file for the first time, where the province adds no website to it":    "本省不允许在空壳主体下新增网站的，先注销空壳主体，再首次备案",
	"file in the province of the certificate; to move, cancel the old filing first":                              "在证件所在省备案；如需迁移，先注销原备案",
	"confirm the order again, and answer the SMS within 24 hours":                                                "重新确认订单，并在 24 小时内完成短信核验",
	"check mobile and identity numbers, confirm the order again, and answer the SMS as it asks":                  "核对手机号码与证件号码，重新确认订单，并按短信要求完成核验",
}
