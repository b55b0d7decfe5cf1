//! Golden files, splits at every byte, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{context, read_chunks, read_items, read_with};
use serde_json::{Value, json};
use std::path::Path;
use zhangben_sdk::bank::{Conversation, Output, Reader};
use zhangben_sdk::{Problem, golden, json::to_json};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The one full example of the world.
fn example() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/bank.in.xml")
}

/// The output as `zhangben plugin run` prints it, or what it refused.
fn rendered(bytes: &[u8]) -> Value {
    let json = match read_items(bytes, 1 << 20, "") {
        Ok((items, warnings)) => to_json(&Output { items, warnings, ..Output::default() }),
        Err(problem) => Ok(json!({"problem": to_json(&problem).unwrap()})),
    };
    json.unwrap()
}

/// Golden cases: each `NAME.xml` of the folder, and the example, with its `NAME.out.json`.
const GOLDEN_CASES: usize = 24;

#[test]
fn golden_files() {
    let folder = folder();
    let mut cases: Vec<std::path::PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    cases.sort();
    assert_eq!(cases.len() + 1, GOLDEN_CASES, "a case was added or lost");
    let names: Vec<String> =
        cases.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    cases.push(example());
    for (path, name) in cases.iter().zip(names.iter().map(String::as_str).chain(["every-part"])) {
        let bytes = std::fs::read(path).unwrap();
        let found = rendered(&bytes);
        let file = folder.join(format!("{name}.out.json"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&file, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        }
        assert_eq!(found, golden::read(&file).unwrap(), "{name}");
    }
}

#[test]
fn a_file_split_at_any_byte_is_the_same_file() {
    let bytes = std::fs::read(example()).unwrap();
    let whole = read_chunks(&bytes, 1 << 20).unwrap();
    for size in 1..64 {
        assert_eq!(read_chunks(&bytes, size).unwrap(), whole, "{size}");
    }
    for at in 0..bytes.len() {
        let mut talk = Conversation::<bank_camt::Camt>::new();
        talk.begin(&context(), "", "f", None).unwrap();
        let first = talk.feed(&bytes[..at], false).unwrap().items.len();
        let second = talk.feed(&bytes[at..], true).unwrap().items.len();
        assert_eq!(first + second, 8);
    }
}

#[test]
fn offsets_are_those_of_the_file() {
    let text = std::fs::read_to_string(example()).unwrap();
    let marked = format!("\u{feff}{text}");
    for (bytes, shift) in [(text.as_bytes(), 0), (marked.as_bytes(), 3)] {
        let found = read_chunks(bytes, 100).unwrap();
        for (entry, expected) in found[0].entries.iter().zip(text.match_indices("<Ntry>")) {
            assert_eq!(entry.offset as usize, expected.0 + shift);
            let end = entry.offset as usize + entry.length as usize;
            assert!(bytes[..end].ends_with(b"</Ntry>"));
        }
    }
}

#[test]
fn the_declared_sums_and_balances_are_told_apart() {
    let bytes = std::fs::read(example()).unwrap();
    let (found, warnings) = read_with(&bytes, 1 << 20, "").unwrap();
    assert_eq!(found[0].start.declared.as_ref().unwrap().credit_sum.as_deref(), Some("675.50"));
    assert!(warnings.is_empty(), "{warnings:?}");
    let torn = String::from_utf8(bytes).unwrap().replace(">24.50<", ">24.51<");
    let (_, warnings) = read_with(torn.as_bytes(), 1 << 20, "").unwrap();
    assert_eq!(warnings[0].code, "balance-does-not-tie");
    assert_eq!(warnings[0].subject.as_deref(), Some("/Document/BkToCstmrStmt/Stmt[1]"));
}

/// A statement with one entry; `entry` is its inside.
fn file(entry: &str) -> String {
    format!(
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>X</IBAN></Id><Ccy>EUR</Ccy></Acct>\
         <Ntry>{entry}</Ntry></Stmt></BkToCstmrStmt></Document>"
    )
}

const GOOD: &str = "<Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt>";

fn refused(text: impl AsRef<[u8]>) -> Problem {
    let bytes = text.as_ref();
    let problem = read_chunks(bytes, 1 << 20).unwrap_err();
    // the same refusal however the file is cut
    assert_eq!(read_chunks(bytes, 1).unwrap_err(), problem);
    problem
}

fn code(text: impl AsRef<[u8]>) -> String {
    refused(text).code
}

#[test]
fn bad_entries_are_refused_with_their_place() {
    assert_eq!(read_chunks(file(GOOD).as_bytes(), 9).unwrap()[0].entries.len(), 1);
    let cases = [
        (GOOD.replace("<Amt Ccy=\"EUR\">1.00</Amt>", ""), "missing", "Ntry[1]", "<Ntry>"),
        (GOOD.replace(" Ccy=\"EUR\"", ""), "missing", "Ntry[1]/Amt", "<Amt>"),
        (GOOD.replace("\"EUR\"", "\"euro\""), "bad-currency", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("\"EUR\"", "\"ZZZ\""), "bad-currency", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", "1.005"), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", "12..34"), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", "-1.00"), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", "1,00"), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", "1e2"), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("1.00", ""), "bad-amount", "Ntry[1]/Amt", "<Amt"),
        (GOOD.replace("CRDT", "CREDIT"), "bad-direction", "Ntry[1]/CdtDbtInd", "<CdtDbtInd"),
        (GOOD.replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""), "missing", "Ntry[1]", "<Ntry>"),
        (GOOD.replace("2026-01-02", "2026-02-30"), "bad-date", "Ntry[1]/BookgDt/Dt", "<Dt>"),
        (GOOD.replace("2026-01-02", "02.01.2026"), "bad-date", "Ntry[1]/BookgDt/Dt", "<Dt>"),
        (format!("{GOOD}<RvslInd>yes</RvslInd>"), "bad-flag", "Ntry[1]/RvslInd", "<RvslInd"),
        (
            format!("{GOOD}<NtryDtls><TxDtls/><TxDtls><Amt Ccy=\"EUR\">x</Amt></TxDtls></NtryDtls>"),
            "bad-amount",
            "Ntry[1]/NtryDtls/TxDtls[2]/Amt",
            "<Amt Ccy=\"EUR\">x",
        ),
    ];
    for (entry, code, path, at) in cases {
        let text = file(&entry);
        let problem = refused(&text);
        let offset = text.find(at).unwrap();
        assert_eq!(problem.code, code, "{entry}");
        assert_eq!(problem.subject.unwrap(), format!("/Document/BkToCstmrStmt/Stmt[1]/{path}"), "{entry}");
        assert!(problem.message.contains(&format!("byte {offset})")), "{} {entry}", problem.message);
        assert_eq!(
            to_json(&problem.args).unwrap(),
            json!([{"name": "offset", "value": {"tag": "number", "val": offset.to_string()}}])
        );
    }
}

