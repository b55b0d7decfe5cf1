//! The description of the API, OpenAPI 3.1, generated from the handlers and bodies: what holds for every route is
//! added here once.

use super::auth::SESSION_COOKIE;
use super::idempotency::HEADER;
use super::problem::{MEDIA_TYPE, Problem, ProblemBody};
use super::router::Described;
use super::v1::lists;
use app::list::List;
use sheets::write::Format;
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, Ref, RefOr, Required,
    ResponseBuilder, Type,
};
use utoipa::{OpenApi, PartialSchema, ToSchema};

/// Names of the security schemes: a bearer token, the cookie of a session.
const BEARER: &str = "token";
const COOKIE: &str = "session";
/// The tag of the routes that make, show and end a session, or come before there is anybody: they take no idempotency key and are
/// never tried, but for the first run.
const SESSION: &str = "session";
const FIRST_RUN: &str = "set_up";
/// The name of the response that every refusal is.
const REFUSED: &str = "Refused";

const ABOUT: &str = "Customer accounts: invoices taxed by plugins, receipts, bank files, reconciliation, statements.\n\n\
    Amounts, prices, quantities and rates are strings, never JSON numbers. Unknown members are refused. A token belongs \
    to one company and carries the roles of its user; so does a session, in a cookie, with which a request that changes \
    something also sends `X-CSRF-Token`. Every POST, PUT and DELETE needs an `Idempotency-Key`; repeated with the \
    same key it is answered as before, with `Idempotency-Hit: true`; with `dry_run=true` it is checked and computed as if \
    it were meant, answered 200 with `Dry-Run: true`, and nothing stays. Sessions take neither, the first run no key. Every GET of a company's data has an `ETag` and takes \
    `If-None-Match`. \
    Every refusal is a problem document (RFC 9457) with a stable `code`.";

const TAGS: [(&str, &str); 21] = [
    ("session", "Logging in (登录), and the first run (首次设置)"),
    ("people", "Users (用户), roles and API tokens"),
    ("overview", "What waits for somebody (首页)"),
    ("customers", "Customers (客户), their balances and open items"),
    (
        "deliveries",
        "Orders, deliveries and returns (订单, 发货, 退货), and the invoices that are made of them (先对账后开票)",
    ),
    (
        "tax-invoices",
        "What the tax authority's platform issued (发票), red-letter ones (红字), and their documents",
    ),
    ("invoices", "Invoices and credit notes (发票, 红字)"),
    ("receipts", "Receipts (收款) and allocations (核销)"),
    ("bills", "Bills of exchange (承兑汇票)"),
    (
        "drafts",
        "Documents before they are posted (草稿, 审批): invoices, receipts, write-offs, refunds, adjustments",
    ),
    ("documents", "Reversal (冲销) and attachments (附件)"),
    ("imports", "Spreadsheets brought in (批量导入), with preview and undo"),
    (
        "reports",
        "Ledger, balances of customers, trial balance, aging, tax, unapplied credits, tie-out (报表): JSON, CSV, XLSX, HTML, PDF",
    ),
    ("lists", "Whole lists as CSV and XLSX (清单)"),
    ("bank", "Bank accounts, files and lines (银行流水)"),
    ("reconciliation", "Proposals (对账) and their approval"),
    ("statements", "Statements (客户对账单)"),
    ("plugins", "Components and their bindings (插件)"),
    (
        "company",
        "The company, exchange rates, period locks, checklists of the close, tolerances, its books: chart of accounts, number series",
    ),
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
    let cookie = ApiKeyValue::with_description(
        SESSION_COOKIE,
        "Set by POST /v1/session. A request that is no GET also sends `X-CSRF-Token`",
    );
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    schemas.push((ProblemBody::name().into_owned(), ProblemBody::schema()));
    components.schemas.extend(schemas);
    components.responses.insert(REFUSED.to_owned(), refused());
    let either = [BEARER, COOKIE].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
    document.security = Some(either.to_vec());
    for (path, item) in &mut document.paths.paths {
        // a password stands in no claim of a key
        let keyless = path.ends_with("/password");
        if let Some(operation) = &mut item.get {
            if let Some(list) = file_of(path) {
                tell_of_file(operation, list);
            }
            match is_of_session(operation) {
                true => complete_session(operation),
                false => complete(operation, None),
            }
        }
        item.put.iter_mut().for_each(tell_of_need);
        for operation in [&mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
            match is_of_session(operation) {
                true => complete_session(operation),
                false => complete(operation, Some(if keyless { Key::Optional } else { Key::Required })),
            }
        }
    }
    document
}

