//! Whose a line is that was posted to another customer.
#![allow(clippy::unwrap_used)]

use super::*;
use domain::time::parse_date;
use uuid::Uuid;

fn known(accounts: &[&str], name: &str, tax_id: Option<&str>) -> Known {
    Known {
        accounts: accounts.iter().map(|account| (*account).to_owned()).collect(),
        names: BTreeSet::from([name.to_owned()]),
        tax_ids: tax_id.map(str::to_owned).into_iter().collect(),
    }
}

/// (account, payer, tax id, ultimate debtor)
fn line((account, payer, id, debtor): (Option<&str>, Option<&str>, Option<&str>, Option<&str>)) -> Line {
    Line {
        id: BankLineId::new(Uuid::nil()),
        statement: BankStatementId::new(Uuid::nil()),
        booked: BookingDate::new(parse_date("2026-10-01").unwrap()),
        customer: Some(CustomerId::new(Uuid::nil())),
        payer_account: account.map(str::to_owned),
        payer_name: payer.map(str::to_owned),
        payer_id: id.map(str::to_owned),
        ultimate_debtor: debtor.map(str::to_owned),
    }
}

#[test]
fn a_line_posted_to_another_is_hers_unless_it_shows_the_other_as_its_payer() {
    let mother = known(&["62-1", "62-joint"], "柳如烟", Some("9132"));
    let daughter = known(&["62-2", "62-joint"], "柳依依", None);
    let hers = [
        (Some("62-1"), None, None, None),
        (Some("62-1"), Some("柳依依"), None, None),
        (None, Some("柳如烟"), None, None),
        (Some("62-2"), Some("柳如烟"), None, None),
        (Some("62-2"), Some("柳依依"), None, Some("柳如烟")),
        (Some("62-2"), Some("柳依依"), Some("9132"), None),
        (Some("62-joint"), Some("柳如烟"), None, None),
        // a guest thought it hers, and nothing says that it is not
        (None, None, None, None),
        (Some("62-9"), Some("周予安"), None, None),
    ];
    for shown in hers {
        assert!(is_hers(&line(shown), &mother, &daughter), "{shown:?}");
    }
    let the_others = [
        (Some("62-2"), None, None, None),
        (Some("62-2"), Some("柳依依"), Some("4403"), Some("周予安")),
        (None, Some("柳依依"), None, None),
        (Some("62-joint"), Some("柳依依"), None, None),
    ];
    for shown in the_others {
        assert!(!is_hers(&line(shown), &mother, &daughter), "{shown:?}");
    }
}

#[test]
fn of_two_of_one_name_the_account_and_the_tax_id_tell() {
    let her = known(&["62-1"], "王伟", Some("9132"));
    let namesake = known(&["62-2"], "王伟", Some("4403"));
    assert!(is_hers(&line((Some("62-1"), Some("王伟"), None, None)), &her, &namesake));
    assert!(is_hers(&line((None, Some("王伟"), Some("9132"), None)), &her, &namesake));
    assert!(!is_hers(&line((Some("62-2"), Some("王伟"), None, Some("王伟"))), &her, &namesake));
    assert!(!is_hers(&line((None, Some("王伟"), None, None)), &her, &namesake));
}

#[test]
fn what_somebody_was_called_tells_as_much_as_what_she_is_called() {
    let mut her = known(&["62-1"], "周予安", Some("9132"));
    her.names.insert("柳如烟".to_owned());
    her.tax_ids.insert("3205".to_owned());
    let mut other = known(&["62-2"], "柳依依", None);
    assert!(is_hers(&line((Some("62-2"), Some("柳如烟"), None, None)), &her, &other));
    assert!(is_hers(&line((Some("62-2"), Some("柳依依"), Some("3205"), None)), &her, &other));
    // the other one took the name over
    other.names.insert("柳如烟".to_owned());
    assert!(!is_hers(&line((Some("62-2"), Some("柳如烟"), None, None)), &her, &other));
}