#[test]
fn what_only_informs_is_told_and_left_out() {
    let read = |inside: &str| {
        let (found, warnings) = read_with(file(&format!("{GOOD}{inside}")).as_bytes(), 99, "").unwrap();
        assert_eq!(
            (warnings.len(), warnings[0].subject.as_deref()),
            (1, Some("/Document/BkToCstmrStmt/Stmt[1]/Ntry[1]"))
        );
        (found.into_iter().next().unwrap().entries.remove(0), warnings[0].message.clone())
    };
    let (entry, told) = read("<AmtDtls><InstdAmt><Amt Ccy=\"QQQ\">7.00</Amt></InstdAmt></AmtDtls>");
    assert!(entry.fx.is_none() && told.contains("QQQ"), "{told}");
    let (entry, told) = read("<NtryDtls><TxDtls><Amt Ccy=\"JPY\">7.50</Amt></TxDtls></NtryDtls>");
    assert!(entry.details[0].amount.is_none() && told.contains("7.50 has more decimals than JPY"), "{told}");
    let (entry, _) = read("<Chrgs><Rcrd><Amt Ccy=\"XXX\">1.00</Amt></Rcrd></Chrgs>");
    assert!(entry.charges.is_empty());
    // trailing zeros are no decimals
    let long = file(&GOOD.replace("1.00", "1.00000"));
    assert_eq!(read_chunks(long.as_bytes(), 99).unwrap()[0].entries[0].amount, "1.00");
}

