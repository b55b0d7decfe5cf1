//! Verification: everything is computed anew from what the database holds, on one snapshot, page by page, and compared. Nothing waits to
//! be sealed in that snapshot, however much others write.
//!
//! | pass | what is recomputed | queries |
//! |---|---|---|
//! | chain | positions, seals; entries, documents, texts, events, statements against their seals | some 12 per 1,000 links |
//! | bank | statements and lines of every bank file against the event of its import; which lines are settled, against the events of entries | 1 per file, 1 per 1,000 lines |
//! | calls | configuration and output of every call against their digests | 1 per 1,000 calls |
//! | decisions | status of statements and proposals, who made and decided statements, and records of checklists, against the events that say so | 1 per 1,000 of each |
//! | checklists | who opened each and what was chosen of its items, against the last events that say so | 2 |
//! | proposals | who made and decided each, what it clears and by what, and what was tolerated, against the events that say so | 6 per 1,000 of them |
//! | bills | what is recorded of bills of exchange against the events of their entries; their state against their acts | 3 per 1,000 of them |
//! | due dates | what was told after the posting, confirmations and parts, against events and entries | 4, and 2 per 1,000 documents with parts |
//! | attachments | their commitments, what they belong to and who added them against the events that did | 3 per 1,000 of them |
//! | books | numbers of documents without an unexplained gap; vouchers by the order of the chain; against the events that say so | 1 per 1,000 numbers, 2 per voucher |
//! | deliveries | deliveries, tax invoices and what became of them, voidings too, against the events that say so; left = open items | 4 per 1,000 of each |
//! | confirmations | on what credit notes were issued against the events that say so | 3 per 1,000 of them |
//! | deferrals | each entry on the contract liability against its events; what waits of every line; their sum = the account | 2 per 500 invoices |
//! | advances | each entry on tax on advances against its events; what stands of each = the share of its money that is not used | 4 per 500 advances |
//! | discounts | what was taken off by hand for early payment stands no longer than its allocation | 3 per discount |
//! | controls | locks of periods, rules of approval, roles, keys, limits of roles, tolerances, rates of exchange and what was corrected of the company against the last events that set them | 1 each, of rates 1 per 1,000 |
//! | bindings | of plugins: from when on, what stands of each and by whom, against the events that say so | 1 |
//! | settings | of books, series of numbers, deliveries and advances, against the last events that set them | 4 |
//! | accounts | the company's at banks, and those that customers pay from, against what the last events about them commit to | 1, and 3 per 200 customers |
//! | drafts | drafts with all that was done with them, and exceptions, against the events that say so | 2 per 1,000 drafts |
//! | moves | moves between the company's own accounts against the events of their entries | 1 per 1,000 of them |
//! | merges | who points to whom, and who proposed and decided each merge, against the events that say so | 1 per 500 customers, 1 per 1,000 merges |
//! | unlocks | where each lock that moves back stands, and by whom, against the events that say so | 1 per 1,000 of them |
//! | bank details | where each change of them stands, by whom, and what it keeps, against the events that commit to it | 2 per change |
//! | disputes | when each was opened and resolved, why, over how much, and its words, against the events that say so | 2 per 1,000 of them |
//! | customers | balance = Σ open items = Σ aging; closings and sealed bytes of every statement | some 10 per 200 customers |
//! | revaluations | each against its entries and their events | 1 per 1,000 of them |
//! | regroupings | each against its entries, their events, and the credits that were open when it was posted | 3 per row |
//! | suspense | each entry against its events; what is left of every item; their sum = the account | 2 per 500 items |
//! | checkpoints | what each says of a customer, beside the fold at its day and position | 2 per checkpoint |
//! | company | Σ customers = ledger, Σ open items in base currency = ledger; cached open amounts; rows that no seal accounts for | 7 |
//!
//! Memory is bounded by a page, but for the ids of documents, of bank files with their statements and settled lines, what was made and decided, what
//! was set, and the sums by account.

mod account;
mod accounts;
mod advances;
mod attachments;
mod bank;
mod bank_details;
mod bills;
mod bindings;
mod books;
mod calls;
mod chain;
mod checkpoints;
mod closes;
mod confirmations;
mod controls;
mod customers;
mod decisions;
mod deferrals;
mod deliveries;
mod discounts;
mod disputes;
mod drafts;
mod dues;
mod merges;
mod moves;
mod proposals;
mod regroupings;
mod revaluations;
mod settings;
mod settled;
mod suspense;
mod unlocks;

