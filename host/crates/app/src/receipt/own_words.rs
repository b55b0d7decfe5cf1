//! What a payer wrote, for the document of whoever's money it is: only what is her own.

use crate::common::Common;
use store::rows::{BankLine, Customer};
use store::{Conn, query};

/// The remittance text of a line, if the line shows `customer` as the one who paid, and nobody else. What a mother writes
/// when she pays for her daughter stands on the bank line alone (decision 25): the daughter's documents and statements outlast
/// the mother's erasure, and words of hers in them would too.
pub(crate) fn own_words(
    conn: &mut Conn,
    customer: &Customer,
    line: &BankLine,
) -> Result<Option<String>, Common> {
    let (company, name) = (customer.company, customer.name.as_deref());
    let (payer, debtor) = (line.payer_name.as_deref(), line.ultimate_debtor.as_deref());
    let payers = match &line.payer_account {
        Some(account) => query::customers::by_account(conn, company, account)?,
        None => Vec::new(),
    };
    let is_payer = match payers.as_slice() {
        [] => payer.is_some() && payer == name,
        [only] => *only == customer.id,
        _ => false,
    };
    let for_herself = debtor.is_none() || debtor == name || debtor == payer;
    if !is_payer || !for_herself {
        return Ok(None);
    }
    // an account of hers, but somebody else's name: a former holder, a husband
    let names: Vec<&str> = payer.into_iter().chain(debtor).filter(|shown| Some(*shown) != name).collect();
    let another = query::customers::is_another(conn, company, customer.id, &names, line.payer_id.as_deref())?;
    Ok(if another { None } else { line.free_text.clone() })
}