#[test]
fn broken_files_are_refused() {
    assert_eq!(code(""), "wrong-message");
    assert_eq!(code("  \n"), "wrong-message");
    assert_eq!(code("Date;Amount\n2026-01-01;1"), "broken-xml");
    assert_eq!(code("<html><body/></html>"), "wrong-message");
    assert_eq!(code(file(GOOD).replace("</Stmt>", "</Stmts>")), "broken-xml");
    assert_eq!(code(file(GOOD).replace("</Sts>", "")), "broken-xml");
    assert_eq!(code(&file(GOOD)[..200]), "truncated");
    assert_eq!(code(&file(GOOD)[..file(GOOD).len() - 3]), "truncated");
    assert_eq!(code(format!("{}<Document/>", file(GOOD))), "broken-xml");
    assert_eq!(code(format!("{}text", file(GOOD))), "broken-xml");
    assert_eq!(code(file(GOOD).replace("<Id>1", "<Id a=1>1")), "broken-xml");
    assert_eq!(code(file(GOOD).replace("<Id>1", "<Id a='1' a='2'>1")), "broken-xml");
    assert_eq!(code(file(GOOD).replace("<Id>1", "<Id>&nbsp;1")), "broken-xml");
    assert_eq!(code(file(GOOD).replace("<Id>1", "<Id>\u{1}1")), "broken-xml");
    assert_eq!(code(file(GOOD).replace("<Id>1", "<1d>1")), "broken-xml");
    assert_eq!(code("<a>".repeat(100)), "broken-xml");
    // an entry outside of a statement belongs to no account
    assert_eq!(code(file(GOOD).replace("<Stmt>", "").replace("</Stmt>", "")), "no-statement");
    assert_eq!(code("<Document><BkToCstmrStmt/></Document>"), "no-statement");
}

#[test]
fn document_types_and_entities_are_refused() {
    let laughs = format!("<!DOCTYPE a [<!ENTITY l \"lol\">]>{}", file(GOOD));
    assert_eq!(code(laughs), "dtd-refused");
    assert_eq!(
        code(format!("<!DOCTYPE Document SYSTEM \"http://example.invalid/x\">{}", file(GOOD))),
        "dtd-refused"
    );
    assert_eq!(code(file(GOOD).replace("<Id>1", "<Id>&x;1")), "broken-xml");
}

#[test]
fn other_messages_and_versions_are_refused_by_name() {
    let with = |namespace: &str| file(GOOD).replace("<Document>", &format!("<Document xmlns='{namespace}'>"));
    let iso = "urn:iso:std:iso:20022:tech:xsd:";
    for version in 2..=13 {
        assert!(read_chunks(with(&format!("{iso}camt.053.001.{version:02}")).as_bytes(), 50).is_ok());
    }
    assert_eq!(code(with(&format!("{iso}camt.053.001.01"))), "unsupported-version");
    assert_eq!(code(with(&format!("{iso}camt.053.001.99"))), "unsupported-version");
    assert!(refused(with(&format!("{iso}camt.052.001.08"))).message.contains("camt.052 (intraday report)"));
    assert_eq!(code(with(&format!("{iso}pain.001.001.09"))), "wrong-message");
    let report = file(GOOD).replace("BkToCstmrStmt", "BkToCstmrAcctRpt");
    assert!(refused(report).message.contains("camt.052"));
    // an envelope is passed over
    let wrapped = format!("<Envelope><Header><Document2/></Header><Body>{}</Body></Envelope>", file(GOOD));
    assert_eq!(read_chunks(wrapped.as_bytes(), 3).unwrap()[0].entries.len(), 1);
}

