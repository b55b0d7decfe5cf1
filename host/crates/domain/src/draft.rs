//! Documents before they are posted (单据: 草稿 → 提交 → 审批 → 过账): their kinds, and how many approvals one needs.

use crate::actor::{Noun, Role};
use crate::bill::BillAct;
use money::{Currency, Minor};

/// What a draft becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DraftKind {
    Invoice,
    /// 贷项/红字
    CreditNote,
    /// 借项通知
    DebitNote,
    /// 滞纳金/违约金
    LateFee,
    /// 收款
    Receipt,
    /// 坏账/尾差
    WriteOff,
    /// 退款
    Refund,
    /// 调整
    Adjustment,
    /// 收到承兑汇票
    Bill,
    /// 票据背书
    BillEndorsement,
    /// 票据贴现
    BillDiscount,
    /// 票据到期兑付
    BillPayment,
    /// 票据拒付
    BillDishonour,
    /// 期初余额
    Opening,
    /// 冲销: of a document that is posted
    Reversal,
}

impl DraftKind {
    pub const ALL: [DraftKind; 15] = [
        DraftKind::Invoice,
        DraftKind::CreditNote,
        DraftKind::DebitNote,
        DraftKind::LateFee,
        DraftKind::Receipt,
        DraftKind::WriteOff,
        DraftKind::Refund,
        DraftKind::Adjustment,
        DraftKind::Bill,
        DraftKind::BillEndorsement,
        DraftKind::BillDiscount,
        DraftKind::BillPayment,
        DraftKind::BillDishonour,
        DraftKind::Opening,
        DraftKind::Reversal,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            DraftKind::Invoice => "invoice",
            DraftKind::CreditNote => "credit-note",
            DraftKind::DebitNote => "debit-note",
            DraftKind::LateFee => "late-fee",
            DraftKind::Receipt => "receipt",
            DraftKind::WriteOff => "write-off",
            DraftKind::Refund => "refund",
            DraftKind::Adjustment => "adjustment",
            DraftKind::Bill => BillAct::Received.document(),
            DraftKind::BillEndorsement => BillAct::Endorsed.document(),
            DraftKind::BillDiscount => BillAct::Discounted.document(),
            DraftKind::BillPayment => BillAct::Paid.document(),
            DraftKind::BillDishonour => BillAct::Dishonoured.document(),
            DraftKind::Opening => "opening",
            DraftKind::Reversal => "reversal",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        DraftKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    /// What it is to who asks whether she may (出纳 brings in what is money).
    pub const fn noun(self) -> Noun {
        match self {
            DraftKind::Receipt
            | DraftKind::Refund
            | DraftKind::Bill
            | DraftKind::BillEndorsement
            | DraftKind::BillDiscount
            | DraftKind::BillPayment
            | DraftKind::BillDishonour => Noun::Money,
            DraftKind::Invoice
            | DraftKind::CreditNote
            | DraftKind::DebitNote
            | DraftKind::LateFee
            | DraftKind::WriteOff
            | DraftKind::Adjustment
            | DraftKind::Opening
            | DraftKind::Reversal => Noun::Documents,
        }
    }
    /// Whether another person than who prepared it must approve it, whatever a company's rules say.
    pub const fn always_approved(self) -> bool {
        matches!(
            self,
            DraftKind::WriteOff
                | DraftKind::Refund
                | DraftKind::Adjustment
                | DraftKind::BillEndorsement
                | DraftKind::BillDiscount
                | DraftKind::BillDishonour
        )
    }
    /// Whether it charges the customer: who prepares or approves such a one approves no money of hers in that period.
    pub const fn charges(self) -> bool {
        matches!(self, DraftKind::Invoice | DraftKind::DebitNote | DraftKind::LateFee)
    }
    /// Whether who charged the customer in its period may not approve it. `amount`: signed, of an adjustment; one that takes from what she
    /// owes is a write-off by another name.
    pub fn settles(self, amount: Option<Minor>) -> bool {
        match self {
            DraftKind::Receipt
            | DraftKind::WriteOff
            | DraftKind::Refund
            | DraftKind::Bill
            | DraftKind::BillEndorsement
            | DraftKind::BillDiscount
            | DraftKind::BillPayment
            | DraftKind::Reversal => true,
            DraftKind::Adjustment => amount.is_none_or(Minor::is_negative),
            // what is owed to her at the take-over writes off what she owes
            DraftKind::Opening => amount.is_some_and(Minor::is_negative),
            DraftKind::Invoice
            | DraftKind::CreditNote
            | DraftKind::DebitNote
            | DraftKind::LateFee
            | DraftKind::BillDishonour => false,
        }
    }
    /// Whether books in which one is posted are in use: the take-over is over. What is adjusted or taken back another person approved, or
    /// it was an opening.
    pub const fn ends_take_over(self) -> bool {
        !matches!(self, DraftKind::Opening | DraftKind::Adjustment | DraftKind::Reversal)
    }
    /// What stands for it in the rules when it is taken back: what charges is given away as by a credit note; what always takes a second
    /// person takes one again; an opening as one of the other sign. `None`: nothing but a rule for reversals binds it.
    pub const fn taken_back_as(self) -> Option<DraftKind> {
        match self {
            DraftKind::Invoice | DraftKind::DebitNote | DraftKind::LateFee => Some(DraftKind::CreditNote),
            DraftKind::CreditNote
            | DraftKind::Receipt
            | DraftKind::Bill
            | DraftKind::BillPayment
            | DraftKind::Reversal => None,
            DraftKind::WriteOff
            | DraftKind::Refund
            | DraftKind::Adjustment
            | DraftKind::BillEndorsement
            | DraftKind::BillDiscount
            | DraftKind::BillDishonour
            | DraftKind::Opening => Some(self),
        }
    }
}

/// A rule of a company: what documents of a kind need from an amount on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRule {
    pub kind: DraftKind,
    /// `None`: of every currency that has no rule of its own for the amount; then `from` is 0.
    pub currency: Option<Currency>,
    /// Gross, at or above.
    pub from: Minor,
    /// Persons beside those who prepared it.
    pub approvals: u32,
    /// Who approves acts in this role; `None`: whoever may approve.
    pub role: Option<Role>,
    /// The last approval posts at once.
    pub post_on_approval: bool,
    /// What an integrator's key posts directly is bound as well: it makes a draft.
    pub binds_integrators: bool,
}

