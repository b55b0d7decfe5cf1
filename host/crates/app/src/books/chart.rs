use super::BooksError;
use crate::common::{Common, Context, authorise, check_code, check_line, there};
use crate::{App, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{BankAccountId, CompanyId};
use domain::ledger::account::{self, Class, OWN, ROLES, Role};
use domain::ledger::{BEGINNING, Chart, ChartError, ChartLine, EntryDraft, Template};
use serde_json::json;
use std::collections::BTreeSet;
use store::{Conn, Tx, query, rows};

/// The account of a role, or of a part of it; or one of the company's own, of the role [`OWN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartView {
    pub role: &'static Role,
    /// Absent: of all that has no line of its own.
    pub part: Option<String>,
    /// Absent: from the beginning.
    pub valid_from: Option<NaiveDate>,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub class: Class,
}

/// The account that a role is to have, or the names that one of the company's own is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartInput {
    pub role: String,
    /// A bank account's id, a provider, a tax code, a currency; absent: the role itself.
    pub part: Option<String>,
    /// Absent: from the beginning, while nothing is posted there.
    pub valid_from: Option<NaiveDate>,
    pub code: String,
    /// Default: the role's own names; of an own account the other of both.
    pub zh: Option<String>,
    pub en: Option<String>,
    /// Of an own account. Default: as its number tells.
    pub class: Option<Class>,
}

/// The company's chart.
pub(crate) fn chart_of(conn: &mut Conn, company: CompanyId) -> Result<Chart, Common> {
    of_rows(query::books::chart(conn, company)?)
}

/// The company's chart of now, which nobody changes until the transaction ends.
pub(crate) fn chart_in(tx: &mut Tx<'_>, company: CompanyId) -> Result<Chart, Common> {
    of_rows(query::settings::hold(tx, company)?.settings.chart.clone())
}

fn of_rows(rows: Vec<rows::ChartLine>) -> Result<Chart, Common> {
    let line = |row: rows::ChartLine| -> Result<ChartLine, Common> {
        let corrupt =
            || Common::Corrupt { what: "chart of accounts", detail: format!("role {:?}", row.role) };
        let role = role_by_name(&row.role).ok_or_else(corrupt)?;
        let class = row.class.map(|class| Class::by_name(&class).ok_or_else(corrupt)).transpose()?;
        Ok(ChartLine {
            role,
            key: row.part,
            from: row.valid_from,
            code: row.code,
            zh: row.zh,
            en: row.en,
            class,
        })
    };
    let lines = rows.into_iter().map(line);
    Ok(Chart::new(lines.collect::<Result<_, Common>>()?))
}

fn role_by_name(name: &str) -> Option<&'static Role> {
    if name == OWN.name { Some(&OWN) } else { Role::by_name(name) }
}

/// The accounts that a role has or had in the books of a company, for who looks at what is posted.
pub(crate) fn accounts_of(
    conn: &mut Conn,
    company: CompanyId,
    role: &'static str,
) -> Result<BTreeSet<String>, Common> {
    Ok(chart_of(conn, company)?.codes(role).into_iter().map(str::to_owned).collect())
}

/// Accounts whose items no allocation clears, but acts of their own: bills of exchange, and what is delivered and not billed.
pub(crate) struct Apart {
    pub bills: BTreeSet<String>,
    pub unbilled: BTreeSet<String>,
}

impl Apart {
    pub fn of(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let chart = chart_of(conn, company)?;
        let codes = |role| chart.codes(role).into_iter().map(str::to_owned).collect();
        Ok(Apart { bills: codes(account::BILLS), unbilled: codes(account::UNBILLED) })
    }
    pub fn contains(&self, account: &str) -> bool {
        self.bills.contains(account) || self.unbilled.contains(account)
    }
    pub fn into_all(self) -> Vec<String> {
        self.bills.into_iter().chain(self.unbilled).collect()
    }
}

