//! The fields of each kind of body, under the names that mappings use, with the headings that people give them.

use std::fmt;

/// What a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    Customers,
    Items,
    Invoices,
    Receipts,
    OpeningBalances,
    Deliveries,
    Orders,
    /// What the old books say of each customer: compared, and never entered.
    OldBalances,
}

impl Noun {
    pub const ALL: [Noun; 8] = [
        Noun::Customers,
        Noun::Items,
        Noun::Invoices,
        Noun::Receipts,
        Noun::OpeningBalances,
        Noun::Deliveries,
        Noun::Orders,
        Noun::OldBalances,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            Noun::Customers => "customers",
            Noun::Items => "items",
            Noun::Invoices => "invoices",
            Noun::Receipts => "receipts",
            Noun::OpeningBalances => "opening-balances",
            Noun::Deliveries => "deliveries",
            Noun::Orders => "orders",
            Noun::OldBalances => "old-balances",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Noun::ALL.into_iter().find(|noun| noun.name() == name)
    }
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Noun::Customers => CUSTOMERS,
            Noun::Items => ITEMS,
            Noun::Invoices => INVOICES,
            Noun::Receipts => RECEIPTS,
            Noun::OpeningBalances => OPENING,
            Noun::Deliveries => DELIVERIES,
            Noun::Orders => ORDERS,
            Noun::OldBalances => OLD,
        }
    }
    /// The field whose value is the same only in rows of one thing.
    pub const fn key(self) -> &'static str {
        match self {
            Noun::Customers | Noun::Items => "code",
            Noun::OldBalances => "customer",
            Noun::Invoices | Noun::Receipts | Noun::OpeningBalances | Noun::Deliveries | Noun::Orders => {
                "number"
            }
        }
    }
    /// Where the parts stand that the rows of one thing make, each of its own row.
    pub const fn parts(self) -> Option<&'static str> {
        match self {
            Noun::Invoices | Noun::Deliveries | Noun::Orders => Some("/lines/-/"),
            Noun::Receipts => Some("/allocations/-/"),
            Noun::Customers | Noun::Items | Noun::OpeningBalances | Noun::OldBalances => None,
        }
    }
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }
    /// Names for a sentence.
    pub fn field_names(self) -> String {
        self.fields().iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a cell becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A text that may look like a number: codes and numbers of documents.
    Code,
    Date,
    /// A decimal of any scale: quantity, price, rate.
    Decimal,
    /// As a decimal, and its sum is shown; it goes with the currency of the row.
    Amount,
    /// A whole number from 0.
    Whole,
    /// One of a list of codes; each with what else people write for it.
    Choice(&'static [(&'static str, &'static [&'static str])]),
}

/// A field: its name in mappings, where it goes in the body, and what heads its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    /// RFC 6901 into the body; `-` is the line that the row makes.
    pub path: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Headings, as [`normal`] leaves them.
    pub headings: &'static [&'static str],
}

impl Field {
    /// Whether it is of a part, which each row makes one of.
    pub fn is_of_part(&self) -> bool {
        self.path.contains("/-/")
    }
}

const fn field(
    name: &'static str,
    path: &'static str,
    kind: Kind,
    required: bool,
    headings: &'static [&'static str],
) -> Field {
    Field { name, path, kind, required, headings }
}

/// Instead of quantity and price: one piece at this price.
pub const LINE_AMOUNT: &str = "line_amount";
/// What the old books say the customer owes: no part of a body, compared at the end.
pub const OLD_BALANCE: &str = "old_balance";

// in macros, which rustfmt leaves alone: a line a field reads as the table it is
macro_rules! words {
    ($($name:ident: $($word:literal),+;)*) => { $(const $name: &[&str] = &[$($word),+];)* };
}
macro_rules! fields {
    ($table:ident: $($name:expr, $path:literal, $kind:expr, $required:literal, $headings:expr;)+) => {
        const $table: &[Field] = &[$(field($name, $path, $kind, $required, $headings)),+];
    };
}

