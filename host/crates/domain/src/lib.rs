//! The pure heart of Zhangben: what a document, an entry, an open item, a statement *is*, and which of them
//! may exist. No database, no plugin engine, no clock: time, ids and salts come in as arguments.
//!
//! | module | what it decides |
//! |---|---|
//! | [`ids`], [`time`], [`random`] | typed ids, the different kinds of date, injected sources |
//! | [`canonical`] | canonical JSON (RFC 8785) and digests, plain and salted |
//! | [`ledger`] | journal entries that balance, open items, allocations, realised FX, the seal chain |
//! | [`document`] | invoices, credit notes, receipts: their content and digest |
//! | [`delivery`] | what was handed over, and how much of it is still to be billed |
//! | [`deferral`] | what was invoiced and is still to be delivered |
//! | [`tax_invoice`] | what the tax authority's platform issued |
//! | [`tax`] | what a tax guest is asked, and `accept`: what of its answer counts |
//! | [`tax_id`] | check digits of registrations for tax |
//! | [`country`] | which codes of countries there are |
//! | [`sample`] | which vouchers an auditor's sample takes |
//! | [`bank`] | what a bank guest reads, and `accept` |
//! | [`bill`] | bills of exchange: what may be done with one, in which order, what discounting costs |
//! | [`reconciliation`] | what a policy guest is asked, and `accept` |
//! | [`statement`], [`aging`] | the one fold from ledger rows to a statement |
//! | [`checkpoint`] | balances and open lots of all customers, kept to be read fast and equal to the fold |
//! | [`terms`] | terms of payment: due dates, instalments, early-payment discounts |
//! | [`layout`] | the document model a format guest answers with, and `accept` |
//! | [`close`] | the close of a period: what is looked at, and whether a bank's statements follow each other |
//! | [`fiscal`], [`series`], [`voucher`] | fiscal years, numbers of documents, and vouchers: how an entry is numbered and shown |
//! | [`plugin`] | worlds, manifests, usage, the context of a call |
//! | [`text`] | what a text may hold |
//! | [`actor`], [`permission`] | who acts, and what each role may do to what |

pub mod actor;
pub mod aging;
pub mod bank;
pub mod bill;
pub mod canonical;
pub mod checkpoint;
pub mod close;
pub mod country;
pub mod deferral;
pub mod delivery;
pub mod document;
pub mod draft;
pub mod fiscal;
pub mod ids;
pub mod layout;
pub mod ledger;
pub mod permission;
pub mod plugin;
pub mod random;
pub mod reconciliation;
pub mod sample;
pub mod series;
pub mod statement;
pub mod tax;
pub mod tax_id;
pub mod tax_invoice;
pub mod terms;
pub mod text;
pub mod time;
pub mod voucher;
