//! Reversals in red (红字冲销): on a statement what takes a document back stands as a movement of its kind, on its side, negative, and
//! names it. The fold has it as the register's `adjustment`, as ledgers post it.

use super::{Model, Movement, Reversed};
use money::{Minor, MoneyError};
use rust_decimal::Decimal;

/// The kind of the reference that names what was taken back.
const ORIGINAL: &str = "original";

/// The model as a statement shows it. Balances, openings and closings are the same; a total is the sum of its column still.
///
/// # Errors
/// Overflow.
pub fn in_red(mut model: Model) -> Result<Model, MoneyError> {
    for section in &mut model.sections {
        for movement in section.movements.iter_mut().chain(&mut section.prior_period) {
            redden(movement)?;
        }
        let both = section.movements.iter().chain(&section.prior_period);
        let debit = Minor::sum(both.clone().map(|movement| movement.debit))?;
        let credit = Minor::sum(both.map(|movement| movement.credit))?;
        (section.total_debit, section.total_credit) = (debit, credit);
    }
    Ok(model)
}

fn redden(movement: &mut Movement) -> Result<(), MoneyError> {
    let Some(Reversed { kind, number }) = movement.reverses.take() else { return Ok(()) };
    (movement.debit, movement.credit) = (movement.credit.neg()?, movement.debit.neg()?);
    for line in &mut movement.lines {
        // their document holds them as those of what it takes back
        line.quantity = line.quantity.map(minus);
        (line.net, line.tax, line.gross) = (line.net.neg()?, line.tax.neg()?, line.gross.neg()?);
    }
    // formats show the text or, without one, a reference
    if !movement.text.is_empty() {
        movement.text = format!("{number} · {}", movement.text);
    }
    movement.references.insert(0, (ORIGINAL.to_owned(), number));
    movement.kind = kind;
    Ok(())
}

fn minus(quantity: Decimal) -> Decimal {
    if quantity.is_zero() { quantity } else { -quantity }
}

#[cfg(test)]
#[path = "red_tests.rs"]
mod tests;
