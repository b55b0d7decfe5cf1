//! Who may not, is told so; and nothing happens.

use super::house::House;
use app::common::Common;
use app::job::EnqueueJob;
use domain::actor::{Actor, Role};
use domain::ids::InvocationId;
use store::testing::for_each_database;

fn forbidden<T: std::fmt::Debug, E: Into<anyhow::Error>>(done: Result<T, E>) {
    let error: anyhow::Error = done.map_err(Into::into).expect_err("it was allowed");
    let told =
        error.chain().any(|cause| matches!(cause.downcast_ref::<Common>(), Some(Common::Forbidden { .. })));
    // an error that lets Common's through as its own does not show it in the chain
    assert!(told || error.to_string().contains(" in this company: that takes the role "), "{error}");
}

#[test]
fn each_act_wants_its_role_in_this_company() {
    for_each_database(|db| {
        let house = House::new(db);
        let other = house.other_company();
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("export");
        let call = InvocationId::new(uuid::Uuid::from_u128(7));
        let customer = "P1".parse().unwrap();
        let Actor::User { id, .. } = house.auditor else { panic!("a person") };
        let stranger = Actor::User { id, company: other, roles: Role::ALL.to_vec() };
        for actor in [&house.clerk, &stranger] {
            forbidden(app::audit::verify(&house.app, actor, house.id));
            forbidden(app::audit::export(&house.app, actor, house.id, &to, None));
            forbidden(app::audit::replay(&house.app, actor, house.id, call));
            forbidden(app::audit::replay_figure(&house.app, actor, house.id, "INV-2026-000001"));
        }
        assert!(!to.exists(), "nothing was written");
        for actor in [&house.clerk, &house.reviewer, &house.auditor, &stranger] {
            forbidden(app::customer::erase(&house.app, actor, house.id, &customer));
        }
        for actor in [&house.auditor, &house.reviewer, &stranger] {
            forbidden(app::job::enqueue(&house.app, actor, house.id, &EnqueueJob::Reconcile));
        }
        forbidden(app::audit::events(&house.app, &stranger, house.id, 0, 10));
        forbidden(app::audit::invocation(&house.app, &stranger, house.id, call));
        forbidden(app::job::search(&house.app, &stranger, house.id, (None, None), None, 10));
    });
}
