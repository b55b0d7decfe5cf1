//! The company's bank accounts, the files its banks send, and their lines (银行流水).

mod account;
mod bound;
mod clearing;
mod import;
mod move_read;
mod moves;
mod order;
mod read;

pub use account::{
    BankAccountError, CreateBankAccount, create_account, create_clearing_account, list_accounts,
};
pub(crate) use account::{insert_account, money_on, prepare_account};
pub(crate) use bound::BoundRows;

pub(crate) use clearing::clearing_in;
pub use clearing::{Clearing, clearing};
pub use import::{ImportBankFile, ImportBankFileError, ImportedBankFile, import, import_watched};
pub use move_read::{WantedMoves, get_move, list_moves, move_held};
pub(crate) use moves::told_move;
pub use moves::{
    BankMoveError, BankMoveView, JoinPayout, Payout, TakeFee, join_payout, pay_out, take_fee, undo_move,
};
pub use read::{WantedFiles, WantedLines, files, lines, search_lines};
