//! Where to pay, the company's note, the slip to confirm.

use crate::cell::{key_value, paragraph, text};
use crate::config::Config;
use crate::words::Words;
use zhangben_sdk::statement::{BankAccount, Block, Heading, Model, Panel};

pub fn blocks(blocks: &mut Vec<Block>, config: &Config, model: &Model, words: &Words) {
    if config.bank_accounts {
        let accounts: Vec<Panel> = accounts(model).map(|account| panel(account, words)).collect();
        if !accounts.is_empty() {
            blocks.push(Block::Space(3));
            blocks.push(Block::Heading(Heading { level: 3, text: words.pay_to.to_owned() }));
            blocks.extend(accounts.chunks(3).map(|three| Block::Panels(three.to_vec())));
        }
    }
    if let Some(note) = &config.note {
        blocks.push(paragraph(note, "normal"));
    }
    if config.confirmation {
        confirmation(blocks, words);
    }
}

/// Verified accounts in a currency of the statement: another currency's would invite mistakes, and a number that nobody
/// has verified is how payments are diverted.
fn accounts(model: &Model) -> impl Iterator<Item = &BankAccount> {
    let used =
        |account: &&BankAccount| model.sections.iter().any(|section| section.currency == account.currency);
    model.subject.bank_accounts.iter().filter(|account| account.verified).filter(used)
}

fn panel(account: &BankAccount, words: &Words) -> Panel {
    let mut rows = vec![
        key_value(words.holder, text(&account.name)),
        key_value(words.bank, text(&account.bank)),
        key_value(words.account_number, text(&account.number)),
    ];
    if let Some(bic) = &account.bic {
        rows.push(key_value(words.bic, text(bic)));
    }
    Panel { title: Some(account.currency.clone()), rows }
}

fn confirmation(blocks: &mut Vec<Block>, words: &Words) {
    blocks.push(Block::Space(3));
    blocks.push(Block::Rule);
    blocks.push(Block::Heading(Heading { level: 3, text: words.confirmation.to_owned() }));
    blocks.push(paragraph(words.ask, "small"));
    blocks.push(paragraph(words.agree, "normal"));
    let fields = [words.seal, words.signatory, words.signed_on];
    blocks.push(Block::Signature(fields.into_iter().map(str::to_owned).collect()));
}
