//! In which order the lines of a file stand.

use domain::ids::BankLineId;
use store::rows::{BankLine, BankStatement};

/// Hands the ids of an import out anew: they rise as the lines stand in the file, so that the lines of a day are listed as on the
/// bank's paper.
pub(super) fn in_file_order(statements: &mut [(BankStatement, Vec<BankLine>)]) {
    let mut ids: Vec<BankLineId> =
        statements.iter().flat_map(|(_, lines)| lines).map(|line| line.id).collect();
    ids.sort_unstable();
    for (line, id) in statements.iter_mut().flat_map(|(_, lines)| lines).zip(ids) {
        line.id = id;
    }
}
