//! The one table of routes: what it lists is served and described; anything else is 404, or 405 with `Allow`.

use super::call::Answer;
use super::console;
use super::page::{Cursor, Limit, Position};
use super::params::Flag;
use super::problem::{Code, Problem};
use super::v1::dto::bank_detail::BankDetailStateName;
use super::v1::dto::bill::BillStateName;
use super::v1::dto::dispute::DisputeStateName;
use super::v1::dto::document::{DocumentKindName, DocumentStatusName};
use super::v1::dto::draft::{DraftKindName, DraftStateName};
use super::v1::dto::import::ImportStatusName;
use super::v1::dto::job::JobKindName;
use super::v1::dto::merge::MergeStateName;
use super::v1::dto::period_unlock::UnlockStateName;
use super::v1::dto::plugin::WorldName;
use super::v1::dto::reconciliation::ConfidenceName;
use super::v1::dto::sample::SampleMethodName;
use super::v1::dto::voucher::SortName;
use super::v1::{
    advances, approvals, attachments, audit, audit_log, bank, bank_details, bills, books, clearing, closes,
    company, contacts, customers, deliveries, disputes, documents, drafts, health, imports, invoices, items,
    jobs, lines, lists, merges, open_items, openings, orders, overview, period_unlocks, plugins, problems,
    proposals, receipts, regroupings, reports, revaluations, session, setup, statements, suspense,
    tax_invoices, tolerances, users, vouchers,
};
use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, Route};
use std::collections::BTreeMap;
use utoipa::OpenApi;

/// A method at a path, and what serves it.
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// For a method: the table's own, or HEAD where that is GET.
    route: fn(Method) -> Route,
}

macro_rules! routes {
    ($($method:ident $path:literal => $module:ident :: $handler:ident;)*) => {
        /// Every route, in the order of the table.
        pub(super) fn endpoints() -> Vec<Endpoint> {
            vec![$(Endpoint {
                method: Method::$method,
                path: $path,
                route: |method| web::method(method).to($module::$handler),
            }),*]
        }

        /// What the macros of the handlers describe.
        #[derive(OpenApi)]
        #[openapi(paths($($module::$handler),*), components(schemas(
            Cursor,
            Flag,
            Limit,
            Position,
            BankDetailStateName,
            BillStateName,
            ConfidenceName,
            DisputeStateName,
            DocumentKindName,
            DocumentStatusName,
            DraftKindName,
            DraftStateName,
            ImportStatusName,
            JobKindName,
            MergeStateName,
            SampleMethodName,
            SortName,
            UnlockStateName,
            WorldName
        )))]
        pub(super) struct Described;
    };
}

