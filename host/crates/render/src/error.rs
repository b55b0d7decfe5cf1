use thiserror::Error;

/// Why a document cannot be rendered: what, where (blocks, rows and cells are counted from 1) and what to do.
#[derive(Debug, Error)]
pub enum RenderError {
    #[error(
        "a page of {width} × {height} mm with a margin of {margin} mm cannot be set: \
         width and height must lie between 50 and 2000 mm and leave 40 mm between the margins"
    )]
    Page { width: u32, height: u32, margin: u32 },
    #[error("block {block}: a table with rows needs at least one column")]
    NoColumns { block: usize },
    #[error("block {block}: a table of {columns} columns does not fit a page; at most {max}")]
    TooManyColumns { block: usize, columns: usize, max: usize },
    #[error("block {block}, row {row}, cell {cell}: span 0; a cell covers at least one column")]
    Span { block: usize, row: usize, cell: usize },
    #[error("block {block}, row {row}: its cells cover {covered} columns, the table has {columns}")]
    RowTooWide { block: usize, row: usize, covered: u64, columns: usize },
    #[error("block {block}: {count} {what} side by side do not fit a page; at most {max}")]
    TooManyAbreast { block: usize, what: &'static str, count: usize, max: usize },
    #[error("block {block}: no asset is named {name:?}; the document was given {known:?}")]
    AssetMissing { block: usize, name: String, known: Vec<String> },
    #[error("block {block}: asset {name:?} is {media_type:?}; only image/png and image/jpeg can be shown")]
    AssetType { block: usize, name: String, media_type: String },
    #[error("block {block}: asset {name:?} is no readable {media_type}: {reason}")]
    AssetBroken { block: usize, name: String, media_type: String, reason: String },
    #[error("the document runs over more than {max} pages; split it")]
    TooManyPages { max: usize },
    #[error("the PDF could not be written")]
    Pdf(#[source] Box<dyn std::error::Error + Send + Sync>),
}
