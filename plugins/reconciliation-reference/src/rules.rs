//! The rules, in their order.

use crate::answer::Draft;
use crate::config::Config;
use crate::items::Items;
use crate::lines::{Line, Lines};
use crate::payer::{Known, Payers};
use crate::reference::{How, Named, named};
use crate::subset::{self, Found};
use crate::withheld;
use std::collections::HashSet;
use zhangben_sdk::reconciliation::{Proposal, Setup, Unmatched};
use zhangben_sdk::{Problem, Warning, date, decimal, warning};

type Decided = (Vec<Proposal>, Vec<Unmatched>);

/// Decides every line: those that name items first, the others after them.
pub fn decide(
    config: &Config,
    setup: &Setup,
    payers: &Payers,
    items: &mut Items,
    lines: &Lines,
) -> Result<Decided, Problem> {
    let mut rules = Rules { config, setup, payers, items, reversed: HashSet::new() };
    let mut proposals = Vec::new();
    let mut unmatched = Vec::new();
    let mut later = Vec::new();
    for line in &lines.0 {
        if line.remaining <= 0 {
            unmatched.push(left_over(line, "nothing-remaining"));
        } else if line.credit && matches!(line.kind.as_str(), "return" | "reversal" | "refund") {
            // our own money comes back, whatever its text quotes: no customer paid
            unmatched.push(left_over(line, "returned-payout"));
        } else if !line.credit {
            match rules.outgoing(line)? {
                Ok(proposal) => proposals.push(proposal),
                Err(reason) => unmatched.push(left_over(line, reason)),
            }
        } else {
            match rules.by_reference(line)? {
                Some(proposal) => proposals.push(proposal),
                None => later.push(line),
            }
        }
    }
    for line in later {
        match rules.by_payer(line) {
            Ok(proposal) => proposals.push(proposal),
            Err(without) => unmatched.push(without),
        }
    }
    proposals.sort_by_key(|p| p.group);
    unmatched.sort_by_key(|u| u.line);
    Ok((proposals, unmatched))
}

/// Returns that found nothing may be of receipts that the host did not show.
pub fn unseen(setup: &Setup, unmatched: &[Unmatched]) -> Vec<Warning> {
    let Some(since) = &setup.receipts_since else { return Vec::new() };
    let returns = unmatched.iter().filter(|line| line.reason == "no-receipt-to-return").count();
    if returns == 0 {
        return Vec::new();
    }
    let message = format!(
        "returned payments without a receipt to take back: {returns}; receipts before {since} were not among those \
         shown, look there by hand"
    );
    vec![warning("older-receipts-unseen", message).text("since", since.clone()).warn()]
}

fn left_over(line: &Line, reason: &str) -> Unmatched {
    Unmatched { line: line.ordinal, reason: reason.to_owned(), nearest: Vec::new(), ext: Vec::new() }
}

struct Rules<'a> {
    config: &'a Config,
    setup: &'a Setup,
    payers: &'a Payers,
    items: &'a mut Items,
    reversed: HashSet<u32>,
}

/// A bank keeps a small part: less than 1/10 of what it passes on, else it is a part payment.
const CHARGE_PARTS_MIN: i64 = 10;
/// Documents told that a return leaves open again.
const REOPENED_MAX: usize = 10;
/// Nearest items told for a line that nothing matches.
const NEAREST_MAX: usize = 5;

