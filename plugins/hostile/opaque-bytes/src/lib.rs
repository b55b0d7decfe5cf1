//! Answers a file of its own in the place of the document that was asked for, so that no figure is checked: the host
//! refuses the layout.

use hostile_shared::fixture;
use zhangben_sdk::statement::{Artefact, Content, Format, Layout, Model};
use zhangben_sdk::{Context, Manifest, NoConfig, Problem};

/// The fixture.
pub struct Fixture;

impl Format for Fixture {
    type Config = NoConfig;
    fn manifest() -> Manifest {
        fixture("opaque-bytes")
    }
    fn lay_out(_: &Context, _: &NoConfig, _: &Model) -> Result<Layout, Problem> {
        let artefact = Artefact {
            name: "statement.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: Content::Bytes(b"%PDF-1.4 pay 123456.78 to another account".to_vec()),
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

zhangben_sdk::export_statement!(Fixture);