routes! {
    GET  "/healthz" => health::healthz;
    GET  "/openapi.json" => health::describe;
    GET  "/v1/problems" => problems::list_problems;
    GET  "/v1/problems/{code}" => problems::show_problem;

    GET  "/v1/session" => session::show_session;
    POST "/v1/session" => session::open_session;
    DELETE "/v1/session" => session::end_session;
    POST "/v1/session/password" => session::change_own_password;
    POST "/v1/session/company" => session::switch_company;
    GET  "/v1/setup" => setup::show_setup;
    POST "/v1/setup" => setup::set_up;

    GET  "/v1/overview" => overview::show_overview;
    GET  "/v1/health" => health::show_health;
    GET  "/v1/users" => users::list_users;
    POST "/v1/users" => users::create_user;
    GET  "/v1/users/{id}" => users::show_user;
    PUT  "/v1/users/{id}" => users::change_user;
    POST "/v1/users/{id}/password" => users::set_password;
    POST "/v1/users/{id}/confirm" => users::confirm_user;
    GET  "/v1/roles" => users::list_roles;
    GET  "/v1/tokens" => users::list_tokens;
    GET  "/v1/tokens/{id}" => users::show_token;
    POST "/v1/tokens" => users::issue_token;
    POST "/v1/tokens/{id}/revoke" => users::revoke_token;

    POST "/v1/companies" => company::create_company;
    GET  "/v1/company" => company::show_company;
    PUT  "/v1/company" => company::replace_company;
    GET  "/v1/fx-rates" => company::list_fx_rates;
    GET  "/v1/fx-rates/{source}/{target}/{date}" => company::show_fx_rate;
    PUT  "/v1/fx-rates/{source}/{target}/{date}" => company::put_fx_rate_of_day;
    PUT  "/v1/fx-rates" => company::put_fx_rate;
    GET  "/v1/period-locks" => company::list_period_locks;
    PUT  "/v1/period-locks" => company::put_period_lock;
    GET  "/v1/period-unlocks" => period_unlocks::list_period_unlocks;
    POST "/v1/period-unlocks" => period_unlocks::propose_period_unlock;
    GET  "/v1/period-unlocks/{id}" => period_unlocks::show_period_unlock;
    POST "/v1/period-unlocks/{id}/approve" => period_unlocks::approve_period_unlock;
    POST "/v1/period-unlocks/{id}/reject" => period_unlocks::reject_period_unlock;
    POST "/v1/period-unlocks/{id}/withdraw" => period_unlocks::withdraw_period_unlock;
    GET  "/v1/closes" => closes::list_closes;
    POST "/v1/closes" => closes::open_close;
    GET  "/v1/closes/{period}" => closes::show_close;
    GET  "/v1/closes/{period}/items/{item}" => closes::show_close_item;
    PUT  "/v1/closes/{period}/items/{item}" => closes::put_close_item;
    POST "/v1/closes/{period}/items/{item}/free" => closes::free_close_item;
    POST "/v1/closes/{period}/items/{item}/sign" => closes::sign_close_item;
    POST "/v1/closes/{period}/items/{item}/reopen" => closes::reopen_close_item;
    GET  "/v1/revaluations" => revaluations::list_revaluations;
    POST "/v1/revaluations" => revaluations::revalue;
    GET  "/v1/regroupings" => regroupings::list_regroupings;
    POST "/v1/regroupings" => regroupings::regroup;
    GET  "/v1/tolerances" => tolerances::list_tolerances;
    PUT  "/v1/tolerances" => tolerances::put_tolerance;
    GET  "/v1/books" => books::show_books;
    PUT  "/v1/books" => books::put_books;
    GET  "/v1/chart" => books::show_chart;
    PUT  "/v1/chart" => books::put_chart;
    PUT  "/v1/chart/template" => books::put_chart_template;
    GET  "/v1/series" => books::list_series;
    GET  "/v1/series/gaps" => books::list_series_gaps;
    GET  "/v1/series/{kind}" => books::show_series;
    PUT  "/v1/series/{kind}" => books::put_series;
    POST "/v1/series/{code}/voids" => books::void_number;
    GET  "/v1/vouchers" => vouchers::list_vouchers;
    POST "/v1/vouchers" => vouchers::number_vouchers;
    POST "/v1/vouchers/exports" => vouchers::export_vouchers;
    GET  "/v1/role-limits" => tolerances::list_role_limits;
    PUT  "/v1/role-limits" => tolerances::put_role_limit;

    GET  "/v1/customers" => customers::list_customers;
    POST "/v1/customers" => customers::create_customer;
    POST "/v1/customers/bulk" => customers::create_customers;
    GET  "/v1/customers/{id}" => customers::show_customer;
    PUT  "/v1/customers/{id}" => customers::replace_customer;
    POST "/v1/customers/{id}/archive" => customers::archive_customer;
    POST "/v1/customers/{id}/unarchive" => customers::unarchive_customer;
    POST "/v1/customers/{id}/erase" => customers::erase_customer;
    GET  "/v1/customers/{id}/balance" => customers::show_balance;
    GET  "/v1/customers/{id}/open-items" => customers::list_open_items;
    GET  "/v1/customers/{id}/timeline" => audit_log::list_timeline;
    GET  "/v1/customers/{id}/contacts" => contacts::list_contacts_of_customer;
    POST "/v1/customers/{id}/contacts" => contacts::create_contact;
    GET  "/v1/customers/{id}/contacts/{contact}" => contacts::show_contact;
    PUT  "/v1/customers/{id}/contacts/{contact}" => contacts::replace_contact;
    DELETE "/v1/customers/{id}/contacts/{contact}" => contacts::remove_contact;
    GET  "/v1/contacts" => contacts::list_contacts;
    GET  "/v1/customer-groups" => customers::list_customer_groups;
    POST "/v1/customers/{id}/merge" => merges::propose_merge;
    GET  "/v1/disputes" => disputes::list_disputes;
    POST "/v1/disputes" => disputes::open_dispute;
    GET  "/v1/disputes/{id}" => disputes::show_dispute;
    POST "/v1/disputes/{id}/resolve" => disputes::resolve_dispute;
    GET  "/v1/customer-merges" => merges::list_merges;
    GET  "/v1/customer-merges/{id}" => merges::show_merge;
    POST "/v1/customer-merges/{id}/approve" => merges::approve_merge;
    POST "/v1/customer-merges/{id}/withdraw" => merges::withdraw_merge;
    POST "/v1/customer-merges/{id}/undo" => merges::undo_merge;

    GET  "/v1/customers/{id}/billing-rule" => deliveries::show_billing_rule;
    PUT  "/v1/customers/{id}/billing-rule" => deliveries::put_billing_rule;

    GET  "/v1/open-items" => open_items::list_open_items;

    GET  "/v1/advance-settings" => advances::show_advance_settings;
    PUT  "/v1/advance-settings" => advances::put_advance_settings;
    GET  "/v1/delivery-settings" => deliveries::show_delivery_settings;
    PUT  "/v1/delivery-settings" => deliveries::put_delivery_settings;
    GET  "/v1/deliveries" => deliveries::list_deliveries;
    POST "/v1/deliveries" => deliveries::record_delivery;
    POST "/v1/deliveries/bulk" => deliveries::record_deliveries;
    POST "/v1/deliveries/invoice" => deliveries::invoice_deliveries;
    GET  "/v1/deliveries/{id}" => deliveries::show_delivery;
    POST "/v1/deliveries/{id}/return" => deliveries::return_delivery;
    POST "/v1/deliveries/{id}/reverse" => deliveries::reverse_delivery;
    POST "/v1/orders" => orders::enter_order;
    POST "/v1/orders/bulk" => orders::enter_orders;
    GET  "/v1/tax-invoices" => tax_invoices::list_tax_invoices;
    POST "/v1/tax-invoices" => tax_invoices::record_tax_invoice;
    POST "/v1/tax-invoices/bulk" => tax_invoices::record_tax_invoices;
    GET  "/v1/tax-invoices/{id}" => tax_invoices::show_tax_invoice;
    POST "/v1/tax-invoices/{id}/void" => tax_invoices::void_tax_invoice;
    GET  "/v1/invoices" => invoices::list_invoices;
    POST "/v1/invoices" => invoices::issue_invoice;
    POST "/v1/invoices/bulk" => invoices::issue_invoices;
    GET  "/v1/invoices/{id}" => invoices::show_invoice;
    POST "/v1/invoices/{id}/received" => invoices::receive_invoice;
    GET  "/v1/receipts" => receipts::list_receipts;
    POST "/v1/receipts" => receipts::record_receipt;
    POST "/v1/receipts/bulk" => receipts::record_receipts;
    GET  "/v1/receipts/{id}" => receipts::show_receipt;
    GET  "/v1/bills" => bills::list_bills;
    POST "/v1/bills" => bills::receive_bill;
    GET  "/v1/bills/{id}" => bills::show_bill;
    POST "/v1/bill-payments" => bills::pay_bill;
    POST "/v1/documents/{id}/issued" => documents::mark_document_issued;
    POST "/v1/documents/{id}/reverse" => documents::reverse_document;
    GET  "/v1/drafts" => drafts::list_drafts;
    POST "/v1/drafts" => drafts::create_draft;
    POST "/v1/drafts/preview" => drafts::preview_draft_body;
    GET  "/v1/drafts/{id}" => drafts::show_draft;
    PUT  "/v1/drafts/{id}" => drafts::change_draft;
    DELETE "/v1/drafts/{id}" => drafts::delete_draft;
    POST "/v1/drafts/{id}/preview" => drafts::preview_draft;
    POST "/v1/drafts/{id}/submit" => drafts::submit_draft;
    POST "/v1/drafts/{id}/approve" => drafts::approve_draft;
    POST "/v1/drafts/{id}/reject" => drafts::reject_draft;
    POST "/v1/drafts/{id}/post" => drafts::post_draft;
    GET  "/v1/approval-rules" => approvals::list_approval_rules;
    PUT  "/v1/approval-rules" => approvals::put_approval_rules;
    GET  "/v1/exceptions" => approvals::list_exceptions;
    POST "/v1/exceptions" => approvals::grant_exception;
    GET  "/v1/attachments" => attachments::list_attachments;
    POST "/v1/attachments" => attachments::attach_file;
    GET  "/v1/attachments/{id}" => attachments::download_attachment;
    GET  "/v1/allocations" => receipts::list_allocations;
    POST "/v1/allocations" => receipts::allocate;
    GET  "/v1/allocations/{id}" => receipts::show_allocation;
    POST "/v1/allocations/{id}/undo" => receipts::undo_allocation;

    GET  "/v1/items" => items::list_items;
    POST "/v1/items" => items::create_item;
    POST "/v1/items/bulk" => items::create_items;
    GET  "/v1/items/{id}" => items::show_item;
    GET  "/v1/opening-balances" => openings::list_opening_balances;
    POST "/v1/opening-balances" => openings::record_opening_balance;
    POST "/v1/opening-balances/bulk" => openings::record_opening_balances;
    GET  "/v1/reports/ledger" => reports::report_ledger;
    GET  "/v1/reports/balances" => reports::report_balances;
    GET  "/v1/reports/trial-balance" => reports::report_trial_balance;
    GET  "/v1/reports/aging" => reports::report_aging;
    GET  "/v1/reports/tax" => reports::report_tax;
    GET  "/v1/reports/unapplied" => reports::report_unapplied;
    GET  "/v1/reports/unbilled" => reports::report_unbilled;
    GET  "/v1/reports/tax-invoices" => reports::report_tax_invoices;
    GET  "/v1/reports/tie-out" => reports::report_tie_out;
    GET  "/v1/lists/{list}" => lists::download_list;
    GET  "/v1/imports" => imports::list_imports;
    POST "/v1/imports" => imports::import_file;
    GET  "/v1/imports/{id}" => imports::show_import;
    GET  "/v1/imports/{id}/rows" => imports::list_import_rows;
    POST "/v1/imports/{id}/undo" => imports::undo_import;

    GET  "/v1/bank-accounts" => bank::list_bank_accounts;
    POST "/v1/bank-accounts" => bank::create_bank_account;
    GET  "/v1/bank-detail-changes" => bank_details::list_bank_detail_changes;
    POST "/v1/bank-detail-changes" => bank_details::propose_bank_detail_change;
    GET  "/v1/bank-detail-changes/{id}" => bank_details::show_bank_detail_change;
    POST "/v1/bank-detail-changes/{id}/approve" => bank_details::approve_bank_detail_change;
    POST "/v1/bank-detail-changes/{id}/reject" => bank_details::reject_bank_detail_change;
    POST "/v1/bank-detail-changes/{id}/withdraw" => bank_details::withdraw_bank_detail_change;
    GET  "/v1/bank-files" => bank::list_bank_files;
    POST "/v1/bank-files" => bank::import_bank_file;
    GET  "/v1/bank-lines" => bank::list_bank_lines;
    GET  "/v1/bank-lines/{id}" => lines::show_bank_line;
    GET  "/v1/bank-lines/{id}/candidates" => lines::list_candidates;
    POST "/v1/bank-lines/{id}/settle" => lines::settle_bank_line;
    POST "/v1/bank-lines/{id}/payout" => clearing::settle_payout;
    POST "/v1/bank-lines/{id}/return" => lines::return_receipt;
    POST "/v1/bank-lines/{id}/fee" => clearing::settle_fee;
    GET  "/v1/bank-moves" => clearing::list_bank_moves;
    GET  "/v1/bank-moves/{id}" => clearing::show_bank_move;
    POST "/v1/bank-moves/{id}/join" => clearing::join_payout;
    POST "/v1/bank-moves/{id}/undo" => clearing::undo_bank_move;
    GET  "/v1/clearing-accounts" => clearing::list_clearing_accounts;
    GET  "/v1/suspense" => suspense::list_suspense;
    GET  "/v1/suspense/totals" => suspense::total_suspense;
    GET  "/v1/suspense/{id}" => suspense::show_suspense;
    POST "/v1/suspense/{id}/clear" => suspense::clear_suspense;
    POST "/v1/suspense-moves/{id}/undo" => suspense::undo_suspense_move;
    POST "/v1/reconciliations" => proposals::reconcile;
    GET  "/v1/proposals" => proposals::list_proposals;
    POST "/v1/proposals/approve-exact" => proposals::approve_exact;
    GET  "/v1/proposals/{id}" => proposals::show_proposal;
    POST "/v1/proposals/{id}/approve" => proposals::approve_proposal;
    POST "/v1/proposals/{id}/reject" => proposals::reject_proposal;
    POST "/v1/proposals/{id}/undo" => proposals::undo_proposal;

    GET  "/v1/plugins" => plugins::list_plugins;
    POST "/v1/plugins" => plugins::install_plugin;
    GET  "/v1/plugins/{digest}" => plugins::show_plugin;
    POST "/v1/plugins/{digest}/validate-config" => plugins::validate_config;
    GET  "/v1/bindings" => plugins::list_bindings;
    POST "/v1/bindings" => plugins::bind_plugin;
    GET  "/v1/bindings/{id}" => plugins::show_binding;
    POST "/v1/bindings/{id}/activate" => plugins::activate_binding;
    POST "/v1/bindings/{id}/withdraw" => plugins::withdraw_binding;

    POST "/v1/statement-runs" => statements::run_statements;
    GET  "/v1/statements" => statements::list_statements;
    GET  "/v1/statements/{id}" => statements::show_statement;
    GET  "/v1/statements/{id}/artefacts" => statements::list_artefacts;
    GET  "/v1/statements/{id}/artefacts/{name}" => statements::download_artefact;
    POST "/v1/statements/{id}/approve" => statements::approve_statement;
    GET  "/v1/statements/{id}/confirmation" => statements::show_confirmation;
    POST "/v1/statements/{id}/confirmation" => statements::confirm_statement;
    POST "/v1/statements/{id}/reject" => statements::reject_statement;

    GET  "/v1/jobs" => jobs::list_jobs;
    GET  "/v1/jobs/{id}" => jobs::show_job;
    POST "/v1/jobs/{id}/cancel" => jobs::cancel_job;

    GET  "/v1/invocations/{id}" => audit::show_invocation;
    POST "/v1/invocations/{id}/replay" => audit::replay_invocation;
    POST "/v1/verify" => audit::verify;
    GET  "/v1/audit/sample" => audit::draw_sample;
    GET  "/v1/events" => audit::list_events;
    GET  "/v1/audit-log" => audit_log::list_log;
}

