//! What an act moves on accounts without customers, and whether it clears the bill.

use super::BillError;
use super::act::{ActOnBill, BillMoney, BillWhat};
use crate::books;
use crate::common::Common;
use domain::bill::{BillAct, BillState};
use domain::ledger::{FxRate, account};
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use store::rows::{Bill, BillActed, Company};
use store::{Conn, query};

/// What an act posts besides the items of the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moves {
    /// Account, amount, base amount; debit positive.
    pub lines: Vec<(String, Minor, Minor)>,
    /// The bill's item is cleared.
    pub clears: bool,
    /// A fee that the customer is charged: amount and base amount.
    pub charged: Option<(Minor, Minor)>,
    /// What a bank line must bring, if one is named.
    pub money: Option<Money>,
}

/// An amount and what it is worth in base currency.
struct Worth {
    fx: FxRate,
    currency: Currency,
    base: Currency,
}

impl Worth {
    fn of(&self, amount: Minor) -> Result<Minor, Common> {
        Ok(self.fx.to_base(amount, self.currency, self.base)?)
    }
    fn line(&self, code: &str, amount: Minor) -> Result<(String, Minor, Minor), Common> {
        Ok((code.to_owned(), amount, self.of(amount)?))
    }
    /// `whole` less a part on another account, so that both sum to it in base currency too.
    fn rest(&self, code: &str, whole: Minor, part: Minor) -> Result<(String, Minor, Minor), Common> {
        Ok((code.to_owned(), whole.sub(part)?, self.of(whole)?.sub(self.of(part)?)?))
    }
}

/// What an act moves of a bill that is in `state`; `acts` are all that were recorded.
pub(super) fn of(
    conn: &mut Conn,
    company: &Company,
    (bill, state): (&Bill, BillState),
    acts: &[BillActed],
    (input, fx): (&ActOnBill, FxRate),
) -> Result<Moves, BillError> {
    let face = Money::new(bill.face, bill.currency);
    let worth = Worth { fx, currency: bill.currency, base: company.base_currency };
    let mut moves = Moves { lines: Vec::new(), clears: true, charged: None, money: None };
    match &input.what {
        BillWhat::Endorse { account, .. } => moves.lines.push(worth.line(account, bill.face)?),
        BillWhat::Discount { recourse, discount, to, .. } => {
            let (net, interest) = discount.of(face, input.date, bill.maturity)?;
            moves.lines.push(worth.rest(to.account(), bill.face, interest)?);
            moves.lines.push(worth.line(account::DISCOUNT_INTEREST, interest)?);
            if *recourse {
                // 短期借款: the risk stays, so does the bill (企业会计准则第23号)
                moves.lines.push(worth.line(account::BORROWINGS, bill.face.neg()?)?);
                moves.clears = false;
            }
            moves.money = Some(Money::new(net, bill.currency));
        }
        BillWhat::Pay { to, charges, .. } => {
            let charges = minor("/charges", *charges, bill.currency)?;
            if state == BillState::Discounted {
                if input.is_of_own_money() {
                    let why = "the bank was paid, which had discounted the bill: no money moves here";
                    return Err(Common::invalid("/bill", why).into());
                }
                moves.lines.push(borrowed(conn, bill, acts)?);
            } else {
                if charges >= bill.face {
                    return Err(Common::invalid("/charges", "must be less than the face").into());
                }
                moves.lines.push(worth.rest(to.account(), bill.face, charges)?);
                moves.lines.push(worth.line(account::BANK_CHARGES, charges)?);
                moves.money = Some(Money::new(bill.face.sub(charges)?, bill.currency));
            }
        }
        BillWhat::Dishonour { account, fee, fee_to_customer, from } => {
            let against = account.as_deref();
            match (state, against) {
                (BillState::Endorsed, against) => {
                    moves.clears = false;
                    moves.lines.push(worth.line(against.unwrap_or(from.account()), bill.face.neg()?)?);
                }
                (_, Some(_)) => {
                    let why = "stands where the bill was endorsed: who has it is paid, or owed again";
                    return Err(Common::invalid("/account", why).into());
                }
                (BillState::Discounted, None) => {
                    moves.lines.push(borrowed(conn, bill, acts)?);
                    moves.lines.push(worth.line(from.account(), bill.face.neg()?)?);
                }
                (_, None) => {}
            }
            let fee = minor("/fee", *fee, bill.currency)?;
            if !fee.is_zero() {
                moves.lines.push(worth.line(from.account(), fee.neg()?)?);
                match fee_to_customer {
                    true => moves.charged = Some((fee, worth.of(fee)?)),
                    false => moves.lines.push(worth.line(account::BANK_CHARGES, fee)?),
                }
            }
        }
    }
    Ok(moves)
}

/// What the bank advanced on the bill, repaid at what it is carried at.
fn borrowed(conn: &mut Conn, bill: &Bill, acts: &[BillActed]) -> Result<(String, Minor, Minor), BillError> {
    let undone = |act: &BillActed| acts.iter().any(|other| other.undoes == Some(act.n));
    let discount = acts.iter().find(|act| act.act == BillAct::Discounted && !undone(act));
    let missing = || Common::Corrupt { what: "bill", detail: format!("{} was not discounted", bill.id) };
    let entry = discount.ok_or_else(missing)?.entry;
    let postings = query::entries::postings_of(conn, bill.company, &[entry])?;
    let loans = books::accounts_of(conn, bill.company, account::BORROWINGS)?;
    let own = || postings.iter().filter(|line| loans.contains(&line.account));
    let (amount, base) =
        (Minor::sum(own().map(|line| line.amount))?, Minor::sum(own().map(|line| line.base))?);
    Ok((account::BORROWINGS.to_owned(), amount.neg()?, base.neg()?))
}

/// An amount in major units that is not negative; nothing is 0.
fn minor(at: &str, amount: Option<Decimal>, currency: Currency) -> Result<Minor, Common> {
    let Some(amount) = amount else { return Ok(Minor::ZERO) };
    let money = Money::from_decimal(amount, currency).and_then(Money::bounded);
    let minor = money.map_err(|error| Common::invalid(at, error.to_string()))?.minor();
    if minor.is_negative() { Err(Common::invalid(at, "must not be negative")) } else { Ok(minor) }
}

impl BillMoney {
    pub(super) const fn account(self) -> &'static str {
        match self {
            BillMoney::Bank => account::BANK,
            BillMoney::Suspense => account::SUSPENSE,
        }
    }
}
