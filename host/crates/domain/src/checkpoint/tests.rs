//! From any checkpoint to any moment the books say what the fold says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::aging::{Basis, Edges, MissingDue};
use crate::ids::EntryId;
use crate::statement::{
    AllocationRow, CustomerRows, DueRow, ItemRow, LedgerRow, PartyBlock, Section, Style, Subject, fold,
};
use proptest::prelude::*;
use uuid::Uuid;

const ACCOUNT: &str = "1122";

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn on(day: u64) -> NaiveDate {
    first_day() + chrono::Days::new(day)
}

fn customer(n: usize) -> CustomerId {
    CustomerId::new(Uuid::from_u128(n as u128 + 1))
}

/// Two customers' histories, each entry at a position of its own; what is chosen may be made of nothing.
struct History {
    rows: [CustomerRows; 2],
    position: u64,
}

/// (what, of whom, back dated by, amount, due after, which)
type Act = (u8, bool, u64, i64, Option<u64>, usize);

impl History {
    fn of(acts: &[Act]) -> Self {
        let mut history = History { rows: [CustomerRows::default(), CustomerRows::default()], position: 0 };
        for (n, act) in acts.iter().enumerate() {
            history.act(n as u64 / 2, *act);
        }
        history
    }

    fn act(&mut self, today: u64, (what, other, back, amount, due, which): Act) {
        self.position += 2;
        let rows = usize::from(other);
        let day = on(today.saturating_sub(back));
        match what {
            0 | 1 => self.item(rows, day, amount, due, 1),
            2 => self.item(rows, day, amount, due, -1),
            3 => self.pay(rows, day, amount, which),
            4 => self.undo(rows, day, which),
            _ => self.tell(rows, on(today + due.unwrap_or(back)), which),
        }
    }

    fn item(&mut self, of: usize, day: NaiveDate, amount: i64, due: Option<u64>, sign: i32) {
        let (rows, position) = (&mut self.rows[of], self.position);
        let currency = if amount % 5 == 0 { Currency::EUR } else { Currency::CNY };
        let (original, signed) = (Minor::new(amount), Minor::new(amount * i64::from(sign)));
        let document_date = day - chrono::Days::new(u64::from(amount % 3 == 0));
        let due_date = due.map(|after| document_date + chrono::Days::new(after));
        let (account, kind, number) = (ACCOUNT.to_owned(), "invoice".to_owned(), format!("N{position}"));
        rows.ledger.push(LedgerRow {
            entry: EntryId::new(Uuid::from_u128(u128::from(position))),
            position,
            line: 1,
            account: account.clone(),
            currency,
            amount: signed,
            base_amount: signed,
            reversal: false,
            reverses: None,
            kind: kind.clone(),
            number: number.clone(),
            tax_invoice_number: None,
            document_date,
            effective_date: day,
            due_date,
            item: Some(OpenItemId::new(Uuid::from_u128(u128::from(position)))),
            references: vec![],
            text: String::new(),
            lines: vec![],
            tax: vec![],
        });
        rows.items.push(ItemRow {
            id: OpenItemId::new(Uuid::from_u128(u128::from(position))),
            position,
            account,
            currency,
            kind,
            number,
            document_date,
            effective_date: day,
            due_date,
            instalment: None,
            sign,
            original,
        });
    }

    /// Σ allocated of an item, and the last day on which anything was.
    fn cleared(rows: &CustomerRows, item: &ItemRow) -> (i64, NaiveDate) {
        let own = rows.allocations.iter().filter(|a| a.debit_item == item.id || a.credit_item == item.id);
        own.fold((0, item.effective_date), |(sum, last), a| {
            (sum + a.amount.get(), last.max(a.effective_date))
        })
    }

