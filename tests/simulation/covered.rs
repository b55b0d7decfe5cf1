//! What must have happened in a run: one in which something never happens tests nothing of it.

use super::act::Sim;

/// From so many steps on everything has happened.
const LONG: u64 = 4_000;

/// Taken and refused.
const BOTH: [&str; 13] = [
    "invoice",
    "credit note",
    "receipt",
    "allocate",
    "undo",
    "advance",
    "handed over",
    "handed back",
    "debit note",
    "issued",
    "disputed",
    "dispute resolved",
    "regrouped",
];

/// One or the other.
const EITHER: [&str; 4] = ["undo again", "looked back", "kept", "died"];

/// Taken in every run.
const TAKEN: [&str; 25] = [
    "instalments",
    "cleared",
    "suspended",
    "bill received",
    "delivered",
    "delivery billed",
    "refunded",
    "written off",
    "adjusted",
    "adjusted off",
    "late fee",
    "opening",
    "revalued",
    "receipt reversed",
    "invoice reversed",
    "credit note reversed",
    "memo reversed",
    "returned",
    "tax invoice",
    "advance taxed",
    "handed over with more",
    "goods returned",
    "returned goods credited",
    "price raised",
    "rebilled",
];

/// Taken in long runs.
const SELDOM: [&str; 40] = [
    "due told",
    "discount",
    "discount undone",
    "discount undone with its allocation",
    "identified",
    "let out",
    "put back",
    "withheld",
    "bill endorsed",
    "bill discounted",
    "bill paid",
    "bill dishonoured",
    "bill undone",
    "paid again",
    "given back",
    "delivery reversed",
    "merged",
    "merge undone",
    "number voided",
    "vouchers",
    "adjustment reversed",
    "late fee reversed",
    "opening reversed",
    "owed again",
    "not billed again",
    "tax invoice red",
    "tax invoice voided",
    "debit note reversed",
    "deferring switched",
    "billed in parts",
    "one of several bills taken back",
    "handed back with more",
    "return reversed",
    "return not credited again",
    "rebilled in parts",
    "not billed anew",
    "discount of an instalment",
    "advance used in part",
    "advance over several",
    "trapped",
];

/// Refused in long runs.
const REFUSED: [&str; 24] = [
    "discount",
    "let out",
    "bill paid",
    "given back",
    "delivery billed",
    "merge undone",
    "refunded",
    "written off",
    "adjusted",
    "adjusted off",
    "late fee",
    "opening",
    "revalued",
    "receipt reversed",
    "invoice reversed",
    "credit note reversed",
    "tax invoice",
    "tax invoice red",
    "tax invoice voided",
    "handed over with more",
    "returned goods credited",
    "return reversed",
    "price raised",
    "rebilled",
];

/// Of a command that was asked for so often each fault came once.
const FAULTS: u64 = 5;

impl Sim<'_> {
    /// Every command was taken, and those that can be refused were. What is seldom is asked of long runs.
    pub fn covered(&self, steps: u64) {
        let happened = |what: &str| self.done.get(what).copied().unwrap_or_default();
        let long = steps >= LONG;
        for what in BOTH {
            let (taken, refused) = happened(what);
            assert!(taken > 0 && refused > 0, "{what}: {:?}", self.done);
        }
        for (what, (taken, refused)) in EITHER.map(|what| (what, happened(what))) {
            assert!(taken + refused > 0, "{what}: {:?}", self.done);
        }
        for what in TAKEN.into_iter().chain(SELDOM.into_iter().filter(|_| long)) {
            assert!(happened(what).0 > 0, "{what}: {:?}", self.done);
        }
        for what in REFUSED.into_iter().filter(|_| long) {
            assert!(happened(what).1 > 0, "{what} was never refused: {:?}", self.done);
            let asked = self.asked.get(what).copied().unwrap_or_default();
            assert!(asked >= FAULTS, "{what} did not meet each fault: {:?}", self.asked);
        }
    }
}