/// What a document needs before it is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    pub approvals: u32,
    pub role: Option<Role>,
    /// Of a reversal that two rules bind: the role of the other one, in which who approves acts too.
    pub also: Option<Role>,
    pub post_on_approval: bool,
}

impl Needed {
    /// Who approves acts in all of them.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        self.role.into_iter().chain(self.also)
    }

    /// Without a rule of the company, and whatever the amount: write-offs, refunds, adjustments, and bills that are endorsed, discounted or dishonoured need one
    /// other person, whose approval posts. So do bills that are paid: a payment that nobody else has to look at is posted without a draft.
    pub const fn builtin(kind: DraftKind) -> Self {
        let always = kind.always_approved() || matches!(kind, DraftKind::BillPayment);
        Needed { approvals: if always { 1 } else { 0 }, role: None, also: None, post_on_approval: always }
    }

    /// As [`Needed::builtin`], of an amount: an opening that is owed to the customer writes off what she owes, and takes another person.
    fn least(kind: DraftKind, amount: Minor) -> Self {
        match kind {
            DraftKind::Opening if amount.is_negative() => {
                Needed { approvals: 1, role: None, also: None, post_on_approval: true }
            }
            _ => Needed::builtin(kind),
        }
    }

    /// By the rule of the kind, of its currency before those of any, that reaches down to the amount and begins highest.
    pub fn of(rules: &[ApprovalRule], kind: DraftKind, currency: Currency, amount: Minor) -> Self {
        let least = Needed::least(kind, amount);
        in_force(rules, kind, currency, amount).map_or(least, |rule| Needed {
            // a rule never takes the second person away
            approvals: rule.approvals.max(least.approvals),
            role: rule.role,
            also: None,
            post_on_approval: rule.post_on_approval,
        })
    }

    /// Of a reversal: by its own rules, and by those of what it takes back (`DraftKind::taken_back_as`), whichever asks for more people; in
    /// the roles of both.
    pub fn of_reversal(
        rules: &[ApprovalRule],
        reverses: Option<DraftKind>,
        currency: Currency,
        amount: Minor,
    ) -> Self {
        let own = Needed::of(rules, DraftKind::Reversal, currency, amount);
        let Some(kind) = reverses.and_then(DraftKind::taken_back_as) else { return own };
        let other = Needed::of(rules, kind, currency, amount.neg().unwrap_or(amount));
        match (own.approvals, other.approvals) {
            (0, _) => other,
            (_, 0) => own,
            (own_approvals, approvals) => Needed {
                approvals: approvals.max(own_approvals),
                role: own.role.or(other.role),
                also: own.role.and(other.role).filter(|role| own.role != Some(*role)),
                post_on_approval: own.post_on_approval && other.post_on_approval,
            },
        }
    }
}

