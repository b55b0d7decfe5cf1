//! Texts of an assessment: what is stored, sealed or printed holds no control characters. They are the guest's own, so that
//! an answer with one is refused and not mended.

use super::{RawAssessment, RawTaxLine, TaxError};
use crate::text::unfit;

pub(super) fn check(answer: &RawAssessment) -> Result<(), TaxError> {
    for (index, line) in answer.tax_lines.iter().enumerate() {
        refuse(&format!("tax line {index}"), line_texts(line))?;
    }
    for (index, text) in answer.required_texts.iter().enumerate() {
        let own = [("language", text.language.as_str()), ("text", &text.text)];
        let citation = text.citation.iter().map(|citation| ("citation", citation.as_str()));
        refuse(&format!("required text {index}"), own.into_iter().chain(citation))?;
    }
    for (index, why) in answer.explanations.iter().enumerate() {
        let own =
            [("subject", why.subject.as_str()), ("rule", &why.rule), ("text key", &why.text_key)].into_iter();
        let citation = why.citation.iter().map(|citation| ("citation", citation.as_str()));
        let args = why.args.iter().flat_map(|(name, value)| [("args", name.as_str()), ("args", value)]);
        refuse(&format!("explanation {index}"), own.chain(citation).chain(args))?;
    }
    Ok(())
}

fn refuse<'a>(place: &str, texts: impl IntoIterator<Item = (&'static str, &'a str)>) -> Result<(), TaxError> {
    match texts.into_iter().find_map(|(field, text)| unfit(text).map(|found| (field, found))) {
        Some((field, found)) => Err(TaxError::Text { place: place.to_owned(), field, found }),
        None => Ok(()),
    }
}

fn line_texts(line: &RawTaxLine) -> impl Iterator<Item = (&'static str, &str)> {
    let always = [
        ("authority", &line.authority),
        ("jurisdiction", &line.jurisdiction),
        ("kind", &line.kind),
        ("code", &line.code),
        ("category", &line.category),
        ("method", &line.method),
        ("collected-by", &line.collected_by),
        ("rounding method", &line.rounding.method),
    ];
    let sometimes = [
        ("unit code", &line.unit_code),
        ("exemption code", &line.exemption_code),
        ("reason", &line.reason),
        ("legal reference", &line.legal_reference),
    ];
    let lists = [("compound-on", &line.compound_on), ("report codes", &line.report_codes)];
    always
        .into_iter()
        .chain(sometimes.into_iter().filter_map(|(name, text)| text.as_ref().map(|text| (name, text))))
        .chain(lists.into_iter().flat_map(|(name, list)| list.iter().map(move |text| (name, text))))
        .map(|(name, text)| (name, text.as_str()))
}