    fn pay(&mut self, of: usize, day: NaiveDate, amount: i64, which: usize) {
        let (rows, position) = (&mut self.rows[of], self.position);
        let open = |item: &&ItemRow| item.original.get() > Self::cleared(rows, item).0;
        let (debits, credits): (Vec<&ItemRow>, Vec<&ItemRow>) =
            rows.items.iter().filter(open).partition(|item| item.sign > 0);
        let Some(credit) = credits.get(which % credits.len().max(1)) else { return };
        let Some(debit) = debits.iter().find(|debit| debit.currency == credit.currency) else { return };
        let both = [debit, credit].map(|item| (item, Self::cleared(rows, item)));
        let free = both.iter().map(|(item, (sum, _))| item.original.get() - sum).min().unwrap();
        let day = both.iter().map(|(_, (_, last))| *last).fold(day, NaiveDate::max);
        let row = AllocationRow {
            position,
            effective_date: day,
            debit_item: debit.id,
            credit_item: credit.id,
            amount: Minor::new(amount.min(free)),
        };
        rows.allocations.push(row);
    }

    fn undo(&mut self, of: usize, day: NaiveDate, which: usize) {
        let (rows, position) = (&mut self.rows[of], self.position);
        let undone = |a: &AllocationRow| {
            let opposite = a.amount.neg().unwrap();
            rows.allocations.iter().any(|other| {
                (other.debit_item, other.credit_item, other.amount) == (a.debit_item, a.credit_item, opposite)
            })
        };
        let standing: Vec<&AllocationRow> =
            rows.allocations.iter().filter(|a| a.amount.is_positive() && !undone(a)).collect();
        let Some(taken) = standing.get(which % standing.len().max(1)).copied().cloned() else { return };
        let last = rows.items.iter().filter(|item| [taken.debit_item, taken.credit_item].contains(&item.id));
        let day = last.map(|item| Self::cleared(rows, item).1).fold(day, NaiveDate::max);
        let amount = taken.amount.neg().unwrap();
        rows.allocations.push(AllocationRow { position, effective_date: day, amount, ..taken });
    }

    /// Tells when a receivable is due, maybe once more, or takes back what was told.
    fn tell(&mut self, of: usize, due_date: NaiveDate, which: usize) {
        let (rows, position) = (&mut self.rows[of], self.position);
        let debits = rows.items.iter().filter(|item| item.sign > 0);
        let debits: Vec<(OpenItemId, Option<NaiveDate>)> =
            debits.map(|item| (item.id, item.due_date)).collect();
        let Some((item, posted)) = debits.get(which % debits.len().max(1)).copied() else { return };
        let due_date = if which.is_multiple_of(4) { posted } else { Some(due_date) };
        rows.dues.push(DueRow { position, item, due_date });
    }

    /// When an item is due, as it is known.
    fn due(rows: &CustomerRows, item: &ItemRow, known_at: u64) -> Option<NaiveDate> {
        let told = rows.dues.iter().filter(|due| due.item == item.id && due.position <= known_at);
        told.max_by_key(|due| due.position).map_or(item.due_date, |due| due.due_date)
    }

    /// Brings what is open at a moment to the due dates of another position, as the database gives it.
    fn retell(&self, books: &mut Books, from: Moment, known_at: u64) {
        let (low, high) = (from.known_at.min(known_at), from.known_at.max(known_at));
        let there = |day: NaiveDate, position: u64| day <= from.as_of && position <= from.known_at;
        for (n, rows) in self.rows.iter().enumerate() {
            for item in rows.items.iter().filter(|i| there(i.effective_date, i.position)) {
                let between = rows.dues.iter().filter(|due| due.item == item.id);
                let mut between = between.filter(|due| due.position > low && due.position <= high);
                let Some(told) = between.next_back() else { continue };
                let cleared = rows.allocations.iter().filter(|a| a.debit_item == item.id);
                let cleared = cleared.filter(|a| there(a.effective_date, a.position));
                let open = item.original.get() - cleared.map(|a| a.amount.get()).sum::<i64>();
                let item = ItemChange {
                    item: item.id,
                    customer: customer(n),
                    account: item.account.clone(),
                    currency: item.currency,
                    sign: item.sign,
                    due: Self::due(rows, item, low),
                    document_date: item.document_date,
                    amount: Minor::new(open),
                };
                let retold = Retold { item, told: told.due_date };
                books.retell(retold, known_at < from.known_at).unwrap();
            }
        }
    }

