//! Texts of a bank as they can be stored and shown. They are the bank's: a line is not lost for a character that says
//! nothing, but it is told.

use super::accepted::{BankFile, BankFileEntry, BankFileLine, BankFileStatement};
use crate::text::strip;

/// Takes out what no text holds, with a warning for each statement and entry that had it.
pub(super) fn clean(file: &mut BankFile) {
    for statement in &mut file.statements {
        let place = format!("statement {}", statement.ordinal);
        tell(&place, &heads(statement), &mut file.warnings);
        for entry in &mut statement.entries {
            let found = entry_texts(entry);
            if !found.is_empty() {
                let place = format!("{place}, entry {} (byte {})", entry.ordinal, entry.offset);
                tell(&place, &found, &mut file.warnings);
            }
        }
    }
}

fn tell(place: &str, found: &[&'static str], warnings: &mut Vec<String>) {
    if !found.is_empty() {
        let fields = found.join(", ");
        warnings.push(format!("{place}: control characters are left out of: {fields}"));
    }
}

/// Names of the fields that had any, each once.
fn strip_all<'a>(
    fields: impl IntoIterator<Item = (&'static str, Option<&'a mut String>)>,
) -> Vec<&'static str> {
    let mut found: Vec<&'static str> =
        fields.into_iter().filter_map(|(name, text)| text.is_some_and(strip).then_some(name)).collect();
    found.dedup();
    found
}

fn heads(statement: &mut BankFileStatement) -> Vec<&'static str> {
    strip_all([
        ("id", Some(&mut statement.id)),
        ("account id", Some(&mut statement.account_id)),
        ("account scheme", Some(&mut statement.account_scheme)),
        ("owner", statement.owner.as_mut()),
        ("sequence", statement.sequence.as_mut()),
        ("legal sequence", statement.legal_sequence.as_mut()),
        ("created", statement.created.as_mut()),
    ])
}

fn entry_texts(entry: &mut BankFileEntry) -> Vec<&'static str> {
    let mut found = strip_all([
        ("bank reference", entry.bank_reference.as_mut()),
        ("servicer reference", entry.servicer_reference.as_mut()),
        ("code", Some(&mut entry.code)),
        ("text", entry.text.as_mut()),
    ]);
    for line in &mut entry.lines {
        for name in line_texts(line) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn line_texts(line: &mut BankFileLine) -> Vec<&'static str> {
    let (scheme, reference) = line.structured.as_mut().map(|(scheme, reference)| (scheme, reference)).unzip();
    let own = [
        ("end-to-end reference", line.end_to_end.as_mut()),
        ("transaction", line.transaction.as_mut()),
        ("mandate", line.mandate.as_mut()),
        ("payer's name", line.payer_name.as_mut()),
        ("payer's account", line.payer_account.as_mut()),
        ("payer's id", line.payer_id.as_mut()),
        ("ultimate debtor", line.ultimate_debtor.as_mut()),
        ("structured reference", scheme),
        ("structured reference", reference),
        ("remittance text", Some(&mut line.free_text)),
        ("reason of return", line.return_reason.as_mut()),
        ("original end-to-end reference", line.original_end_to_end.as_mut()),
        ("bearer of charges", line.charge_bearer.as_mut()),
        ("servicer reference", line.servicer_reference.as_mut()),
    ];
    let advice = line.remittances.iter_mut().flat_map(|one| {
        [&mut one.reference, &mut one.scheme, &mut one.kind].map(|text| ("remittance advice", Some(text)))
    });
    strip_all(own.into_iter().chain(advice))
}
