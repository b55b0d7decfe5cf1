//! What the reconciliation made of the sample's bank files, held against what the sample knows of them
//! (`host/sample/truth.json`, which the product never reads), and what is open then.

use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, OpenItemId};
use money::{Currency, Money};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Document, OpenItem, Proposal};
use store::types::{BankLineStatus, ProposalStatus};
use store::{Conn, Database, Options, StoreError, query};
use zhangben_tests::score::Score;

/// Minor units by what they go to: a document's number, a kind of difference.
pub type Parts = BTreeMap<String, i64>;

/// What a line of the bank's statement pays, in truth or by a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// Documents of a customer, a credit note that is netted with its negative amount; what clears besides the money;
    /// what nothing explains.
    Paid { customer: String, parts: Parts, differences: Parts, on_account: i64 },
    /// Takes back the payment of this reference.
    Returned { of: String },
}

/// A line of the bank's statement, and what it is in truth; `None`: no customer's money.
#[derive(Debug, Clone)]
pub struct Case {
    pub class: String,
    /// The line in words.
    pub told: String,
    pub truth: Option<Payment>,
}

#[derive(Deserialize)]
struct Truth {
    documents: BTreeMap<String, TruthDocument>,
    bank_lines: Vec<TruthLine>,
    open_documents_after: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct TruthDocument {
    currency: String,
}

#[derive(Deserialize)]
struct TruthLine {
    entry: String,
    detail: u32,
    class: String,
    credit: bool,
    amount: String,
    currency: String,
    customer: Option<String>,
    pays: Vec<Pays>,
    differences: Vec<Difference>,
    on_account: String,
    returns: Option<Returns>,
}

#[derive(Deserialize)]
struct Pays {
    document: String,
    amount: String,
}

#[derive(Deserialize)]
struct Difference {
    kind: String,
    amount: String,
}

#[derive(Deserialize)]
struct Returns {
    entry: String,
    detail: u32,
}

fn minor(amount: &str, currency: &str) -> i64 {
    let currency = Currency::parse(currency).expect("a currency");
    Money::parse(amount, currency).expect("an amount").minor().get()
}

impl Truth {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/sample/truth.json");
        serde_json::from_slice(&std::fs::read(path).expect("the sample")).expect("the truth")
    }

    /// The reference by which a line is found again: the entry's own, and of one of several details its own.
    fn reference(&self, entry: &str, detail: u32) -> String {
        let details = self.bank_lines.iter().filter(|line| line.entry == entry).count();
        if details == 1 { entry.to_owned() } else { format!("{entry}-{detail}") }
    }

    fn case(&self, line: &TruthLine) -> Case {
        let TruthLine { class, amount, currency, credit, .. } = line;
        let of = |amount: &str| minor(amount, currency);
        let paid = || Payment::Paid {
            customer: line.customer.clone().unwrap_or_default(),
            parts: line.pays.iter().map(|pays| (pays.document.clone(), of(&pays.amount))).collect(),
            differences: line.differences.iter().map(|d| (d.kind.clone(), of(&d.amount))).collect(),
            on_account: of(&line.on_account),
        };
        let truth = match &line.returns {
            Some(returns) => Some(Payment::Returned { of: self.reference(&returns.entry, returns.detail) }),
            None => line.customer.as_ref().map(|_| paid()),
        };
        let (reference, sign) = (self.reference(&line.entry, line.detail), if *credit { "" } else { "-" });
        Case { class: class.clone(), told: format!("{reference} {sign}{amount} {currency}"), truth }
    }
}

/// What the database says of a line.
#[derive(Debug, Clone)]
struct Found {
    payment: Payment,
    approved: bool,
    by_policy: bool,
}

/// What stands in the books, by what the truth names.
struct Books {
    /// By the bank's reference.
    found: BTreeMap<String, Found>,
    /// References of all lines.
    lines: BTreeSet<String>,
    /// Document → open, a credit note's negative.
    open: BTreeMap<String, i64>,
}

struct Names {
    lines: HashMap<BankLineId, BankLine>,
    customers: HashMap<CustomerId, String>,
    documents: HashMap<DocumentId, Document>,
    items: HashMap<OpenItemId, OpenItem>,
}

impl Names {
    fn load(conn: &mut Conn, company: CompanyId) -> Result<Self, StoreError> {
        let statuses =
            [BankLineStatus::Open, BankLineStatus::Proposed, BankLineStatus::Posted, BankLineStatus::Ignored];
        let mut lines = HashMap::new();
        for status in statuses {
            let all = query::bank_lines::list(conn, company, status, None, 1_000)?;
            lines.extend(all.into_iter().map(|line| (line.id, line)));
        }
        let customers = query::customers::list(conn, company, None, 1_000)?;
        let filter = query::documents::Filter::default();
        let documents = query::documents::list(conn, company, &filter, None, 10_000)?;
        let mut items = HashMap::new();
        for document in &documents {
            let of = query::open_items::of_document(conn, company, document.id)?;
            items.extend(of.into_iter().map(|item| (item.id, item)));
        }
        Ok(Names {
            lines,
            customers: customers.into_iter().map(|customer| (customer.id, customer.code)).collect(),
            documents: documents.into_iter().map(|document| (document.id, document)).collect(),
            items,
        })
    }

