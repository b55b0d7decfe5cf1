//! Taxes the first line of whatever it is asked about, at 13 %, and no other. Its sums hold; but the first line of a credit may take back one
//! that bore no tax: the host refuses what is given back there.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::decimal::{Rounding, add, fixed_text, mul, parse};
use zhangben_sdk::tax::Assessment;
use zhangben_sdk::{Decimal, Problem};

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "first-line-taxed";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        answers.into_iter().map(|answer| taxed(&answer).unwrap_or(answer)).collect()
    }
}

fn taxed(untaxed: &Assessment) -> Result<Assessment, Problem> {
    let mut answer = untaxed.clone();
    if let (Some(line), Some(tax_line)) = (answer.lines.first_mut(), answer.tax_lines.first_mut()) {
        let decimals = tax_line.rounding.decimals;
        let net = parse(&line.net, "/lines/0/net")?;
        let tax = Rounding::HalfUp.round(mul(net, Decimal::new(13, 2), "/lines/0/net")?, decimals);
        let with_tax =
            |text: &str| add(parse(text, "/totals")?, tax, "/totals").map(|sum| fixed_text(sum, decimals));
        line.gross = with_tax(&line.net)?;
        tax_line.code = "VAT13".to_owned();
        tax_line.category = "standard".to_owned();
        tax_line.method = "percent-of-base".to_owned();
        tax_line.rate = "0.13".to_owned();
        tax_line.base = line.net.clone();
        tax_line.out_of_scope_base = fixed_text(Decimal::ZERO, decimals);
        tax_line.amount = fixed_text(tax, decimals);
        let totals = &mut answer.totals;
        totals.tax = with_tax(&totals.tax)?;
        totals.gross = with_tax(&totals.gross)?;
        totals.payable = with_tax(&totals.payable)?;
    }
    Ok(answer)
}

zhangben_sdk::export_tax!(Tax<Fixture>);