/// The list that an address of JSON answers as a file, where it does.
pub fn file_of(path: &str) -> Option<List> {
    lists::of_path(path)
}

/// Whatever is a list is a file, too.
fn tell_of_file(operation: &mut Operation, list: List) {
    let file = "All of it as a file: `Accept: text/csv` (or the media type of XLSX), or `?format=csv`, `?format=xlsx`; with `language`, and \
        `as_of` where there is a day, and the list's filters; a page is of JSON.";
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        for format in [Format::Csv, Format::Xlsx] {
            let media = format.media_type().split(';').next().unwrap_or_default();
            let bytes = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
            let content = ContentBuilder::new().schema(Some(bytes)).build();
            answer.content.insert(media.to_owned(), RefOr::T(content));
        }
    }
    let parameters = operation.parameters.get_or_insert_default();
    let of_file = |name: &str, said: &str| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
        parameter.required(Required::False).description(Some(said))
    };
    let one_of = |values: [&str; 2]| text().enum_values(Some(values));
    let format = of_file("format", "Of the file; without one, and without `Accept`, a page of JSON");
    parameters.push(RefOr::T(format.schema(Some(one_of(["csv", "xlsx"]))).build()));
    let language = of_file("language", "Of the headings of a file; default: the company's");
    parameters.push(RefOr::T(language.schema(Some(one_of(["zh", "en"]))).build()));
    let is_day = |one: &RefOr<Parameter>| matches!(one, RefOr::T(one) if one.name == "as_of");
    if list.has_day() && !parameters.iter().any(is_day) {
        let day = of_file("as_of", "Day of the balances and ages of a file; default: today");
        parameters.push(RefOr::T(day.schema(Some(Ref::from_schema_name("Date"))).build()));
    }
    let said = operation.description.get_or_insert_default();
    if !said.is_empty() {
        said.push_str("\n\n");
    }
    said.push_str(file);
}

fn is_of_session(operation: &Operation) -> bool {
    operation.tags.iter().flatten().any(|tag| tag == SESSION)
}

/// Refusals of the routes of sessions.
const REFUSALS_OF_SESSIONS: [u16; 9] = [400, 401, 403, 404, 409, 415, 431, 500, 503];
const REFUSALS_OF_SESSION_BODIES: [u16; 4] = [408, 413, 422, 429];

/// What the operations of sessions share.
fn complete_session(operation: &mut Operation) {
    if operation.operation_id.as_deref() == Some(FIRST_RUN) {
        let made = operation.responses.responses.get("201").cloned();
        if let Some(RefOr::T(mut tried)) = made.map(only_tried) {
            tried.headers.insert("Dry-Run".to_owned(), RefOr::T(tried_header()));
            operation.responses.responses.insert("200".to_owned(), RefOr::T(tried));
        }
        operation.parameters.get_or_insert_default().push(RefOr::T(dry_run()));
    }
    let has_body = operation.request_body.is_some();
    let proven = operation.security.iter().flatten().any(|one| one != &SecurityRequirement::default());
    let more: &[u16] = if has_body { &REFUSALS_OF_SESSION_BODIES } else { &[] };
    refuse(operation, REFUSALS_OF_SESSIONS.iter().chain(more));
    let writes = has_body || operation.responses.responses.contains_key("204");
    if proven && writes {
        let header = ParameterBuilder::new()
            .name("X-CSRF-Token")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("`csrf_token` of the session"))
            .schema(Some(text()))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(header));
    }
}

/// What all operations share: refusals with these statuses and whatever nobody thought of, and of each answer the request's id.
fn refuse<'a>(operation: &mut Operation, statuses: impl Iterator<Item = &'a u16>) {
    let responses = &mut operation.responses.responses;
    let refused = || RefOr::Ref(Ref::from_response_name(REFUSED));
    responses.insert("default".to_owned(), refused());
    responses.extend(statuses.map(|status| (status.to_string(), refused())));
    let id = HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("Names the request in the operator's log"))
        .build();
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("X-Request-Id".to_owned(), RefOr::T(id.clone()));
        }
    }
}

/// Whether a write takes an idempotency key, or needs one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Required,
    Optional,
}

fn refused() -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name(Problem::SCHEMA);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let description = "A refusal: `code` says what, `errors` where, `/v1/problems` what to do next. 401 carries \
        `WWW-Authenticate`, 405 `Allow`, 503 and 409 `idempotency-key-in-flight` carry `Retry-After`";
    ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build().into()
}