    fn reference(&self, line: BankLineId) -> String {
        self.lines[&line].servicer_reference.clone().expect("a reference")
    }

    fn number(&self, item: OpenItemId) -> String {
        self.documents[&self.items[&item].document.expect("a document's")].number.clone()
    }

    /// What a proposal would do with one of its lines.
    fn payment(&self, proposal: &Proposal, line: BankLineId, rows: &ProposalRows) -> Payment {
        if let Some(receipt) = proposal.reverses_document {
            let line = self.documents[&receipt].bank_line.expect("a receipt from the bank");
            return Payment::Returned { of: self.reference(line) };
        }
        let (mut parts, mut differences) = (Parts::new(), Parts::new());
        for allocation in rows.allocations.iter().filter(|a| a.proposal == proposal.id) {
            // two items that are netted belong to the whole proposal: no such one has several lines
            if allocation.bank_line.is_some_and(|of| of != line) {
                continue;
            }
            *parts.entry(self.number(allocation.item)).or_default() += allocation.amount.get();
            if let Some(credit) = allocation.credit_item {
                *parts.entry(self.number(credit)).or_default() -= allocation.amount.get();
            }
        }
        for difference in rows.differences.iter().filter(|d| d.proposal == proposal.id && d.bank_line == line)
        {
            *differences.entry(difference.kind.clone()).or_default() += difference.amount.get();
        }
        Payment::Paid {
            customer: proposal.customer.map(|id| self.customers[&id].clone()).unwrap_or_default(),
            parts,
            differences,
            on_account: if proposal.residual == "on-account" { proposal.residual_amount.get() } else { 0 },
        }
    }
}

impl Books {
    fn read(url: &str) -> Self {
        let db = Database::open(url, Options { create: false, ..Options::default() }).expect("it opens");
        db.read(Self::load).expect("the books")
    }

    fn load(conn: &mut Conn) -> Result<Self, StoreError> {
        let company = query::companies::list(conn)?[0].id;
        let names = Names::load(conn, company)?;
        let proposals = query::proposals::list(conn, company, None, None, 10_000)?;
        let ids: Vec<_> = proposals.iter().map(|proposal| proposal.id).collect();
        let rows = query::proposals::with_children(conn, company, &ids)?;
        let mut found = BTreeMap::new();
        // what is ambiguous is no answer, and of several only the best is one
        for proposal in proposals.iter().filter(|p| p.rank == 1 && p.confidence != "ambiguous") {
            let approved = proposal.status == ProposalStatus::Approved;
            let by_policy =
                approved && proposal.decided_by.as_deref().is_some_and(|by| by.starts_with("policy:"));
            for line in rows.lines.iter().filter(|line| line.proposal == proposal.id) {
                let payment = names.payment(proposal, line.bank_line, &rows);
                let was =
                    found.insert(names.reference(line.bank_line), Found { payment, approved, by_policy });
                assert!(was.is_none(), "one best proposal: {was:?} and {}", proposal.id);
            }
        }
        let lines = names.lines.keys().map(|line| names.reference(*line)).collect();
        let own = |item: &&OpenItem| item.document.is_some_and(|id| names.documents[&id].bank_line.is_none());
        let open = |item: &OpenItem| (names.number(item.id), i64::from(item.sign) * item.open.get());
        let open = names.items.values().filter(own).map(open).filter(|(_, open)| *open != 0).collect();
        Ok(Books { found, lines, open })
    }

    fn score(&self, truth: &Truth) -> Score {
        let mut score = Score::default();
        for line in &truth.bank_lines {
            let found = self.found.get(&truth.reference(&line.entry, line.detail));
            let by_policy = found.is_some_and(|found| found.by_policy);
            let Case { class, told, truth } = truth.case(line);
            let found = found.map(|found| &found.payment);
            score.take((&class, &|| told.clone()), truth.as_ref(), found, by_policy);
        }
        score
    }

    /// What must be open, if what is not approved is not posted, and what is approved is as it is in truth. Documents that
    /// a wrong approval touched, or should have, are left out.
    fn open_then(&self, truth: &Truth) -> (BTreeMap<String, i64>, BTreeSet<String>) {
        let currency = |document: &str| truth.documents[document].currency.as_str();
        let after = truth.open_documents_after.iter();
        let mut open: Parts = after.map(|(d, amount)| (d.clone(), minor(amount, currency(d)))).collect();
        let (mut touched, mut posted) = (BTreeSet::new(), BTreeMap::new());
        for line in &truth.bank_lines {
            let reference = truth.reference(&line.entry, line.detail);
            let (case, found) = (truth.case(line), self.found.get(&reference).filter(|found| found.approved));
            let right = found.is_some_and(|found| Some(&found.payment) == case.truth.as_ref());
            // what an approved line of money in clears, what one of money out brings back
            let (sign, parts) = match &case.truth {
                Some(Payment::Paid { parts, .. }) => (1, parts.clone()),
                Some(Payment::Returned { of }) => (-1, posted.get(of).cloned().unwrap_or_default()),
                None => (0, Parts::new()),
            };
            if let Some(wrong) = found.filter(|_| !right) {
                let proposed = match &wrong.payment {
                    Payment::Paid { parts, .. } => parts.clone(),
                    Payment::Returned { of } => posted.get(of).cloned().unwrap_or_default(),
                };
                touched.extend(parts.keys().chain(proposed.keys()).cloned());
            }
            if !right {
                for (document, amount) in &parts {
                    *open.entry(document.clone()).or_default() += sign * amount;
                }
            }
            posted.insert(reference, parts);
        }
        open.retain(|_, open| *open != 0);
        (open, touched)
    }
}

