//! What a guest says beside its figures: warnings, texts that a document must bear, explanations.

use crate::common::{Common, Context, there};
use crate::vault;
use domain::ids::{CompanyId, InvocationId};
use domain::plugin::{Explanation, Problem};
use domain::tax::RequiredText;
use serde_json::Value;
use store::{Conn, query};

/// What the guest of a stored call said beside its figures. It stands in the call's encrypted output and goes with it:
/// nothing of it is there once a party of the call is erased.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuestWords {
    /// What it wants somebody to look at.
    pub warnings: Vec<Problem>,
    /// What the document must say.
    pub required_texts: Vec<RequiredText>,
    /// Why its figures are as they are.
    pub explanations: Vec<Explanation>,
}

/// Reads the words of a stored call.
pub fn words(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    id: InvocationId,
) -> Result<GuestWords, Common> {
    let row = there(query::invocations::by_id(conn, company, id)?, "invocation", id)?;
    let opened = match vault::read_blob(ctx, conn, company, row.output) {
        Err(Common::Vault(vault::VaultError::Erased)) => return Ok(GuestWords::default()),
        outcome => outcome?,
    };
    let unreadable =
        |e: serde_json::Error| Common::Corrupt { what: "invocation output", detail: e.to_string() };
    let output: Value = serde_json::from_slice(&opened.bytes).map_err(unreadable)?;
    // a tax answer is a list of assessments, a layout one record
    let answers = output.as_array().map_or(std::slice::from_ref(&output), Vec::as_slice);
    let all = |name: &'static str| {
        answers
            .iter()
            .flat_map(move |answer| answer.get(name).and_then(Value::as_array).into_iter().flatten())
    };
    Ok(GuestWords {
        warnings: all("warnings").map(warning).collect(),
        required_texts: all("required_texts").map(required_text).collect(),
        explanations: all("explanations").map(explanation).collect(),
    })
}

fn text_of(of: &Value, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn warning(of: &Value) -> Problem {
    Problem {
        code: text_of(of, "code").unwrap_or_default(),
        message: text_of(of, "message").unwrap_or_default(),
        subject: text_of(of, "subject"),
    }
}

fn required_text(of: &Value) -> RequiredText {
    RequiredText {
        language: text_of(of, "language").unwrap_or_default(),
        text: text_of(of, "text").unwrap_or_default(),
        citation: text_of(of, "citation"),
    }
}

fn explanation(of: &Value) -> Explanation {
    let args = of.get("args").and_then(Value::as_array).into_iter().flatten();
    Explanation {
        subject: text_of(of, "subject").unwrap_or_default(),
        rule: text_of(of, "rule").unwrap_or_default(),
        citation: text_of(of, "citation"),
        text_key: text_of(of, "text_key").unwrap_or_default(),
        args: args
            .filter_map(|arg| Some((text_of(arg, "name")?, attr_text(arg.pointer("/value/val")?))))
            .collect(),
    }
}

/// The value of an attribute in the JSON rendering: a text, a flag or money.
fn attr_text(value: &Value) -> String {
    match (value.as_str(), text_of(value, "amount"), text_of(value, "currency")) {
        (Some(text), _, _) => text.to_owned(),
        (None, Some(amount), Some(currency)) => format!("{amount} {currency}"),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_read_from_the_rendering_of_an_answer() {
        let arg =
            |name: &str, tag: &str, val: Value| json!({"name": name, "value": {"tag": tag, "val": val}});
        let args = json!([
            arg("rate", "number", json!("0.13")),
            arg("final", "flag", json!(true)),
            arg("base", "money", json!({"amount": "12.30", "currency": "CNY"})),
        ]);
        let found = explanation(&json!({"subject": "/lines/0", "rule": "r", "text_key": "k", "args": args}));
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(found.args, [pair("rate", "0.13"), pair("final", "true"), pair("base", "12.30 CNY")]);
        assert_eq!((found.subject.as_str(), found.citation), ("/lines/0", None));
        let text = required_text(&json!({"language": "zh-CN", "text": "红字", "citation": "§ 1"}));
        assert_eq!((text.text.as_str(), text.citation.as_deref()), ("红字", Some("§ 1")));
    }
}
