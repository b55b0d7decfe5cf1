//! The tables as diesel sees them. A test compares this file with the live catalogues of both databases.

mod advance;
mod bank;
mod bill;
mod book;
mod checkpoint;
mod close;
mod company;
mod delivery;
mod dispute;
mod draft;
mod import;
mod ledger;
mod parties;
mod people;
mod plugin;
mod statement;
mod terms;
mod work;

pub use advance::*;
pub use bank::*;
pub use bill::*;
pub use book::*;
pub use checkpoint::*;
pub use close::*;
pub use company::*;
pub use delivery::*;
pub use dispute::*;
pub use draft::*;
pub use import::*;
pub use ledger::*;
pub use parties::*;
pub use people::*;
pub use plugin::*;
pub use statement::*;
pub use terms::*;
pub use work::*;

// Only these pairs are joined, always on (company, …): diesel's `joinable!` knows no composite keys.
diesel::allow_tables_to_appear_in_same_query!(
    advance_items,
    allocations,
    bank_lines,
    customers,
    document_allowances,
    document_lines,
    document_terms,
    documents,
    entries,
    events,
    item_dues,
    open_items,
    postings,
    proposal_lines,
    proposals,
    seals,
    statements,
    vouchers,
);
diesel::allow_tables_to_appear_in_same_query!(documents, tax_lines);
diesel::allow_tables_to_appear_in_same_query!(bank_files, bank_statements);
diesel::allow_tables_to_appear_in_same_query!(passwords, sessions, tokens, users);
diesel::allow_tables_to_appear_in_same_query!(key_parties, keys);
diesel::allow_tables_to_appear_in_same_query!(attachments, draft_acts, drafts);
diesel::allow_tables_to_appear_in_same_query!(deliveries, delivery_lines);
diesel::allow_tables_to_appear_in_same_query!(deliveries, seals);
diesel::allow_tables_to_appear_in_same_query!(disputes, seals);
diesel::allow_tables_to_appear_in_same_query!(tax_invoices, seals);
diesel::allow_tables_to_appear_in_same_query!(red_confirmations, documents);
diesel::allow_tables_to_appear_in_same_query!(customer_merge_items, customer_merges);
diesel::allow_tables_to_appear_in_same_query!(import_rows, imports);
diesel::allow_tables_to_appear_in_same_query!(proposal_undoings, proposals);