/// Right at least, wrong at most. A rule that gets better raises the one and lowers the other. What is wrong today: whoever
/// quotes somebody else's number is taken for him, at most `strong`; and what is paid anew after its payment was returned
/// is on account while the return is not posted.
const FLOORS: &[(&str, u64, u64)] = &[
    ("batch", 11, 1),
    ("bundled", 18, 0),
    ("charge-not-shown", 5, 0),
    ("charge-shown", 5, 0),
    ("fee", 4, 0),
    ("interest", 1, 0),
    ("invoice-number", 55, 3),
    ("net-of-credit-note", 2, 0),
    ("on-account", 3, 0),
    ("overpaid", 5, 0),
    ("paid-twice", 2, 0),
    ("parent-pays", 2, 0),
    ("part", 16, 0),
    ("part-rest", 7, 0),
    ("payer-account", 14, 0),
    ("payer-name", 8, 0),
    ("purchase-order", 10, 0),
    ("return", 6, 0),
    ("returned", 6, 0),
    ("reversal", 1, 0),
    ("reversed", 1, 0),
    ("stranger", 7, 0),
    ("supplier", 3, 0),
    ("tail", 5, 0),
    ("tax-invoice-number", 9, 0),
    ("typing-error", 15, 0),
    ("ultimate-debtor", 2, 0),
    ("wrong-number", 0, 3),
];

/// Classes that are worse than they were.
fn short(score: &Score) -> Vec<String> {
    let of = |name: &str| score.0.get(name).cloned().unwrap_or_default();
    let is_short =
        |(name, right, wrong): &&(&str, u64, u64)| of(name).right < *right || of(name).wrong > *wrong;
    FLOORS.iter().filter(is_short).map(|(name, ..)| (*name).to_owned()).collect()
}

/// Holds the books at `url`, of the sample's two months, against the truth.
pub fn holds(url: &str) {
    let (truth, books) = (Truth::read(), Books::read(url));
    let references: BTreeSet<String> =
        truth.bank_lines.iter().map(|line| truth.reference(&line.entry, line.detail)).collect();
    assert_eq!(books.lines, references, "every line of the files is there, and none more");
    let score = books.score(&truth);
    let classes: BTreeSet<&str> = FLOORS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(
        score.0.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        classes,
        "a floor for every class"
    );
    let wrong_by_policy: u64 = score.0.values().map(|class| class.wrong_by_policy).sum();
    assert_eq!(wrong_by_policy, 0, "the policy approved what is wrong:\n{}", score.told());
    assert_eq!(short(&score), Vec::<String>::new(), "{}", score.told());

    let (mut wanted, touched) = books.open_then(&truth);
    let mut open = books.open.clone();
    open.retain(|document, _| truth.documents.contains_key(document) && !touched.contains(document));
    wanted.retain(|document, _| !touched.contains(document));
    assert_eq!(open, wanted, "what is open, but for {touched:?}\n{}", score.told());
    a_broken_matcher_would_be_seen(&truth, books);
}

/// One that pays the right money to the document beside the right one falls below the floor of every class.
fn a_broken_matcher_would_be_seen(truth: &Truth, mut books: Books) {
    let numbers: Vec<&String> = truth.documents.keys().collect();
    let next = |number: &String| {
        let at = numbers.iter().position(|other| *other == number).expect("a document");
        numbers[(at + 1) % numbers.len()].clone()
    };
    for found in books.found.values_mut() {
        match &mut found.payment {
            Payment::Paid { parts, on_account, .. } if parts.is_empty() => *on_account += 1,
            Payment::Paid { parts, .. } => {
                *parts = parts.iter().map(|(n, amount)| (next(n), *amount)).collect()
            }
            Payment::Returned { of } => of.push('x'),
        }
    }
    let seen = short(&books.score(truth));
    let proposed = |(name, right, _): &&(&str, u64, u64)| {
        let nobodys = truth.bank_lines.iter().any(|l| l.class == *name && l.customer.is_none());
        *right > 0 && !nobodys
    };
    let all: Vec<&str> = FLOORS.iter().filter(proposed).map(|(name, ..)| *name).collect();
    assert_eq!(seen, all, "every class in which something is proposed");
}
