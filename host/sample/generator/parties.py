"""The seller, its bank accounts, its 40 customers and the exchange rates. All of them are invented."""

from .numbers import EU_VAT, iban, uscc

BANK = "示例银行苏州工业园区支行"
COMPANY_NAME = "澄湖精密机电（苏州）有限公司"

# code, name, GB/T 2260 region, ISO 3166-2, city, street, postal code, terms in days, style, status, parent
CHINESE = [
    ("C1001", "苏州云栈自动化设备有限公司", "320500", "CN-JS", "苏州市", "吴中区拾光路18号3幢", "215100", 30, "open-item", "general", None),
    ("C1002", "无锡北塔数控机床有限公司", "320200", "CN-JS", "无锡市", "滨湖区青禾街66号", "214100", 30, "open-item", "general", None),
    ("C1003", "上海序章机器人科技有限公司", "310100", "CN-SH", "上海市", "松江区晨帆路1200弄9号", "201600", 60, "balance-forward", "general", None),
    ("C1004", "杭州山岚仪表股份有限公司", "330100", "CN-ZJ", "杭州市", "萧山区望岳路302号", "311200", 30, "open-item", "general", None),
    ("C1005", "宁波澜港传动件厂", "330200", "CN-ZJ", "宁波市", "北仑区栈桥路7号", "315800", 0, "balance-forward", "small-scale", None),
    ("C1006", "南京石城轨道装备有限公司", "320100", "CN-JS", "南京市", "江宁区远帆大道88号", "211100", 60, "open-item", "general", None),
    ("C1007", "常州拓木新能源有限公司", "320400", "CN-JS", "常州市", "武进区桑园路56号", "213100", 30, "open-item", "general", None),
    ("C1008", "合肥青檐智能装备有限公司", "340100", "CN-AH", "合肥市", "蜀山区半山路19号", "230031", 0, "balance-forward", "general", None),
    ("C1009", "广州粤岫机械贸易有限公司", "440100", "CN-GD", "广州市", "番禺区沙洲大街240号", "511400", 30, "open-item", "general", None),
    ("C1010", "深圳浅山电子有限公司", "440300", "CN-GD", "深圳市", "宝安区榕影路5号B栋", "518100", 0, "open-item", "general", None),
    ("C1011", "东莞厚溪五金制品厂", "441900", "CN-GD", "东莞市", "长安镇塘前路33号", "523800", 0, "balance-forward", "small-scale", None),
    ("C1012", "佛山禅岭陶瓷机械有限公司", "440600", "CN-GD", "佛山市", "南海区窑火路101号", "528200", 30, "open-item", "general", None),
    ("C1013", "武汉双江激光设备有限公司", "420100", "CN-HB", "武汉市", "东湖高新区流萤路8号", "430070", 60, "open-item", "general", None),
    ("C1014", "长沙岳麓峰工程机械有限公司", "430100", "CN-HN", "长沙市", "岳麓区杉木路77号", "410006", 30, "open-item", "general", None),
    ("C1015", "成都锦里河航空部件有限公司", "510100", "CN-SC", "成都市", "双流区蒲苇路12号", "610200", 30, "balance-forward", "general", None),
    ("C1016", "重庆雾隐汽车零部件有限公司", "500100", "CN-CQ", "重庆市", "渝北区石梯路450号", "401120", 0, "open-item", "general", None),
    ("C1017", "西安雁塔影真空设备有限公司", "610100", "CN-SN", "西安市", "高新区麦浪路3号", "710065", 30, "open-item", "general", None),
    ("C1018", "郑州中原禾农机有限公司", "410100", "CN-HA", "郑州市", "中牟县谷雨大道28号", "451450", 30, "open-item", "general", None),
    ("C1019", "青岛海沫船舶配件有限公司", "370200", "CN-SD", "青岛市", "黄岛区碎浪路9号", "266400", 0, "open-item", "general", None),
    ("C1020", "济南泉脉阀门有限公司", "370100", "CN-SD", "济南市", "历城区柳绵路215号", "250100", 30, "balance-forward", "general", None),
    ("C1021", "天津海河湾压缩机有限公司", "120100", "CN-TJ", "天津市", "津南区芦花道60号", "300350", 0, "open-item", "general", None),
    ("C1022", "北京远岫检测技术有限公司", "110100", "CN-BJ", "北京市", "大兴区槐安路4号院", "102600", 60, "open-item", "general", None),
    ("C1023", "沈阳浑北重型机械有限公司", "210100", "CN-LN", "沈阳市", "铁西区炉前路17号", "110020", 30, "open-item", "general", None),
    ("C1024", "大连礁石轴承销售有限公司", "210200", "CN-LN", "大连市", "甘井子区灯塔街58号", "116030", 0, "balance-forward", "small-scale", None),
    ("C1025", "厦门鹭屿物流装备有限公司", "350200", "CN-FJ", "厦门市", "集美区潮信路21号", "361021", 0, "open-item", "general", None),
    ("C1026", "福州榕荫包装机械有限公司", "350100", "CN-FJ", "福州市", "仓山区茉莉巷6号", "350007", 30, "open-item", "general", None),
    ("C1027", "昆山微岚模具有限公司", "320500", "CN-JS", "苏州市", "昆山市玉带路95号", "215300", 0, "open-item", "small-scale", None),
    ("C1028", "云栈自动化（昆山）维修服务有限公司", "320500", "CN-JS", "苏州市", "昆山市拾光西路2号", "215300", 30, "open-item", "general", "C1001"),
    ("C1029", "南通江尾纺织机械有限公司", "320600", "CN-JS", "南通市", "通州区梭影路39号", "226300", 0, "balance-forward", "general", None),
    ("C1030", "北塔数控（太仓）配件有限公司", "320500", "CN-JS", "苏州市", "太仓市青禾北街11号", "215400", 30, "open-item", "general", "C1002"),
]