words! {
    CODES: "code", "customercode", "客户编码", "客户代码", "客户编号", "编码", "代码", "编号", "customerid", "customerno";
    CUSTOMER: "customer", "customercode", "customerid", "customerno", "customernumber", "account", "debtor", "debtorno", "客户", "客户编码", "客户代码", "客户编号", "往来单位编码", "购货单位编码", "kundennummer", "clientcode";
    CURRENCIES: "currency", "currencycode", "ccy", "币种", "币别", "货币", "币种代码", "waehrung", "währung";
    NUMBERS: "number", "invoicenumber", "invoiceno", "invoice", "documentno", "documentnumber", "docno", "单号", "单据编号", "单据号", "发票编号", "销售单号", "reference", "ref", "externalid", "rechnungsnummer", "belegnummer";
    DUE: "duedate", "due", "paymentdue", "到期日", "到期日期", "应收日期", "付款到期日", "fälligkeit", "faelligkeit", "fälligam";
    DOCUMENT_DATES: "documentdate", "invoicedate", "date", "docdate", "billdate", "日期", "单据日期", "开票日期", "业务日期", "发票日期", "datum", "rechnungsdatum";
    FX_RATES: "fxrate", "exchangerate", "rate", "汇率";
    TEXTS: "text", "memo", "note", "notes", "remark", "remarks", "comment", "备注", "摘要", "说明";
    NAMES_OF_GOODS: "description", "item", "itemname", "product", "productname", "goods", "品名", "商品名称", "货物名称", "名称", "摘要", "项目", "物料名称", "bezeichnung";
    UNITS: "unit", "uom", "单位", "计量单位", "einheit";
    PRICES: "unitprice", "price", "单价", "销售单价", "售价", "含税单价", "不含税单价", "preis", "einzelpreis";
    CATEGORIES: "category", "taxcategory", "taxcode", "vat", "taxrate", "税率", "税目", "税收分类", "税码", "mwst";
}

const KINDS_OF_BUYER: Kind = Kind::Choice(&[
    ("business", &["企业", "公司", "company", "b2b", "corporate", "firma"]),
    ("consumer", &["个人", "消费者", "person", "private", "individual", "b2c", "privat"]),
    ("government", &["政府", "机关", "事业单位", "public"]),
]);
const SUPPLY: Kind = Kind::Choice(&[
    ("goods", &["货物", "商品", "product", "products", "ware"]),
    ("service", &["服务", "劳务", "services", "dienstleistung"]),
]);
const PRICE_MODES: Kind = Kind::Choice(&[
    ("exclusive", &["不含税", "net", "excl", "netto"]),
    ("inclusive", &["含税", "gross", "incl", "brutto"]),
]);

