//! Version 1: handlers, one noun a file, all of one shape: the body is parsed, one blocking hop holds the whole
//! use-case, its result is answered as a view. What a caller may do is decided in `app`.

pub mod approvals;
pub mod attachments;
pub mod audit;
pub mod bank;
pub mod closes;
pub mod company;
pub mod contacts;
pub mod customers;
pub mod documents;
pub mod drafts;
pub mod dto;
pub mod health;
pub mod imports;
pub mod invoices;
pub mod items;
pub mod jobs;
pub mod lines;
pub mod lists;
pub mod merges;
pub mod open_items;
pub mod openings;
pub mod overview;
pub mod plugins;
pub mod problems;
pub mod proposals;
pub mod receipts;
pub mod reports;
pub mod revaluations;
pub mod session;
pub mod setup;
pub mod statements;
pub mod tolerances;
pub mod users;
