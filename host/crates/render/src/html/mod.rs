//! HTML: one self-contained file with semantic tables, a style sheet for screens and paper, and nothing that runs.

use crate::format::{Locale, clean, clean_line, column_align, is_code, is_figure, running_parts};
use crate::style::{ACCENT, HAIR, INK, LINE, MUTED, TINT};
use crate::{Assets, RENDERER_VERSION, RenderError};
use domain::layout::{Align, Block, Document, Page, Panel, Row, RowKind, Table, TextStyle, Value};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// `document` has passed `check`.
pub(crate) fn render(document: &Document, assets: &Assets) -> Result<String, RenderError> {
    let locale = Locale::of(&document.language);
    let mut body = Vec::with_capacity(document.blocks.len());
    for (index, block) in document.blocks.iter().enumerate() {
        body.push(self::block(index + 1, block, &locale, assets)?);
    }
    let page = &document.page;
    let markup = html! {
        (DOCTYPE)
        html lang=(clean_line(&document.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(RENDERER_VERSION);
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                title { (clean_line(&document.title)) }
                style { (PreEscaped(style(page))) }
            }
            body {
                div.sheet {
                    @if let Some(text) = &page.header { header.running { (running(text, 0)) } }
                    main { @for block in body { (block) "\n" } }
                    @if let Some(text) = &page.footer { footer.running { (running(text, 1)) } }
                }
            }
        }
    };
    Ok(markup.into_string() + "\n")
}

fn style(page: &Page) -> String {
    let variables = format!(
        ":root{{--ink:{};--muted:{};--accent:{};--hair:{};--line:{};--tint:{};--sheet:{}mm}}\n",
        INK.css(),
        MUTED.css(),
        ACCENT.css(),
        HAIR.css(),
        LINE.css(),
        TINT.css(),
        // a screen's pixels are coarser than paper: a quarter wider than the page
        page.width.min(400) * 5 / 4,
    );
    let mut paper = format!("@page{{size:{}mm {}mm;margin:{}mm;", page.width, page.height, page.margin);
    let boxes = [(page.header.as_deref(), "top", 0), (page.footer.as_deref(), "bottom", 1)];
    for (text, edge, alone) in boxes {
        let parts = running_parts(text.unwrap_or_default(), alone);
        for (part, side) in parts.iter().zip(["left", "center", "right"]) {
            if !part.trim().is_empty() {
                let content = counted(part);
                paper.push_str(&format!(
                    "\n@{edge}-{side}{{content:{content};font-size:7.5pt;color:{}}}",
                    MUTED.css()
                ));
            }
        }
    }
    paper.push_str("}\n");
    format!("{variables}{STYLE}{paper}")
}

/// A running text as CSS content: strings and page counters.
fn counted(text: &str) -> String {
    let mut content = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let next = [("{pages}", "counter(pages)"), ("{page}", "counter(page)")]
            .into_iter()
            .filter_map(|(mark, counter)| rest.find(mark).map(|at| (at, mark, counter)))
            .min_by_key(|found| found.0);
        let (literal, counter, tail) = match next {
            Some((at, mark, counter)) => {
                let (before, after) = rest.split_at(at);
                (before, counter, after.strip_prefix(mark).unwrap_or_default())
            }
            None => (rest, "", ""),
        };
        if !literal.is_empty() {
            content.push_str(&css_string(literal));
            content.push(' ');
        }
        content.push_str(counter);
        content.push(' ');
        rest = tail;
    }
    content.trim_end().to_owned()
}

