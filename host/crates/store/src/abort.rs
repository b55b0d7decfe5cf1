//! Named places at which a process can be made to end at once, for the tests that kill it (`tests/flows/crash`): they
//! need to know *where* it died. `ZHANGBEN_ABORT_AT=POINT:NTH` ends it when it comes to the point for the NTH time, as
//! `kill -9` would: nothing is unwound, flushed, rolled back or given back.
//!
//! Only builds with debug assertions (profiles `dev` and `ci`) hold any of it. In others [`here`] is empty, nothing
//! reads the variable, and settings refuse it as they refuse every name they do not know.

/// Names a point and how often it is passed. See the module.
#[cfg(debug_assertions)]
pub const VARIABLE: &str = "ZHANGBEN_ABORT_AT";

macro_rules! points {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Where a process can be made to end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Point { $($(#[$doc])* $variant),* }

        impl Point {
            pub const ALL: &[Point] = &[$(Point::$variant),*];
            /// As the variable and the log name it.
            pub const fn name(self) -> &'static str {
                match self { $(Point::$variant => $name),* }
            }
        }
    };
}

points! {
    /// The tax guest has answered and the host has accepted; nothing is written.
    InvoiceAssessed = "invoice.assessed",
    /// The bank guest has read a file; nothing is written.
    BankFileRead = "bank-file.read",
    /// The policy guest has proposed; nothing is written.
    ReconciliationAnswered = "reconciliation.answered",
    /// A statement's content is sealed; it is not laid out, and nothing is written.
    StatementSealed = "statement.sealed",
    /// Everything is written, by a transaction that leaves something to seal; it is not committed.
    CommitBefore = "commit.before",
    /// Such a transaction is committed; nobody was told.
    CommitAfter = "commit.after",
    /// The answer under an idempotency key is kept; it is not sent.
    AnswerKept = "answer.kept",
    /// The sequencer has inserted seals; what they seal still stands in `unsealed`.
    SealsInserted = "seals.inserted",
    /// A line of an imported file is in; the next one is not begun.
    LineImported = "import.line",
}

/// Ends the process, if it was asked to end here.
#[inline]
pub fn here(point: Point) {
    #[cfg(debug_assertions)]
    armed::here(point);
    #[cfg(not(debug_assertions))]
    let _ = point;
}

#[cfg(debug_assertions)]
pub use armed::{AbortError, arm};

#[cfg(debug_assertions)]
mod armed {
    use super::{Point, VARIABLE};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use thiserror::Error;

    static ARMED: OnceLock<Armed> = OnceLock::new();

    #[derive(Debug)]
    struct Armed {
        point: Point,
        /// Times until then.
        left: AtomicU32,
    }

    /// Why the variable cannot be followed: a test that kills nothing must not go unnoticed.
    #[derive(Debug, Error, PartialEq, Eq)]
    pub enum AbortError {
        #[error(
            "$ZHANGBEN_ABORT_AT: {0:?} is not of the form POINT:NTH with NTH from 1, as invoice.assessed:3"
        )]
        Form(String),
        #[error("$ZHANGBEN_ABORT_AT: {found:?} is not a point; there are {}", names())]
        Unknown { found: String },
    }

    fn names() -> String {
        Point::ALL.iter().map(|point| point.name()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn parse(text: &str) -> Result<(Point, u32), AbortError> {
        let form = || AbortError::Form(text.to_owned());
        let (name, nth) = text.split_once(':').ok_or_else(form)?;
        let nth = nth.parse().ok().filter(|nth| *nth > 0).ok_or_else(form)?;
        let point = Point::ALL.iter().copied().find(|point| point.name() == name);
        Ok((point.ok_or_else(|| AbortError::Unknown { found: name.to_owned() })?, nth))
    }

    /// Does as the variable's text says, from now on and once.
    ///
    /// # Errors
    /// A text that is not POINT:NTH, or names no point.
    pub fn arm(text: &str) -> Result<(), AbortError> {
        let (point, nth) = parse(text)?;
        ARMED.get_or_init(|| Armed { point, left: AtomicU32::new(nth) });
        Ok(())
    }

    pub(super) fn here(point: Point) {
        let Some(armed) = ARMED.get().filter(|armed| armed.point == point) else { return };
        if armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            tracing::error!(point = point.name(), "aborted, as ${VARIABLE} asks");
            std::process::abort();
        }
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::armed::{AbortError, parse};
    use super::*;

    #[test]
    fn every_point_is_known_by_its_own_name() {
        for (n, point) in (1..).zip(Point::ALL) {
            assert_eq!(parse(&format!("{}:{n}", point.name())).unwrap(), (*point, n));
        }
    }

    #[test]
    fn what_names_no_point_is_refused() {
        for text in [
            "",
            "invoice.assessed",
            "invoice.assessed:",
            "invoice.assessed:0",
            "commit.after:-1",
            "commit.after:x",
        ] {
            assert_eq!(parse(text), Err(AbortError::Form(text.to_owned())));
        }
        let refused = parse("invoice.asessed:1").unwrap_err().to_string();
        assert!(
            refused.contains("asessed") && Point::ALL.iter().all(|point| refused.contains(point.name())),
            "{refused}"
        );
    }

    #[test]
    fn a_process_that_was_not_asked_passes_every_point() {
        Point::ALL.iter().copied().for_each(here);
    }
}