use super::opener::Opener;
use crate::App;
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::event::with;
use crate::job::{JobKind, Progress, record};
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{AllocationId, AttachmentId, BankFileId, CompanyId, DocumentId, EntryId, EventId, JobId};
use domain::ledger::account as role;
use domain::time::Instant;
use money::{Currency, Minor};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;
use store::rows::{Company, Event};
use store::{Conn, query};

/// Problems that are told; further ones are counted.
pub const PROBLEMS_MAX: usize = 100;

/// What was recomputed, and what does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Sealed positions.
    pub positions: u64,
    /// Hash of the last seal: kept elsewhere, it proves later that nothing was cut off.
    pub head: Digest,
    pub entries: u64,
    pub documents: u64,
    pub statements: u64,
    pub events: u64,
    pub customers_tied_out: u64,
    /// Documents, statements and events whose sealed content names the call of a guest that is still the one.
    pub computed: u64,
    /// Documents and statements whose personal data were erased: their digests hold, they cannot be opened.
    pub erased: u64,
    /// What, where, expected, found; at most [`PROBLEMS_MAX`] and a line that counts the rest. Empty: everything holds.
    pub problems: Vec<String>,
}

/// Seals what is committed, then recomputes chain, entries, documents, statements and balances.
///
/// # Errors
/// Only what keeps it from looking; what it finds wrong is a problem of the result.
pub fn verify(app: &App, actor: &Actor, company: CompanyId) -> Result<Verified, Common> {
    verify_watched(app, actor, company, &|_, _| Ok(()))
}

/// As [`verify`]; `progress` is told how many positions and passes are done, of how many, and may end it.
///
/// # Errors
/// As [`verify`].
pub fn verify_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    progress: &Progress<'_>,
) -> Result<Verified, Common> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    let ctx = Context::new(app);
    posting::sealed_snapshot(app, company, |conn| {
        let mut run = Run::start(&ctx, conn, company)?;
        let (head, passes) = (run.head, u64::try_from(PASSES.len()).unwrap_or(u64::MAX));
        let total = head.saturating_add(passes);
        chain::check(&mut run, conn, &|position| progress(position, total))?;
        bank_details::check(&mut run, &ctx, conn)?;
        for (pass, done) in PASSES.iter().zip(head..) {
            progress(done, total)?;
            pass(&mut run, conn)?;
        }
        progress(total, total)?;
        Ok(run.finish())
    })
}

/// Keeps that a verification which ran at once has run, as a job that is over: health shows it as the last. Problems may name
/// anybody and were told to who asked; what is kept is until where it looked, and whether everything held.
pub fn keep(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    began: Instant,
    found: &Verified,
) -> Result<JobId, Common> {
    let kept = json!({
        "holds": found.problems.is_empty(),
        "positions": found.positions,
        "head": found.head.to_string(),
    });
    record(app, actor, company, JobKind::Verify, (began, found.positions, kept))
}

/// One pass.
type Pass = fn(&mut Run, &mut Conn) -> Result<(), Common>;

/// The passes after the chain's, in their order.
const PASSES: [Pass; 28] = [
    unlocks::check,
    bank::check,
    calls::check,
    decisions::check,
    closes::check,
    proposals::check,
    attachments::check,
    bills::check,
    books::check,
    dues::check,
    deliveries::check,
    confirmations::check,
    deferrals::check,
    advances::check,
    discounts::check,
    controls::check,
    bindings::check,
    settings::check,
    accounts::check,
    drafts::check,
    moves::check,
    merges::check,
    disputes::check,
    customers::check,
    revaluations::check,
    regroupings::check,
    suspense::check,
    caches,
];