/// Quoted for CSS inside a `style` element: nothing in it can end the string, the rule or the element.
fn css_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '<' | '>' | '&' | '{' | '}' | '\n' => {
                quoted.push_str(&format!("\\{:x} ", u32::from(character)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// On a screen the document is one page.
fn running(text: &str, alone: usize) -> Markup {
    let parts = running_parts(text, alone);
    html! {
        @for (part, align) in parts.iter().zip([Align::Start, Align::Center, Align::End]) {
            @if !part.trim().is_empty() {
                span class=(class(align)) { (part.replace("{page}", "1").replace("{pages}", "1")) }
            }
        }
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Start => "start",
        Align::Center => "center",
        Align::End => "end",
    }
}

fn block(number: usize, block: &Block, locale: &Locale, assets: &Assets) -> Result<Markup, RenderError> {
    Ok(match block {
        Block::Heading { level, text } => {
            let text = clean(text);
            match level {
                0 | 1 => html! { h1 { (text) } },
                2 => html! { h2 { (text) } },
                _ => html! { h3 { (text) } },
            }
        }
        Block::Paragraph { parts, style, align } => {
            let style = match style {
                TextStyle::Normal => "",
                TextStyle::Small => "small ",
                TextStyle::Strong => "strong ",
            };
            html! { p class={ (style) (class(*align)) } { (clean(&locale.prose(parts))) } }
        }
        Block::Panels(panels) => {
            html! { div.panels { @for panel in panels { (self::panel(panel, locale)) } } }
        }
        Block::Table(table) if table.columns.is_empty() => html! {},
        Block::Table(table) => self::table(table, locale),
        Block::Space(millimetres) => html! { div style={ "height:" (millimetres.min(&500)) "mm" } {} },
        Block::Rule => html! { hr; },
        Block::PageBreak => html! { div.page-break {} },
        Block::Image(name) => {
            let Some(asset) = assets.get(name) else {
                return Err(RenderError::AssetMissing {
                    block: number,
                    name: name.clone(),
                    known: assets.names(),
                });
            };
            html! { figure { img src={ "data:" (asset.media_type) ";base64," (base64(&asset.bytes)) } alt=(clean_line(name)); } }
        }
        Block::Signature(labels) => html! {
            div.signature { @for label in labels { div { (clean(label)) } } }
        },
    })
}

fn panel(panel: &Panel, locale: &Locale) -> Markup {
    let figures = panel.rows.iter().any(|row| is_figure(&row.value));
    let title = panel.title.as_deref().filter(|title| !title.trim().is_empty());
    html! {
        section class=[title.is_some().then_some("titled")] {
            @if let Some(title) = title { h4 { (clean(title)) } }
            dl class=[figures.then_some("figures")] {
                @for row in &panel.rows {
                    dt { (clean(&row.label)) }
                    dd { (value(&row.value, locale)) }
                }
            }
        }
    }
}

/// A value with its machine-readable form beside the printed one.
fn value(value: &Value, locale: &Locale) -> Markup {
    let printed = locale.value(value);
    match value {
        Value::Empty => html! {},
        Value::Text(_) => html! { (printed) },
        Value::Money(cited) => html! { data value=(cited.amount.amount()) { (printed) } },
        Value::Number(number) => html! { data value=(number.to_string()) { (printed) } },
        Value::Date(date) => html! { time datetime=(date.to_string()) { (printed) } },
    }
}

fn table(table: &Table, locale: &Locale) -> Markup {
    let aligns: Vec<Align> = (0..table.columns.len()).map(|column| column_align(table, column)).collect();
    let weights: u64 = table.columns.iter().map(|column| u64::from(column.weight)).sum();
    let titled = !table.columns.iter().all(|column| column.title.trim().is_empty());
    let caption = table.caption.as_deref().filter(|caption| !caption.trim().is_empty());
    html! {
        div.scroll {
            table {
                @if let Some(caption) = caption { caption { (clean(caption)) } }
                colgroup {
                    @for column in &table.columns {
                        @match (u64::from(column.weight) * 100).checked_div(weights) {
                            Some(share) if share > 0 => { col style={ "width:" (share) "%" }; }
                            _ => { col; }
                        }
                    }
                }
                @if titled {
                    thead { tr {
                        @for (column, align) in table.columns.iter().zip(&aligns) {
                            th scope="col" class=(class(*align)) { (clean(&column.title)) }
                        }
                    } }
                }
                tbody { @for row in &table.rows { (self::row(row, &aligns, locale)) } }
            }
        }
    }
}

fn row(row: &Row, aligns: &[Align], locale: &Locale) -> Markup {
    let class_of_row = match row.kind {
        RowKind::Body => None,
        RowKind::Section => Some("section"),
        RowKind::Subtotal => Some("subtotal"),
        RowKind::Total => Some("total"),
    };
    let mut at = 0usize;
    let mut cells = Vec::with_capacity(row.cells.len());
    for cell in &row.cells {
        let align = aligns.get(at).copied().unwrap_or(Align::Start);
        let span = (cell.span > 1).then_some(cell.span);
        let unbroken = is_figure(&cell.value) || matches!(&cell.value, Value::Text(text) if is_code(text));
        let unbroken = if unbroken { " unbroken" } else { "" };
        cells.push((class(align), unbroken, span, value(&cell.value, locale)));
        at = at.saturating_add(usize::try_from(cell.span).unwrap_or(usize::MAX));
    }
    // what a row leaves out is empty, not absent
    let missing = aligns.len().saturating_sub(at);
    let section = row.kind == RowKind::Section;
    html! {
        tr class=[class_of_row] {
            @for (align, unbroken, span, content) in cells {
                @if section { th scope="row" class=(align) colspan=[span] { (content) } }
                @else { td class={ (align) (unbroken) } colspan=[span] { (content) } }
            }
            @if missing > 0 { td colspan=(missing) {} }
        }
        "\n"
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4usize {
            let index = (group >> (18 - 6 * place)) & 63;
            let letter = usize::try_from(index).ok().and_then(|index| ALPHABET.get(index)).copied();
            text.push(if place <= chunk.len() { letter.map_or('=', char::from) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfb]), "//77");
    }

    #[test]
    fn page_counters_stand_between_css_strings() {
        assert_eq!(
            counted("第 {page} 页，共 {pages} 页"),
            "\"第 \" counter(page) \" 页，共 \" counter(pages) \" 页\""
        );
        assert_eq!(counted("{page}"), "counter(page)");
        assert_eq!(counted("a\"b</style>"), "\"a\\22 b\\3c /style\\3e \"");
    }
}