fields! {
    CUSTOMERS:
        "code", "/code", Kind::Code, true, CODES;
        "name", "/name", Kind::Text, true, &["name", "customername", "company", "companyname", "客户名称", "名称", "客户", "公司名称", "单位名称", "firma", "kunde"];
        "country", "/country", Kind::Code, true, &["country", "countrycode", "国家", "国别", "land"];
        "region", "/region", Kind::Text, false, &["region", "state", "province", "省份", "地区"];
        "address", "/address/lines/0", Kind::Text, false, &["address", "street", "addressline1", "地址", "详细地址", "straße", "strasse"];
        "postal_code", "/address/postal_code", Kind::Code, false, &["postalcode", "zip", "zipcode", "postcode", "邮编", "邮政编码", "plz"];
        "city", "/address/city", Kind::Text, false, &["city", "town", "城市", "市", "ort"];
        "currency", "/currency", Kind::Code, true, CURRENCIES;
        "locale", "/locale", Kind::Choice(&[("zh-CN", &["zh", "中文", "chinese"]), ("en", &["en-us", "en-gb", "英文", "english"])]), false, &["locale", "language", "语言"];
        "kind", "/kind", KINDS_OF_BUYER, false, &["kind", "customertype", "类型", "客户类型"];
        "taxpayer_status", "/taxpayer_status", Kind::Choice(&[("general", &["一般纳税人"]), ("small-scale", &["小规模纳税人", "小规模"]), ("exempt", &["免税"])]), false, &["taxpayerstatus", "纳税人类型", "纳税人资质"];
        "tax_scheme", "/tax_id/scheme", Kind::Code, false, &["taxscheme", "税号类别"];
        "tax_id", "/tax_id/id", Kind::Code, false, &["taxid", "vatid", "vatnumber", "taxnumber", "税号", "纳税人识别号", "统一社会信用代码", "ustid", "ustidnr"];
        "email", "/email", Kind::Text, false, &["email", "mail", "邮箱", "电子邮件", "电子邮箱"];
        "terms_days", "/terms_days", Kind::Whole, false, &["termsdays", "paymentterms", "terms", "netdays", "账期", "账期天数", "付款天数", "信用期"];
        "statement_style", "/statement_style", Kind::Choice(&[("open-item", &["未清项"]), ("balance-forward", &["余额结转"])]), false, &["statementstyle", "对账方式"];
        "account_scheme", "/accounts/0/scheme", Kind::Code, false, &["accountscheme", "账号类别"];
        "account", "/accounts/0/account", Kind::Code, false, &["iban", "bankaccount", "accountnumber", "银行账号", "账号", "付款账号"];
        "parent", "/parent", Kind::Code, false, &["parent", "parentcustomer", "上级客户", "付款客户", "总公司"];
        "external_id", "/external_id", Kind::Code, false, &["externalid", "外部编号", "外部编码", "erpid", "erp编码"];
        "group", "/group", Kind::Text, false, &["group", "customergroup", "客户组", "客户分组"];
}

fields! {
    ITEMS:
        "code", "/code", Kind::Code, true, &["code", "sku", "itemcode", "itemno", "stockcode", "productcode", "商品编码", "物料编码", "货号", "编码", "artikelnummer"];
        "name", "/name", Kind::Text, true, &["name", "itemname", "description", "productname", "商品名称", "物料名称", "品名", "名称", "bezeichnung"];
        "unit", "/unit", Kind::Text, false, UNITS;
        "unit_price", "/unit_price", Kind::Decimal, false, PRICES;
        "currency", "/currency", Kind::Code, false, CURRENCIES;
        "category", "/category", Kind::Code, true, CATEGORIES;
        "supply", "/supply", SUPPLY, false, &["supply", "type", "类型", "货物或服务"];
}

