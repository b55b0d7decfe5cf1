//! What is left when amounts that were rounded one by one must sum to one that was rounded for all of them together.

use crate::Problem;
use crate::decimal::sub;
use rust_decimal::Decimal;

/// Spreads `difference` one `unit` each over those whose amount is furthest from exact; equal ones in their order. `error`
/// is an amount less its exact value, `shifted` the same with an amount moved by a step, or nothing where that would be
/// another amount altogether. Answers what could not be spread.
pub fn spread<T>(
    group: &mut [&mut T],
    difference: Decimal,
    unit: Decimal,
    error: impl Fn(&T) -> Result<Decimal, Problem>,
    shifted: impl Fn(&T, Decimal) -> Result<Option<T>, Problem>,
) -> Result<Decimal, Problem> {
    if difference.is_zero() {
        return Ok(difference);
    }
    let mut order: Vec<(Decimal, usize)> = Vec::with_capacity(group.len());
    for (index, one) in group.iter().enumerate() {
        order.push((error(one)?, index));
    }
    // too much is taken from those that were rounded up furthest, too little given to those rounded down
    let too_much = difference.is_sign_negative();
    order.sort_by(|a, b| if too_much { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) }.then(a.1.cmp(&b.1)));
    let step = if too_much { -unit } else { unit };
    let mut left = difference;
    for (_, index) in order {
        let Some(one) = group.get_mut(index).filter(|_| !left.is_zero()) else { break };
        if let Some(moved) = shifted(one, step)? {
            left = sub(left, step, "/documents")?;
            **one = moved;
        }
    }
    Ok(left)
}
