//! The statement world: one message, `lay-out`. The layout that comes back is syntactically read here (amounts, dates,
//! closed names); whether its figures stand in the model is `domain::layout::accept`.

use super::common_v1::{self as common, types::Context};
use crate::call::{CallError, Session};
use crate::limits::Work;
use domain::layout::Requested;
use domain::statement as domain_statement;
use domain::statement::{Model, Movement, OpenItem, Section};
use money::{Currency, Minor};

pub(crate) mod wit {
    wasmtime::component::bindgen!({
        path: ["../../../wit/common", "../../../wit/statement"],
        world: "zhangben:statement/statement",
        with: { "zhangben:common/types@1.0.0": crate::worlds::common_v1::types },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}
pub(crate) use wit::zhangben::statement::types;

/// What was said to the guest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Messages {
    pub(crate) ctx: Context,
    pub(crate) model: types::Model,
}

/// Items of fuel and class.
pub(crate) fn items(model: &types::Model) -> usize {
    let of = |movements: &[types::Movement]| movements.iter().map(|m| 1 + m.lines.len()).sum::<usize>();
    model.sections.iter().map(|s| 1 + of(&s.movements) + of(&s.prior_period) + s.open_items.len()).sum()
}

pub(crate) fn converse(
    session: &mut Session<'_>,
    pre: &wit::StatementPre<crate::call::Guest>,
    config: &str,
    ctx: Context,
    model: types::Model,
) -> Result<(Messages, types::LaidOut), CallError> {
    let instance = session.instantiate(|store| pre.instantiate(store))?;
    let format = instance.zhangben_statement_format();
    let layout = session
        .message(Work::items(items(&model)), |store| format.call_lay_out(store, &ctx, config, &model))?
        .map_err(|p| CallError::Refused(common::problem(p)))?;
    check(session, &layout)?;
    Ok((Messages { ctx, model }, layout))
}

fn check(session: &Session<'_>, layout: &types::LaidOut) -> Result<(), CallError> {
    session.check_list("artefacts", layout.artefacts.len())?;
    session.check_list("explanations", layout.explanations.len())?;
    session.check_list("warnings", layout.warnings.len())?;
    for artefact in &layout.artefacts {
        let types::Content::Document(document) = &artefact.content else { continue };
        session.check_list("blocks of a document", document.blocks.len())?;
        for block in &document.blocks {
            if let types::Block::Table(table) = block {
                session.check_list("columns of a table", table.columns.len())?;
                session.check_list("rows of a table", table.rows.len())?;
            }
            if let types::Block::Paragraph(paragraph) = block {
                session.check_list("parts of a paragraph", paragraph.parts.len())?;
            }
        }
    }
    Ok(())
}

/// The WIT model: member for member what `domain::statement::seal_content` seals (a test compares them), so that a cited
/// pointer means the same on both sides; only the seal (`digest`) and the outputs asked for are added.
pub(crate) fn model(model: &Model, digest: &str, outputs: &[Requested<'_>]) -> types::Model {
    types::Model {
        subject: subject(&model.subject, digest),
        sections: model.sections.iter().map(section).collect(),
        confirmation: None,
        assets: Vec::new(),
        outputs: outputs
            .iter()
            .map(|asked| types::RequestedOutput {
                name: asked.name.to_owned(),
                media_type: asked.media_type.to_owned(),
                ext: Vec::new(),
            })
            .collect(),
        ext: Vec::new(),
    }
}

fn subject(s: &domain_statement::Subject, digest: &str) -> types::Subject {
    types::Subject {
        kind: "statement".to_owned(),
        style: s.style.name().to_owned(),
        number: s.number.clone(),
        version: s.version,
        supersedes: s.supersedes.clone(),
        changes: Vec::new(),
        period: types::Period { start: common::date(s.period_start), end: common::date(s.cut_off) },
        cut_off: common::date(s.cut_off),
        known_at: s.known_at,
        previous: s.previous.as_ref().map(|p| types::Previous {
            number: p.number.clone(),
            closing: p
                .closings
                .iter()
                .map(|(_, currency, closing)| types::Money {
                    amount: closing.format(*currency),
                    currency: currency.code().to_owned(),
                })
                .collect(),
            confirmation: None,
            ext: Vec::new(),
        }),
        digest: digest.to_owned(),
        issuer: party(&s.issuer),
        customer: party(&s.customer),
        bank_accounts: s
            .bank_accounts
            .iter()
            .map(|b| types::BankAccount {
                bank: b.bank.clone(),
                name: b.name.clone(),
                number: b.number.clone(),
                scheme: b.scheme.clone(),
                bic: b.bic.clone(),
                currency: b.currency.code().to_owned(),
                verified: b.verified,
                ext: Vec::new(),
            })
            .collect(),
        payment_codes: Vec::new(),
        ext: Vec::new(),
    }
}

fn party(p: &domain_statement::PartyBlock) -> types::Party {
    types::Party {
        code: p.code.clone(),
        name: p.name.clone(),
        address: p.address.as_ref().map(|a| types::Address {
            lines: a.lines.clone(),
            postal_code: a.postal_code.clone(),
            city: a.city.clone(),
            region: None,
            country: a.country.clone(),
            ext: Vec::new(),
        }),
        tax_ids: p.tax_ids.clone(),
        contacts: Vec::new(),
        ext: Vec::new(),
    }
}

fn section(s: &Section) -> types::Section {
    let amount = |minor: Minor| minor.format(s.currency);
    // ordinals count through a section's movements, then its prior-period entries; open items count for themselves
    let mut ids = 0..;
    let mut movements = |of: &[Movement]| -> Vec<types::Movement> {
        of.iter().zip(&mut ids).map(|(m, id)| movement(m, s.currency, id)).collect()
    };
    let (current, prior_period) = (movements(&s.movements), movements(&s.prior_period));
    let open_items = (0..).zip(&s.open_items).map(|(id, i)| open_item(i, s.currency, id)).collect();
    types::Section {
        account: s.account.clone(),
        branch: None,
        currency: s.currency.code().to_owned(),
        opening: amount(s.opening),
        movements: current,
        prior_period,
        closing: amount(s.closing),
        total_debit: amount(s.total_debit),
        total_credit: amount(s.total_credit),
        open_items,
        aging: types::Aging {
            basis: s.aging.basis.name().to_owned(),
            buckets: s
                .aging
                .buckets
                .iter()
                .map(|b| types::AgingBucket {
                    key: b.key.clone(),
                    from_days: b.from_days,
                    to_days: b.to_days,
                    amount: amount(b.amount),
                    ext: Vec::new(),
                })
                .collect(),
            unapplied: amount(s.aging.unapplied),
            total: amount(s.aging.total),
            ext: Vec::new(),
        },
        unapplied: amount(s.unapplied),
        // nobody reckons them yet: see `domain::statement::seal_content`
        bills_receivable: None,
        unbilled: None,
        retained: None,
        advances: None,
        tax: s
            .tax
            .iter()
            .map(|(code, rate, base, tax)| types::TaxSummary {
                code: code.clone(),
                rate: common::decimal(*rate),
                base: amount(*base),
                amount: amount(*tax),
                ext: Vec::new(),
            })
            .collect(),
        base: s.base.as_ref().map(|b| types::BaseEquivalent {
            currency: b.currency.code().to_owned(),
            rate: common::decimal(b.rate),
            rate_date: common::date(b.rate_date),
            source: b.source.clone(),
            closing: b.closing.format(b.currency),
            ext: Vec::new(),
        }),
        ext: Vec::new(),
    }
}

fn movement(m: &Movement, currency: Currency, id: u32) -> types::Movement {
    types::Movement {
        id,
        kind: m.kind.clone(),
        number: m.number.clone(),
        tax_invoice_number: m.tax_invoice_number.clone(),
        document_date: common::date(m.document_date),
        posting_date: common::date(m.posting_date),
        due_date: m.due_date.map(common::date),
        delivery_date: None,
        references: m
            .references
            .iter()
            .map(|(kind, value)| types::Reference { kind: kind.clone(), value: value.clone() })
            .collect(),
        text: m.text.clone(),
        debit: m.debit.format(currency),
        credit: m.credit.format(currency),
        balance: m.balance.format(currency),
        original: None,
        branch: None,
        dispute: None,
        lines: m
            .lines
            .iter()
            .map(|l| types::MovementLine {
                description: l.description.clone(),
                quantity: l.quantity.map(common::decimal),
                unit: l.unit.clone(),
                unit_price: l.unit_price.map(common::decimal),
                net: l.net.format(currency),
                rate: l.rate.map(common::decimal),
                tax: l.tax.format(currency),
                gross: l.gross.format(currency),
                ext: Vec::new(),
            })
            .collect(),
        allocations: Vec::new(),
        ext: Vec::new(),
    }
}

fn open_item(i: &OpenItem, currency: Currency, id: u32) -> types::OpenItem {
    types::OpenItem {
        id,
        kind: i.kind.clone(),
        number: i.number.clone(),
        document_date: common::date(i.document_date),
        due: i.due.map(common::date),
        days_overdue: i.days_overdue,
        original: i.original.format(currency),
        paid: i.paid.format(currency),
        credited: i.credited.format(currency),
        withheld: None,
        disputed: None,
        open: i.open.format(currency),
        instalment: i.instalment.clone(),
        status: if i.days_overdue > 0 { "overdue".to_owned() } else { "open".to_owned() },
        discounts: Vec::new(),
        ext: Vec::new(),
    }
}
