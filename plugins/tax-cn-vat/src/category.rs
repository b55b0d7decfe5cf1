//! Category codes, their dated rates and where the law says so.
//!
//! Rates before 2018-05-01 are not in the table: a document of that time is refused, not guessed.

use serde::Deserialize;
use std::borrow::Cow;
use zhangben_sdk::Decimal;

type Text = Cow<'static, str>;

/// How a category is treated; its name is the `category` of a tax line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// The general rate (13 %).
    Standard,
    /// 9 %, 6 %.
    Reduced,
    /// 简易计税: the levy rate (征收率), without deduction of input tax.
    Simplified,
    /// 零税率
    Zero,
    /// 免税
    Exempt,
    /// 不征税
    OutOfScope,
}

impl Treatment {
    pub fn by_name(name: &str) -> Option<Self> {
        use Treatment::{Exempt, OutOfScope, Reduced, Simplified, Standard, Zero};
        [Standard, Reduced, Simplified, Zero, Exempt, OutOfScope].into_iter().find(|t| t.name() == name)
    }
    pub const fn name(self) -> &'static str {
        match self {
            Treatment::Standard => "standard",
            Treatment::Reduced => "reduced",
            Treatment::Simplified => "simplified",
            Treatment::Zero => "zero",
            Treatment::Exempt => "exempt",
            Treatment::OutOfScope => "out-of-scope",
        }
    }
    /// Whether tax is `base × rate` at a rate above zero.
    pub const fn is_taxed(self) -> bool {
        matches!(self, Treatment::Standard | Treatment::Reduced | Treatment::Simplified)
    }
}

/// A rate and when it holds; both days included, open where absent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedRate {
    /// A fraction as text: "0.13" is 13 %.
    pub rate: Text,
    #[serde(default)]
    pub valid_from: Option<Text>,
    #[serde(default)]
    pub valid_to: Option<Text>,
    /// The clause of law, as it shall stand on the tax line.
    #[serde(default)]
    pub citation: Option<Text>,
}

impl DatedRate {
    /// ISO dates compare as text.
    pub fn holds_at(&self, date: &str) -> bool {
        self.valid_from.as_deref().is_none_or(|from| from <= date)
            && self.valid_to.as_deref().is_none_or(|to| date <= to)
    }
    /// Configurations are checked before they are used, so an unreadable rate is a rate of none.
    pub fn fraction(&self) -> Option<Decimal> {
        zhangben_sdk::decimal::parse(&self.rate, "")
            .ok()
            .filter(|rate| *rate >= Decimal::ZERO && *rate < Decimal::ONE)
    }
}

/// What a category code of a line means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub code: Text,
    pub treatment: Treatment,
    pub rates: Vec<DatedRate>,
    /// Which code applies instead when the seller is a small-scale taxpayer (小规模纳税人).
    #[serde(default)]
    pub small_scale: Option<Text>,
    /// Only small-scale sellers may use it.
    #[serde(default)]
    pub small_scale_only: bool,
    /// Refused to a small-scale seller: what such a one charges is not in the table.
    #[serde(default)]
    pub general_only: bool,
    /// Only for a destination outside of mainland China.
    #[serde(default)]
    pub export_only: bool,
    /// A code that stands on the tax line, as of the list of reliefs (减免税代码).
    #[serde(default)]
    pub exemption_code: Option<Text>,
    #[serde(default)]
    pub reason: Option<Text>,
}

/// The code that goods get whose destination lies outside of mainland China.
pub const EXPORT_CODE: &str = "export-0";

const LAW: &str = "2026-01-01";
const BEFORE_LAW: &str = "2025-12-31";
const FIRST: &str = "2018-05-01";

const fn rate(
    rate: &'static str,
    from: &'static str,
    to: Option<&'static str>,
    citation: &'static str,
) -> DatedRate {
    DatedRate {
        rate: Cow::Borrowed(rate),
        valid_from: Some(Cow::Borrowed(from)),
        valid_to: match to {
            Some(to) => Some(Cow::Borrowed(to)),
            None => None,
        },
        citation: Some(Cow::Borrowed(citation)),
    }
}

fn standard() -> Vec<DatedRate> {
    vec![
        rate("0.16", FIRST, Some("2019-03-31"), "财税〔2018〕32号第一条"),
        rate("0.13", "2019-04-01", Some(BEFORE_LAW), "财政部 税务总局 海关总署公告2019年第39号第一条"),
        rate("0.13", LAW, None, "《中华人民共和国增值税法》第十条第一项"),
    ]
}

fn nine() -> Vec<DatedRate> {
    vec![
        rate("0.10", FIRST, Some("2019-03-31"), "财税〔2018〕32号第一条"),
        rate("0.09", "2019-04-01", Some(BEFORE_LAW), "财政部 税务总局 海关总署公告2019年第39号第一条"),
        rate("0.09", LAW, None, "《中华人民共和国增值税法》第十条第二项"),
    ]
}

fn six() -> Vec<DatedRate> {
    vec![
        rate("0.06", FIRST, Some(BEFORE_LAW), "《中华人民共和国增值税暂行条例》第二条第三项"),
        rate("0.06", LAW, None, "《中华人民共和国增值税法》第十条第三项"),
    ]
}