/// A verification under way.
struct Run {
    company: Company,
    today: NaiveDate,
    opener: Opener,
    /// Position of the chain's head in this snapshot.
    head: u64,
    done: Verified,
    more_problems: u64,
    documents: HashSet<DocumentId>,
    /// What imports sealed of their rows; emptied by the pass over these.
    bank_files: HashMap<BankFileId, bank::Sealed>,
    /// Statements and proposals with what was decided of them; emptied likewise.
    decided: HashMap<String, String>,
    /// Who made statements and decided about them; emptied likewise.
    hands: HashMap<String, decisions::Hands>,
    /// Lines of banks that are settled; emptied likewise.
    settled: settled::Chained,
    /// Proposals with who made and decided them, and what was tolerated; emptied likewise.
    proposals: proposals::Chained,
    /// Attachments with what was sealed of them; emptied likewise.
    attachments: HashMap<AttachmentId, attachments::Sealed>,
    /// What entries carry of bills of exchange, by bill and in order; emptied likewise.
    bills: HashMap<String, Vec<bills::Told>>,
    /// Deliveries and tax invoices with the digests that were sealed of them; emptied likewise.
    recorded: HashMap<String, String>,
    /// Tax invoices that were voided: the day, and the event that says so; emptied likewise.
    voided: HashMap<String, (String, EventId)>,
    /// By credit note: on what it was issued, as events say; emptied likewise.
    confirmations: HashMap<String, Value>,
    /// What became of deliveries, by id, as events say; emptied likewise.
    links: HashMap<String, Value>,
    /// By return: of which lines of invoices it came back.
    returned: HashMap<String, Value>,
    /// What was invoiced and not delivered, as events say; emptied likewise.
    deferrals: account::Chained,
    /// What moved of the tax of advances, as events say; emptied likewise.
    advances: account::Chained,
    /// Allocations with what was taken off for early payment, as events say; emptied likewise.
    taken: Vec<(AllocationId, DocumentId)>,
    /// Locks, rules, roles, keys, limits, tolerances, rates and the company, as events set them; emptied likewise.
    controls: controls::Chained,
    /// Bindings of plugins; emptied likewise.
    bindings: bindings::Chained,
    /// Of books, series, deliveries and advances, as events set them; emptied likewise.
    settings: settings::Chained,
    /// Accounts at banks, the company's and customers'; emptied likewise.
    accounts: accounts::Chained,
    /// What was done with drafts, and excepted; emptied likewise.
    drafts: drafts::Chained,
    /// Moves between own accounts, as events say; emptied likewise.
    moves: HashMap<String, Value>,
    /// Merges, as events say; emptied likewise.
    merges: merges::Chained,
    /// Entries of revaluations; emptied likewise.
    revalued: BTreeMap<EntryId, revaluations::Chained>,
    /// Entries of regroupings; emptied likewise.
    regrouped: BTreeMap<EntryId, regroupings::Chained>,
    /// Changes of bank details, as events say; emptied likewise.
    bank_details: HashMap<String, bank_details::Told>,
    /// Locks that move back: the last event of each, and what it says; emptied likewise.
    unlocks: HashMap<String, (String, Value)>,
    /// Disputes, by id: what events say of their opening and of what became of them; emptied likewise.
    disputes: HashMap<String, disputes::Sealed>,
    /// Checklists as they were opened and chosen; emptied likewise.
    closes: closes::Chained,
    /// What was done with items of checklists, by subject: act and content; emptied likewise.
    closed: HashMap<String, (String, Value)>,
    /// What events say of numbers; emptied likewise.
    told: books::Told,
    /// Due dates that events tell, as they tell them; emptied likewise.
    dues: HashSet<(EventId, String)>,
    /// Statements that were confirmed: day, commitment to words and contact; emptied likewise.
    confirmed: HashMap<String, (String, String, String)>,
    /// Sums of the postings on control accounts, as the chain has them, in their own and in base currency.
    ledger: BTreeMap<(String, Currency), (Minor, Minor)>,
    /// What is in suspense, as the chain has it; emptied by the pass over its rows.
    suspense: suspense::Chained,
}