    /// Adds the entries of a step, as the database gives them, with the due dates that are known at a position.
    fn go(&self, books: &mut Books, step: Step, known_at: u64) {
        let sign = if step.away { -1 } else { 1 };
        let turned = |amount: Minor| Minor::new(amount.get() * sign);
        for (n, rows) in self.rows.iter().enumerate() {
            let customer = customer(n);
            for row in rows.ledger.iter().filter(|r| step.span.holds(r.effective_date, r.position)) {
                let (account, currency, amount) = (row.account.clone(), row.currency, turned(row.amount));
                let customer = Some(customer);
                books.post(Posted { customer, account, currency, amount, postings: sign }).unwrap();
            }
            let change = |item: &ItemRow, amount: Minor| ItemChange {
                item: item.id,
                customer,
                account: item.account.clone(),
                currency: item.currency,
                sign: item.sign,
                due: Self::due(rows, item, known_at),
                document_date: item.document_date,
                amount: turned(amount),
            };
            for item in rows.items.iter().filter(|i| step.span.holds(i.effective_date, i.position)) {
                books.change(change(item, item.original)).unwrap();
            }
            for row in rows.allocations.iter().filter(|a| step.span.holds(a.effective_date, a.position)) {
                for item in rows.items.iter().filter(|i| [row.debit_item, row.credit_item].contains(&i.id)) {
                    books.change(change(item, row.amount.neg().unwrap())).unwrap();
                }
            }
        }
    }

    fn from(&self, books: &Books, from: Moment, to: Moment) -> Books {
        let mut books = books.clone();
        self.retell(&mut books, from, to.known_at);
        steps(from, to).into_iter().for_each(|step| self.go(&mut books, step, to.known_at));
        books.settle().unwrap();
        books
    }

    fn sections(&self, n: usize, at: Moment) -> Vec<Section> {
        let nobody =
            || PartyBlock { code: String::new(), name: String::new(), address: None, tax_ids: vec![] };
        let subject = Subject {
            style: Style::OpenItem,
            number: String::new(),
            version: 1,
            supersedes: None,
            period_start: at.as_of,
            cut_off: at.as_of,
            known_at: at.known_at,
            previous: None,
            issuer: nobody(),
            customer: nobody(),
            bank_accounts: vec![],
            locale: "zh-CN".to_owned(),
            base_currency: Currency::CNY,
        };
        fold(subject, &self.rows[n]).unwrap().sections
    }
}

/// Nothing is effective before the first day: the books of nobody are those of any position.
fn beginning(known_at: u64) -> Moment {
    Moment { as_of: first_day() - chrono::Days::new(100), known_at }
}

fn manners() -> Vec<Manner> {
    let edges: Edges = "1,7,20".parse().unwrap();
    let both = [Basis::DueDate, Basis::DocumentDate];
    let all = both.into_iter().flat_map(|basis| MissingDue::ALL.map(|missing| (basis, missing)));
    all.map(|(basis, missing)| Manner { basis, edges: edges.clone(), missing }).collect()
}

