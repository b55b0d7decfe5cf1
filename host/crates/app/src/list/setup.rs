//! How a company is set up: its people, its plugins, and what it limits, locks and wants approved. All of it is small but the tokens.

use super::{ListRow, Of, PAGE, Reading};
use crate::common::Common;
use crate::company::{TokenView, ToleranceView, tolerance_views};
use crate::draft::rules_in;
use crate::people::{UserView, user_views};
use crate::plugin::known_to;
use domain::actor::{Noun, Role};
use domain::draft::{ApprovalRule, DraftKind, Needed};
use domain::ids::TokenId;
use store::query::plugins::PluginSummary;
use store::rows::{Binding, PeriodLock, RoleLimit};
use store::{Conn, StoreError, query};

/// A row of how a company is set up.
#[derive(Debug, Clone)]
pub enum Setup {
    User(UserView),
    Token(TokenView),
    /// What a role may do to something.
    Role(Role, Noun),
    Plugin(PluginSummary),
    Binding(Binding),
    Bound(Bound),
}

/// What is limited, locked, and wanted approved.
#[derive(Debug, Clone)]
pub enum Bound {
    PeriodLock(PeriodLock),
    Tolerance(ToleranceView),
    RoleLimit(RoleLimit),
    /// A rule of the company's own.
    /// With whom an earlier one binds still.
    ApprovalRule(ApprovalRule, Option<String>),
    /// What holds for a kind without one.
    BuiltinRule(DraftKind, Needed),
}

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    fn set_up(&mut self, row: Setup) -> Result<(), E> {
        (self.sink)(ListRow::Setup(row))
    }

    fn bound(&mut self, row: Bound) -> Result<(), E> {
        self.set_up(Setup::Bound(row))
    }

    /// By login.
    pub(super) fn users(&mut self, conn: &mut Conn) -> Result<(), E> {
        let mut rows = query::users::list(conn, self.company.id)?;
        if let Of::Users(Some(active)) = self.of {
            rows.retain(|user| user.active == *active);
        }
        let views = user_views(conn, self.company.id, rows)?;
        views.into_iter().try_for_each(|view| self.set_up(Setup::User(view)))
    }

    /// By the login of the owner, those of one the oldest first.
    pub(super) fn tokens(&mut self, conn: &mut Conn) -> Result<(), E> {
        let owner = match self.of {
            Of::Tokens(owner) => *owner,
            _ => None,
        };
        let mut after: Option<(TokenId, String)> = None;
        loop {
            let from = after.as_ref().map(|(id, login)| (login.as_str(), *id));
            let page = query::tokens::page(conn, self.company.id, owner, from, PAGE)?;
            let Some((last, login)) = page.last() else { return Ok(()) };
            after = Some((last.id, login.clone()));
            for (token, login) in page {
                self.set_up(Setup::Token(TokenView { token, login }))?;
            }
        }
    }

    /// By role, and what something is done to.
    pub(super) fn roles(&mut self) -> Result<(), E> {
        let each = |role| Noun::ALL.into_iter().map(move |noun| Setup::Role(role, noun));
        Role::ALL.into_iter().flat_map(each).try_for_each(|row| self.set_up(row))
    }

    /// Those that the company knows of, by world and name.
    pub(super) fn plugins(&mut self, conn: &mut Conn) -> Result<(), E> {
        let mut known = known_to(conn, self.company.id)?;
        if let Of::Plugins(wanted) = self.of {
            known.retain(|plugin| wanted.takes(plugin));
        }
        known.into_iter().try_for_each(|plugin| self.set_up(Setup::Plugin(plugin)))
    }

    /// By slot and day.
    pub(super) fn bindings(&mut self, conn: &mut Conn) -> Result<(), E> {
        let mut rows = query::bindings::list(conn, self.company.id)?;
        if let Of::Bindings(wanted) = self.of {
            let ids = wanted.ids(&rows);
            rows.retain(|binding| ids.contains(&binding.id));
        }
        rows.into_iter().try_for_each(|row| self.set_up(Setup::Binding(row)))
    }

    pub(super) fn period_locks(&mut self, conn: &mut Conn) -> Result<(), E> {
        let rows = query::period_locks::list(conn, self.company.id)?;
        rows.into_iter().try_for_each(|row| self.bound(Bound::PeriodLock(row)))
    }

    pub(super) fn tolerances(&mut self, conn: &mut Conn) -> Result<(), E> {
        let views = tolerance_views(conn, self.company.id)?;
        views.into_iter().try_for_each(|view| self.bound(Bound::Tolerance(view)))
    }

    pub(super) fn role_limits(&mut self, conn: &mut Conn) -> Result<(), E> {
        let rows = query::tolerated::limits(conn, self.company.id)?;
        rows.into_iter().try_for_each(|row| self.bound(Bound::RoleLimit(row)))
    }

    /// The company's own, earlier ones that bind who loosened them, then what holds without them.
    pub(super) fn approval_rules(&mut self, conn: &mut Conn) -> Result<(), E> {
        let rules = rules_in(conn, self.company.id)?;
        let own = rules.own.into_iter().map(|rule| (rule, None));
        let kept = rules.kept.into_iter().map(|(rule, binds)| (rule, Some(binds)));
        own.chain(kept).try_for_each(|(rule, binds)| self.bound(Bound::ApprovalRule(rule, binds)))?;
        let builtin = rules.builtin.into_iter();
        builtin.map(|(kind, needed)| Bound::BuiltinRule(kind, needed)).try_for_each(|row| self.bound(row))
    }
}
