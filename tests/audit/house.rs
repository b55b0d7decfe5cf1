//! A company on its own, without a server: people, plugins, a clock that the test sets, two months of books.

use super::plugins::{self, Brought, PluginSet};
use app::bank::{CreateBankAccount, ImportBankFile, ImportedBankFile};
use app::company::{CreateCompany, CreateUser, FxRateInput};
use app::customer::{CreateCustomer, CustomerAddress, PayerAccount, TaxId};
use app::invoice::{InvoiceKind, InvoiceLine, IssueInvoice, IssuedInvoice};
use app::receipt::{Pays, RecordReceipt, RecordedReceipt};
use app::statement::{RunResult, RunStatements, Watch};
use app::{App, bank_detail, company};
use chrono::NaiveDate;
use domain::actor::{Actor, Role};
use domain::ids::{CompanyId, CustomerId, InvocationId, OpenItemId, ProposalId};
use domain::statement::Style;
use domain::tax::PriceMode;
use domain::time::parse_date;
use money::{Currency, Minor, Money};
use std::path::Path;
use std::sync::Arc;
use store::testing::TestDb;
use store::types::{BankDetailState, ProposalStatus};
use zhangben_tests::wiring::{self, SetClock};

pub fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

pub use zhangben_tests::wiring::SETTINGS_KEY;

pub struct House {
    pub app: App,
    pub clock: Arc<SetClock>,
    pub id: CompanyId,
    pub administrator: Actor,
    pub clerk: Actor,
    pub reviewer: Actor,
    pub auditor: Actor,
    pub plugins: PluginSet,
}

/// A customer of the house.
pub struct Party<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub country: &'a str,
    pub currency: Currency,
    pub street: &'a str,
    pub email: &'a str,
    pub account: (&'a str, &'a str),
    pub tax_id: Option<&'a str>,
    pub style: Style,
}

impl House {
    /// With the plugins that came with the binary.
    pub fn new(db: &TestDb) -> Self {
        Self::with(db, 41, plugins::built_in())
    }

    /// As [`House::new`], with ids, salts and keys of another seed.
    pub fn seeded(db: &TestDb, seed: u64) -> Self {
        Self::with(db, seed, plugins::built_in())
    }

    /// Everything entered is seeded: the same calls give the same books on every database.
    pub fn with(db: &TestDb, seed: u64, plugins: PluginSet) -> Self {
        let clock = Arc::new(SetClock::at(day("2026-10-01")));
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        let app = wiring::seeded(db.db(), clock.clone(), seed, &cache).expect("an application");
        let id = found(&app, "chenghu");
        let person = |login: &str, role: Role| person(&app, id, login, role);
        let administrator = person("guanli", Role::Administrator);
        let reviewer = person("li", Role::Reviewer);
        if plugins.builtins_installed {
            app::plugin::install_builtins(&app, &Actor::System).expect("the built-in plugins");
        }
        for bound in &plugins.bound {
            let plugin = match bound.plugin {
                Brought::BuiltIn(name) => name.to_owned(),
                Brought::Uploaded(component) => {
                    let bytes = crate::fixture::component(component);
                    let admitted = app::plugin::install(&app, &administrator, &bytes);
                    admitted.unwrap_or_else(|error| panic!("{component}: {error}")).digest.to_string()
                }
            };
            let (slot, config) = (bound.slot.to_owned(), bound.config.clone());
            let input = app::plugin::BindPlugin { slot, plugin, config, valid_from: day("2026-01-01") };
            wiring::bind(&app, [&administrator, &reviewer], id, &input).expect("bound");
        }
        let clerk = person("zhang", Role::Clerk);
        let auditor = person("wang", Role::Auditor);
        House { app, clock, id, administrator, clerk, reviewer, auditor, plugins }
    }

    /// The administrator proposes, the reviewer activates.
    pub fn bind(&self, input: &app::plugin::BindPlugin) {
        let people = [&self.administrator, &self.reviewer];
        wiring::bind(&self.app, people, self.id, input).expect("bound");
    }

    /// Noon of a day.
    pub fn at(&self, text: &str) {
        self.clock.set(day(text));
    }

    pub fn seal(&self) {
        app::audit::seal_all(&self.app, self.id).expect("sealed");
    }

    pub fn rate(&self, date: &str, rate: &str) {
        let input = FxRateInput {
            source: Currency::EUR,
            target: Currency::CNY,
            date: day(date),
            rate: rate.parse().unwrap(),
            origin: "test".to_owned(),
        };
        company::put_rate(&self.app, &self.clerk, self.id, &input).expect("a rate");
    }

