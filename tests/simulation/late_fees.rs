//! 滞纳金: charged as an invoice is.

use super::act::{Sim, TRAP_DAY};
use super::model::{Flow, Item};
use super::papers::{Paper, after};
use super::trade::NET_DAYS;
use crate::audit::house::day;
use app::invoice::InvoiceKind;

impl Sim<'_> {
    pub(super) fn late_fee(&mut self) {
        let Some(party) = self.in_yuan() else { return };
        let (on, price) = (self.past(), self.chance.between(1, 9_999));
        let mut input = self.sale(party, on, 1, price);
        input.kind = InvoiceKind::LateFee;
        let expected = self.model.is_open(on) && on != day(TRAP_DAY) && self.model.stands(party);
        let (clerk, id) = (&self.house.clerk, self.house.id);
        let issue = |app: &app::App| app::invoice::issue(app, clerk, id, &input);
        let Some(made) = self.request("late fee", expected, issue) else { return };
        let (gross, due) = (self.gross(party, 1, price), Some(after(on, NET_DAYS)));
        assert_eq!((made.gross.minor().get(), made.due_date), (gross, due), "{}", self.at);
        let currency = self.model.parties[party].currency();
        let item = Item::new(made.item, party, currency, 1, Flow::new(gross, on));
        let item = self.model.make(Item { due, ..item });
        let (id, number, step) = (made.id, made.number, self.model.step);
        self.model.papers.push(Paper { what: "late fee reversed", id, number, item, step, pot: None });
        self.touched.insert(party);
    }
}