impl Rules<'_> {
    /// Money that goes out: a return takes a receipt back; fees and payouts are for people.
    fn outgoing(&mut self, line: &Line) -> Result<Result<Proposal, &'static str>, Problem> {
        if !matches!(line.kind.as_str(), "return" | "reversal") {
            return Ok(Err(if line.kind == "fee" { "bank-fee" } else { "outgoing" }));
        }
        if line.original_line.is_some() {
            return Ok(Err("receipt-not-posted"));
        }
        let mut same = Vec::new();
        for receipt in &self.setup.receipts {
            let amount = minor(&receipt.amount, self.decimals(&line.currency))?;
            let later = date::day_of(&receipt.date).is_none_or(|day| day > line.booking);
            if receipt.currency == line.currency
                && !later
                && amount.is_some_and(|amount| takes_back(line, amount))
                && !self.reversed.contains(&receipt.line)
            {
                same.push((receipt.line, receipt));
            }
        }
        let by_reference = |r: &zhangben_sdk::reconciliation::PreviousReceipt| {
            !line.end_to_end.is_empty() && r.end_to_end.as_deref() == Some(line.end_to_end.as_str())
        };
        let named: Vec<_> = same.iter().filter(|(_, r)| by_reference(r)).collect();
        let payer = self.payers.of_line(line).map(|(customer, _)| customer);
        let (found, confidence, score, why) = match named.as_slice() {
            [one] => (*one, "exact", 1000, "the end-to-end reference is the receipt's"),
            _ => {
                let of_payer: Vec<_> =
                    same.iter().filter(|(_, r)| r.customer.is_some() && r.customer == payer).collect();
                match of_payer.as_slice() {
                    [one] => (*one, "strong", 800, "the only receipt of this payer and amount"),
                    [] => return Ok(Err("no-receipt-to-return")),
                    _ => return Ok(Err("several-receipts-to-return")),
                }
            }
        };
        let (ordinal, receipt) = found;
        self.reversed.insert(*ordinal);
        let mut draft =
            Draft::of(line, "return", confidence, score).reverses(*ordinal).reason("return", why, score);
        if let Some(customer) = receipt.customer {
            draft = draft.customer(customer);
        }
        if let Some(reopened) = self.reopened(*ordinal) {
            draft = draft.reason("reopens", reopened, score);
        }
        Ok(Ok(draft.build()))
    }

    /// What the receipt had paid and what its return leaves open again, for the person who decides.
    fn reopened(&self, receipt: u32) -> Option<String> {
        let paid = self.setup.allocations.iter().filter(|paid| paid.receipt == receipt);
        let numbers: Vec<&str> = paid.map(|paid| paid.number.as_str()).collect();
        let (shown, rest) = numbers.split_at_checked(REOPENED_MAX).unwrap_or((&numbers, &[]));
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        (!shown.is_empty()).then(|| format!("the receipt paid {}{more}", shown.join(", ")))
    }

    /// References name items of one customer.
    fn by_reference(&mut self, line: &Line) -> Result<Option<Proposal>, Problem> {
        let payer = self.payers.of_line(line);
        let Some(named) = named(self.config, self.items, line, payer.map(|p| p.0)) else { return Ok(None) };
        let customers: HashSet<u32> =
            named.items.iter().filter_map(|n| self.items.get(*n)).map(|i| i.customer).collect();
        let mut all = customers.iter().copied();
        let customer = match (all.next(), all.next(), payer) {
            (Some(customer), None, _) => customer,
            // a head office pays for several of its branches at once: the money is hers
            (Some(_), Some(_), Some((payer, _))) if self.pays_for(payer, &named.items) => payer,
            _ => return Ok(None),
        };
        let foreign = payer.is_some_and(|(p, _)| p != customer);
        let penalty = match named.how {
            How::Exact => 0,
            How::Digits => 50,
            How::Typo => 150,
        } + if foreign { 100 } else { 0 };
        // a guess at the reference, or somebody else's money, is for people to confirm
        let certain = named.how != How::Typo && !foreign;
        let reason = match named.how {
            How::Exact => "the line names the items",
            How::Digits => "the line names the digits of the item's number",
            How::Typo => "the line names the item with a typing error",
        };
        let (debits, credits): (Vec<u32>, Vec<u32>) =
            named.items.iter().copied().partition(|n| self.items.get(*n).is_some_and(|i| i.sign == 1));
        if debits.is_empty() {
            return Ok(None);
        }
        let start = |rule: &str, confidence: &str, score: u32| {
            let score = score.saturating_sub(penalty);
            Draft::of(line, rule, confidence, score).customer(customer).reason("reference", reason, score)
        };
        self.settle((line, customer), &named, &debits, &credits, certain, &start).map(Some)
    }

    /// Whether the payer stands above whoever owes the items, or owes them.
    fn pays_for(&self, payer: u32, items: &[u32]) -> bool {
        items.iter().all(|n| self.items.is_of(*n, payer))
    }

    /// Sums, differences and rests of a line whose items are named.
    fn settle(
        &mut self,
        (line, customer): (&Line, u32),
        named: &Named,
        debits: &[u32],
        credits: &[u32],
        certain: bool,
        start: &dyn Fn(&str, &str, u32) -> Draft,
    ) -> Result<Proposal, Problem> {
        let owed: i64 = debits.iter().map(|n| self.items.left(*n)).sum();
        let credited: i64 = credits.iter().map(|n| self.items.left(*n)).sum();
        let money = line.remaining;
        let sure = if certain { "exact" } else { "strong" };
        if credited > 0 && money == owed.saturating_sub(credited) {
            let draft = self.net_credits(start("reference-net", sure, 990), debits, credits);
            return Ok(self.pay(draft, debits, money).build());
        }
        if money == owed {
            return Ok(self.pay(start("reference-amount", sure, 1000), debits, money).build());
        }
        let advised: i64 = named.amounts.iter().map(|(_, amount)| amount).sum();
        if !named.amounts.is_empty()
            && advised == money
            && named.amounts.iter().all(|(n, a)| *a <= self.items.left(*n))
        {
            let mut draft = start("remittance-advice", sure, 960);
            for (item, amount) in &named.amounts {
                draft = draft.allocate(self.items, *item, *amount, 0);
            }
            return Ok(draft.build());
        }
        let missing = owed.saturating_sub(money);
        if missing > 0 && line.charges == missing {
            return Ok(self
                .pay_with(start("reference-charge", sure, 970), debits, (line, "charge", missing))
                .build());
        }
        if let Some(kept) = self.kept_back((line, customer), debits, missing)? {
            let draft = start("reference-withholding", "strong", 940);
            return Ok(self.pay_less(draft, debits, (line, &kept)).build());
        }
        let tail_max = self.tolerance(line, customer, "tail")?;
        if missing != 0 && missing.saturating_abs() <= tail_max {
            return Ok(self
                .pay_with(start("reference-tail", "strong", 930), debits, (line, "tail", missing))
                .build());
        }
        let unseen = missing.saturating_sub(line.charges.max(0));
        let small = missing.saturating_mul(CHARGE_PARTS_MIN) <= money;
        if missing > 0 && small && unseen <= self.tolerance(line, customer, "charge")? {
            let draft = start("reference-charge-hidden", "strong", 900);
            return Ok(self.pay_with(draft, debits, (line, "charge", missing)).build());
        }
        if missing > 0 {
            return Ok(self.pay(start("reference-part", "strong", 850), debits, money).build());
        }
        Ok(self.pay(start("reference-over", "strong", 800).on_account(), debits, money).build())
    }

    /// Pays items in order until the money ends.
    fn pay(&mut self, mut draft: Draft, items: &[u32], mut money: i64) -> Draft {
        for item in items {
            let amount = self.items.left(*item).min(money);
            if amount > 0 {
                draft = draft.allocate(self.items, *item, amount, 0);
                money = money.saturating_sub(amount);
            }
        }
        draft
    }

    /// Pays all items; the difference is cleared on the last one that can bear it.
    fn pay_with(
        &mut self,
        mut draft: Draft,
        items: &[u32],
        (line, kind, missing): (&Line, &str, i64),
    ) -> Draft {
        let bears = |n: &&u32| self.items.left(**n) > missing.max(0);
        let Some(bearer) = items.iter().rev().find(bears).copied() else {
            return self.pay(draft, items, line.remaining);
        };
        for item in items {
            let left = self.items.left(*item);
            let besides = if *item == bearer { missing } else { 0 };
            draft = draft.allocate(self.items, *item, left.saturating_sub(besides), besides);
        }
        draft.difference(kind, &line.currency, missing, bearer)
    }

    /// The tax that the customer keeps back of each item, where that and the charges that the bank shows are what is missing. Of an item
    /// that is paid in part nobody knows what was kept back before.
    fn kept_back(
        &self,
        (line, customer): (&Line, u32),
        items: &[u32],
        missing: i64,
    ) -> Result<Option<Vec<i64>>, Problem> {
        let charges = line.charges.max(0);
        let missing = missing.saturating_sub(charges);
        if missing <= 0 || missing > line.remaining || !items.iter().all(|n| self.items.is_whole(*n)) {
            return Ok(None);
        }
        let known = self.setup.customers.iter().find(|row| row.customer == customer);
        let owed: Vec<i64> = items.iter().map(|n| self.items.left(*n)).collect();
        let code = known.map(|row| row.code.as_str());
        let shares = withheld::shares(&self.config.withholding, code, &owed, missing)?;
        // the last item bears the charges, too
        let bears = |shares: &Vec<i64>| {
            let last = shares.last().zip(owed.last());
            last.is_some_and(|(share, owed)| share.saturating_add(charges) < *owed)
        };
        Ok(shares.filter(bears))
    }

    /// Pays all items less what is kept back of each, and less the charges that the bank shows on the last.
    fn pay_less(&mut self, mut draft: Draft, items: &[u32], (line, kept): (&Line, &[i64])) -> Draft {
        let charges = line.charges.max(0);
        for (item, share) in items.iter().zip(kept) {
            let besides = if items.last() == Some(item) { share.saturating_add(charges) } else { *share };
            let money = self.items.left(*item).saturating_sub(besides);
            draft = draft.allocate(self.items, *item, money, besides);
            draft = draft.difference("withholding", &line.currency, *share, *item);
        }
        match items.last() {
            Some(last) if charges > 0 => draft.difference("charge", &line.currency, charges, *last),
            _ => draft,
        }
    }

    fn net_credits(&mut self, mut draft: Draft, debits: &[u32], credits: &[u32]) -> Draft {
        for credit in credits {
            for debit in debits {
                let amount = self.items.left(*credit).min(self.items.left(*debit));
                if amount > 0 {
                    draft = draft.net(self.items, *debit, *credit, amount);
                }
            }
        }
        draft.reason("credit-notes", "credit notes are set off against the invoices", 990)
    }

    /// The payer is known, or nobody is.
    fn by_payer(&mut self, line: &Line) -> Result<Proposal, Unmatched> {
        let nearest = |items: &Items| {
            let mut nearest = items.of_amount(&line.currency, line.remaining);
            nearest.truncate(NEAREST_MAX);
            nearest
        };
        let Some((customer, known)) = self.payers.of_line(line) else {
            let nearest = nearest(self.items);
            return Err(Unmatched { nearest, ..left_over(line, "unknown-payer") });
        };
        let open = self.items.receivables(customer, &line.currency);
        let (confidence, penalty) = match known {
            Known::Account => ("strong", 0),
            Known::Name => ("weak", 150),
        };
        let start = |rule: &str, score: u32, why: &str| {
            let score = score.saturating_sub(penalty);
            Draft::of(line, rule, confidence, score).customer(customer).reason("payer", why, score)
        };
        if let Some(proposal) = self.by_amount(line, customer, &open, &start) {
            return Ok(proposal);
        }
        if !self.config.on_account {
            return Err(Unmatched { nearest: nearest(self.items), ..left_over(line, "no-fitting-item") });
        }
        let why = "the payer is known, no open item fits";
        let draft = Draft::of(line, "payer-only", "weak", 300).customer(customer).reason("payer", why, 300);
        Ok(draft.on_account().build())
    }

    /// One, a few or all items of the payer that make the amount.
    fn by_amount(
        &mut self,
        line: &Line,
        customer: u32,
        open: &[u32],
        start: &dyn Fn(&str, u32, &str) -> Draft,
    ) -> Option<Proposal> {
        let money = line.remaining;
        let single: Vec<u32> = open.iter().copied().filter(|n| self.items.left(*n) == money).collect();
        if let [first, others @ ..] = single.as_slice() {
            let draft = match others {
                [] => start("payer-amount", 850, "the only open item of this amount"),
                _ => self.ambiguous(
                    line,
                    customer,
                    others,
                    "several open items have this amount: the oldest due",
                ),
            };
            return Some(self.pay(draft, &[*first], money).build());
        }
        let amounts: Vec<(u32, i64)> = open.iter().map(|n| (*n, self.items.left(*n))).collect();
        if open.len() > 1 && amounts.iter().map(|(_, left)| left).sum::<i64>() == money {
            return Some(self.pay(start("payer-balance", 820, "all that is open"), open, money).build());
        }
        match subset::find(&amounts, money, self.config.subset_items_max) {
            Found::Nothing => None,
            Found::One(items) => {
                let draft = start("payer-sum", 700, "the only few open items that make this amount");
                Some(self.pay(draft, &items, money).build())
            }
            Found::Several(items, others) => {
                let draft =
                    self.ambiguous(line, customer, &others, "several sums of open items make this amount");
                Some(self.pay(draft, &items, money).build())
            }
        }
    }

    fn ambiguous(&self, line: &Line, customer: u32, others: &[u32], why: &str) -> Draft {
        Draft::of(line, "payer-ambiguous", "ambiguous", 500)
            .customer(customer)
            .reason("ambiguous", why, 500)
            .ambiguous_with(others.to_vec())
    }

    fn decimals(&self, currency: &str) -> u32 {
        let listed = self.setup.currencies.iter().find(|row| row.code == currency).map(|row| row.decimals);
        listed.unwrap_or_else(|| zhangben_sdk::currency::decimals(currency))
    }

    /// What may be written off of a customer's payment in a role, in minor units. Her own row replaces the company's;
    /// an amount or permille of 0 is not set, the smaller holds where both are.
    fn tolerance(&self, line: &Line, customer: u32, role: &str) -> Result<i64, Problem> {
        let mut rows = self.setup.tolerances.iter().filter(|t| t.currency == line.currency && t.role == role);
        let own = rows.clone().find(|t| t.customer == Some(customer));
        let Some(row) = own.or_else(|| rows.find(|t| t.customer.is_none())) else { return Ok(0) };
        let amount = minor(&row.amount, self.decimals(&line.currency))?.unwrap_or(0);
        let share = line.remaining.saturating_mul(i64::from(row.permille)) / 1000;
        Ok(match (amount, row.permille) {
            (_, 0) => amount,
            (0, _) => share,
            _ => amount.min(share),
        })
    }
}

/// Whether a line takes back just this much: all that went out, or what is left of it without the fee that the bank shows in it
/// (退票手续费).
fn takes_back(line: &Line, amount: i64) -> bool {
    amount == line.remaining || (line.charges > 0 && amount == line.remaining.saturating_sub(line.charges))
}

/// A decimal as minor units; `None` when it has more decimals or does not fit.
fn minor(text: &str, decimals: u32) -> Result<Option<i64>, Problem> {
    let mut value = decimal::parse(text, "/setup")?.normalize();
    if value.scale() > decimals {
        return Ok(None);
    }
    value.rescale(decimals);
    Ok(i64::try_from(value.mantissa()).ok())
}
