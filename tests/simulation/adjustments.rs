//! 调整: what no other document says, as an item of its own or off an open one.

use super::act::Sim;
use super::model::{Flow, Item};
use super::papers::{Paper, after};
use super::trade::NET_DAYS;
use domain::draft::DraftKind;
use domain::ids::{DocumentId, OpenItemId};
use money::Currency;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Against what is adjusted.
const ACCOUNT: &str = "6711";

fn signed(amount: i64, currency: Currency) -> Value {
    json!({"amount": Decimal::new(amount, 2).to_string(), "currency": currency.code()})
}

impl Sim<'_> {
    pub(super) fn adjust(&mut self) {
        if self.chance.of_hundred(50) { self.adjust_item() } else { self.adjust_alone() }
    }

    /// She owes more, or less, and something new is open.
    fn adjust_alone(&mut self) {
        let (party, on) = (self.party(), self.past());
        let (amount, sign) =
            (self.chance.between(1, 50_000), if self.chance.of_hundred(60) { 1 } else { -1 });
        let (stands, currency) = (self.model.stands(party), self.model.parties[party].currency());
        if !stands && sign < 0 {
            // only when it is posted is it refused
            return;
        }
        let body = json!({
            "customer": self.model.parties[party].code, "amount": signed(sign * amount, currency), "account": ACCOUNT,
            "date": on.to_string(), "text": "更正",
        });
        let expected = self.model.is_open(on) && stands;
        let done = self.posted("adjusted", DraftKind::Adjustment, &body, expected);
        let Some((document, number)) = done else { return };
        let new = Item::new(self.item_of(document), party, currency, sign, Flow::new(amount, on));
        let due = (sign > 0).then(|| after(on, NET_DAYS));
        let item = self.model.make(Item { due, ..new });
        let step = self.model.step;
        self.model.papers.push(Paper {
            what: "adjustment reversed",
            id: document,
            number,
            item,
            step,
            pot: None,
        });
        self.touched.insert(party);
    }

    /// Off an item of the other side.
    fn adjust_item(&mut self) {
        let Some(item) = self.clearable(|_, _| true) else { return };
        let clears = self.some_of(item);
        let (_, amount, on) = clears;
        let of = &self.model.items[item];
        let body = json!({
            "customer": self.model.parties[of.party].code, "amount": signed(-of.sign * amount, of.currency),
            "account": ACCOUNT, "date": on.to_string(), "item": of.id.to_string(), "text": "索赔",
        });
        let expected = self.may_clear(clears);
        self.clears_by("adjusted off", (DraftKind::Adjustment, &body), clears, expected);
    }

    /// The open item that a document made.
    fn item_of(&self, document: DocumentId) -> OpenItemId {
        let house = self.house;
        let read = |conn: &mut store::Conn| store::query::open_items::of_document(conn, house.id, document);
        let items = house.app.db.read(read).expect("open items");
        assert_eq!(items.len(), 1, "{}: {items:?}", self.at);
        items[0].id
    }
}
