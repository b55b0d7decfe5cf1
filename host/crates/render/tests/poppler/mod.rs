//! Reads PDFs back with poppler's tools. A machine without them fails the test, saying what to install.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A word as poppler finds it; points from the page's top left corner.
#[derive(Debug, Clone)]
pub struct Word {
    pub page: usize,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub text: String,
}

fn run(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    output(tool, arguments, &file)
}

fn output(tool: &str, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(tool);
    for argument in arguments {
        command.arg(if *argument == "FILE" { file.as_os_str() } else { argument.as_ref() });
    }
    let done = command.output().unwrap_or_else(|error| {
        panic!(
            "{tool} cannot be run ({error}); this test reads PDFs back with it: apt-get install poppler-utils"
        )
    });
    assert!(done.status.success(), "{tool}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The text of each page, laid out as on paper.
pub fn pages(pdf: &[u8]) -> Vec<String> {
    let text = run("pdftotext", &["-layout", "FILE", "-"], pdf);
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// All text in the order it was written, without blanks and line breaks.
pub fn squeezed(pdf: &[u8]) -> String {
    run("pdftotext", &["-raw", "FILE", "-"], pdf).split_whitespace().collect()
}

pub fn info(pdf: &[u8]) -> BTreeMap<String, String> {
    let text = run("pdfinfo", &["FILE"], pdf);
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
        .collect()
}

/// The structure tree, with text.
pub fn structure(pdf: &[u8]) -> String {
    run("pdfinfo", &["-struct-text", "FILE"], pdf)
}

/// Name, type and the columns emb, sub and uni of each font.
pub fn fonts(pdf: &[u8]) -> Vec<(String, [bool; 3])> {
    let text = run("pdffonts", &["FILE"], pdf);
    text.lines()
        .skip(2)
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let flags = &fields[fields.len() - 5..fields.len() - 2];
            (fields[0].to_owned(), [flags[0] == "yes", flags[1] == "yes", flags[2] == "yes"])
        })
        .collect()
}

pub fn words(pdf: &[u8]) -> Vec<Word> {
    let text = run("pdftotext", &["-bbox", "FILE", "-"], pdf);
    let mut page = 0;
    let mut words = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("<page ") {
            page += 1;
        }
        let Some(rest) = line.strip_prefix("<word ") else {
            continue;
        };
        let attribute = |name: &str| -> f64 {
            let (_, after) = rest.split_once(&format!("{name}=\"")).unwrap();
            after.split_once('"').unwrap().0.parse().unwrap()
        };
        let (_, content) = rest.split_once('>').unwrap();
        let content = content.strip_suffix("</word>").unwrap();
        let content =
            content.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        words.push(Word {
            page,
            left: attribute("xMin"),
            top: attribute("yMin"),
            right: attribute("xMax"),
            bottom: attribute("yMax"),
            text: content,
        });
    }
    words
}