fields! {
    INVOICES:
        "number", "/external_id", Kind::Code, false, NUMBERS;
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "kind", "/kind", Kind::Choice(&[("invoice", &["发票", "销售", "蓝字", "rechnung"]), ("credit-note", &["红字", "退货", "红字发票", "creditnote", "credit", "gutschrift"]), ("debit-note", &["补开", "补价", "debitnote", "debit", "nachbelastung"])]), false, &["kind", "type", "类型", "单据类型"];
        "original", "/original", Kind::Code, false, &["original", "originalinvoice", "corrects", "原发票号", "原单号"];
        "document_date", "/document_date", Kind::Date, true, DOCUMENT_DATES;
        "effective_date", "/effective_date", Kind::Date, false, &["effectivedate", "postingdate", "记账日期", "入账日期", "buchungsdatum"];
        "due_date", "/due_date", Kind::Date, false, DUE;
        "supply_date", "/supply_date", Kind::Date, false, &["supplydate", "deliverydate", "发货日期", "交货日期", "lieferdatum"];
        "currency", "/currency", Kind::Code, true, CURRENCIES;
        "price_mode", "/price_mode", PRICE_MODES, true, &["pricemode", "taxincluded", "是否含税", "含税"];
        "purchase_order", "/purchase_order", Kind::Code, false, &["purchaseorder", "po", "ponumber", "订单号", "客户订单号", "采购订单", "bestellnummer"];
        "tax_invoice_number", "/tax_invoice_number", Kind::Code, false, &["taxinvoicenumber", "发票号码", "数电票号码", "税票号"];
        "text", "/text", Kind::Text, false, TEXTS;
        "fx_rate", "/fx/rate", Kind::Decimal, false, FX_RATES;
        "fx_date", "/fx/date", Kind::Date, false, &["fxdate", "汇率日期"];
        "fx_source", "/fx/source", Kind::Code, false, &["fxsource", "汇率来源"];
        "item", "/lines/-/item", Kind::Code, false, &["itemcode", "sku", "stockcode", "productcode", "itemno", "商品编码", "物料编码", "货号", "artikelnummer"];
        "description", "/lines/-/description", Kind::Text, false, NAMES_OF_GOODS;
        "quantity", "/lines/-/quantity", Kind::Decimal, false, &["quantity", "qty", "数量", "销售数量", "menge", "anzahl"];
        "unit", "/lines/-/unit", Kind::Text, false, UNITS;
        "unit_price", "/lines/-/unit_price", Kind::Decimal, false, PRICES;
        LINE_AMOUNT, "/lines/-/unit_price", Kind::Decimal, false, &["lineamount", "amount", "invoiceamount", "linetotal", "total", "金额", "销售金额", "betrag"];
        "category", "/lines/-/category", Kind::Code, false, CATEGORIES;
        "original_line", "/lines/-/original_line", Kind::Whole, false, &["originalline", "原发票行", "原发票行号", "原单行号"];
        "nature", "/lines/-/nature", Kind::Choice(&[("normal", &["正常"]), ("discounted", &["被折扣"]), ("discount", &["折扣", "rabatt"]), ("deposit", &["押金"]), ("disbursement", &["代垫"])]), false, &["nature", "行性质", "发票行性质"];
        "supply", "/lines/-/supply", SUPPLY, false, &["supply", "货物或服务"];
}

fields! {
    DELIVERIES:
        "number", "/external_id", Kind::Code, false, &["number", "deliverynumber", "deliverynoteno", "deliverynote", "slip", "slipno", "shipmentno", "单号", "送货单号", "发货单号", "出库单号", "单据编号", "单据号", "externalid", "lieferscheinnummer"];
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "delivered_on", "/delivered_on", Kind::Date, true, &["deliveredon", "deliverydate", "shipdate", "shippeddate", "date", "日期", "发货日期", "送货日期", "出库日期", "交货日期", "单据日期", "lieferdatum"];
        "currency", "/currency", Kind::Code, true, CURRENCIES;
        "purchase_order", "/purchase_order", Kind::Code, false, &["purchaseorder", "po", "ponumber", "order", "orderno", "ordernumber", "订单号", "客户订单号", "采购订单", "销售订单号", "bestellnummer"];
        "text", "/text", Kind::Text, false, TEXTS;
        "fx_rate", "/fx/rate", Kind::Decimal, false, FX_RATES;
        "fx_date", "/fx/date", Kind::Date, false, &["fxdate", "汇率日期"];
        "fx_source", "/fx/source", Kind::Code, false, &["fxsource", "汇率来源"];
        "item", "/lines/-/item", Kind::Code, false, &["itemcode", "sku", "stockcode", "productcode", "itemno", "商品编码", "物料编码", "货号", "artikelnummer"];
        "description", "/lines/-/description", Kind::Text, false, NAMES_OF_GOODS;
        "quantity", "/lines/-/quantity", Kind::Decimal, true, &["quantity", "qty", "数量", "发货数量", "实发数量", "出库数量", "menge", "anzahl"];
        "unit", "/lines/-/unit", Kind::Text, false, UNITS;
        "unit_price", "/lines/-/unit_price", Kind::Decimal, false, &["unitprice", "price", "单价", "销售单价", "售价", "不含税单价", "preis", "einzelpreis"];
        "category", "/lines/-/category", Kind::Code, false, CATEGORIES;
        "supply", "/lines/-/supply", SUPPLY, false, &["supply", "货物或服务"];
}

