//! 期初: what was open in the old books.

use super::act::Sim;
use super::model::{Flow, Item};
use super::papers::{Paper, after};
use super::trade::NET_DAYS;
use app::opening::RecordOpening;
use chrono::Days;
use domain::actor::Actor;
use money::{Minor, Money};

impl Sim<'_> {
    /// It counts from the take-over on, and is due by the old document, which is not younger.
    pub(super) fn opening(&mut self) {
        let (party, on) = (self.party(), self.past());
        let (amount, sign) =
            (self.chance.between(1, 90_000), if self.chance.of_hundred(70) { 1 } else { -1 });
        let dated = match self.chance.below(10) {
            0 => after(on, 1),
            _ => on - Days::new(self.chance.below(40)),
        };
        let currency = self.model.parties[party].currency();
        let input = RecordOpening {
            external_id: None,
            customer: self.model.parties[party].code.parse().unwrap(),
            amount: Money::new(Minor::new(sign * amount), currency),
            document_date: dated,
            due_date: None,
            effective_date: on,
            text: None,
            fx: None,
        };
        let expected = dated <= on && self.model.is_open(on) && self.model.stands(party);
        // what is owed to a customer takes two people once the take-over is over, or the operator at the machine
        let (operator, id) = (Actor::System, self.house.id);
        let record = |app: &app::App| app::opening::record(app, &operator, id, &input);
        let Some(made) = self.request("opening", expected, record) else { return };
        let new = Item::new(made.item, party, currency, sign, Flow::new(amount, on));
        let due = (sign > 0).then(|| after(dated, NET_DAYS));
        let item = self.model.make(Item { due, ..new });
        let (id, number, step) = (made.id, made.number, self.model.step);
        self.model.papers.push(Paper { what: "opening reversed", id, number, item, step, pot: None });
        self.touched.insert(party);
    }
}
