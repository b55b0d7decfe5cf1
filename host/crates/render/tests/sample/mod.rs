//! Two statements as `statement-classic` lays them out, for tests and for eyes.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use chrono::NaiveDate;
use domain::layout::{
    Align, Block, Cell, CitedMoney, Column, Document, KeyValue, Page, Panel, Row, RowKind, Table, TextStyle,
    Value,
};
use money::{Currency, Minor, Money};
use render::{Assets, FontSource, Renderer};
use std::path::Path;

pub fn renderer() -> Renderer {
    let named = std::env::var_os("ZHANGBEN_FONT");
    Renderer::new(FontSource::find(named.as_deref().map(Path::new)).unwrap())
}

pub fn assets() -> Assets {
    let mut assets = Assets::new();
    assets.insert(
        "logo",
        "image/png",
        png(112, 40, |x, y| {
            let inside = (x / 16 + y / 16) % 2 == 0 || !(4..=35).contains(&y);
            if inside { [0x1f, 0x4b, 0x7a, 0xff] } else { [0xff, 0xff, 0xff, 0] }
        }),
    );
    assets
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn money(minor: i64, code: &str) -> Value {
    let amount = Money::new(Minor::new(minor), Currency::parse(code).unwrap());
    Value::Money(CitedMoney { amount, path: "/figure".to_owned(), show_currency: false })
}

pub fn money_with_code(minor: i64, code: &str) -> Value {
    match money(minor, code) {
        Value::Money(cited) => Value::Money(CitedMoney { show_currency: true, ..cited }),
        other => other,
    }
}

pub fn date(year: i32, month: u32, day: u32) -> Value {
    Value::Date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

pub fn cell(value: Value) -> Cell {
    Cell { value, span: 1 }
}

pub fn row(kind: RowKind, cells: Vec<Cell>) -> Row {
    Row { kind, cells }
}

pub fn column(title: &str, align: Align, weight: u32) -> Column {
    Column { title: title.to_owned(), align, weight }
}

pub fn a4(header: &str, footer: &str) -> Page {
    Page {
        width: 210,
        height: 297,
        margin: 18,
        header: Some(header.to_owned()),
        footer: Some(footer.to_owned()),
    }
}

pub fn document(language: &str, blocks: Vec<Block>) -> Document {
    let page = Page { width: 210, height: 297, margin: 18, header: None, footer: None };
    Document { title: "T".to_owned(), language: language.to_owned(), page, blocks }
}

pub fn paragraph(text: &str) -> Block {
    Block::Paragraph {
        parts: vec![Value::Text(text.to_owned())],
        style: TextStyle::Normal,
        align: Align::Start,
    }
}

fn panel(title: &str, rows: Vec<(&str, Value)>) -> Panel {
    let rows = rows.into_iter().map(|(label, value)| KeyValue { label: label.to_owned(), value }).collect();
    Panel { title: Some(title.to_owned()), rows }
}

struct Words {
    language: &'static str,
    header: &'static str,
    footer: &'static str,
    title: &'static str,
    titles: [&'static str; 7],
    kinds: [&'static str; 4],
    memos: [&'static str; 5],
    opening: &'static str,
    subtotal: &'static str,
    closing: &'static str,
    section: [&'static str; 2],
    code: &'static str,
}

/// `rows` movements in two months, with opening, monthly totals and closing.
fn movements(words: &Words, rows: usize) -> (Table, [i64; 3]) {
    let code = words.code;
    let mut table_rows = vec![row(
        RowKind::Subtotal,
        vec![Cell { value: text(words.opening), span: 6 }, cell(money(1_250_000, code))],
    )];
    let (mut balance, mut debits, mut credits) = (1_250_000i64, 0i64, 0i64);
    let mut month = [0i64; 2];
    for index in 0..rows {
        let half = index * 2 / rows.max(1);
        if index == 0 || half != (index - 1) * 2 / rows {
            table_rows.push(row(RowKind::Section, vec![Cell { value: text(words.section[half]), span: 7 }]));
            month = [0; 2];
        }
        let kind = index % 4;
        let amount = 98_765 + (index as i64 * 7_919_317) % 9_876_543;
        let (debit, credit) = match kind {
            2 => (0, amount / 2),
            3 => (0, 12_345),
            _ => (amount, 0),
        };
        balance += debit - credit;
        (debits, credits) = (debits + debit, credits + credit);
        (month[0], month[1]) = (month[0] + debit, month[1] + credit);
        let some = |minor: i64| if minor == 0 { Value::Empty } else { money(minor, code) };
        table_rows.push(row(
            RowKind::Body,
            vec![
                cell(date(2026, 1 + half as u32, 1 + (index as u32 * 3) % 27)),
                cell(text(words.kinds[kind])),
                cell(text(&format!("{}-2026-{:06}", ["INV", "INV", "RCT", "CN"][kind], 1001 + index))),
                cell(text(words.memos[index % 5])),
                cell(some(debit)),
                cell(some(credit)),
                cell(money(balance, code)),
            ],
        ));
        if index + 1 == rows || (index + 1) * 2 / rows != half {
            table_rows.push(row(
                RowKind::Subtotal,
                vec![
                    Cell { value: text(words.subtotal), span: 4 },
                    cell(money(month[0], code)),
                    cell(money(month[1], code)),
                    cell(money(balance, code)),
                ],
            ));
        }
    }
    table_rows.push(row(
        RowKind::Total,
        vec![
            Cell { value: text(words.closing), span: 4 },
            cell(money(debits, code)),
            cell(money(credits, code)),
            cell(money_with_code(balance, code)),
        ],
    ));
    let weights = [11, 8, 17, 24, 13, 13, 15];
    let columns = words
        .titles
        .iter()
        .zip(weights)
        .enumerate()
        .map(|(index, (title, weight))| {
            column(title, if index > 3 { Align::End } else { Align::Start }, weight)
        })
        .collect();
    (Table { columns, rows: table_rows, caption: None }, [debits, credits, balance])
}

fn aging(caption: &str, titles: [&str; 6], code: &str) -> Table {
    let parts = [3_120_455, 1_980_000, 455_120, 0, -120_000];
    let sum: i64 = parts.iter().sum();
    let mut cells: Vec<Cell> = parts.iter().map(|part| cell(money(*part, code))).collect();
    cells.push(cell(money(sum, code)));
    Table {
        columns: titles.iter().map(|title| column(title, Align::Start, 1)).collect(),
        rows: vec![row(RowKind::Body, cells)],
        caption: Some(caption.to_owned()),
    }
}

fn chinese_words() -> Words {
    Words {
        language: "zh-CN",
        header: "上海示例贸易有限公司\t对账单 ST-2026-02-00017",
        footer: "本对账单由账本系统生成\t第 {page} 页，共 {pages} 页",
        title: "客户对账单",
        titles: ["日期", "类型", "单据号", "摘要", "应收", "已收", "余额"],
        kinds: ["发票", "发票", "收款", "红字"],
        memos: [
            "销售商品",
            "一月份月结货款，含运费与包装费（合同编号 HT-2025-0817，项目：华东区第二季度备货）",
            "银行转账",
            "“质量问题”退货，依据双方于二〇二六年一月签订的补充协议冲销",
            "技术服务费",
        ],
        opening: "期初余额（2025-12-31）",
        subtotal: "本月小计",
        closing: "期末余额",
        section: ["2026 年 1 月", "2026 年 2 月"],
        code: "CNY",
    }
}

pub fn chinese(rows: usize) -> Document {
    let words = chinese_words();
    let (table, [debits, credits, balance]) = movements(&words, rows);
    let customer = panel(
        "客户",
        vec![
            ("客户名称", text("杭州某某机电设备有限责任公司")),
            ("客户编号", text("C-00017")),
            ("统一社会信用代码", text("91330100MA2XXXXX0K")),
            ("联系人", text("王小明 / 0571-0000 0000")),
            ("地址", text("浙江省杭州市滨江区江南大道 3888 号海创基地北楼 1201 室")),
        ],
    );
    let sums = panel(
        "汇总",
        vec![
            ("期初余额", money(1_250_000, "CNY")),
            ("本期应收", money(debits, "CNY")),
            ("本期已收", money(-credits, "CNY")),
            ("期末余额", money_with_code(balance, "CNY")),
            ("截止日期", date(2026, 2, 28)),
        ],
    );
    Document {
        title: "客户对账单 ST-2026-02-00017".to_owned(),
        language: words.language.to_owned(),
        page: a4(words.header, words.footer),
        blocks: vec![
            Block::Image("logo".to_owned()),
            Block::Heading { level: 1, text: words.title.to_owned() },
            paragraph("期间：2026-01-01 至 2026-02-28　币种：人民币（CNY）　编号：ST-2026-02-00017"),
            Block::Panels(vec![customer, sums]),
            Block::Heading { level: 2, text: "往来明细".to_owned() },
            Block::Table(table),
            Block::Heading { level: 2, text: "账龄分析".to_owned() },
            Block::Table(aging(
                "按到期日",
                ["未到期", "1–30 天", "31–60 天", "61–90 天", "预收", "合计"],
                "CNY",
            )),
            Block::Heading { level: 3, text: "说明".to_owned() },
            paragraph(
                "请贵公司于收到本对账单之日起十五日内核对并签章确认；如有差异，请在下方注明差异金额及原因，并将回执寄回我公司财务部。\
                 逾期未回复的，视为对上述余额无异议。依据《中华人民共和国民法典》第一百八十八条，本对账单的确认构成诉讼时效中断的证据。",
            ),
            Block::Paragraph {
                parts: vec![Value::Text("仅为复核账目之用，并非催款结算。".to_owned())],
                style: TextStyle::Small,
                align: Align::Start,
            },
            Block::Signature(vec![
                "我方（财务专用章）\n日期：".to_owned(),
                "客户确认（盖章）\n日期：".to_owned(),
            ]),
        ],
    }
}

fn english_words() -> Words {
    Words {
        language: "en",
        header: "Shanghai Sample Trading Co., Ltd.\tStatement ST-2026-02-00031",
        footer: "Page {page} of {pages}",
        title: "Statement of Account",
        titles: ["Date", "Type", "Document", "Description", "Debit", "Credit", "Balance"],
        kinds: ["Invoice", "Invoice", "Payment", "Credit note"],
        memos: [
            "Goods sold",
            "Export of machine parts, delivery FCA Shanghai, order “PO-88231”, customer’s reference 4711",
            "Bank transfer",
            "Return of faulty goods — see our letter of 14 January",
            "Technical services",
        ],
        opening: "Opening balance (31 Dec 2025)",
        subtotal: "Total of the month",
        closing: "Closing balance",
        section: ["January 2026", "February 2026"],
        code: "EUR",
    }
}

pub fn english(rows: usize) -> Document {
    let words = english_words();
    let (table, [debits, credits, balance]) = movements(&words, rows);
    let customer = panel(
        "Customer",
        vec![
            ("Name", text("Müller & Söhne Maschinenbau GmbH & Co. KG")),
            ("Number", text("C-00031")),
            ("VAT id", text("DE 000 000 000")),
            ("Contact", text("Jürgen Łukaszewicz, accounts@example.com")),
            ("Address", text("Hafenstraße 12, 20457 Hamburg, Germany")),
        ],
    );
    let sums = panel(
        "Summary",
        vec![
            ("Opening balance", money(1_250_000, "EUR")),
            ("Invoiced", money(debits, "EUR")),
            ("Received", money(-credits, "EUR")),
            ("Closing balance", money_with_code(balance, "EUR")),
            ("As of", date(2026, 2, 28)),
        ],
    );
    Document {
        title: "Statement of Account ST-2026-02-00031".to_owned(),
        language: words.language.to_owned(),
        page: a4(words.header, words.footer),
        blocks: vec![
            Block::Image("logo".to_owned()),
            Block::Heading { level: 1, text: words.title.to_owned() },
            paragraph("Period: 1 Jan 2026 to 28 Feb 2026 · Currency: EUR · Number: ST-2026-02-00031"),
            Block::Panels(vec![customer, sums]),
            Block::Heading { level: 2, text: "Movements".to_owned() },
            Block::Table(table),
            Block::Heading { level: 2, text: "Ageing".to_owned() },
            Block::Table(aging(
                "By due date",
                ["Not due", "1–30 days", "31–60 days", "61–90 days", "Prepaid", "Total"],
                "EUR",
            )),
            Block::Heading { level: 3, text: "Please note".to_owned() },
            paragraph(
                "Please check this statement and confirm it within fifteen days of receipt. If you don’t agree with a line, \
                 mark it in the portal or return this page with the amount and the reason; the remaining lines stay confirmed.",
            ),
            Block::Paragraph {
                parts: vec![Value::Text("This is no demand for payment.".to_owned())],
                style: TextStyle::Small,
                align: Align::Start,
            },
            Block::Signature(vec!["For Shanghai Sample Trading".to_owned(), "For the customer".to_owned()]),
        ],
    }
}

/// A PNG of `pixel(x, y)` (RGBA), uncompressed.
pub fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut raw = Vec::new();
    for y in 0..height {
        raw.push(0);
        for x in 0..width {
            raw.extend_from_slice(&pixel(x, y));
        }
    }
    let mut stream = vec![0x78, 0x01];
    let mut chunks = raw.chunks(65_535).peekable();
    while let Some(chunk) = chunks.next() {
        let length = chunk.len() as u16;
        stream.push(u8::from(chunks.peek().is_none()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(chunk);
    }
    let (mut low, mut high) = (1u32, 0u32);
    for byte in &raw {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    stream.extend_from_slice(&(high << 16 | low).to_be_bytes());
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = width.to_be_bytes().to_vec();
    head.extend_from_slice(&height.to_be_bytes());
    head.extend_from_slice(&[8, 6, 0, 0, 0]);
    for (kind, data) in [(b"IHDR", head), (b"IDAT", stream), (b"IEND", Vec::new())] {
        file.extend_from_slice(&(data.len() as u32).to_be_bytes());
        let mut checked = kind.to_vec();
        checked.extend_from_slice(&data);
        file.extend_from_slice(&checked);
        file.extend_from_slice(&crc(&checked).to_be_bytes());
    }
    file
}

pub fn crc(bytes: &[u8]) -> u32 {
    let mut register = u32::MAX;
    for byte in bytes {
        register ^= u32::from(*byte);
        for _ in 0..8 {
            register = if register & 1 == 1 { register >> 1 ^ 0xedb8_8320 } else { register >> 1 };
        }
    }
    !register
}