    pub fn bank_account(&self, number: &str, currency: Currency) {
        let input = CreateBankAccount {
            number: number.to_owned(),
            scheme: "CN".to_owned(),
            bank: "示例银行".to_owned(),
            bic: Some("SMPLCNS0".to_owned()),
            holder: "澄湖精密机电（苏州）有限公司".to_owned(),
            currency,
        };
        app::bank::create_account(&self.app, &self.administrator, self.id, &input).expect("an account");
        self.bank_details_confirmed();
    }

    /// The reviewer approves every change of bank details that waits; gives how many.
    pub fn bank_details_confirmed(&self) -> usize {
        let wanted =
            bank_detail::Wanted { state: Some(BankDetailState::Proposed), ..bank_detail::Wanted::default() };
        let waits =
            bank_detail::list(&self.app, &self.reviewer, self.id, &wanted, None, 500).expect("a list");
        for view in &waits {
            bank_detail::approve(&self.app, &self.reviewer, self.id, view.change.id).expect("approved");
        }
        waits.len()
    }

    pub fn customer(&self, party: &Party<'_>) -> CustomerId {
        let input = self.customer_input(party);
        app::customer::create(&self.app, &self.clerk, self.id, &input).expect("a customer").id
    }

    /// What `PUT` and `POST` of a customer take.
    pub fn customer_input(&self, party: &Party<'_>) -> CreateCustomer {
        let country = party.country.to_owned();
        let address = CustomerAddress {
            lines: vec![party.street.to_owned()],
            postal_code: None,
            city: None,
            country: country.clone(),
        };
        let (scheme, account) = party.account;
        CreateCustomer {
            code: party.code.to_owned(),
            name: party.name.to_owned(),
            country,
            region: Some(format!("{}一带", party.street)),
            address: Some(address),
            currency: party.currency,
            locale: if party.country == "CN" { "zh-CN" } else { "en" }.to_owned(),
            kind: "business".to_owned(),
            taxpayer_status: "general".to_owned(),
            tax_id: party.tax_id.map(|id| TaxId { scheme: "CN:USCC".to_owned(), id: id.to_owned() }),
            tax_ids: Vec::new(),
            group: None,
            email: Some(party.email.to_owned()),
            terms_days: 30,
            terms: None,
            statement_style: party.style,
            accounts: vec![PayerAccount { scheme: scheme.to_owned(), account: account.to_owned() }],
            parent: None,
            external_id: Some(format!("ext-{}", party.code)),
        }
    }

    /// An invoice of one line of goods; of a credit note `original` is the invoice.
    pub fn invoice(&self, sale: &Sale<'_>) -> IssuedInvoice {
        self.invoice_by(&self.app, sale)
    }

    /// As [`House::invoice`], by another wiring of the house's application.
    pub fn invoice_by(&self, app: &App, sale: &Sale<'_>) -> IssuedInvoice {
        app::invoice::issue(app, &self.clerk, self.id, &self.invoice_input(sale)).expect("an invoice")
    }