# code, name, country, city, street, postal code, terms, style
EUROPEAN = [
    ("E2001", "Falkenrath Werkzeugbau GmbH", "DE", "Musterhausen", "Am Schleifstein 14", "99998", 30, "open-item"),
    ("E2002", "Nordlicht Antriebe GmbH & Co. KG", "DE", "Altenwerder-Muster", "Zum Leuchtfeuer 3", "99997", 0, "balance-forward"),
    ("E2003", "Ateliers Brévaux SAS", "FR", "Saint-Exemple", "12 rue des Copeaux", "99138", 60, "open-item"),
    ("E2004", "Mécanique Lanterre SARL", "FR", "Villemodèle", "4 impasse du Tour", "99214", 30, "open-item"),
    ("E2005", "Waterlinie Transmissies B.V.", "NL", "Voorbeelddam", "Sluiskade 27", "9999 XK", 30, "open-item"),
    ("E2006", "Officine Valdora S.r.l.", "IT", "Borgo Esempio", "Via del Tornio 8", "99999", 30, "balance-forward"),
    ("E2007", "Engranajes Miralosa S.L.", "ES", "Villaejemplo", "Calle de la Fresa 51", "99901", 30, "open-item"),
    ("E2008", "Steinfeder Präzision GmbH", "AT", "Beispielkirchen", "Drehergasse 6", "9999", 0, "open-item"),
    ("E2009", "Przekładnie Jasny Bór Sp. z o.o.", "PL", "Przykładowo", "ul. Frezarska 19", "99-999", 0, "open-item"),
    ("E2010", "Aandrijvingen Molenzicht NV", "BE", "Voorbeeldegem", "Tandwielstraat 2", "9999", 30, "open-item"),
]

# Customers who never gave their account: they are known by what they write or by name.
WITHOUT_ACCOUNT = {"C1012", "C1018", "C1026", "E2007"}

# EUR to CNY on Mondays. Plausible, and nobody's fixing.
RATES = [
    ("2026-09-28", "8.1520"), ("2026-10-05", "8.1645"), ("2026-10-12", "8.1390"), ("2026-10-19", "8.1875"),
    ("2026-10-26", "8.2140"), ("2026-11-02", "8.2335"), ("2026-11-09", "8.1960"), ("2026-11-16", "8.2510"),
    ("2026-11-23", "8.2745"), ("2026-11-30", "8.2605"),
]


def company(chance):
    return {
        "code": "chenghu",
        "name": COMPANY_NAME,
        "country": "CN",
        "jurisdiction": "CN",
        "base_currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "locale": "zh-CN",
        "taxpayer_status": "general",
        "tax_id": {"scheme": "CN:USCC", "id": uscc(chance, "320594")},
        "address": {"lines": ["苏州工业园区样例路100号"], "postal_code": "215123", "city": "苏州市", "country": "CN"},
        "retention_years": 30,
        # tails below 1.00, and what banks keep without saying so
        "tolerances": [
            {"currency": currency, "role": role, "amount": amount, "permille": 0}
            for currency, role, amount in [
                ("CNY", "tail", "1.00"), ("CNY", "charge", "20.00"), ("EUR", "tail", "1.00"), ("EUR", "charge", "30.00"),
            ]
        ],
    }


def bank_accounts(chance):
    # a BIC whose eighth character is 0 is a test BIC (ISO 9362)
    one = lambda currency: {
        "number": "99" + chance.digits(17), "scheme": "CN", "bank": BANK, "bic": "SMPLCNS0", "holder": COMPANY_NAME,
        "currency": currency,
    }
    return [one("CNY"), one("EUR")]


def customers(chance):
    made = []
    for code, name, region, subdivision, city, street, postal, terms, style, status, parent in CHINESE:
        one = {
            "code": code, "name": name, "country": "CN", "region": subdivision,
            "address": {"lines": [street], "postal_code": postal, "city": city, "country": "CN"},
            "currency": "CNY", "locale": "zh-CN", "kind": "business", "taxpayer_status": status,
            "tax_id": {"scheme": "CN:USCC", "id": uscc(chance, region)}, "email": f"finance@{code.lower()}.example",
            "terms_days": terms, "statement_style": style,
        }
        account = {"scheme": "CN", "account": "99" + chance.digits(14)}
        made.append(finish(one, account, parent))
    for code, name, country, city, street, postal, terms, style in EUROPEAN:
        one = {
            "code": code, "name": name, "country": country,
            "address": {"lines": [street], "postal_code": postal, "city": city, "country": country},
            "currency": "EUR", "locale": "en", "kind": "business", "taxpayer_status": "general",
            "tax_id": {"scheme": "EU:VAT", "id": EU_VAT[country](chance)}, "email": f"accounts@{code.lower()}.example",
            "terms_days": terms, "statement_style": style,
        }
        made.append(finish(one, {"scheme": "IBAN", "account": iban(chance, country)}, None))
    return made


def finish(customer, account, parent):
    if customer["code"] not in WITHOUT_ACCOUNT:
        customer["accounts"] = [account]
    if parent:
        customer["parent"] = parent
    return customer


def rates():
    return [{"source": "EUR", "target": "CNY", "date": date, "rate": rate, "origin": "sample"} for date, rate in RATES]


def rate_on(date):
    """The rate of the last listed day on or before `date` (ISO text)."""
    return max(row for row in RATES if row[0] <= date)
