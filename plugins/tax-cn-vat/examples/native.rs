//! The rule as native code, for `cargo xtask bench guests`, which holds the component against it: the same conversation (configuration
//! read, plan, assess) of the same crate, without a sandbox. Standard input: `{"config": TEXT, "messages": […], "calls": N}`, the
//! messages as `zhangben plugin run` takes them. Standard output: nanoseconds of each call, and the assessments.

#![allow(clippy::print_stdout)] // it is what it prints

use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;
use tax_cn_vat::ChinaVat;
use zhangben_sdk::Context;
use zhangben_sdk::json::{of_json, to_json};
use zhangben_sdk::tax::{Assessment, Conversation, Document};

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Value = serde_json::from_reader(std::io::stdin())?;
    let part = |pointer: &str| asked.pointer(pointer).ok_or_else(|| format!("{pointer} is missing"));
    let config = part("/config")?.as_str().ok_or("/config is no text")?;
    let context: Context = of_json(part("/messages/0/plan/ctx")?)?;
    let documents: Vec<Document> = of_json(part("/messages/0/plan/documents")?)?;
    let calls = part("/calls")?.as_u64().ok_or("/calls is no number")?;
    let mut nanos = Vec::new();
    let mut answer = Vec::new();
    for _ in 0..calls {
        let context = context.clone();
        let from = Instant::now();
        answer = call(context, black_box(config), black_box(&documents))?;
        nanos.push(u64::try_from(from.elapsed().as_nanos())?);
        black_box(&answer);
    }
    let answer = answer.iter().map(to_json).collect::<Result<Vec<_>, _>>()?;
    println!("{}", json!({"nanos": nanos, "assessments": answer}));
    Ok(())
}

fn call(context: Context, config: &str, documents: &[Document]) -> Result<Vec<Assessment>, String> {
    let refused = |problem: zhangben_sdk::Problem| format!("{problem:?}");
    let mut conversation = Conversation::<ChinaVat>::new();
    conversation.plan(context, config, documents).map_err(refused)?;
    conversation.assess(documents, &[]).map_err(refused)
}
