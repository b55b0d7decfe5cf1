//! Bindings of `zhangben:common@1.0.0`, generated once; the worlds map theirs to these with `with:`.

use domain::plugin as domain_plugin;
use domain::plugin::CallContext;
use domain::text::stripped;

wasmtime::component::bindgen!({
    path: "../../../wit/common",
    inline: "package zhangben:host; world shared { import zhangben:common/types@1.0.0; }",
    world: "zhangben:host/shared",
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});

// `pub`, since the generated modules of the worlds re-export it; the crate exports nothing of it.
pub use zhangben::common::types;

pub(crate) fn context(ctx: &CallContext) -> types::Context {
    types::Context {
        company: ctx.company.clone(),
        jurisdiction: ctx.jurisdiction.clone(),
        purpose: match ctx.purpose {
            domain_plugin::Purpose::Live => types::Purpose::Live,
            domain_plugin::Purpose::Preview => types::Purpose::Preview,
            domain_plugin::Purpose::Shadow => types::Purpose::Shadow,
            domain_plugin::Purpose::Replay => types::Purpose::Replay,
        },
        effective_date: date(ctx.effective_date),
        known_at: ctx.known_at,
        locale: ctx.locale.clone(),
        base_currency: ctx.base_currency.code().to_owned(),
        ext: Vec::new(),
    }
}

/// ISO 8601.
pub(crate) fn date(date: chrono::NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// A decimal in normal form.
pub(crate) fn decimal(value: rust_decimal::Decimal) -> String {
    money::normal_form(value)
}

pub(crate) fn problem(problem: types::Problem) -> domain_plugin::Problem {
    words(problem.code, problem.message, problem.subject)
}

pub(crate) fn warning(warning: types::Warning) -> domain_plugin::Problem {
    words(warning.code, warning.message, warning.subject)
}

/// For people: they are shown, logged and, where a job fails, stored.
fn words(code: String, message: String, subject: Option<String>) -> domain_plugin::Problem {
    domain_plugin::Problem {
        code: stripped(code),
        message: stripped(message),
        subject: subject.map(stripped),
    }
}

pub(crate) fn manifest(manifest: types::Manifest) -> domain_plugin::Manifest {
    domain_plugin::Manifest {
        name: manifest.name,
        version: manifest.version,
        summary: manifest.summary,
        config_schema: manifest.config_schema,
        lookups: manifest
            .lookups
            .into_iter()
            .map(|table| domain_plugin::LookupTable { name: table.name, key_columns: table.key_columns })
            .collect(),
    }
}

pub(crate) fn lookup(lookup: &types::Lookup) -> domain_plugin::Lookup {
    domain_plugin::Lookup { table: lookup.table.clone(), key: lookup.key.clone() }
}

pub(crate) fn lookup_row(row: domain_plugin::LookupRow) -> types::LookupRow {
    let attr = |(name, value)| types::Attr { name, value: lookup_value(value) };
    types::LookupRow { table: row.table, key: row.key, values: row.values.into_iter().map(attr).collect() }
}

fn lookup_value(value: domain_plugin::LookupValue) -> types::AttrValue {
    match value {
        domain_plugin::LookupValue::Text(text) => types::AttrValue::Text(text),
        domain_plugin::LookupValue::Number(number) => types::AttrValue::Number(decimal(number)),
        domain_plugin::LookupValue::Date(day) => types::AttrValue::Date(date(day)),
    }
}

pub(crate) fn explanation(explanation: types::Explanation) -> domain_plugin::Explanation {
    domain_plugin::Explanation {
        subject: explanation.subject,
        rule: explanation.rule,
        citation: explanation.citation,
        text_key: explanation.text_key,
        args: explanation.args.into_iter().map(|attr| (attr.name, attr_text(attr.value))).collect(),
    }
}

fn attr_text(value: types::AttrValue) -> String {
    match value {
        types::AttrValue::Text(text) | types::AttrValue::Number(text) | types::AttrValue::Date(text) => text,
        types::AttrValue::Flag(flag) => flag.to_string(),
        types::AttrValue::Money(money) => format!("{} {}", money.amount, money.currency),
    }
}