#[test]
fn encodings() {
    let text = |declared: &str, name: &[u8]| {
        let head = format!("<?xml version=\"1.0\" encoding=\"{declared}\"?>");
        let entry = format!("{GOOD}<AddtlNtryInf>@</AddtlNtryInf>");
        let file = file(&entry);
        let (before, after) = file.split_once('@').unwrap();
        [head.as_bytes(), before.as_bytes(), name, after.as_bytes()].concat()
    };
    let read = |bytes: Vec<u8>| read_chunks(&bytes, 11).unwrap()[0].entries[0].text.clone().unwrap();
    assert_eq!(read(text("UTF-8", "Größe €".as_bytes())), "Größe €");
    assert_eq!(read(text("iso-8859-1", b"Gr\xf6\xdfe \xa4")), "Größe ¤");
    assert_eq!(read(text("ISO-8859-15", b"Gr\xf6\xdfe \xa4")), "Größe €");
    assert_eq!(read(text("windows-1252", b"Gr\xf6\xdfe \x80")), "Größe €");
    assert_eq!(code(text("windows-1252", b"\x81")), "broken-text");
    assert_eq!(code(text("UTF-8", b"Gr\xf6\xdfe")), "broken-text");
    assert_eq!(code(text("GB18030", b"x")), "unsupported-encoding");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(file(GOOD).encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(code(utf16), "unsupported-encoding");
}

#[test]
fn memory_is_bounded_by_the_entry() {
    let huge = file(&format!("{GOOD}<AddtlNtryInf>{}</AddtlNtryInf>", "x".repeat(2 << 20)));
    let small = r#"{"entry_mebibytes_max": 1}"#;
    assert_eq!(read_with(huge.as_bytes(), 1 << 20, small).unwrap_err().code, "entry-too-large");
    assert!(read_with(huge.as_bytes(), 1 << 20, "").is_ok());
    let attribute = file(GOOD).replace("<Id>1", &format!("<Id a='{}'>1", "x".repeat(2 << 20)));
    assert_eq!(read_with(attribute.as_bytes(), 1 << 20, small).unwrap_err().code, "entry-too-large");
    // many entries are no large entry
    let many = file(&format!("{GOOD}</Ntry><Ntry>").repeat(20_000)).replace("<Ntry></Ntry>", "");
    let found = read_with(many.as_bytes(), 1 << 20, small).unwrap().0;
    assert_eq!(found[0].entries.len(), 20_000);
}

#[test]
fn detects_its_files_only() {
    let of = |head: &str| bank_camt::Camt::detect(head.as_bytes(), "x").first().map(|c| c.confidence);
    assert_eq!(of("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">"), Some(1000));
    assert_eq!(of("<Document><BkToCstmrStmt>"), Some(900));
    assert_eq!(of("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.02\">"), None);
    assert_eq!(of(":20:STARTUMS\n:25:1/2"), None);
}

#[test]
fn the_conversation_has_an_order_and_chunks_a_bound() {
    let mut talk = Conversation::<bank_camt::Camt>::new();
    assert_eq!(talk.feed(b"", true).unwrap_err().code, "out-of-order");
    talk.begin(&context(), "", "f", None).unwrap();
    assert_eq!(talk.feed(&vec![b' '; (1 << 20) + 1], false).unwrap_err().code, "chunk-too-large");
    assert_eq!(talk.begin(&context(), "{\"x\":1}", "f", None).unwrap_err().code, "bad-config");
    assert!(Conversation::<bank_camt::Camt>::validate_config("{\"entry_mebibytes_max\": 2}").is_ok());
}

/// The bundled sample's files, against the generator's own truth.
#[test]
fn the_bundled_sample() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host/sample");
    let truth = golden::read(&sample.join("truth.json")).unwrap();
    let lines = truth["bank_lines"].as_array().unwrap();
    let mut details = Vec::new();
    for name in ["bank-cny.xml", "bank-eur.xml"] {
        let (found, warnings) = read_with(&std::fs::read(sample.join(name)).unwrap(), 4096, "").unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        for entry in found.iter().flat_map(|statement| &statement.entries) {
            let reference = entry.servicer_reference.clone().unwrap();
            match entry.details.as_slice() {
                [] => details.push((reference, entry.amount.clone())), // a fee or interest
                several => {
                    details.extend(several.iter().map(|d| (reference.clone(), d.amount.clone().unwrap())))
                }
            }
        }
    }
    assert_eq!(details.len(), lines.len());
    for line in lines {
        let entry = line["entry"].as_str().unwrap();
        assert!(
            details.iter().any(|(reference, amount)| reference == entry && line["amount"] == amount.as_str()),
            "{line}"
        );
    }
}