fn says_what_the_fold_says(history: &History, books: &Books, at: Moment) {
    for n in 0..2 {
        let sections = history.sections(n, at);
        let own: Vec<_> = books.of(customer(n)).collect();
        assert_eq!(own.len(), sections.len(), "{at:?}");
        for (section, (key, standing)) in sections.iter().zip(own) {
            assert_eq!((&section.account, section.currency), (&key.0, key.1));
            assert!(standing.ties_out() && standing.lots_add_up().unwrap(), "{standing:?}");
            let credits = section.open_items.iter().filter(|item| item.open.is_negative()).count();
            assert_eq!(
                (standing.balance, standing.unapplied, standing.open_credits(), standing.is_open()),
                (section.closing, section.unapplied, credits, !section.open_items.is_empty())
            );
            let dateless = section.open_items.iter().filter(|i| i.due.is_none() && i.open.is_positive());
            assert_eq!(standing.without_due_date(), Minor::sum(dateless.map(|item| item.open)));
            let items: Vec<AgingItem> =
                section.open_items.iter().map(|i| (i.due, i.document_date, i.open)).collect();
            for manner in manners() {
                assert_eq!(standing.age(at.as_of, &manner), age_as(&items, at.as_of, &manner));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn from_any_checkpoint_to_any_moment(
        acts in proptest::collection::vec(
            (0u8..6, any::<bool>(), 0u64..12, 1i64..400, proptest::option::of(0u64..30), 0usize..9), 1..60),
        kept in (0u64..40, 0u64..125),
        asked in (0u64..40, 0u64..125),
    ) {
        let history = History::of(&acts);
        let moment = |(day, known_at): (u64, u64)| Moment { as_of: on(day), known_at };
        let (kept, asked) = (moment(kept), moment(asked));
        let checkpoint = history.from(&Books::default(), beginning(kept.known_at), kept);
        says_what_the_fold_says(&history, &checkpoint, kept);
        let (heads, lots) = checkpoint.to_bytes();
        let read = Books::from_bytes(&heads, Some(&lots)).unwrap();
        prop_assert_eq!(&read, &checkpoint);
        let reached = history.from(&read, kept, asked);
        says_what_the_fold_says(&history, &reached, asked);
        prop_assert_eq!(&reached, &history.from(&Books::default(), beginning(asked.known_at), asked));
        // without lots the sums are the same
        let sums = history.from(&Books::from_bytes(&heads, None).unwrap(), kept, asked);
        let shown = |books: &Books| -> Vec<_> {
            let all = books.standings().filter(|(.., s)| s.postings != 0);
            all.map(|(id, key, s)| (id, key.clone(), s.balance, s.owed, s.unapplied, s.ties_out())).collect()
        };
        prop_assert_eq!(shown(&sums), shown(&reached));
        prop_assert_eq!(sums.ledger(ACCOUNT), reached.ledger(ACCOUNT));
    }
}

#[test]
fn what_does_not_tie_out_says_so() {
    let change = |sign, amount| ItemChange {
        item: OpenItemId::new(Uuid::from_u128(1)),
        customer: customer(0),
        account: ACCOUNT.to_owned(),
        currency: Currency::CNY,
        sign,
        due: None,
        document_date: first_day(),
        amount: Minor::new(amount),
    };
    let posted = |customer, amount| Posted {
        customer,
        account: ACCOUNT.to_owned(),
        currency: Currency::CNY,
        amount: Minor::new(amount),
        postings: 1,
    };
    let mut books = Books::default();
    books.post(posted(Some(customer(0)), 70)).unwrap();
    books.change(change(1, 100)).unwrap();
    books.change(change(1, -30)).unwrap();
    books.settle().unwrap();
    let ties = |books: &Books| books.standings().all(|(.., standing)| standing.ties_out());
    assert!(ties(&books));
    // a posting more than items, a credit cleared by more than it is, and money on the account that is nobody's
    let mut more = books.clone();
    more.post(posted(Some(customer(0)), 1)).unwrap();
    more.settle().unwrap();
    assert!(!ties(&more));
    let mut over = books.clone();
    over.change(change(-1, -5)).unwrap();
    over.change(change(1, -5)).unwrap();
    over.settle().unwrap();
    assert!(!ties(&over));
    books.post(posted(None, 9)).unwrap();
    let key = (ACCOUNT.to_owned(), Currency::CNY);
    assert_eq!(books.ledger(ACCOUNT).unwrap().get(&key), Some(&Minor::new(79)));
    assert!(books.ledger("1002").unwrap().is_empty());
}

#[test]
fn bytes_that_are_no_books_are_refused() {
    let mut books = Books::default();
    let history = History::of(&[(0, false, 0, 113, Some(30), 0), (2, false, 0, 50, None, 0)]);
    for step in steps(beginning(9), Moment { as_of: on(9), known_at: 9 }) {
        history.go(&mut books, step, 9);
    }
    books.settle().unwrap();
    let (heads, lots) = books.to_bytes();
    assert_eq!(Books::from_bytes(&heads, Some(&lots)).as_ref(), Ok(&books));
    for short in 0..heads.len() {
        assert!(Books::from_bytes(&heads[..short], Some(&lots)).is_err(), "{short}");
    }
    for short in 0..lots.len() {
        assert!(Books::from_bytes(&heads, Some(&lots[..short])).is_err(), "{short}");
    }
    let longer = [lots.as_slice(), &[0]].concat();
    assert!(Books::from_bytes(&heads, Some(&longer)).is_err());
    let mut other = heads.clone();
    other[0] = 9;
    assert!(Books::from_bytes(&other, Some(&lots)).is_err());
}