/// Method and path of every route.
pub fn served() -> Vec<(String, &'static str)> {
    endpoints().into_iter().map(|endpoint| (endpoint.method.to_string(), endpoint.path)).collect()
}

/// Registers every route; also for tests that serve it without a socket.
pub fn configure(config: &mut ServiceConfig) {
    // in the order of the paths a literal segment stands before a parameter
    let mut paths: BTreeMap<&str, Vec<Endpoint>> = BTreeMap::new();
    for endpoint in endpoints() {
        paths.entry(endpoint.path).or_default().push(endpoint);
    }
    for (path, endpoints) in paths {
        let reads = endpoints.iter().any(|endpoint| endpoint.method == Method::GET);
        let mut allowed: Vec<&str> = Vec::new();
        for endpoint in &endpoints {
            allowed.push(endpoint.method.as_str());
            // what can be got can be asked for without its body (RFC 9110 section 9.1)
            if endpoint.method == Method::GET {
                allowed.push("HEAD");
            }
        }
        let allowed = allowed.join(", ");
        let refuse = move |request: HttpRequest| {
            let problem = Problem::method_not_allowed(request.method().as_str(), &allowed);
            std::future::ready(Err::<&'static str, Problem>(problem))
        };
        // a list that is asked for as a file stands before the same as JSON
        let mut resource = web::resource(path);
        if lists::of_path(path).is_some() && reads {
            let file = |route: Route| route.guard(fn_guard(lists::wants_file)).to(lists::download_here);
            resource = resource.route(file(web::get())).route(file(web::head()));
        }
        for one in &endpoints {
            resource = resource.route((one.route)(one.method.clone()));
            // the server sends the headers alone
            if one.method == Method::GET {
                resource = resource.route((one.route)(Method::HEAD));
            }
        }
        config.service(resource.default_service(web::to(refuse)));
    }
    config.default_service(web::to(elsewhere));
}

/// What is no route of the API may be a file of the console.
async fn elsewhere(request: HttpRequest) -> Answer {
    let unknown = || Problem::new(Code::UnknownRoute, format_args!("there is nothing at {}", request.path()));
    console::answer(&request).ok_or_else(unknown)
}