/// Refusals of every operation with a token, also of writing ones; `default` is what nobody thought of, and schemathesis is given a
/// description without. Reports and lists refuse by rules and rates, too (422), and by what stands in their way (409).
const REFUSALS: [u16; 11] = [400, 401, 403, 404, 409, 410, 415, 422, 431, 500, 503];
const REFUSALS_OF_WRITES: [u16; 3] = [408, 413, 502];

/// What every operation shares.
fn complete(operation: &mut Operation, key: Option<Key>) {
    let writes = key.is_some();
    // what is only tried takes no key
    let key = key.filter(|_| !operation.operation_id.as_ref().is_some_and(|id| id.starts_with("preview_")));
    let conditional = is_conditional(operation);
    let open = operation.security.as_ref().is_some_and(|all| !all.is_empty());
    let responses = &mut operation.responses.responses;
    let tried = ["201", "202"].iter().find_map(|made| responses.get(*made).cloned());
    if let Some(tried) = tried.filter(|_| writes && !responses.contains_key("200")) {
        responses.insert("200".to_owned(), only_tried(tried));
    }
    if !writes && !open {
        responses.insert("304".to_owned(), not_modified().into());
    }
    let mut refusals: Vec<u16> = if open { vec![400, 404, 431, 503] } else { REFUSALS.to_vec() };
    if writes {
        refusals.extend(REFUSALS_OF_WRITES);
    }
    refusals.extend(conditional.then_some(412));
    refuse(operation, refusals.iter());
    let hit = HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("`true`: the answer to an earlier request"))
        .build();
    let etag =
        HeaderBuilder::new().schema(Some(text())).description(Some("Of the representation, strong")).build();
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            if !writes && !open {
                response.headers.entry("ETag".to_owned()).or_insert_with(|| RefOr::T(etag.clone()));
            }
            if writes {
                response.headers.insert("Idempotency-Hit".to_owned(), RefOr::T(hit.clone()));
            }
            if key.is_some() && status == "200" {
                response.headers.insert("Dry-Run".to_owned(), RefOr::T(tried_header()));
            }
            if status == "202" {
                response.headers.extend(of_job());
            }
        }
    }
    let parameters = operation.parameters.get_or_insert_default();
    if key.is_some() {
        parameters.push(RefOr::T(dry_run()));
    } else if !open && !writes {
        parameters.push(RefOr::T(if_none_match()));
    }
    if let Some(key) = key {
        let header = ParameterBuilder::new()
            .name(HEADER)
            .parameter_in(ParameterIn::Header)
            .required(if key == Key::Required { Required::True } else { Required::False })
            .description(Some("Fresh and random for a new request, the same when it is repeated"))
            .schema(Some(
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)),
            ))
            .build();
        parameters.push(RefOr::T(header));
    }
}

/// Whether a condition is taken, and may not hold.
fn is_conditional(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|one| matches!(one, RefOr::T(one) if one.name == "If-Match"))
}

/// Whatever is replaced is replaced as it was read, or is the first.
fn tell_of_need(put: &mut Operation) {
    if is_conditional(put) {
        let refused = RefOr::Ref(Ref::from_response_name(REFUSED));
        put.responses.responses.insert("428".to_owned(), refused);
    }
}

/// The answer to a dry run: as that of the write.
fn only_tried(made: RefOr<utoipa::openapi::Response>) -> RefOr<utoipa::openapi::Response> {
    let RefOr::T(made) = made else { return made };
    let mut tried = made;
    tried.description = "A dry run: what would be answered".to_owned();
    RefOr::T(tried)
}

fn tried_header() -> Header {
    HeaderBuilder::new().schema(Some(text())).description(Some("`true`: nothing stays")).build()
}

/// Headers of an answer that names a job.
fn of_job() -> [(String, RefOr<Header>); 2] {
    let header = |name: &str, schema: ObjectBuilder, said: &str| {
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(said)).build();
        (name.to_owned(), RefOr::T(header))
    };
    let seconds = ObjectBuilder::new().schema_type(Type::Integer);
    [
        header("Location", text(), "Where the job is shown"),
        header("Retry-After", seconds, "Seconds after which to look at it"),
    ]
}

fn not_modified() -> utoipa::openapi::Response {
    ResponseBuilder::new().description("It is as `If-None-Match` names it").build()
}

fn dry_run() -> Parameter {
    ParameterBuilder::new()
        .name("dry_run")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("`true`: check and compute everything, and let nothing stay"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()))))
        .build()
}

fn if_none_match() -> Parameter {
    ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The ETag of what the caller has: 304 if it is the same"))
        .schema(Some(text()))
        .build()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

static JSON: LazyLock<String> = LazyLock::new(|| document().to_pretty_json().unwrap_or_default());

/// The description as it is served.
pub fn json() -> &'static str {
    &JSON
}
