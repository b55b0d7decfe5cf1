//! Roles of accounts (科目角色). What posts names an account by its role: the constant here, which is also the code that China's
//! 企业会计准则 gives it and the default template uses. A company's own chart ([`super::Chart`]) makes its code of it where an entry is
//! written. **A new role is a constant and a line of [`ROLES`].**

use Class::{Assets, Equity, Expenses, Income, Liabilities};

/// 应收账款: the control account of receivables
pub const RECEIVABLES: &str = "1122";
/// 应收票据: the control account of bills of exchange that are held
pub const BILLS: &str = "1121";
/// 应收账款—应收未开票: the control account of what was delivered and not billed
pub const UNBILLED: &str = "112201";
/// 银行存款
pub const BANK: &str = "1002";
/// 主营业务收入
pub const REVENUE: &str = "6001";
/// 合同负债: goods that were invoiced and are not delivered; no revenue yet, and no control account: the customer owes the whole
pub const CONTRACT_LIABILITY: &str = "2204";
/// 预收账款—预收款项税额: tax that arose with money on account (预收款), which the customer's credit includes; it leaves as the money is used
pub const TAX_ON_ADVANCES: &str = "220399";
/// 应交税费—应交增值税(销项税额)
pub const OUTPUT_TAX: &str = "22210106";
/// 应收账款—汇兑调整: what a revaluation (期末调汇) values receivables at beyond what they are carried at, until the next day
pub const REVALUATION: &str = "112299";
/// 应收账款—预收重分类: what a regrouping (重分类) adds to receivables for the credits among them, until the next day
pub const REGROUPED: &str = "112298";
/// 预收账款: the credits that a regrouping shows as what they are. 合同负债 where there is a contract: the company's chart says so
pub const ADVANCES: &str = "2203";
/// 财务费用—汇兑损益
pub const FX: &str = "660301";
/// 财务费用—未实现汇兑损益
pub const UNREALISED_FX: &str = "660304";
/// 财务费用—手续费
pub const BANK_CHARGES: &str = "660302";
/// 营业外支出—尾差
pub const TAIL: &str = "671101";
/// 财务费用—现金折扣
pub const DISCOUNT: &str = "660303";
/// 财务费用—贴现利息
pub const DISCOUNT_INTEREST: &str = "660305";
/// 短期借款: what a bank advanced on a bill that it may give back
pub const BORROWINGS: &str = "2001";
/// 坏账准备: what a customer will never pay is written off against the allowance that was made for it
pub const BAD_DEBT: &str = "1231";
/// 营业外收入: interest on arrears and damages (滞纳金, 违约金)
pub const LATE_FEE: &str = "6301";
/// 其他应收款—代扣税款: tax that a payer withheld
pub const WITHHELD: &str = "122104";
/// 其他应付款—待查款项: money of unknown payers
pub const SUSPENSE: &str = "224199";
/// 其他货币资金: what payment providers hold for the company; each of its clearing accounts is an account below it
pub const CLEARING: &str = "1012";
/// 营业外收入—无法支付的款项: money whose owner was not found
pub const UNCLAIMED: &str = "630102";
/// 应收账款贷方—期初调整: the counter account of opening balances
pub const OPENING: &str = "4104";

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// The constant: how postings name it, and its code in the default template.
    pub code: &'static str,
    /// A stable name, as people and programs call it.
    pub name: &'static str,
    /// Its code in the template `generic`.
    pub generic: &'static str,
    pub class: Class,
    pub zh: &'static str,
    pub en: &'static str,
}

const fn role(
    code: &'static str,
    name: &'static str,
    generic: &'static str,
    class: Class,
    (zh, en): (&'static str, &'static str),
) -> Role {
    Role { code, name, generic, class, zh, en }
}