impl Run {
    fn start(ctx: &Context<'_>, conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let row = company_row(conn, company)?;
        let head = query::seals::head(conn, company)?;
        Ok(Run {
            today: today(ctx, &row)?,
            company: row,
            opener: Opener::new(ctx, conn, company)?,
            head: head.as_ref().map_or(0, |seal| seal.position),
            done: Verified {
                positions: 0,
                head: head.map_or(Digest::ZERO, |seal| seal.hash),
                entries: 0,
                documents: 0,
                statements: 0,
                events: 0,
                customers_tied_out: 0,
                computed: 0,
                erased: 0,
                problems: Vec::new(),
            },
            more_problems: 0,
            documents: HashSet::new(),
            bank_files: HashMap::new(),
            decided: HashMap::new(),
            hands: HashMap::new(),
            settled: settled::Chained::default(),
            proposals: proposals::Chained::default(),
            attachments: HashMap::new(),
            bills: HashMap::new(),
            recorded: HashMap::new(),
            voided: HashMap::new(),
            confirmations: HashMap::new(),
            links: HashMap::new(),
            returned: HashMap::new(),
            deferrals: account::Chained::begun(conn, company, role::CONTRACT_LIABILITY)?,
            advances: account::Chained::begun(conn, company, role::TAX_ON_ADVANCES)?,
            taken: Vec::new(),
            controls: controls::Chained::default(),
            bindings: bindings::Chained::new(),
            settings: settings::Chained::default(),
            accounts: accounts::Chained::default(),
            drafts: drafts::Chained::default(),
            moves: HashMap::new(),
            merges: merges::Chained::default(),
            revalued: BTreeMap::new(),
            regrouped: BTreeMap::new(),
            bank_details: HashMap::new(),
            unlocks: HashMap::new(),
            disputes: HashMap::new(),
            closes: closes::Chained::default(),
            closed: HashMap::new(),
            told: books::Told::new(),
            dues: HashSet::new(),
            confirmed: HashMap::new(),
            ledger: BTreeMap::new(),
            suspense: suspense::Chained::begun(conn, company)?,
        })
    }

    fn problem(&mut self, place: impl Display, what: impl Display) {
        if self.done.problems.len() < PROBLEMS_MAX {
            self.done.problems.push(format!("{place}: {what}"));
        } else {
            self.more_problems += 1;
        }
    }

    /// Notes a problem unless both are the same.
    fn same<T: PartialEq + Display>(&mut self, place: impl Display, what: &str, expected: T, found: T) {
        if expected != found {
            self.problem(place, format_args!("{what}: expected {expected}, found {found}"));
        }
    }

    /// Notes each member that an event tells and that stands otherwise by now. What older events did not tell is not compared.
    fn members(&mut self, place: impl Display, told: &Value, stands: &Value) {
        for (name, stands) in stands.as_object().into_iter().flatten() {
            if let Some(told) = told.get(name) {
                self.same(&place, &format!("{name}, by the events"), told, stands);
            }
        }
    }

    /// Who is behind what an event says: whom it names, else its actor, and of a key its owner. None where the chain does not say whose
    /// the key is.
    fn person_of(&self, event: &Event) -> Option<String> {
        drafts::person_of(event).or_else(|| self.controls.owner_of(&event.actor))
    }

    /// What is told, with who did it by an event, as far as that is known, and when; `by` and `at` are what the members are called.
    fn signed(&self, told: Value, event: &Event, (by, at): (&str, &str)) -> Value {
        let mut told = with(told, at, event.at.to_string().into());
        if let Some(person) = self.person_of(event) {
            return with(told, by, person.into());
        }
        if let Some(members) = told.as_object_mut() {
            members.remove(by);
        }
        told
    }

    fn finish(mut self) -> Verified {
        self.done.documents = u64::try_from(self.documents.len()).unwrap_or(u64::MAX);
        if self.more_problems > 0 {
            self.done.problems.push(format!("and {} more problems", self.more_problems));
        }
        self.done
    }
}

/// What the database keeps beside the chain.
fn caches(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    for item in query::history::items_out_of_step(conn, company)? {
        run.problem(item, "its open amount is not its original less its allocations");
    }
    let limit = u32::try_from(PROBLEMS_MAX).unwrap_or(u32::MAX);
    for stray in query::audit::strays(conn, company, limit)? {
        let what = match stray.noun {
            "document" => "no entry names it, so that nothing seals it",
            "open item" => "no posting of its entry backs it",
            _ => "it is neither sealed nor waiting to be",
        };
        run.problem(format_args!("{} {}", stray.noun, stray.id.simple()), what);
    }
    Ok(())
}
