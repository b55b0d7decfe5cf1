//! `kill -9`, a hundred times: what was acknowledged is there, nothing is half done, nothing is done twice.
//!
//! Most rounds end the process at a named place (`store::abort`), so that it is known, and asserted, where it died; the
//! others at a time. Whoever asked for something logs what was acknowledged, starts the program again and repeats what was
//! not, as an integrator would. While a process dies nobody else has the database open: who starts next recovers it.
//!
//! | rounds | what dies | SQLite | PostgreSQL |
//! |---|---|---|---|
//! | [`serve`] | a server that invoices and receipts are posted to | 48 | 18 |
//! | [`import`] | `zhangben import` between or within two lines | 10 | 6 |
//! | [`month`] | the import of a bank file, a reconciliation, a job that makes statements | 12 | 6 |
//!
//! Besides, the import of a sheet ([`sheet`]) dies at four places on both.

mod client;
mod house;
mod import;
mod month;
mod serve;
mod sheet;
mod whole;

/// On SQLite and on PostgreSQL.
type Rounds = [usize; 2];

const fn sum([sqlite, postgres]: Rounds) -> usize {
    sqlite + postgres
}

const _: () = assert!(sum(serve::ROUNDS) + sum(import::ROUNDS) + sum(month::ROUNDS) == 100);

/// Of a database.
fn rounds(of: Rounds, kind: store::Kind) -> usize {
    match kind {
        store::Kind::Sqlite => of[0],
        store::Kind::Postgres => of[1],
    }
}
