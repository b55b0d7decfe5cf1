//! Every word of the letter, in Chinese and English.

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// BCP 47
    pub language: &'static str,
    pub statement: &'static str,
    pub greeting: &'static str,
    pub account: &'static str,
    pub on: &'static str,
    pub balance_was: &'static str,
    pub before: &'static str,
    pub stop: &'static str,
    pub open: &'static str,
    pub charged: &'static str,
    pub credited: &'static str,
    pub document: &'static str,
    pub date: &'static str,
    pub due: &'static str,
    pub details: &'static str,
    pub amount: &'static str,
    pub total: &'static str,
    pub balance: &'static str,
    pub late: &'static str,
    pub check: &'static str,
    pub pay_to: &'static str,
    pub signature: &'static str,
    kinds: [(&'static str, &'static str); 5],
}

const ZH: Words = Words {
    language: "zh-CN",
    statement: "对账函",
    greeting: "尊敬的客户：以下为贵公司与我司的往来账目。",
    account: "应收账款",
    on: "截至 ",
    balance_was: "，贵公司应付余额为 ",
    before: "；期初余额为 ",
    stop: "。",
    open: "尚未结清",
    charged: "本期应收",
    credited: "本期已收及贷项",
    document: "单据",
    date: "日期",
    due: "到期日",
    details: "摘要",
    amount: "金额",
    total: "合计",
    balance: "余额",
    late: "前期补记",
    check: "如有不符，请尽快告知我司。",
    pay_to: "收款账户：",
    signature: "客户签章",
    kinds: [
        ("invoice", "发票"),
        ("credit-note", "红字/贷项"),
        ("receipt", "收款"),
        ("return", "退款"),
        ("allocation", "核销"),
    ],
};

const EN: Words = Words {
    language: "en",
    statement: "Statement",
    greeting: "Dear customer, this is how your account with us stands.",
    account: "Account",
    on: "On ",
    balance_was: " you owed us ",
    before: "; before this period it was ",
    stop: ".",
    open: "Not paid yet",
    charged: "Charged in this period",
    credited: "Paid and credited in this period",
    document: "Document",
    date: "Date",
    due: "Due",
    details: "Details",
    amount: "Amount",
    total: "Total",
    balance: "Balance",
    late: "dated earlier, recorded since",
    check: "Please tell us soon if your books say otherwise.",
    pay_to: "Pay to:",
    signature: "Signature and stamp",
    kinds: [
        ("invoice", "Invoice"),
        ("credit-note", "Credit note"),
        ("receipt", "Payment"),
        ("return", "Returned payment"),
        ("allocation", "Set off"),
    ],
};

impl Words {
    /// Chinese for `zh` and its regions, English for anything else.
    pub fn of(locale: &str) -> &'static Words {
        if locale == "zh" || locale.starts_with("zh-") { &ZH } else { &EN }
    }

    /// A kind of document; one that is not known here stands as it is.
    pub fn kind<'a>(&'a self, kind: &'a str) -> &'a str {
        self.kinds.iter().find(|(name, _)| *name == kind).map_or(kind, |(_, word)| word)
    }
}