/// Every role, a line each, by code.
pub const ROLES: &[Role] = &[
    role(BANK, "bank", "1010", Assets, ("银行存款", "Cash at bank")),
    role(CLEARING, "clearing", "1020", Assets, ("其他货币资金—支付平台", "Held by payment providers")),
    role(RECEIVABLES, "receivables", "1200", Assets, ("应收账款", "Trade receivables")),
    role(BILLS, "bills", "1210", Assets, ("应收票据", "Bills receivable")),
    role(UNBILLED, "unbilled", "1205", Assets, ("应收账款—应收未开票", "Unbilled receivables")),
    role(REVALUATION, "revaluation", "1290", Assets, ("应收账款—汇兑调整", "Receivables: revaluation")),
    role(
        REGROUPED,
        "receivables-regroup",
        "1291",
        Assets,
        ("应收账款—预收重分类", "Receivables: regrouping"),
    ),
    role(WITHHELD, "withheld", "1310", Assets, ("其他应收款—代扣税款", "Tax withheld by payers")),
    role(BAD_DEBT, "bad-debt", "1280", Assets, ("坏账准备", "Allowance for doubtful debts")),
    role(
        CONTRACT_LIABILITY,
        "contract-liability",
        "2300",
        Liabilities,
        ("合同负债", "Contract liabilities: invoiced, not delivered"),
    ),
    role(ADVANCES, "advances", "2320", Liabilities, ("预收账款", "Advances from customers")),
    role(TAX_ON_ADVANCES, "tax-on-advances", "2310", Liabilities, ("预收款项税额", "Tax on advances")),
    role(OUTPUT_TAX, "output-tax", "2200", Liabilities, ("应交增值税—销项税额", "Output tax")),
    role(BORROWINGS, "borrowings", "2500", Liabilities, ("短期借款", "Short-term borrowings")),
    role(SUSPENSE, "suspense", "2900", Liabilities, ("其他应付款—待查款项", "Suspense")),
    role(OPENING, "opening", "3900", Equity, ("期初调整", "Opening balance equity")),
    role(REVENUE, "revenue", "4000", Income, ("主营业务收入", "Revenue")),
    role(UNCLAIMED, "unclaimed", "4910", Income, ("营业外收入—无法支付的款项", "Unclaimed money")),
    role(LATE_FEE, "late-fee", "4900", Income, ("营业外收入—滞纳金", "Interest on arrears")),
    role(FX, "fx", "7010", Expenses, ("财务费用—汇兑损益", "Realised exchange differences")),
    role(BANK_CHARGES, "bank-charges", "7020", Expenses, ("财务费用—手续费", "Bank charges")),
    role(DISCOUNT, "discount", "7030", Expenses, ("财务费用—现金折扣", "Discounts allowed")),
    role(
        UNREALISED_FX,
        "unrealised-fx",
        "7040",
        Expenses,
        ("财务费用—未实现汇兑损益", "Unrealised exchange differences"),
    ),
    role(
        DISCOUNT_INTEREST,
        "discount-interest",
        "7060",
        Expenses,
        ("财务费用—贴现利息", "Interest on bills discounted"),
    ),
    role(TAIL, "tail", "7050", Expenses, ("营业外支出—尾差", "Small differences")),
];

/// Of accounts that no role has: the company's own, to which people post by hand. Nothing posts to it, so that it has no code.
pub static OWN: Role = role("", "own", "", Assets, ("自设科目", "Account of the company's own"));

/// Roles of control accounts: their balance is the sum of open items, which name a customer.
pub const CONTROL: &[&str] = &[BILLS, RECEIVABLES, UNBILLED];

impl Role {
    pub fn by_name(name: &str) -> Option<&'static Role> {
        ROLES.iter().find(|role| role.name == name)
    }
    /// The role that a constant names.
    pub fn by_code(code: &str) -> Option<&'static Role> {
        ROLES.iter().find(|role| role.code == code)
    }
    pub fn is_control(&self) -> bool {
        CONTROL.contains(&self.code)
    }
    /// Whether it is [`OWN`].
    pub fn is_own(&self) -> bool {
        self.name == OWN.name
    }
}

/// A role narrowed by a key, as a posting names it until it is written: one account of [`BANK`], one provider of a clearing account.
pub fn keyed(role: &str, key: &str) -> String {
    format!("{role}/{key}")
}

/// Role and key of a name that [`keyed`] made.
pub fn unkeyed(name: &str) -> (&str, Option<&str>) {
    match name.split_once('/') {
        Some((role, key)) => (role, Some(key)),
        None => (name, None),
    }
}

/// What an account is, as journals of plain text and financial statements group it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Assets,
    Liabilities,
    Equity,
    Income,
    Expenses,
}

impl Class {
    pub const ALL: [Class; 5] = [Assets, Liabilities, Equity, Income, Expenses];
    pub const fn name(self) -> &'static str {
        match self {
            Assets => "assets",
            Liabilities => "liabilities",
            Equity => "equity",
            Income => "income",
            Expenses => "expenses",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// By its number, as 企业会计准则 builds them: 1 资产, 2 负债, 3 共同, 4 所有者权益, 5 成本, 6 损益, of which 60, 61 and 63 are
/// income. A number that is built otherwise is taken for an asset: it moves no result. For accounts that no chart names.
pub fn class(code: &str) -> Class {
    match code.as_bytes() {
        [b'2', ..] => Liabilities,
        [b'4', ..] => Equity,
        [b'6', b'0' | b'1' | b'3', ..] => Income,
        [b'5' | b'6', ..] => Expenses,
        _ => Assets,
    }
}

/// By its number, as the template `generic` builds them: 1 assets, 2 liabilities, 3 equity, 4 income, 5 to 7 expenses. A number that is
/// built otherwise is taken for an asset, as by [`class`].
pub fn class_generic(code: &str) -> Class {
    match code.as_bytes() {
        [b'2', ..] => Liabilities,
        [b'3', ..] => Equity,
        [b'4', ..] => Income,
        [b'5'..=b'7', ..] => Expenses,
        _ => Assets,
    }
}