/// The draft with the company's accounts, as it will be written; done again it changes nothing.
pub(crate) fn resolved(conn: &mut Conn, draft: EntryDraft) -> Result<EntryDraft, Common> {
    let chart = chart_of(conn, draft.company)?;
    resolved_by(conn, &chart, draft)
}

/// As [`resolved`], where the chart is held.
pub(crate) fn resolved_in(tx: &mut Tx<'_>, draft: EntryDraft) -> Result<EntryDraft, Common> {
    let chart = chart_in(tx, draft.company)?;
    resolved_by(tx, &chart, draft)
}

/// As [`resolved`], by a chart that was read.
pub(crate) fn resolved_by(conn: &mut Conn, chart: &Chart, draft: EntryDraft) -> Result<EntryDraft, Common> {
    let mut on = draft.effective_date.date();
    let mut keep = BTreeSet::new();
    // what takes an entry back goes where that went
    if let Some(id) = draft.reverses.filter(|_| !chart.lines().is_empty()) {
        let reversed = there(query::entries::by_id(conn, draft.company, id)?, "entry", id)?;
        on = reversed.effective_date.date();
        let postings = query::entries::postings_of(conn, draft.company, &[id])?;
        keep.extend(postings.into_iter().map(|posting| posting.account));
    }
    Ok(chart.resolved(draft, on, &keep))
}

/// The chart, every role of it, and the company's own accounts.
pub fn chart(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<ChartView>, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| chart_views(conn, company))
}

/// As [`chart`], in the caller's transaction: nobody changes it until it ends.
pub fn held_chart(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<ChartView>, Common> {
    query::companies::lock(tx, company)?;
    chart_views(tx, company)
}

pub(crate) fn chart_views(conn: &mut Conn, company: CompanyId) -> Result<Vec<ChartView>, Common> {
    let chart = chart_of(conn, company)?;
    let mut all = Vec::new();
    for role in ROLES {
        let own = chart.lines().iter().filter(|line| line.role.code == role.code);
        if !own.clone().any(|line| line.key.is_empty() && line.from <= BEGINNING) {
            all.push(view(&chart, ChartLine::of(role, role.code)));
        }
        all.extend(own.cloned().map(|line| view(&chart, line)));
    }
    all.extend(chart.own().cloned().map(|line| view(&chart, line)));
    Ok(all)
}

fn view(chart: &Chart, line: ChartLine) -> ChartView {
    ChartView {
        class: chart.class_of(&line),
        role: line.role,
        part: Some(line.key).filter(|key| !key.is_empty() && !line.role.is_own()),
        valid_from: Some(line.from).filter(|from| *from > BEGINNING),
        code: line.code,
        zh: line.zh,
        en: line.en,
    }
}

/// Gives a role, or a part of it, an account. While nothing is posted on those it has, from the beginning; else from a day on after
/// the last posting. A control account with postings keeps its account: open items do not move. An account of the company's own
/// ([`OWN`]) gets its names, whatever is posted there.
///
/// # Errors
/// `Chart`, `Posted`, `ControlPosted`; `NotFound` for a role or bank account that there is not.
pub fn put_chart(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ChartInput,
) -> Result<ChartView, BooksError> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let line = read(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // postings hold the company: none is written by the old chart while this looks
        query::companies::lock(tx, company)?;
        if line.role.code == account::BANK
            && let Ok(id) = line.key.parse::<BankAccountId>()
        {
            let accounts = query::bank_accounts::list(tx, company)?;
            there(accounts.iter().find(|one| one.id == id), "bank account", id)?;
        }
        let chart = chart_of(tx, company)?;
        chart.check(&line)?;
        if query::bank_accounts::list(tx, company)?.iter().any(|own| own.ledger == line.code)
            && line.role.code != account::BANK
        {
            let (code, role) = (line.code.clone(), "clearing");
            return Err(ChartError::Taken { code, role }.into());
        }
        if !line.role.is_own() {
            let own = chart.role_of(&line.code).is_some();
            if !own && query::books::last_posted(tx, company, &[line.code.as_str()])?.is_some() {
                return Err(BooksError::ByHand(line.code.clone()));
            }
            free(tx, company, &chart, &line, input.valid_from)?;
            if input.valid_from.is_none() {
                query::books::clear_chart(tx, company, Some((line.role.name, &line.key)))?;
            }
        }
        let row = row(&ctx, actor, company, &line);
        query::books::put_chart(tx, std::slice::from_ref(&row))?;
        let data = json!({"role": row.role, "part": row.part, "code": row.code, "class": row.class, "names": names_digest(&row),
            "valid_from": input.valid_from.map(|day| day.to_string())});
        event::write(&ctx, tx, actor, company, ("chart.changed", company), data)?;
        Ok(view(&chart, line.clone()))
    })
}

