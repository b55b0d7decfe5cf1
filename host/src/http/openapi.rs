//! The description of the API, OpenAPI 3.1, generated from the handlers and bodies: what holds for every route is
//! added here once.

use super::idempotency::HEADER;
use super::problem::{MEDIA_TYPE, Problem, ProblemBody};
use super::router::Described;
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, Ref, RefOr, Required,
    ResponseBuilder, Type,
};
use utoipa::{OpenApi, PartialSchema, ToSchema};

/// The name of the one security scheme.
const BEARER: &str = "token";
/// The name of the response that every refusal is.
const REFUSED: &str = "Refused";

const ABOUT: &str = "Customer accounts: invoices taxed by plugins, receipts, bank files, reconciliation, statements.\n\n\
    Amounts, prices, quantities and rates are strings, never JSON numbers. Unknown members are refused. A token belongs \
    to one company and carries the roles of its user. Every POST and PUT needs an `Idempotency-Key`; repeated with the \
    same key it is answered as before, with `Idempotency-Hit: true`. Every refusal is a problem document (RFC 9457) \
    with a stable `code`.";

const TAGS: [(&str, &str); 12] = [
    ("customers", "Customers (客户), their balances and open items"),
    ("invoices", "Invoices and credit notes (发票, 红字)"),
    ("receipts", "Receipts (收款) and allocations (核销)"),
    ("imports", "Spreadsheets brought in (批量导入), with preview and undo"),
    ("lists", "Whole lists as CSV and XLSX (清单)"),
    ("bank", "Bank accounts, files and lines (银行流水)"),
    ("reconciliation", "Proposals (对账) and their approval"),
    ("statements", "Statements (客户对账单)"),
    ("plugins", "Components and their bindings (插件)"),
    ("company", "The company, exchange rates, period locks, tolerances"),
    ("jobs", "Runs in the background (后台任务)"),
    ("audit", "Events, replay, verification"),
];

/// The whole description.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    document.info = InfoBuilder::new()
        .title("Zhangben (账本)")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(
            LicenseBuilder::new().name("Apache-2.0 OR MIT").identifier(Some("Apache-2.0 OR MIT")).build(),
        ))
        .build();
    let about = [("about", "Health, problem codes, this description; open to everybody")];
    document.tags = Some(
        TAGS.iter()
            .chain(&about)
            .map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build())
            .collect(),
    );
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("zb_…").build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    schemas.push((ProblemBody::name().into_owned(), ProblemBody::schema()));
    components.schemas.extend(schemas);
    components.responses.insert(REFUSED.to_owned(), refused());
    document.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
    for item in document.paths.paths.values_mut() {
        item.get.iter_mut().for_each(|operation| complete(operation, false));
        [&mut item.post, &mut item.put].into_iter().flatten().for_each(|operation| complete(operation, true));
    }
    document
}

fn refused() -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name(Problem::SCHEMA);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let description = "A refusal: `code` says what, `errors` where, `/v1/problems` what to do next. 401 carries \
        `WWW-Authenticate`, 405 `Allow`, 503 and 409 `idempotency-key-in-flight` carry `Retry-After`";
    ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build().into()
}

/// What every operation shares.
fn complete(operation: &mut Operation, writes: bool) {
    let responses = &mut operation.responses.responses;
    responses.insert("default".to_owned(), RefOr::Ref(Ref::from_response_name(REFUSED)));
    let id = HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("Names the request in the operator's log"))
        .build();
    let hit = HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("`true`: the answer to an earlier request"))
        .build();
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("X-Request-Id".to_owned(), RefOr::T(id.clone()));
            if writes {
                response.headers.insert("Idempotency-Hit".to_owned(), RefOr::T(hit.clone()));
            }
        }
    }
    if writes {
        let header = ParameterBuilder::new()
            .name(HEADER)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("Fresh and random for a new request, the same when it is repeated"))
            .schema(Some(
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)),
            ))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(header));
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

static JSON: LazyLock<String> = LazyLock::new(|| document().to_pretty_json().unwrap_or_default());

/// The description as it is served.
pub fn json() -> &'static str {
    &JSON
}

#[cfg(test)]
mod tests;
