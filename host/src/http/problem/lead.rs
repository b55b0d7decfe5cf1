//! Where a refusal stands in the body that was sent. A use-case that several doors open knows the day or the amount that it refuses, and not
//! what the body calls it; each door has the body, and finds the member there (decision 126).

use super::Problem;
use super::map::rule;
use chrono::NaiveDate;
use domain::ledger::LedgerError;
use serde_json::Value;

/// Members that hold a day on which something counts, those that decide about it first.
const DAYS: [&str; 16] = [
    "effective_date",
    "document_date",
    "date",
    "on",
    "value_date",
    "delivered_on",
    "deliver_on",
    "ordered_on",
    "received_on",
    "as_of",
    "through",
    "cut_off",
    "booking_date",
    "issued_on",
    "returned_on",
    "resolved_on",
];

/// Members that hold amounts.
const AMOUNTS: [&str; 6] = ["/lines", "/amount/amount", "/amount", "/face/amount", "/net", "/gross"];

/// What leads to the member that is refused; the first that leads anywhere counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lead {
    /// The member that says this day.
    Day(NaiveDate),
    /// The member that says this text, however deep.
    Says(String),
    /// The member at this pointer, if it is there.
    Member(String),
    /// A member that was left out, and for which the refused value stood.
    LeftOut(&'static str),
}

impl Lead {
    fn found_in(&self, body: &Value) -> Option<String> {
        match self {
            Lead::Day(day) => {
                let day = day.to_string();
                let says = |name: &&&str| body.get(**name).and_then(Value::as_str) == Some(day.as_str());
                DAYS.iter().find(says).map(|name| format!("/{name}"))
            }
            Lead::Says(text) => said(body, text),
            Lead::Member(pointer) => body.pointer(pointer).map(|_| pointer.clone()),
            Lead::LeftOut(pointer) => Some((*pointer).to_owned()),
        }
    }
}

/// The pointer of the first member that says `text`. Bodies nest no deeper than `json::DEPTH_MAX`.
fn said(value: &Value, text: &str) -> Option<String> {
    let under = |name: String, member: &Value| Some(format!("/{name}{}", said(member, text)?));
    match value {
        Value::String(own) if own == text => Some(String::new()),
        Value::Array(all) => all.iter().enumerate().find_map(|(n, member)| under(n.to_string(), member)),
        Value::Object(all) => {
            all.iter().find_map(|(name, member)| under(crate::http::json::escape(name), member))
        }
        _ => None,
    }
}

/// A refusal of the ledger: of what an amount is, or of no single member.
pub(super) fn ledger(error: &LedgerError) -> Problem {
    let refused = rule(error);
    match error {
        LedgerError::TooLarge { .. }
        | LedgerError::NotPositive { .. }
        | LedgerError::Zero { .. }
        | LedgerError::Money(_) => refused.of_amounts(),
        _ => refused,
    }
}

/// The line of the request that a tax guest blames, which names it in what it was asked: `/documents/0/lines/1/net`.
pub(super) fn line_of(subject: &str) -> Option<String> {
    let (_, line) = subject.strip_prefix("/documents/")?.split_once("/lines/")?;
    let index = line.split('/').next()?;
    index.parse::<usize>().is_ok().then(|| format!("/lines/{index}"))
}

impl Problem {
    /// About a day.
    #[must_use]
    pub(super) fn of_day(mut self, day: NaiveDate) -> Self {
        self.leads.push(Lead::Day(day));
        self
    }
    /// About a day for which this member may be given, where no other says it.
    #[must_use]
    pub(super) fn or_at(mut self, pointer: &'static str) -> Self {
        if self.leads.iter().any(|lead| matches!(lead, Lead::Day(_))) {
            self.leads.retain(|lead| !matches!(lead, Lead::LeftOut(_)));
            self.leads.push(Lead::LeftOut(pointer));
        }
        self
    }
    /// About the amounts of the body.
    #[must_use]
    pub(super) fn of_amounts(mut self) -> Self {
        self.leads.extend(AMOUNTS.map(|pointer| Lead::Member(pointer.to_owned())));
        self
    }
    /// About the member at `pointer`, where the body has it.
    #[must_use]
    pub(super) fn of_member(mut self, pointer: impl Into<String>) -> Self {
        self.leads.push(Lead::Member(pointer.into()));
        self
    }
    /// About the member that names this.
    #[must_use]
    pub(super) fn of_named(mut self, text: impl ToString) -> Self {
        self.leads.push(Lead::Says(text.to_string()));
        self
    }
    /// The member of a body to which what is known of the refusal leads.
    pub(crate) fn led_to(&self, body: &Value) -> Option<String> {
        self.leads.iter().find_map(|lead| lead.found_in(body))
    }
    /// At the member of the body that is to blame, unless it is told already.
    #[must_use]
    pub(in crate::http) fn placed_in(self, body: &[u8]) -> Self {
        if self.leads.is_empty() || !self.errors.is_empty() {
            return self;
        }
        self.placed(&serde_json::from_slice(body).unwrap_or_default())
    }
    /// As [`Problem::placed_in`], of a body that was read.
    #[must_use]
    pub(in crate::http) fn placed(self, body: &Value) -> Self {
        if !self.errors.is_empty() {
            return self;
        }
        let Some(pointer) = self.led_to(body) else { return self };
        let detail = self.detail.clone();
        self.at(pointer, detail)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Code;
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_lead_that_leads_anywhere_counts() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let refused = || Problem::new(Code::PeriodLocked, "no").of_day(day);
        let at = |problem: Problem, body: &Value| {
            let placed = problem.placed(body);
            placed.errors.first().and_then(|error| error.pointer.clone()).unwrap_or_default()
        };
        let both = json!({"document_date": "2026-11-30", "effective_date": "2026-12-01"});
        assert_eq!(at(refused(), &both), "/document_date");
        assert_eq!(at(refused(), &json!({"due_date": "2026-11-30"})), "");
        assert_eq!(at(refused().or_at("/effective_date").or_at("/date"), &json!({})), "/date");
        assert_eq!(at(refused().or_at("/date"), &both), "/document_date");
        let amounts = || Problem::new(Code::InvalidField, "no").of_amounts();
        assert_eq!(at(amounts(), &json!({"amount": {"amount": "1"}})), "/amount/amount");
        assert_eq!(at(amounts(), &json!({"amount": "1"})), "/amount");
        assert_eq!(at(amounts(), &json!({"lines": [], "amount": "1"})), "/lines");
        assert_eq!(at(amounts().or_at("/date"), &json!({})), "", "it is about no day");
        let named = Problem::new(Code::State, "no").of_named("item_1");
        assert_eq!(at(named, &json!({"a": [{"b/c": "item_1"}]})), "/a/0/b~1c");
        let told = refused().at("/through", "here").placed_in(b"{}");
        assert_eq!(told.errors.len(), 1);
    }
}