/// What an event says of the names of an account: its digest, since they are words of people.
pub(crate) fn names_digest(row: &rows::ChartLine) -> String {
    Digest::of_bytes(format!("{}\n{}", row.zh, row.en).as_bytes()).to_string()
}

fn read(input: &ChartInput) -> Result<ChartLine, BooksError> {
    let role = there(role_by_name(&input.role), "role of accounts", &input.role)?;
    if role.is_own() {
        return read_own(input);
    }
    if input.class.is_some() {
        return Err(Common::invalid("/class", "is that of its role").into());
    }
    let mut line = ChartLine::of(role, &input.code);
    if let Some(part) = &input.part {
        check_code("/part", part)?;
        line.key.clone_from(part);
    }
    for (pointer, given, name) in
        [("/name_zh", &input.zh, &mut line.zh), ("/name_en", &input.en, &mut line.en)]
    {
        if let Some(given) = given {
            check_line(pointer, given)?;
            name.clone_from(given);
        }
    }
    match input.valid_from {
        Some(from) if from <= BEGINNING => Err(Common::invalid("/valid_from", "lies before 1900").into()),
        from => Ok(ChartLine { from: from.unwrap_or(BEGINNING), ..line }),
    }
}

/// One name is enough: it is both then.
fn read_own(input: &ChartInput) -> Result<ChartLine, BooksError> {
    for (pointer, given) in [("/part", input.part.is_some()), ("/valid_from", input.valid_from.is_some())] {
        if given {
            return Err(Common::invalid(pointer, "an account of the company's own has none").into());
        }
    }
    let zh = input.zh.as_deref().or(input.en.as_deref()).unwrap_or_default();
    let en = input.en.as_deref().unwrap_or(zh);
    check_line("/name_zh", zh)?;
    check_line("/name_en", en)?;
    Ok(ChartLine::own(&input.code, (zh, en), input.class))
}

/// That nothing is posted on the accounts of the role or part, or only before the day.
fn free(
    conn: &mut Conn,
    company: CompanyId,
    chart: &Chart,
    line: &ChartLine,
    from: Option<NaiveDate>,
) -> Result<(), BooksError> {
    let role = line.role;
    let own = chart.lines().iter().filter(|one| one.role.code == role.code && one.key == line.key);
    let mut codes: BTreeSet<&str> = own.map(|one| one.code.as_str()).collect();
    if line.key.is_empty() {
        codes.extend(chart.codes(role.code).get(role.code).copied());
    }
    let codes: Vec<&str> = codes.into_iter().collect();
    let Some(last) = query::books::last_posted(conn, company, &codes)? else { return Ok(()) };
    if role.is_control() {
        return Err(BooksError::ControlPosted { role: role.name, code: codes.join(", ") });
    }
    match from {
        Some(from) if last < from => Ok(()),
        _ => Err(BooksError::Posted { role: role.name, codes: codes.join(", "), last }),
    }
}

