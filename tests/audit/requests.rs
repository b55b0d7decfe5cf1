//! Answers that are kept for requests that may be repeated: not for long, and in no erasure's way.

use super::erase::{blobs_with, columns_with, her};
use super::house::House;
use super::month::HER;
use app::idempotency::{Answer, Claim, KEPT_H, Request, claim, complete, fenced, purge};
use domain::canonical::Digest;
use store::testing::for_each_database;

fn request(key: &str) -> Request {
    let body_hash = Digest::of_bytes(HER.name.as_bytes());
    Request { route: "POST /v1/bank-files".to_owned(), key: key.to_owned(), body_hash }
}

/// A request that was answered with her name.
fn answered(house: &House, key: &str) -> Answer {
    let claimed = claim(&house.app, &house.clerk, house.id, request(key)).expect("claimed");
    let Claim::Yours(ticket) = claimed else { panic!("{claimed:?}") };
    let answer = Answer { status: 201, bytes: HER.name.as_bytes().to_vec() };
    complete(&house.app, &ticket, &answer).expect("completed");
    answer
}

fn again(house: &House, key: &str) -> Claim {
    claim(&house.app, &house.clerk, house.id, request(key)).expect("claimed")
}

#[test]
fn an_answer_is_forgotten_after_a_day_with_its_key() {
    for_each_database(|db| {
        let house = House::new(db);
        let rows =
            || ["idempotency", "blobs"].map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        let keys = || db.count("SELECT COUNT(*) AS n FROM keys");
        let before = (rows(), keys());
        let old = answered(&house, "old");
        assert_eq!(again(&house, "old"), Claim::Answered(old.clone()));
        house.at("2026-10-02");
        assert_eq!(
            (KEPT_H, purge(&house.app).expect("purged")),
            (24, 0),
            "a day is not over before its last second"
        );
        answered(&house, "young");
        house.at("2026-10-03");
        assert_eq!(purge(&house.app).expect("purged"), 1, "the old one; the other is a day old");
        assert!(matches!(again(&house, "old"), Claim::Yours(_)), "it is asked anew");
        assert_eq!(again(&house, "young"), Claim::Answered(old));
        house.at("2026-10-04");
        assert_eq!(purge(&house.app).expect("purged"), 1);
        assert_eq!(rows()[1], before.0[1], "no answer is left");
        assert_eq!(keys(), before.1, "nor its key");
    });
}

/// Nobody knows whom an answer names: an erasure takes all of them, and whoever repeats a request hears that it was done.
#[test]
fn an_erasure_takes_the_answers_and_nothing_is_done_twice() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        answered(&house, "named");
        assert_eq!(blobs_with(&house, db), 1);
        // a plain digest of what she is called would confirm a guess
        assert_eq!(db.columns_with(Digest::of_bytes(HER.name.as_bytes()).bytes()), Vec::<String>::new());
        app::customer::erase(&house.app, &house.administrator, house.id, &her()).expect("erased");
        assert_eq!(blobs_with(&house, db), 0);
        assert_eq!(columns_with(db), Vec::<String>::new());
        assert_eq!(again(&house, "named"), Claim::OutcomeUnknown);
    });
}

/// A request whose work is done before she is erased, and whose answer comes after: nothing of hers is committed then.
#[test]
fn an_answer_that_comes_after_an_erasure_is_not_kept() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        let Claim::Yours(ticket) = again(&house, "late") else { panic!("not claimed") };
        let worker = fenced(&house.app, &ticket);
        let mut input = house.customer_input(&HER);
        input.email = Some("other@example.org".to_owned());
        app::customer::update(&worker, &house.clerk, house.id, &her(), &input).expect("changed");

        // the erasure is a request too: what it answers names nobody, and is kept
        let own = claim(&house.app, &house.administrator, house.id, request("erasure")).expect("claimed");
        let Claim::Yours(own) = own else { panic!("{own:?}") };
        let eraser = fenced(&house.app, &own);
        app::customer::erase(&eraser, &house.administrator, house.id, &her()).expect("erased");
        let told = Answer { status: 200, bytes: b"{}".to_vec() };
        complete(&house.app, &own, &told).expect("completed");

        let named = Answer { status: 200, bytes: HER.name.as_bytes().to_vec() };
        complete(&house.app, &ticket, &named).expect("completed, without what it says");
        assert_eq!(blobs_with(&house, db), 0);
        assert_eq!(again(&house, "late"), Claim::OutcomeUnknown, "it was done, and is not done twice");
        let repeated =
            claim(&house.app, &house.administrator, house.id, request("erasure")).expect("claimed");
        assert_eq!(repeated, Claim::Answered(told));
        house.at("2026-10-03");
        assert_eq!(purge(&house.app).expect("purged"), 2);
    });
}
