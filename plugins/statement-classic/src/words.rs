//! Every word of the statement, in Chinese and English.

use crate::config::Config;

macro_rules! words {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug, Clone, Copy)]
        pub struct Words {
            /// BCP 47
            pub language: &'static str,
            $(pub $name: &'static str,)*
        }
        const ZH: Words = Words { language: "zh-CN", $($name: $zh,)* };
        const EN: Words = Words { language: "en", $($name: $en,)* };
    };
}

words! {
    statement: "客户对账单", "Statement of account";
    open_item_style: "未清项", "Open item";
    balance_forward_style: "余额结转", "Balance forward";
    style: "方式", "Type";
    from: "出具方", "From";
    to: "客户", "To";
    about: "对账单", "Statement";
    code: "编号", "Code";
    address: "地址", "Address";
    tax_id: "税号", "Tax ID";
    number: "单号", "Number";
    version: "版本", "Version";
    supersedes: "取代", "Supersedes";
    period: "期间", "Period";
    until: "至", "to";
    cut_off: "截止日", "Cut-off";
    previous: "上期对账单", "Previous";
    account: "应收账款", "Receivables";
    opening: "期初余额", "Opening balance";
    closing: "期末余额", "Closing balance";
    total_debit: "本期应收", "Charged";
    total_credit: "本期收款及贷项", "Paid and credited";
    unapplied: "未核销贷方", "Unapplied credits";
    movements: "本期发生额", "Movements";
    prior_period: "前期补记", "Entries dated before this period, recorded since";
    date: "日期", "Date";
    document: "单据", "Document";
    tax_invoice: "发票号码", "Tax invoice";
    text: "摘要", "Details";
    due: "到期日", "Due";
    debit: "借方", "Debit";
    credit: "贷方", "Credit";
    balance: "余额", "Balance";
    total: "合计", "Total";
    open_items: "未清项明细", "Open items";
    original: "原金额", "Original";
    open: "未清金额", "Open";
    days_overdue: "逾期天数", "Days overdue";
    aging: "账龄（按到期日）", "Aging by due date";
    aging_documents: "账龄（按单据日期）", "Aging by document date";
    not_due: "未到期", "Not due";
    days: "天", "days";
    tax: "税额汇总", "Tax of the period";
    tax_code: "税码", "Code";
    rate: "税率", "Rate";
    base: "计税金额", "Base";
    tax_amount: "税额", "Tax";
    equivalent: "折合本位币", "In base currency";
    fx_rate: "汇率", "Rate of exchange";
    fx_date: "汇率日期", "As of";
    fx_source: "汇率来源", "Source";
    pay_to: "收款账户", "Pay to";
    bank: "开户行", "Bank";
    holder: "户名", "Account holder";
    account_number: "账号", "Account";
    bic: "BIC", "BIC";
    confirmation: "对账确认", "Confirmation";
    agree: "□ 数据核对无误　　□ 数据不符，差异说明：", "□ The figures agree with our books.    □ They differ as follows:";
    ask: "请贵公司核对上述余额，如有差异请及时与我司联系。", "Please compare these figures with your books and tell us of any difference.";
    seal: "客户签章", "Signature and stamp";
    signatory: "经办人", "Name";
    signed_on: "日期", "Date";
    digest: "摘要值", "digest";
    nothing_open: "无未清项。", "Nothing is open.";
}

impl Words {
    /// Chinese for `zh` and its regions, English for anything else.
    pub fn of(locale: &str) -> &'static Words {
        let chinese = locale == "zh" || locale.starts_with("zh-");
        if chinese { &ZH } else { &EN }
    }

    pub fn title<'a>(&self, config: &'a Config) -> &'a str
    where
        Self: 'a,
    {
        config.title.as_deref().unwrap_or(self.statement)
    }

    fn chinese(&self) -> bool {
        self.language == "zh-CN"
    }

    /// A kind of document; a kind this version does not know stands as it is.
    pub fn kind<'a>(&self, kind: &'a str) -> &'a str {
        let (zh, en) = match kind {
            "invoice" => ("发票", "Invoice"),
            "credit-note" => ("红字/贷项", "Credit note"),
            "debit-note" => ("借项通知", "Debit note"),
            "receipt" => ("收款", "Receipt"),
            "return" => ("退票/退款", "Returned payment"),
            "opening" => ("期初", "Opening"),
            "adjustment" => ("调整", "Adjustment"),
            "transfer" => ("划转", "Transfer"),
            "allocation" => ("核销", "Allocation"),
            _ => return kind,
        };
        if self.chinese() { zh } else { en }
    }

    /// A bucket of the aging, by the days it covers.
    pub fn bucket(&self, from: Option<i32>, to: Option<i32>) -> String {
        match (from, to) {
            (None, _) => self.not_due.to_owned(),
            (Some(from), Some(to)) => format!("{from}–{to} {}", self.days),
            (Some(from), None) if self.chinese() => format!("{from} 天及以上"),
            (Some(from), None) => format!("{from} days and more"),
        }
    }
}