fn in_force(
    rules: &[ApprovalRule],
    kind: DraftKind,
    currency: Currency,
    amount: Minor,
) -> Option<&ApprovalRule> {
    let amount = amount.abs().unwrap_or(amount);
    let reaching = rules.iter().filter(|rule| rule.kind == kind && rule.from <= amount);
    let own = reaching.clone().filter(|rule| rule.currency == Some(currency)).max_by_key(|rule| rule.from);
    own.or_else(|| reaching.filter(|rule| rule.currency.is_none()).max_by_key(|rule| rule.from))
}

/// Rules that want of every document what either of two sets of a company's rules wants, whichever is stricter: the more people, the role of
/// the earlier set before that of the later, integrators' keys bound where one binds them.
pub fn strictest(before: &[ApprovalRule], after: &[ApprovalRule]) -> Vec<ApprovalRule> {
    let mut steps: Vec<(DraftKind, Option<Currency>, Minor)> =
        before.iter().chain(after).map(|rule| (rule.kind, rule.currency, rule.from)).collect();
    steps.sort();
    steps.dedup();
    let step = |(kind, currency, from): (DraftKind, Option<Currency>, Minor)| {
        let rule = match (at_step(before, kind, currency, from), at_step(after, kind, currency, from)) {
            (Some(earlier), Some(later)) => stricter(earlier, later),
            (earlier, later) => earlier.or(later)?.clone(),
        };
        Some(ApprovalRule { currency, from, ..rule })
    };
    steps.into_iter().filter_map(step).collect()
}

/// Whether a set of rules wants less of some document than the one before: fewer people, none in the role, or less of integrators' keys.
pub fn loosens(before: &[ApprovalRule], after: &[ApprovalRule]) -> bool {
    let same = |both: &ApprovalRule, now: &ApprovalRule| {
        let wants = |rule: &ApprovalRule| (rule.approvals, rule.role, rule.binds_integrators);
        wants(both) == wants(now)
    };
    strictest(before, after).iter().any(|both| {
        let now = at_step(after, both.kind, both.currency, both.from);
        both.approvals > 0 && !now.is_some_and(|now| same(both, now))
    })
}

/// What holds from an amount of a currency on; `None`: for every currency without a rule of its own.
fn at_step(
    rules: &[ApprovalRule],
    kind: DraftKind,
    currency: Option<Currency>,
    from: Minor,
) -> Option<&ApprovalRule> {
    match currency {
        Some(currency) => in_force(rules, kind, currency, from),
        None => rules.iter().find(|rule| rule.kind == kind && rule.currency.is_none()),
    }
}

fn stricter(earlier: &ApprovalRule, later: &ApprovalRule) -> ApprovalRule {
    match (earlier.approvals, later.approvals) {
        (0, _) => later.clone(),
        (_, 0) => earlier.clone(),
        (earliers, laters) => ApprovalRule {
            approvals: earliers.max(laters),
            role: earlier.role.or(later.role),
            post_on_approval: earlier.post_on_approval && later.post_on_approval,
            binds_integrators: earlier.binds_integrators || later.binds_integrators,
            ..earlier.clone()
        },
    }
}

/// How many approvals keep a document from being posted directly, without a draft; `None`: nothing does. A person is bound by
/// every rule that wants one, an integrator's key where the rule says so.
pub fn binds_direct(
    rules: &[ApprovalRule],
    kind: DraftKind,
    (currency, amount): (Currency, Minor),
    integrator: bool,
) -> Option<u32> {
    let rule = in_force(rules, kind, currency, amount)?;
    (rule.approvals > 0 && (!integrator || rule.binds_integrators)).then_some(rule.approvals)
}