fn levy() -> Vec<DatedRate> {
    vec![
        rate("0.03", FIRST, Some(BEFORE_LAW), "《中华人民共和国增值税暂行条例》第十二条"),
        rate("0.03", LAW, None, "《中华人民共和国增值税法》第十一条"),
    ]
}

/// The levy rate of small-scale sellers with its reduction to 1 %. What held before 2023 (exemption, then 1 %) is
/// not in the table.
fn reduced_levy() -> Vec<DatedRate> {
    vec![
        rate("0.01", "2023-01-01", Some("2023-12-31"), "财政部 税务总局公告2023年第1号第二条"),
        rate("0.01", "2024-01-01", Some("2027-12-31"), "财政部 税务总局公告2023年第19号第二条"),
        rate("0.03", "2028-01-01", None, "《中华人民共和国增值税法》第十一条"),
    ]
}

fn export_goods() -> Vec<DatedRate> {
    vec![
        rate("0", FIRST, Some(BEFORE_LAW), "《中华人民共和国增值税暂行条例》第二条第四项"),
        rate("0", LAW, None, "《中华人民共和国增值税法》第十条第四项"),
    ]
}

fn export_services() -> Vec<DatedRate> {
    vec![
        rate("0", FIRST, Some(BEFORE_LAW), "《中华人民共和国增值税暂行条例》第二条第五项"),
        rate("0", LAW, None, "《中华人民共和国增值税法》第十条第五项"),
    ]
}

/// A small-scale seller's exports are exempt, not zero-rated: there is no input tax to give back.
fn small_scale_exports() -> Vec<DatedRate> {
    let uncited = DatedRate { citation: None, ..rate("0", LAW, None, "") };
    vec![rate("0", FIRST, Some(BEFORE_LAW), "财税〔2012〕39号第六条第一项"), uncited]
}

/// Services for abroad whose zero rate meets the simplified method, which is a small-scale seller's, are exempt.
fn small_scale_export_services() -> Vec<DatedRate> {
    let uncited = DatedRate { citation: None, ..rate("0", LAW, None, "") };
    vec![rate("0", FIRST, Some(BEFORE_LAW), "财税〔2016〕36号附件4第四条"), uncited]
}

/// Without a citation: which provision exempts, or excludes, is the document's to say (configure a code for it).
fn uncited(value: &'static str) -> Vec<DatedRate> {
    vec![DatedRate {
        rate: Cow::Borrowed(value),
        valid_from: Some(Cow::Borrowed(FIRST)),
        valid_to: None,
        citation: None,
    }]
}

/// The table that holds where the configuration says nothing else. Short codes name the rate, long ones the supply
/// too, so that reports can tell them apart.
pub fn defaults() -> Vec<Category> {
    let category = |code: &'static str, treatment, rates: Vec<DatedRate>| Category {
        code: Cow::Borrowed(code),
        treatment,
        rates,
        small_scale: None,
        small_scale_only: false,
        general_only: false,
        export_only: false,
        exemption_code: None,
        reason: None,
    };
    // what a small-scale seller charges the reduced levy on
    let general = |code, treatment, rates| Category {
        small_scale: Some(Cow::Borrowed("small-1")),
        ..category(code, treatment, rates)
    };
    let small =
        |code, rates| Category { small_scale_only: true, ..category(code, Treatment::Simplified, rates) };
    let export = |code, rates| Category { export_only: true, ..category(code, Treatment::Zero, rates) };
    let mut table = Vec::with_capacity(28);
    for code in ["13", "goods-13", "repair-13", "lease-13"] {
        table.push(general(code, Treatment::Standard, standard()));
    }
    for code in ["9", "goods-9", "transport-9", "post-9", "telecom-9", "construction-9"] {
        table.push(general(code, Treatment::Reduced, nine()));
    }
    // real estate sold or let by small-scale sellers had a levy rate of its own, 5 % (财税〔2016〕36号附件2第一条第八、九款),
    // to which the reduction to 1 % does not apply (公告2023年第19号第二条: 征收率3%): they configure it
    let property = category("property-9", Treatment::Reduced, nine());
    table.push(Category { general_only: true, ..property });
    for code in ["6", "service-6", "intangible-6", "finance-6", "telecom-6"] {
        table.push(general(code, Treatment::Reduced, six()));
    }
    for code in ["3", "simple-3"] {
        let small_scale = Some(Cow::Borrowed("small-3"));
        table.push(Category { small_scale, ..category(code, Treatment::Simplified, levy()) });
    }
    // 减按1%: for a general taxpayer only under a provision of its own, which the document's author knows
    table.push(general("1", Treatment::Simplified, uncited("0.01")));
    table.push(small("small-3", levy()));
    table.push(small("small-1", reduced_levy()));
    for code in ["0", EXPORT_CODE] {
        let small_scale = Some(Cow::Borrowed("export-exempt"));
        table.push(Category { small_scale, ..export(code, export_goods()) });
    }
    table.push(Category { treatment: Treatment::Exempt, ..export("export-exempt", small_scale_exports()) });
    let small_scale = Some(Cow::Borrowed("export-service-exempt"));
    table.push(Category { small_scale, ..export("export-service-0", export_services()) });
    let services = export("export-service-exempt", small_scale_export_services());
    table.push(Category { treatment: Treatment::Exempt, ..services });
    table.push(category("exempt", Treatment::Exempt, uncited("0")));
    table.push(category("non-taxable", Treatment::OutOfScope, uncited("0")));
    table
}
