//! Opening balances (期初余额): what customers owed when the books were taken over, item by item, against one account.

mod record;

pub(crate) use record::{check_direct, is_take_over, look_direct, prepare, record_in};

pub use record::{RecordOpening, RecordOpeningError, RecordedOpening, record};