fields! {
    ORDERS:
        "number", "/external_id", Kind::Code, true, &["number", "order", "orderno", "ordernumber", "salesorder", "salesorderno", "purchaseorder", "po", "ponumber", "单号", "订单号", "订单编号", "销售订单号", "客户订单号", "采购订单", "单据编号", "单据号", "externalid", "bestellnummer", "auftragsnummer"];
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "ordered_on", "/ordered_on", Kind::Date, true, &["orderedon", "orderdate", "date", "日期", "订单日期", "下单日期", "单据日期", "bestelldatum", "auftragsdatum"];
        "deliver_on", "/deliver_on", Kind::Date, false, &["deliveron", "deliveryon", "deliverydate", "requireddate", "requesteddate", "shipdate", "交货日期", "要求交货日期", "要货日期", "交期", "发货日期", "lieferdatum", "liefertermin"];
        "currency", "/currency", Kind::Code, true, CURRENCIES;
        "text", "/text", Kind::Text, false, TEXTS;
        "fx_rate", "/fx/rate", Kind::Decimal, false, FX_RATES;
        "fx_date", "/fx/date", Kind::Date, false, &["fxdate", "汇率日期"];
        "fx_source", "/fx/source", Kind::Code, false, &["fxsource", "汇率来源"];
        "item", "/lines/-/item", Kind::Code, false, &["itemcode", "sku", "stockcode", "productcode", "itemno", "商品编码", "物料编码", "货号", "artikelnummer"];
        "description", "/lines/-/description", Kind::Text, false, NAMES_OF_GOODS;
        "quantity", "/lines/-/quantity", Kind::Decimal, true, &["quantity", "qty", "数量", "订购数量", "订单数量", "销售数量", "menge", "anzahl"];
        "unit", "/lines/-/unit", Kind::Text, false, UNITS;
        "unit_price", "/lines/-/unit_price", Kind::Decimal, false, &["unitprice", "price", "单价", "销售单价", "售价", "不含税单价", "preis", "einzelpreis"];
        "category", "/lines/-/category", Kind::Code, false, CATEGORIES;
        "supply", "/lines/-/supply", SUPPLY, false, &["supply", "货物或服务"];
}

fields! {
    RECEIPTS:
        "number", "/external_id", Kind::Code, false, &["number", "receiptnumber", "receiptno", "paymentid", "paymentno", "transactionid", "单号", "收款单号", "流水号", "externalid", "belegnummer"];
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "amount", "/amount/amount", Kind::Amount, true, &["amount", "paymentamount", "received", "paid", "金额", "收款金额", "到账金额", "实收金额", "betrag"];
        "currency", "/amount/currency", Kind::Code, true, CURRENCIES;
        "value_date", "/value_date", Kind::Date, true, &["valuedate", "date", "paymentdate", "receiptdate", "settleddate", "日期", "收款日期", "到账日期", "valuta", "datum"];
        "effective_date", "/effective_date", Kind::Date, false, &["effectivedate", "postingdate", "记账日期", "入账日期"];
        "invoice", "/allocations/-/document", Kind::Code, false, &["invoice", "invoicenumber", "invoiceno", "paysinvoice", "发票编号", "发票单号", "应收单号", "核销单号", "对应单号", "rechnung", "rechnungsnummer"];
        "allocated", "/allocations/-/amount", Kind::Amount, false, &["allocated", "allocatedamount", "applied", "appliedamount", "核销金额", "本次核销", "分配金额"];
        "reference", "/reference", Kind::Text, false, &["reference", "ref", "remittance", "purpose", "text", "摘要", "附言", "用途", "备注", "verwendungszweck"];
        "fx_rate", "/fx/rate", Kind::Decimal, false, FX_RATES;
        "fx_date", "/fx/date", Kind::Date, false, &["fxdate", "汇率日期"];
        "fx_source", "/fx/source", Kind::Code, false, &["fxsource", "汇率来源"];
}

