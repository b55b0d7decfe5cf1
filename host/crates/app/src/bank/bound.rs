//! What the chain binds of a bank file's rows: two digests in the event of its import. `rows` covers statements and lines as
//! they can be recomputed for ever, `texts` what banks and payers say in them, under the salt of the file's own bytes: once
//! somebody who stands in the file is erased, that salt is gone, and so may be the texts.
//!
//! What becomes of a line (its customer, what is left of it, its status) is covered by what is posted from it.

use domain::canonical::{self, CanonicalError, Digest};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::rows::{BankLine, BankStatement};

/// A digest of rows under way: first all statements of the file by id, then all its lines by id.
pub(crate) struct BoundRows {
    rows: Sha256,
    texts: Option<Sha256>,
}

impl BoundRows {
    /// `salt`: of the file's bytes; without it the texts are left out.
    pub fn new(salt: Option<&[u8; 32]>) -> Self {
        let tagged = |salt: &[u8; 32]| Sha256::new_with_prefix(salt).chain_update(b"bank-texts.v1\0");
        BoundRows { rows: Sha256::new_with_prefix(b"bank-rows.v1\0"), texts: salt.map(tagged) }
    }

    pub fn statement(&mut self, row: &BankStatement) -> Result<(), CanonicalError> {
        let money = |amount: Option<money::Minor>| amount.map(|amount| amount.format(row.currency));
        let figures = json!({
            "id": row.id.to_string(),
            "account": row.account.to_string(),
            "page": row.page,
            "last_page": row.last_page,
            "start_date": row.start_date.map(|date| date.to_string()),
            "end_date": row.end_date.map(|date| date.to_string()),
            "currency": row.currency.code(),
            "opening": money(row.opening),
            "closing": money(row.closing),
        });
        self.add(&figures, &json!([row.bank_id, row.sequence, row.legal_sequence]))
    }

    pub fn line(&mut self, row: &BankLine) -> Result<(), CanonicalError> {
        let figures = json!({
            "id": row.id.to_string(),
            "statement": row.statement.to_string(),
            "account": row.account.to_string(),
            "dedupe": row.dedupe,
            "entry": row.entry_ordinal,
            "detail": row.detail_ordinal,
            "kind": row.kind,
            "booking_date": row.booking_date.to_string(),
            "value_date": row.value_date.map(|date| date.to_string()),
            "amount": row.amount.format(row.currency),
            "credit": row.credit,
            "currency": row.currency.code(),
            "charges": row.charges.format(row.currency),
        });
        let texts = json!([
            row.payer_name,
            row.payer_account,
            row.payer_id,
            row.ultimate_debtor,
            row.end_to_end,
            row.servicer_reference,
            row.mandate,
            row.structured,
            row.structured_scheme,
            row.free_text,
            row.return_reason,
            row.original_end_to_end,
            row.payment.0,
            row.remittances.0,
        ]);
        self.add(&figures, &texts)
    }

    fn add(&mut self, figures: &Value, said: &Value) -> Result<(), CanonicalError> {
        self.rows.update(canonical::bytes(figures)?);
        if let Some(texts) = &mut self.texts {
            texts.update(canonical::bytes(said)?);
        }
        Ok(())
    }

    /// Of the rows, and of their texts.
    pub fn finish(self) -> (Digest, Option<Digest>) {
        let digest = |hasher: Sha256| Digest::new(hasher.finalize().into());
        (digest(self.rows), self.texts.map(digest))
    }
}

/// What the rows of a file are bound by.
pub(super) fn bind(
    statements: &[BankStatement],
    mut lines: Vec<BankLine>,
    salt: &[u8; 32],
) -> Result<(Digest, Option<Digest>), CanonicalError> {
    let mut statements: Vec<&BankStatement> = statements.iter().collect();
    statements.sort_by_key(|row| row.id);
    lines.sort_by_key(|row| row.id);
    let mut bound = BoundRows::new(Some(salt));
    for row in statements {
        bound.statement(row)?;
    }
    for row in &lines {
        bound.line(row)?;
    }
    Ok(bound.finish())
}