    /// What `POST` of an invoice takes.
    pub fn invoice_input(&self, sale: &Sale<'_>) -> IssueInvoice {
        let line = InvoiceLine {
            description: sale.what.to_owned(),
            quantity: sale.quantity.parse().unwrap(),
            unit: Some("只".to_owned()),
            unit_price: sale.price.parse().unwrap(),
            category: sale.category.to_owned(),
            nature: "normal".to_owned(),
            parent: None,
            original_line: None,
            supply: "goods".to_owned(),
            allowances: Vec::new(),
        };
        IssueInvoice {
            external_id: None,
            customer: sale.customer.parse().unwrap(),
            kind: if sale.original.is_some() { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
            original: sale.original.map(str::to_owned),
            document_date: day(sale.date),
            effective_date: None,
            due_date: None,
            terms: None,
            supply_date: None,
            currency: sale.currency,
            price_mode: PriceMode::Exclusive,
            purchase_order: sale.purchase_order.map(str::to_owned),
            tax_invoice_number: None,
            text: sale.text.map(str::to_owned),
            fx: None,
            lines: vec![line],
            allowances: Vec::new(),
            deliveries: Vec::new(),
            red_confirmation: None,
            rebill: false,
        }
    }

    pub fn receipt(
        &self,
        customer: &str,
        amount: Money,
        date: &str,
        allocations: &[(OpenItemId, i64)],
    ) -> RecordedReceipt {
        let input = RecordReceipt {
            advance: None,
            suspense: None,
            external_id: None,
            customer: customer.parse().unwrap(),
            amount,
            value_date: day(date),
            effective_date: None,
            reference: Some(format!("付款 {date}")),
            fx: None,
            allocations: allocations
                .iter()
                .map(|(item, amount)| Pays::item(*item, Minor::new(*amount)))
                .collect(),
        };
        app::receipt::record(&self.app, &self.clerk, self.id, &input).expect("a receipt")
    }

    pub fn bank_file(&self, file_name: &str, text: &str) -> ImportedBankFile {
        let input = ImportBankFile { file_name, bytes: text.as_bytes(), format: self.plugins.bank_format };
        app::bank::import(&self.app, &self.clerk, self.id, &input).expect("a bank file")
    }

    /// Proposes, lets the policy approve what is exact and the reviewer the best of what else is certain enough.
    pub fn reconcile(&self) -> InvocationId {
        self.seal();
        let proposed = app::reconciliation::propose(&self.app, &self.clerk, self.id).expect("proposals");
        app::reconciliation::approve_by_policy(&self.app, &self.clerk, self.id).expect("approved");
        let open = Some(ProposalStatus::Proposed);
        let left = app::reconciliation::list(&self.app, &self.reviewer, self.id, open, None, 500).unwrap();
        for view in left.iter().filter(|view| view.proposal.rank == 1 && view.proposal.confidence == "strong")
        {
            let id = view.proposal.id;
            app::reconciliation::approve(&self.app, &self.reviewer, self.id, id).expect("approved");
        }
        self.seal();
        proposed.invocation.expect("lines were open")
    }

    pub fn statements(&self, from: &str, cut_off: &str) -> RunResult {
        let input = RunStatements { cut_off: day(cut_off), period_start: Some(day(from)), customers: None };
        let made = app::statement::run(
            &self.app,
            &self.clerk,
            self.id,
            &input,
            &Watch { job: None, progress: &|_, _| Ok(()) },
        )
        .expect("a run");
        assert_eq!(made.failed, []);
        assert_eq!(made.fallbacks, 0);
        made
    }

    /// Says of a proposal that was written past every check what the operator's own says when she makes one by hand.
    pub fn tell_made(&self, tx: &mut store::Tx<'_>, id: ProposalId) -> Result<(), app::Common> {
        let ctx = app::common::Context::new(&self.app);
        app::event::write(&ctx, tx, &Actor::System, self.id, ("proposal.made", id), serde_json::json!({}))
    }

    /// Verifies, and wants that everything holds.
    #[track_caller]
    pub fn verified(&self) -> app::audit::Verified {
        let found = app::audit::verify(&self.app, &self.auditor, self.id).expect("verified");
        assert_eq!(found.problems, Vec::<String>::new());
        found
    }
}

/// An invoice or credit note to be.
#[derive(Clone, Copy)]
pub struct Sale<'a> {
    pub customer: &'a str,
    pub date: &'a str,
    pub currency: Currency,
    pub category: &'a str,
    pub what: &'a str,
    pub quantity: &'a str,
    pub price: &'a str,
    pub purchase_order: Option<&'a str>,
    pub text: Option<&'a str>,
    pub original: Option<&'a str>,
}

fn found(app: &App, code: &str) -> CompanyId {
    let input = CreateCompany {
        code: code.to_owned(),
        name: "澄湖精密机电（苏州）有限公司".to_owned(),
        country: "CN".to_owned(),
        jurisdiction: "CN".to_owned(),
        base_currency: Currency::CNY,
        time_zone: "Asia/Shanghai".to_owned(),
        locale: "zh-CN".to_owned(),
        taxpayer_status: "general".to_owned(),
        tax_id: None,
        address: None,
        retention_years: 2,
    };
    company::create(app, &Actor::System, &input).expect("a company").id
}

fn person(app: &App, id: CompanyId, login: &str, role: Role) -> Actor {
    let input = CreateUser { login: login.to_owned(), name: login.to_owned(), roles: vec![role] };
    company::create_user(app, &Actor::System, id, &input).expect("a user");
    company::user_actor(app, id, login).expect("a user")
}

impl House {
    /// The operator's view of another company of the same database.
    pub fn other_company(&self) -> CompanyId {
        found(&self.app, "other")
    }
}