/// As [`binds_direct`], of a reversal. What always takes a second person takes one when it is taken back, whoever asks.
pub fn binds_reversal(
    rules: &[ApprovalRule],
    reverses: Option<DraftKind>,
    (currency, amount): (Currency, Minor),
    integrator: bool,
) -> Option<u32> {
    let own = binds_direct(rules, DraftKind::Reversal, (currency, amount), integrator);
    let other = reverses.and_then(DraftKind::taken_back_as).and_then(|kind| {
        let amount = amount.neg().unwrap_or(amount);
        let least = Needed::least(kind, amount).approvals;
        let bound = binds_direct(rules, kind, (currency, amount), integrator);
        bound.or((least > 0).then(|| Needed::of(rules, kind, currency, amount).approvals))
    });
    own.max(other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn rule(kind: DraftKind, currency: Option<Currency>, from: i64, approvals: u32) -> ApprovalRule {
        let from = Minor::new(from);
        let (role, post_on_approval, binds_integrators) = (None, false, false);
        ApprovalRule { kind, currency, from, approvals, role, post_on_approval, binds_integrators }
    }

    #[test]
    fn the_highest_rule_that_reaches_down_to_the_amount_holds() {
        let usd = Currency::parse("USD").unwrap();
        let rules = [
            rule(DraftKind::Invoice, Some(Currency::CNY), 100_000, 1),
            rule(DraftKind::Invoice, Some(Currency::CNY), 1_000_000, 2),
            rule(DraftKind::Invoice, None, 0, 3),
            rule(DraftKind::Receipt, None, 0, 4),
        ];
        let needed =
            |kind, currency, amount| Needed::of(&rules, kind, currency, Minor::new(amount)).approvals;
        assert_eq!(needed(DraftKind::Invoice, Currency::CNY, 100_000), 1);
        assert_eq!(needed(DraftKind::Invoice, Currency::CNY, 999_999), 1);
        assert_eq!(needed(DraftKind::Invoice, Currency::CNY, 1_000_000), 2);
        // below the rules of its currency that of any holds
        assert_eq!(needed(DraftKind::Invoice, Currency::CNY, 99_999), 3);
        assert_eq!(needed(DraftKind::Invoice, usd, 100_000), 3);
        assert_eq!(needed(DraftKind::LateFee, usd, 100_000), 0);
    }

    #[test]
    fn of_two_sets_of_rules_the_stricter_counts_at_every_amount() {
        let cny = Some(Currency::CNY);
        let before = [
            rule(DraftKind::CreditNote, cny, 100, 2),
            rule(DraftKind::CreditNote, cny, 500, 3),
            ApprovalRule { role: Some(Role::Reviewer), ..rule(DraftKind::Receipt, None, 0, 1) },
        ];
        let after = [
            rule(DraftKind::CreditNote, None, 0, 1),
            rule(DraftKind::CreditNote, cny, 300, 4),
            rule(DraftKind::CreditNote, cny, 600, 0),
            ApprovalRule { binds_integrators: true, ..rule(DraftKind::Receipt, None, 0, 1) },
        ];
        let both = strictest(&before, &after);
        let needed =
            |amount| Needed::of(&both, DraftKind::CreditNote, Currency::CNY, Minor::new(amount)).approvals;
        assert_eq!([99, 100, 299, 300, 499, 500, 599, 600].map(needed), [1, 2, 2, 4, 4, 4, 4, 3]);
        let receipt = both.iter().find(|rule| rule.kind == DraftKind::Receipt).unwrap();
        assert_eq!((receipt.role, receipt.binds_integrators), (Some(Role::Reviewer), true));
        // nothing takes away what one set wants, and a set beside itself is itself
        assert_eq!(strictest(&before, &[]), before);
        assert_eq!(strictest(&before, &before), before);
        assert!(loosens(&before, &after) && loosens(&before, &[]));
        assert!(!loosens(&[], &before) && !loosens(&before, &before) && !loosens(&before, &both));
        let more = [rule(DraftKind::CreditNote, None, 0, 3)];
        assert!(!loosens(&before[..2], &more), "what wants more of every amount, in other words");
    }

    #[test]
    fn what_is_posted_directly_is_bound_as_its_draft_would_be() {
        let cny = |amount| (Currency::CNY, Minor::new(amount));
        let mut rules = vec![
            rule(DraftKind::Invoice, Some(Currency::CNY), 0, 0),
            rule(DraftKind::Invoice, Some(Currency::CNY), 100_000, 2),
            rule(DraftKind::Receipt, None, 0, 1),
        ];
        let bound = |rules: &[ApprovalRule], amount, integrator| {
            binds_direct(rules, DraftKind::Invoice, cny(amount), integrator)
        };
        assert_eq!((bound(&rules, 99_999, false), bound(&rules, 100_000, false)), (None, Some(2)));
        assert_eq!(bound(&rules, 100_000, true), None);
        rules[1].binds_integrators = true;
        assert_eq!((bound(&rules, 99_999, true), bound(&rules, 100_000, true)), (None, Some(2)));
        assert_eq!(binds_direct(&rules, DraftKind::Receipt, cny(1), false), Some(1));
        assert_eq!(binds_direct(&rules, DraftKind::LateFee, cny(1), false), None);
    }

    #[test]
    fn an_adjustment_settles_where_it_takes_from_what_is_owed() {
        let settles = |kind: DraftKind, amount: i64| kind.settles(Some(Minor::new(amount)));
        assert!(settles(DraftKind::Adjustment, -113_000) && !settles(DraftKind::Adjustment, 113_000));
        assert!(settles(DraftKind::WriteOff, 1) && settles(DraftKind::Receipt, 1));
        assert!(!settles(DraftKind::Invoice, -1) && !settles(DraftKind::CreditNote, 1));
    }

    #[test]
    fn what_is_taken_back_is_bound_as_what_it_undoes() {
        let cny = |amount| (Currency::CNY, Minor::new(amount));
        let rules = [rule(DraftKind::CreditNote, Some(Currency::CNY), 1_000_000, 2)];
        let bound = |rules: &[ApprovalRule], of, amount| binds_reversal(rules, Some(of), cny(amount), false);
        assert_eq!(bound(&rules, DraftKind::Invoice, 999_999), None);
        assert_eq!(bound(&rules, DraftKind::Invoice, 1_000_000), Some(2));
        assert_eq!(bound(&rules, DraftKind::LateFee, 1_000_000), Some(2));
        assert_eq!(bound(&rules, DraftKind::Receipt, 1_000_000), None);
        let needed = |rules: &[ApprovalRule], of, amount| {
            Needed::of_reversal(rules, Some(of), Currency::CNY, Minor::new(amount)).approvals
        };
        assert_eq!(
            (needed(&rules, DraftKind::Invoice, 1), needed(&rules, DraftKind::Invoice, 1_000_000)),
            (0, 2)
        );
        for kind in DraftKind::ALL.into_iter().filter(|kind| kind.always_approved()) {
            assert_eq!((bound(&[], kind, 1), needed(&[], kind, 1)), (Some(1), 1), "{kind:?}");
            assert_eq!(binds_reversal(&[], Some(kind), cny(1), true), Some(1), "{kind:?}");
        }
        // to take what she owed at the take-over from the books is to write it off; to take what was owed to her is to charge her
        assert_eq!((bound(&[], DraftKind::Opening, 1), bound(&[], DraftKind::Opening, -1)), (Some(1), None));
        let own = [rule(DraftKind::Reversal, None, 0, 1)];
        assert_eq!((bound(&own, DraftKind::Receipt, 1), needed(&own, DraftKind::Receipt, 1)), (Some(1), 1));
        assert_eq!(binds_reversal(&own, Some(DraftKind::Receipt), cny(1), true), None);
    }

    #[test]
    fn a_reversal_is_approved_in_the_roles_of_both_rules() {
        let with = |kind, role| ApprovalRule { role: Some(role), ..rule(kind, None, 0, 1) };
        let roles = |rules: &[ApprovalRule]| {
            let invoice = Some(DraftKind::Invoice);
            Needed::of_reversal(rules, invoice, Currency::CNY, Minor::new(1)).roles().collect::<Vec<_>>()
        };
        let (reviewer, administrator) = (Role::Reviewer, Role::Administrator);
        let back = with(DraftKind::CreditNote, administrator);
        assert_eq!(
            roles(&[with(DraftKind::Reversal, reviewer), back.clone()]),
            [reviewer, administrator],
            "neither takes the place of the other"
        );
        assert_eq!(roles(&[with(DraftKind::Reversal, administrator), back.clone()]), [administrator]);
        assert_eq!(roles(&[rule(DraftKind::Reversal, None, 0, 2), back.clone()]), [administrator]);
        assert_eq!(roles(&[with(DraftKind::Reversal, reviewer)]), [reviewer]);
        assert_eq!(roles(&[back]), [administrator]);
    }

    #[test]
    fn no_rule_takes_the_second_person_away() {
        for kind in DraftKind::ALL {
            assert_eq!(DraftKind::by_name(kind.name()), Some(kind));
            let needed = |rules: &[ApprovalRule]| Needed::of(rules, kind, Currency::CNY, Minor::new(-500));
            // what is owed to a customer at the take-over writes off what she owes
            let drafted = matches!(kind, DraftKind::Opening | DraftKind::BillPayment);
            let always = u32::from(kind.always_approved() || drafted);
            assert_eq!(needed(&[]).approvals, always, "{kind:?}");
            assert_eq!(needed(&[rule(kind, None, 0, 0)]).approvals, always, "{kind:?}");
            // an amount that is owed to the customer is as large
            assert_eq!(needed(&[rule(kind, Some(Currency::CNY), 500, 2)]).approvals, 2, "{kind:?}");
        }
    }
}
