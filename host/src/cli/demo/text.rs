//! The report for people.

use super::report::{Person, Report, Tax};
use crate::cli::out::{Column, count, table};

pub fn text(report: &Report) -> String {
    let mut text = vec![
        format!(
            "{} ({}), base currency {}, {}",
            report.company.name,
            report.company.code,
            report.company.base_currency,
            count(report.company.customers, "customer")
        ),
        format!("stated {} to {} in {}", report.period.0, report.period.1, report.database),
        section("Documents 单据", &documents(report)),
        section("Tax by rate, invoices less credit notes 税额", &taxes(report)),
        section("Bank lines 银行流水", &bank(report)),
        section("Statements 对账单", &statements(report)),
        section("Tie-out 核对: closing = balance = Σ open items = Σ aging", &tie_out(report)),
        section("Proof 校验", &proof(report)),
        section("Time 用时", &steps(report)),
    ];
    text.push(section("People 人员: they log in at the address below", &people(report)));
    text.push(format!("\nToken of the administrator: {}", report.token));
    if let Some(address) = &report.address {
        text.push(format!("The API is served on {address} (Ctrl-C stops it), for instance:"));
        text.push(format!("  curl -H 'Authorization: Bearer {}' {address}/v1/customers", report.token));
    }
    text.join("\n")
}

fn section(title: &str, body: &str) -> String {
    format!("\n{title}\n{body}")
}

fn people(report: &Report) -> String {
    let columns =
        [Column::Text("login"), Column::Text("password"), Column::Text("role"), Column::Text("name")];
    let row = |p: &Person| vec![p.login.clone(), p.password.clone(), p.role.clone(), p.name.clone()];
    table(&columns, report.people.iter().map(row))
}

fn documents(report: &Report) -> String {
    let columns = [
        Column::Text("kind"),
        Column::Text("currency"),
        Column::Figure("count"),
        Column::Figure("net"),
        Column::Figure("tax"),
        Column::Figure("gross"),
    ];
    let rows = report.documents.iter().map(|d| {
        vec![
            d.kind.clone(),
            d.currency.clone(),
            d.count.to_string(),
            d.net.clone(),
            d.tax.clone(),
            d.gross.clone(),
        ]
    });
    table(&columns, rows)
}

fn taxes(report: &Report) -> String {
    let columns = [
        Column::Text("code"),
        Column::Figure("rate"),
        Column::Text("currency"),
        Column::Figure("taxable"),
        Column::Figure("not taxed"),
        Column::Figure("tax"),
    ];
    let row = |t: &Tax| {
        vec![
            t.code.clone(),
            t.rate.clone(),
            t.currency.clone(),
            t.taxable.clone(),
            t.untaxed.clone(),
            t.tax.clone(),
        ]
    };
    table(&columns, report.taxes.iter().map(row))
}

fn bank(report: &Report) -> String {
    let bank = &report.bank;
    let rows = [
        ("matched by policy, since exact", bank.matched_by_policy),
        ("matched by the reviewer", bank.matched_by_reviewer),
        ("to review", bank.to_review),
        ("unmatched", bank.unmatched),
        ("all", bank.lines),
    ];
    let columns = [Column::Text("bank lines"), Column::Figure("count")];
    let mut text =
        table(&columns, rows.iter().map(|(what, number)| vec![(*what).to_owned(), number.to_string()]));
    let columns = [Column::Text("proposals"), Column::Figure("made"), Column::Figure("approved")];
    let proposals =
        bank.proposals.iter().map(|p| vec![p.confidence.clone(), p.made.to_string(), p.approved.to_string()]);
    text.push_str(&format!("\n{}", table(&columns, proposals)));
    for file in &bank.files {
        let (statements, lines) = (count(file.statements, "statement"), count(file.lines, "line"));
        text.push_str(&format!("\n{}: {statements}, {lines}", file.name));
        text.extend(file.warnings.iter().map(|warning| format!("\n  warning: {warning}")));
    }
    text.extend(bank.refused.iter().map(|why| format!("\nnot approved: {why}")));
    text
}

fn statements(report: &Report) -> String {
    let made = &report.statements;
    let mut text = format!(
        "{} sealed at position {}, {} approved by the reviewer; {} in {}",
        count(u64::try_from(made.made.len()).unwrap_or(0), "statement"),
        made.known_at,
        made.approved,
        count(made.files, "file"),
        made.folder
    );
    if made.fallbacks > 0 {
        text.push_str(&format!(
            "\n{} laid out by the built-in format, because the plugin failed",
            made.fallbacks
        ));
    }
    text.extend(made.failed.iter().map(|failed| format!("\nfailed: {failed}")));
    text
}

fn tie_out(report: &Report) -> String {
    let tie = &report.tie_out;
    let columns = [
        Column::Text("currency"),
        Column::Figure("accounts"),
        Column::Figure("tied out"),
        Column::Figure("closing"),
        Column::Figure("balance"),
        Column::Figure("Σ open items"),
        Column::Figure("Σ aging"),
    ];
    let rows = tie.by_currency.iter().map(|c| {
        vec![
            c.currency.clone(),
            c.accounts.to_string(),
            c.tied_out.to_string(),
            c.closing.clone(),
            c.balance.clone(),
            c.open_items.clone(),
            c.aging.clone(),
        ]
    });
    let mut text = table(&columns, rows);
    for account in tie.accounts.iter().filter(|account| !account.holds) {
        text.push_str(&format!(
            "\nDOES NOT HOLD: {} {} {}",
            account.customer, account.account, account.currency
        ));
    }
    text.push_str(&format!("\nat {}, position {}", tie.as_of, tie.known_at));
    text
}

fn proof(report: &Report) -> String {
    let chain = &report.chain;
    let verdict = if chain.holds { "verified" } else { "DOES NOT HOLD" };
    let (positions, entries) = (count(chain.positions, "position"), chain.entries);
    let mut text = format!("chain {verdict}: {positions}, {entries} entries\nhead  {}", chain.head);
    text.extend(chain.problems.iter().map(|problem| format!("\nproblem: {problem}")));
    for replayed in &report.replayed {
        let verdict = if replayed.same { "the same, byte for byte" } else { "ANOTHER OUTPUT" };
        text.push_str(&format!(
            "\nreplayed {} ({}, {}): {verdict}",
            replayed.what, replayed.world, replayed.plugin
        ));
        text.extend(replayed.first_difference.iter().map(|difference| format!("\n  {difference}")));
    }
    text
}

fn steps(report: &Report) -> String {
    let columns = [Column::Text("step"), Column::Figure("seconds")];
    let seconds = |milliseconds: u64| format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
    let all: u64 = report.steps.iter().map(|step| step.milliseconds).sum();
    let rows = report.steps.iter().map(|step| vec![step.name.clone(), seconds(step.milliseconds)]);
    table(&columns, rows.chain([vec!["all".to_owned(), seconds(all)]]))
}