fn row(ctx: &Context<'_>, actor: &Actor, company: CompanyId, line: &ChartLine) -> rows::ChartLine {
    rows::ChartLine {
        company,
        role: line.role.name.to_owned(),
        part: line.key.clone(),
        valid_from: line.from,
        code: line.code.clone(),
        zh: line.zh.clone(),
        en: line.en.clone(),
        set_by: actor.to_string(),
        set_at: ctx.now,
        class: line.class.map(|class| class.name().to_owned()),
    }
}

/// Begins the chart with a template, in place of what is there, while nothing is posted; one that is there is left as it is. The
/// company's own accounts stay.
///
/// # Errors
/// `Begun`.
pub fn choose_template(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    template: Template,
) -> Result<Vec<ChartView>, BooksError> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let (chart, begun) = (chart_of(tx, company)?, Chart::new(template.lines()));
        if chart.lines().iter().filter(|line| !line.role.is_own()).eq(begun.lines()) {
            return Ok(chart_views(tx, company)?);
        }
        if query::books::has_entries(tx, company)? {
            return Err(BooksError::Begun { what: "the template of the chart", since: "entries are posted" });
        }
        if let Some(own) = chart.own().find(|own| begun.check(own).is_err()) {
            let clash = ChartError::Own(own.code.clone());
            return Err(Common::invalid("/template", clash.to_string()).into());
        }
        begin_chart(&ctx, tx, actor, company, template)?;
        Ok(chart_views(tx, company)?)
    })
}

/// As [`choose_template`], of a company whose books are empty, in the transaction of a caller who has authorised it.
pub(crate) fn begin_chart(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    template: Template,
) -> Result<(), Common> {
    query::books::clear_chart(tx, company, None)?;
    let lines: Vec<_> = template.lines().iter().map(|line| row(ctx, actor, company, line)).collect();
    query::books::put_chart(tx, &lines)?;
    let data = json!({"template": template.name()});
    event::write(ctx, tx, actor, company, ("chart.chosen", company), data)
}

/// Why nobody posts by hand to the accounts of a role that has documents or a list of its own; none where people may.
fn moved_by(role: &Role) -> Option<&'static str> {
    if role.is_control() {
        return Some("a control account is moved by documents alone");
    }
    match role.code {
        account::BANK | account::CLEARING => Some("money is moved by receipts and refunds"),
        account::OUTPUT_TAX | account::TAX_ON_ADVANCES => Some("tax is posted by the tax rules alone"),
        account::CONTRACT_LIABILITY => Some("is moved by invoices and deliveries alone"),
        account::SUSPENSE => Some("what is in suspense has an owner to be found, and a list of its own"),
        account::REVALUATION => Some("is moved by revaluations alone"),
        account::REGROUPED => Some("is moved by regroupings alone"),
        _ => None,
    }
}

impl ChartView {
    /// Whether people may post to it by hand.
    pub fn by_hand(&self) -> bool {
        moved_by(self.role).is_none()
    }
}

/// That a person may post to an account by hand: it is none of the company's that has documents or a list of its own (control accounts,
/// money, tax, contract liabilities, suspense, revaluation), nor a number that names a role which has another account.
pub(crate) fn check_by_hand(conn: &mut Conn, company: CompanyId, at: &str, code: &str) -> Result<(), Common> {
    let chart = chart_of(conn, company)?;
    let why = match chart.role_of(code) {
        Some(role) => match moved_by(role) {
            Some(why) => why.to_owned(),
            None => return Ok(()),
        },
        // each provider's clearing account is one below the company's
        None if chart.codes(account::CLEARING).iter().any(|above| code.starts_with(above)) => {
            "money is moved by receipts and refunds".to_owned()
        }
        None => match Role::by_code(code) {
            Some(role) => format!("is not in the chart: {} has another account", role.name),
            None => return Ok(()),
        },
    };
    Err(Common::invalid(at, why))
}
