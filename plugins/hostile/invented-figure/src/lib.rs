//! Shows a figure that does not stand at the place it cites: the host refuses the layout.

use hostile_shared::fixture;
use zhangben_sdk::statement::{
    Align, Artefact, Block, CitedMoney, Column, Content, Document, Format, KeyValue, Layout, Model, Page,
    Panel, Value,
};
use zhangben_sdk::{Context, Manifest, NoConfig, Problem};

/// The fixture.
pub struct Fixture;

impl Format for Fixture {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture("invented-figure")
    }
    fn lay_out(context: &Context, _: &NoConfig, model: &Model) -> Result<Layout, Problem> {
        let currency = model.sections.first().map_or("CNY", |section| section.currency.as_str()).to_owned();
        let figure = CitedMoney {
            amount: "123456.78".to_owned(),
            currency,
            path: "/sections/0/closing".to_owned(),
            show_currency: true,
        };
        let rows = vec![KeyValue { label: "Balance".to_owned(), value: Value::Money(figure) }];
        let document = Document {
            title: "Statement".to_owned(),
            language: context.locale.clone(),
            page: Page { width: 210, height: 297, margin: 18, header: None, footer: None },
            blocks: vec![Block::Panels(vec![Panel { title: None, rows }]), Block::Table(empty_table())],
            ext: Vec::new(),
        };
        let artefact = Artefact {
            name: "statement".to_owned(),
            media_type: "application/vnd.zhangben.document".to_owned(),
            content: Content::Document(document),
            ext: Vec::new(),
        };
        Ok(Layout {
            artefacts: vec![artefact],
            explanations: Vec::new(),
            warnings: Vec::new(),
            ext: Vec::new(),
        })
    }
}

fn empty_table() -> zhangben_sdk::statement::Table {
    let column = Column { title: "Text".to_owned(), align: Align::Start, weight: 1 };
    zhangben_sdk::statement::Table { columns: vec![column], rows: Vec::new(), caption: None, ext: Vec::new() }
}

zhangben_sdk::export_statement!(Fixture);
