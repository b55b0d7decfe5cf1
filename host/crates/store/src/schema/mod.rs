//! The tables as diesel sees them. A test compares this file with the live catalogues of both databases.

mod bank;
mod checkpoint;
mod close;
mod company;
mod draft;
mod import;
mod ledger;
mod parties;
mod people;
mod plugin;
mod statement;
mod work;

pub use bank::*;
pub use checkpoint::*;
pub use close::*;
pub use company::*;
pub use draft::*;
pub use import::*;
pub use ledger::*;
pub use parties::*;
pub use people::*;
pub use plugin::*;
pub use statement::*;
pub use work::*;

// Only these pairs are joined, always on (company, …): diesel's `joinable!` knows no composite keys.
diesel::allow_tables_to_appear_in_same_query!(
    allocations,
    bank_lines,
    customers,
    document_allowances,
    document_lines,
    documents,
    entries,
    events,
    open_items,
    postings,
    proposal_lines,
    proposals,
    seals,
    statements,
);
diesel::allow_tables_to_appear_in_same_query!(documents, tax_lines);
diesel::allow_tables_to_appear_in_same_query!(bank_files, bank_statements);
diesel::allow_tables_to_appear_in_same_query!(passwords, sessions, tokens, users);
diesel::allow_tables_to_appear_in_same_query!(key_parties, keys);
diesel::allow_tables_to_appear_in_same_query!(attachments, draft_acts, drafts);
