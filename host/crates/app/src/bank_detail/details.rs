//! What is proposed, and what it takes the place of, as it is kept.

use crate::common::{Common, Context, check_code, check_line};
use crate::customer::{PayerAccount, normal_account};
use crate::vault::{self, Secret, VaultError, open_salt};
use domain::canonical::{self, Digest, commit};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::rows::{BankAccount, BankDetailChange, CustomerAccount};

/// What an account of the company's own is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDetails {
    pub number: String,
    /// `IBAN`, `CN` …
    pub scheme: String,
    pub bank: String,
    pub bic: Option<String>,
    pub holder: String,
}

/// Bank details of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BankDetails {
    /// All accounts that a customer pays from, by number.
    Payer(Vec<PayerAccount>),
    Own(OwnDetails),
}

/// What is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// None: an account of the company's own that is not in force yet.
    pub before: Option<BankDetails>,
    pub after: BankDetails,
}

impl OwnDetails {
    pub(super) fn of(row: &BankAccount) -> Self {
        OwnDetails {
            number: row.number.clone(),
            scheme: row.scheme.clone(),
            bank: row.bank.clone(),
            bic: row.bic.clone(),
            holder: row.holder.clone(),
        }
    }
    /// Checked, with its number as numbers are compared.
    pub(super) fn checked(&self) -> Result<Self, Common> {
        check_code("/details/number", &self.number)?;
        check_code("/details/scheme", &self.scheme)?;
        check_line("/details/bank", &self.bank)?;
        check_line("/details/holder", &self.holder)?;
        if let Some(bic) = &self.bic {
            check_code("/details/bic", bic)?;
        }
        Ok(OwnDetails { number: normal_account(&self.number), ..self.clone() })
    }
}

impl BankDetails {
    /// In one order, so that what is equal compares so.
    pub(super) fn payer(rows: &[CustomerAccount]) -> Self {
        let mut accounts: Vec<PayerAccount> = rows
            .iter()
            .map(|row| PayerAccount { scheme: row.scheme.clone(), account: row.account.clone() })
            .collect();
        accounts.sort_by(|a, b| (&a.account, &a.scheme).cmp(&(&b.account, &b.scheme)));
        BankDetails::Payer(accounts)
    }

    fn digest(&self, key: &Secret) -> Result<Digest, Common> {
        let value = serde_json::to_value(self).map_err(|error| corrupt(&error))?;
        Ok(key.look_up("bank-details.v1", &canonical::bytes(&value)?))
    }
}

/// What events say of the accounts that a customer pays from: nobody who lacks her key guesses them, and it goes with her.
pub(crate) fn payer_digest(key: &Secret, rows: &[CustomerAccount]) -> Result<Digest, Common> {
    BankDetails::payer(rows).digest(key)
}

/// What events say of an account of the company's own, under the company's key.
pub(crate) fn own_digest(key: &Secret, row: &BankAccount) -> Result<Digest, Common> {
    BankDetails::Own(OwnDetails::of(row)).digest(key)
}

impl Kept {
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Common> {
        let value = serde_json::to_value(self).map_err(|error| corrupt(&error))?;
        Ok(canonical::bytes(&value)?)
    }
}

fn corrupt(error: &dyn std::fmt::Display) -> Common {
    Common::Corrupt { what: "change of bank details", detail: error.to_string() }
}

/// What a change keeps, and why it was turned down; `None` once its customer is erased.
///
/// # Errors
/// `Vault(Broken)`, `Corrupt` where it is not what was committed to.
pub(super) fn opened(
    ctx: &Context<'_>,
    conn: &mut Conn,
    row: &BankDetailChange,
) -> Result<Option<(Kept, Option<String>)>, Common> {
    let outer = vault::company_key(ctx, conn, row.company)?;
    let key = match vault::key(conn, row.company, &outer, row.key) {
        Err(Common::Vault(VaultError::Erased)) => return Ok(None),
        key => key?,
    };
    let plain = key.decrypt("bank details", &row.details)?;
    if commit(&open_salt(&key, &row.salt)?, &plain) != row.commitment {
        return Err(VaultError::Broken("bank details").into());
    }
    let kept: Kept = serde_json::from_slice(&plain).map_err(|error| corrupt(&error))?;
    let reason = match &row.reason {
        Some(reason) => {
            let plain = key.decrypt("reason", reason)?;
            Some(String::from_utf8(plain).map_err(|error| corrupt(&error))?)
        }
        None => None,
    };
    Ok(Some((kept, reason)))
}