fields! {
    OPENING:
        "number", "/external_id", Kind::Code, false, NUMBERS;
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "amount", "/amount/amount", Kind::Amount, true, &["amount", "openamount", "open", "outstanding", "balance", "invoiceamount", "amountdue", "未收金额", "未核销金额", "余额", "期初余额", "应收金额", "未清金额", "金额", "offen"];
        "currency", "/amount/currency", Kind::Code, true, CURRENCIES;
        "document_date", "/document_date", Kind::Date, true, DOCUMENT_DATES;
        "due_date", "/due_date", Kind::Date, false, DUE;
        "effective_date", "/effective_date", Kind::Date, true, &["effectivedate", "takeoverdate", "openingdate", "启用日期", "期初日期", "stichtag"];
        "text", "/text", Kind::Text, false, TEXTS;
        "fx_rate", "/fx/rate", Kind::Decimal, false, FX_RATES;
        "fx_date", "/fx/date", Kind::Date, false, &["fxdate", "汇率日期"];
        "fx_source", "/fx/source", Kind::Code, false, &["fxsource", "汇率来源"];
        OLD_BALANCE, "", Kind::Amount, false, &["oldbalance", "customerbalance", "totalbalance", "accountbalance", "客户余额", "余额合计", "客户合计", "saldo"];
}

fields! {
    OLD:
        "customer", "/customer", Kind::Code, true, CUSTOMER;
        "balance", "/balance/amount", Kind::Amount, true, &["balance", "customerbalance", "totalbalance", "accountbalance", "closingbalance", "openbalance", "amount", "余额", "客户余额", "期末余额", "余额合计", "客户合计", "应收余额", "金额", "saldo", "endsaldo"];
        "currency", "/balance/currency", Kind::Code, true, CURRENCIES;
        "date", "/date", Kind::Date, true, &["date", "asof", "asofdate", "balancedate", "日期", "截止日期", "余额日期", "stichtag", "datum"];
}

/// A heading without what writers of headings differ in: case, blanks, punctuation.
pub fn normal(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The fields that a heading may name: as it is, else without what stands in brackets.
pub fn named_by(noun: Noun, heading: &str) -> Vec<&'static Field> {
    let of = |text: &str| -> Vec<&'static Field> {
        let wanted = normal(text);
        let names = |field: &&Field| normal(field.name) == wanted;
        if let Some(own) = noun.fields().iter().find(names) {
            return vec![own];
        }
        noun.fields().iter().filter(|field| field.headings.contains(&wanted.as_str())).collect()
    };
    let whole = of(heading);
    let before = heading.split(['(', '（', '[']).next().unwrap_or_default();
    if whole.is_empty() && before.len() < heading.len() { of(before) } else { whole }
}

/// Whether any kind of sheet has such a heading.
pub(crate) fn is_known(heading: &str) -> bool {
    Noun::ALL.into_iter().any(|noun| !named_by(noun, heading).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_written_as_they_are_compared_and_fields_are_unique() {
        for noun in Noun::ALL {
            let mut names: Vec<&str> = noun.fields().iter().map(|field| field.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), noun.fields().len(), "{noun}");
            assert!(noun.field(noun.key()).is_some(), "{noun}");
            for field in noun.fields() {
                for heading in field.headings {
                    assert_eq!(normal(heading), *heading, "{noun} {}", field.name);
                }
            }
        }
    }

    #[test]
    fn headings_in_two_languages_name_their_field() {
        let names =
            |noun, heading| named_by(noun, heading).iter().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(names(Noun::Invoices, "Invoice Date"), ["document_date"]);
        assert_eq!(names(Noun::Invoices, "InvoiceAmount"), [LINE_AMOUNT]);
        assert_eq!(names(Noun::OpeningBalances, "未收金额（元）"), ["amount"]);
        assert_eq!(names(Noun::Customers, "客户编码"), ["code"]);
        assert_eq!(names(Noun::Receipts, "customerID"), ["customer"]);
        assert_eq!(names(Noun::Orders, "订单号"), ["number"]);
        assert_eq!(names(Noun::Orders, "Delivery Date"), ["deliver_on"]);
        assert_eq!(names(Noun::Customers, "PaperlessBill"), Vec::<&str>::new());
    }
}
