//! What is wrong with a configuration is said with its place, before a document meets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{GB, config, tax};
use serde_json::{Value, json};
use tax_generic::Generic;
use zhangben_sdk::tax::cases::with;
use zhangben_sdk::tax::{Conversation, Rules};

/// (code, pointer) of everything that is wrong.
fn wrong(config: &Value) -> Vec<(String, String)> {
    match Conversation::<Generic>::validate_config(&config.to_string()) {
        Ok(()) => Vec::new(),
        Err(found) => found.into_iter().map(|p| (p.code, p.subject.unwrap_or_default())).collect(),
    }
}

fn one(taxes: Vec<Value>, more: Value) -> (String, String) {
    let found = wrong(&config(taxes, more));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn is(found: (String, String), code: &str, at: &str) {
    assert_eq!((found.0.as_str(), found.1.as_str()), (code, at));
}

/// A tax with other members.
fn vat(more: Value) -> Value {
    with(tax("A", "GB:HMRC", "0.2"), more)
}

#[test]
fn the_sample_of_the_schema_and_of_the_folder_are_right() {
    let schema: Value = serde_json::from_str(&Generic::manifest().config_schema).unwrap();
    assert_eq!(wrong(&schema["examples"][0]), []);
    assert_eq!(wrong(&serde_json::from_str(GB).unwrap()), []);
}

/// What the console makes at the first run: a test of its own compares it with these files.
#[test]
fn the_configurations_of_the_first_run_are_right() {
    for made in [
        include_str!("../../../tests/fixtures/setup-tax-gb.json"),
        include_str!("../../../tests/fixtures/setup-tax-none.json"),
    ] {
        assert_eq!(wrong(&serde_json::from_str(made).unwrap()), []);
    }
}

/// Every member that the schema allows is one that the rules read, and the other way round.
#[test]
fn the_schema_and_the_rules_know_the_same_members() {
    let mut every = json!({
        "description": "x", "seller": {"countries": ["GB"], "registrations": [{"scheme": "GB:VAT", "country": "GB"}]},
        "areas": {"EU": ["FR"]}, "rounding": {"method": "down", "level": "document", "decimals": 2},
        "every_line": [{"authority": "GB:HMRC", "kind": "vat"}], "default_category": "c",
        "outside": {"authority": "GB:HMRC", "kind": "vat", "code": "O", "legal_reference": "x"},
        "unlinked_credits": "with-reason", "tax_currency": "GBP",
        "settlement": {"settlement-discount": "adjust", "bad-debt": "refuse", "tail": "none"},
        "taxes": [{
            "code": "A", "authority": "GB:HMRC", "kind": "vat", "name": {"en": "x"}, "jurisdiction": "GB", "level": "country",
            "treatment": "standard", "rate": "0.2", "compound_on": ["E"], "collected_by": "seller", "recoverable": true,
            "displayed": true, "valid_from": "2011-01-01", "valid_to": "2011-12-31",
            "place": {"within": ["EU"], "not_within": ["GB"], "regions": ["FR-75"], "not_regions": ["FR-13"]},
            "categories": ["c"], "supply": "goods",
            "buyer": {"kinds": ["business"], "taxpayer_statuses": ["general"],
                "established": {"within": ["EU"], "not_within": ["GB"]},
                "registered": {"scheme": "EU:VAT", "within": ["EU"], "not_within": ["GB"]},
                "not_registered": {"scheme": "GB:VAT", "within": ["GB"], "not_within": ["FR"]}},
            "legal_reference": "x", "exemption_code": "x", "exemption_reason": "x", "report_codes": ["1"], "texts": {"en": "x"}
        }, {
            "code": "E", "authority": "GB:HMRC", "kind": "excise", "treatment": "standard", "categories": ["c"],
            "per_unit": {"amount": "0.5", "unit": "LTR", "currency": "GBP"}
        }]
    });
    every["advances"] = json!("adjust");
    every["price_mode"] = json!("inclusive");
    assert_eq!(wrong(&every), []);
    let schema: Value = serde_json::from_str(&Generic::manifest().config_schema).unwrap();
    let members =
        |properties: &Value| -> Vec<String> { properties.as_object().unwrap().keys().cloned().collect() };
    let mut of_tax = members(&every["taxes"][0]);
    of_tax.push("per_unit".to_owned());
    of_tax.sort();
    assert_eq!(members(&schema["properties"]), members(&every));
    assert_eq!(members(&schema["$defs"]["tax"]["properties"]), of_tax);
    for (at, of) in [("place", "/place"), ("buyer", "/buyer")] {
        let schema = &schema["$defs"]["tax"]["properties"][at]["properties"];
        assert_eq!(members(schema), members(every["taxes"][0].pointer(of).unwrap()));
    }
    is(one(vec![vat(json!({"compound": ["E"]}))], json!({})), "bad-config", "/config");
    is(one(vec![tax("A", "GB:HMRC", "0.2")], json!({"default": "c"})), "bad-config", "/config");
}

#[test]
fn rates_amounts_and_treatments_say_the_same() {
    let at = |more: Value, code: &str, field: &str| {
        is(one(vec![vat(more)], json!({})), code, &format!("/config/taxes/0{field}"));
    };
    at(json!({"rate": "20 %"}), "bad-rate", "/rate");
    at(json!({"rate": "1e-1"}), "bad-rate", "/rate");
    at(json!({"rate": "-0.2"}), "bad-rate", "/rate");
    at(json!({"rate": "20"}), "bad-rate", "/rate");
    at(json!({"rate": "3"}), "bad-rate", "/rate");
    at(json!({"rate": "0"}), "bad-rate", "/rate");
    at(json!({"treatment": "exempt"}), "bad-rate", "/rate");
    at(json!({"treatment": "export", "rate": "0.05"}), "bad-rate", "/rate");
    at(json!({"rate": null}), "rate-or-amount", "");
    let per_unit =
        |amount: &str, currency: &str| json!({"amount": amount, "unit": "LTR", "currency": currency});
    at(json!({"per_unit": per_unit("0.5", "GBP")}), "rate-or-amount", "");
    at(json!({"rate": null, "per_unit": per_unit("0", "GBP")}), "bad-amount", "/per_unit/amount");
    at(json!({"rate": null, "per_unit": per_unit("0.5", "XXX")}), "unknown-currency", "/per_unit/currency");
    at(
        json!({"treatment": "zero", "rate": null, "per_unit": per_unit("0.5", "GBP")}),
        "bad-amount",
        "/per_unit/amount",
    );
    let reverse = json!({"treatment": "reverse-charge", "collected_by": "seller"});
    at(reverse, "bad-collector", "/collected_by");
    at(
        json!({"treatment": "exempt", "rate": null, "collected_by": "withheld"}),
        "bad-collector",
        "/collected_by",
    );
    // what the buyer owes may be said
    assert_eq!(wrong(&config(vec![vat(json!({"treatment": "reverse-charge"}))], json!({}))), []);
}

#[test]
fn dates_and_places_are_real_and_leave_something() {
    let at = |more: Value, code: &str, field: &str| {
        let found = one(vec![vat(more)], json!({"areas": {"EU": ["DE", "FR"]}}));
        is(found, code, &format!("/config/taxes/0{field}"));
    };
    at(json!({"valid_from": "2011-02-29"}), "bad-date", "/valid_from");
    at(json!({"valid_to": "04.01.2011"}), "bad-date", "/valid_to");
    let backwards = json!({"valid_from": "2011-01-04", "valid_to": "2011-01-03"});
    let found = wrong(&config(vec![vat(backwards)], json!({})));
    is(found[0].clone(), "bad-period", "/config/taxes/0/valid_to");
    at(json!({"place": {"within": ["GB", "EEA"]}}), "unknown-place", "/place/within/1");
    at(json!({"place": {"not_within": ["England"]}}), "unknown-place", "/place/not_within/0");
    at(json!({"buyer": {"registered": {"within": ["EEA"]}}}), "unknown-place", "/buyer/registered/within/0");
    at(
        json!({"buyer": {"established": {"not_within": ["EEA"]}}}),
        "unknown-place",
        "/buyer/established/not_within/0",
    );
    at(json!({"place": {"within": ["DE"], "not_within": ["EU"]}}), "never-applies", "");
    at(json!({"place": {"regions": ["CA-QC"], "not_regions": ["CA-QC"]}}), "never-applies", "");
    let contradiction =
        json!({"buyer": {"registered": {"within": ["FR"]}, "not_registered": {"within": ["EU"]}}});
    at(contradiction, "never-applies", "");
    let country = json!({"seller": {"countries": ["gb"]}});
    is(one(vec![vat(json!({}))], country), "bad-country", "/config/seller/countries/0");
    is(
        one(vec![vat(json!({}))], json!({"seller": {"countries": []}})),
        "no-seller-country",
        "/config/seller/countries",
    );
    let registered =
        json!({"seller": {"countries": ["GB"], "registrations": [{"scheme": "GB:VAT", "country": "UKK"}]}});
    is(one(vec![vat(json!({}))], registered), "bad-country", "/config/seller/registrations/0/country");
    is(one(vec![vat(json!({}))], json!({"areas": {"EU": []}})), "empty-area", "/config/areas/EU");
    is(
        one(vec![vat(json!({}))], json!({"areas": {"EU": ["DE", "france"]}})),
        "bad-country",
        "/config/areas/EU/1",
    );
}

#[test]
fn compounding_leads_to_taxes_of_other_kinds_and_never_back() {
    let on = |codes: Value| json!({"compound_on": codes});
    let other = |more: Value| with(tax("B", "GB:SCOT", "0.1"), more);
    let at = |a: Value, b: Value, code: &str, field: &str| {
        let found = wrong(&config(vec![vat(a), other(b)], json!({})));
        is(found[0].clone(), code, &format!("/config/taxes/0{field}"));
    };
    assert_eq!(wrong(&config(vec![vat(on(json!(["B"]))), other(json!({}))], json!({}))), []);
    at(on(json!(["B", "C"])), json!({}), "unknown-code", "/compound_on/1");
    at(on(json!(["B"])), json!({"authority": "GB:HMRC"}), "compound-on-own-kind", "/compound_on/0");
    at(on(json!(["B"])), on(json!(["A"])), "compound-circle", "/compound_on");
    at(on(json!(["B"])), json!({"collected_by": "withheld"}), "compound-on-uncollected", "/compound_on/0");
    let zero = json!({"treatment": "zero", "rate": null, "compound_on": ["B"]});
    at(zero, json!({}), "compound-without-rate", "/compound_on");
    // the same code of another period has the same place in the order
    let first = vat(with(on(json!(["B"])), json!({"valid_to": "2010-12-31"})));
    let second = vat(json!({"valid_from": "2011-01-01"}));
    is(one(vec![first, other(json!({})), second], json!({})), "code-of-two-taxes", "/config/taxes/2/code");
}

#[test]
fn defaults_and_what_every_line_bears_are_there() {
    let on = json!({"categories": ["a"]});
    is(
        one(vec![vat(on.clone())], json!({"default_category": "b"})),
        "unknown-category",
        "/config/default_category",
    );
    let found = wrong(&config(vec![vat(json!({}))], json!({"default_category": "b"})));
    is(found[1].clone(), "default-without-use", "/config/default_category");
    let every = json!({"every_line": [{"authority": "GB:HMRC", "kind": "excise"}]});
    is(one(vec![vat(on.clone())], every), "unknown-kind", "/config/every_line/0");
    is(one(vec![vat(on)], json!({"tax_currency": "ZZZ"})), "unknown-currency", "/config/tax_currency");
    is(one(vec![], json!({})), "no-taxes", "/config/taxes");
    for nothing in ["", "{}", "[]", "null", "{\"seller\": {\"countries\": [\"GB\"]}}"] {
        let found = Conversation::<Generic>::validate_config(nothing).unwrap_err();
        assert_eq!((found.len(), found[0].code.as_str()), (1, "bad-config"), "{nothing}");
    }
}

#[test]
fn overlapping_taxes_are_refused() {
    let two = |a: Value, b: Value| {
        wrong(&config(
            vec![vat(a), vat(with(json!({"code": "B"}), b))],
            json!({"areas": {"EU": ["DE", "FR"]}}),
        ))
    };
    let refused = |a: Value, b: Value| {
        assert_eq!(two(a, b), [("overlapping-taxes".to_owned(), "/config/taxes/1".to_owned())]);
    };
    let apart = |a: Value, b: Value| assert_eq!(two(a, b), []);
    refused(json!({}), json!({}));
    refused(json!({"valid_to": "2011-01-04"}), json!({"valid_from": "2011-01-04"}));
    apart(json!({"valid_to": "2011-01-03"}), json!({"valid_from": "2011-01-04"}));
    apart(json!({"categories": ["a"]}), json!({"categories": ["b"]}));
    refused(json!({"categories": ["a", "b"]}), json!({"categories": ["b", "c"]}));
    refused(json!({"categories": ["a"]}), json!({}));
    apart(json!({"supply": "goods"}), json!({"supply": "service"}));
    refused(json!({"supply": "goods"}), json!({}));
    apart(json!({"place": {"within": ["GB"]}}), json!({"place": {"not_within": ["GB"]}}));
    apart(json!({"place": {"within": ["EU"]}}), json!({"place": {"not_within": ["DE", "EU"]}}));
    refused(json!({"place": {"within": ["EU"]}}), json!({"place": {"not_within": ["DE"]}}));
    refused(json!({"place": {"not_within": ["EU"]}}), json!({"place": {"not_within": ["GB"]}}));
    apart(json!({"place": {"within": ["EU"], "not_within": ["DE"]}}), json!({"place": {"within": ["DE"]}}));
    apart(json!({"place": {"regions": ["CA-QC"]}}), json!({"place": {"not_regions": ["CA-QC", "CA-ON"]}}));
    refused(json!({"place": {"regions": ["CA-QC", "CA-AB"]}}), json!({"place": {"not_regions": ["CA-QC"]}}));
    let buyer = |a: Value, b: Value| (json!({"buyer": a}), json!({"buyer": b}));
    let registered = |names: Value, scheme: Value| json!({"within": names, "scheme": scheme});
    let (a, b) = buyer(
        json!({"registered": registered(json!(["FR"]), json!("EU:VAT"))}),
        json!({"not_registered": registered(json!(["EU"]), Value::Null)}),
    );
    apart(a, b);
    // a buyer may be registered in Britain only, or with another authority only, and so be of both
    let (a, b) = buyer(
        json!({"registered": registered(json!(["FR", "GB"]), Value::Null)}),
        json!({"not_registered": registered(json!(["EU"]), Value::Null)}),
    );
    refused(a, b);
    let (a, b) = buyer(
        json!({"registered": registered(json!(["FR"]), Value::Null)}),
        json!({"not_registered": registered(json!(["FR"]), json!("EU:VAT"))}),
    );
    refused(a, b);
    // and may have two registrations
    let (a, b) = buyer(
        json!({"registered": registered(json!(["FR"]), Value::Null)}),
        json!({"registered": registered(json!(["DE"]), Value::Null)}),
    );
    refused(a, b);
    let (a, b) = buyer(json!({"kinds": ["business"]}), json!({"kinds": ["consumer"]}));
    apart(a, b);
    let (a, b) = buyer(json!({"taxpayer_statuses": ["general"]}), json!({"kinds": ["consumer"]}));
    refused(a, b);
    let (a, b) =
        buyer(json!({"established": {"within": ["GB"]}}), json!({"established": {"not_within": ["GB"]}}));
    apart(a, b);
    // of other authorities, or of other kinds, both stand on a line
    apart(json!({}), json!({"authority": "GB:SCOT"}));
    apart(json!({}), json!({"kind": "excise"}));
}
