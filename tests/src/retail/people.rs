//! Names and accounts for customers of whom the shop's file has a number and a country only. Some names are almost
//! alike, as they are; a third of the customers never told us the account they pay from.

use super::Chance;

/// A customer as the shop knows her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub code: String,
    pub name: String,
    pub country: String,
    /// The account she pays from.
    pub account: String,
    /// We know it.
    pub account_known: bool,
}

const FAMILIES: [&str; 48] = [
    "Hartley",
    "Whitcombe",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Fenwick",
    "Ashdown",
    "Bairstow",
    "Calloway",
    "Dunmore",
    "Ellison",
    "Farrow",
    "Galbraith",
    "Hollis",
    "Ibbotson",
    "Jessop",
    "Kershaw",
    "Langridge",
    "Merriman",
    "Norcott",
    "Oldacre",
    "Penhale",
    "Quayle",
    "Ravenhill",
    "Selwyn",
    "Thackray",
    "Underhill",
    "Varley",
    "Wetherby",
    "Yarrow",
    "Ahmed",
    "Banerjee",
    "Castellano",
    "Dvorak",
    "Eriksen",
    "Fontaine",
    "Gruber",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalska",
    "Lehmann",
    "Marchetti",
    "Nakamura",
    "Oliveira",
    "Petrou",
    "Rousseau",
    "Schmid",
];
const TRADES: [&str; 14] = [
    "Gifts",
    "Interiors",
    "Home & Garden",
    "Stationery",
    "Toys",
    "Trading",
    "Florists",
    "Tea Rooms",
    "Cards",
    "Antiques",
    "Parties",
    "Kitchenware",
    "Emporium",
    "Wholesale",
];
const PLACES: [&str; 16] = [
    "Bath", "York", "Leeds", "Truro", "Kendal", "Whitby", "Ludlow", "Oban", "Cork", "Namur", "Lübeck",
    "Porto", "Turku", "Aarhus", "Basel", "Perth",
];
const FORMS: [&str; 5] = ["Ltd", "& Sons", "& Daughters Ltd", "LLP", ""];

pub fn person(seed: u64, code: &str, country: &str) -> Person {
    let mut chance = Chance::new(seed, "person", code);
    let mut word = |of: &[&str]| chance.pick(of).copied().unwrap_or_default().to_owned();
    let (family, trade, place, form) = (word(&FAMILIES), word(&TRADES), word(&PLACES), word(&FORMS));
    let name = match chance.below(4) {
        0 => format!("{family} {trade} {form}"),
        1 => format!("{place} {trade} {form}"),
        2 => format!("{family} & {} {trade}", chance.pick(&FAMILIES).copied().unwrap_or_default()),
        _ => format!("{family} of {place} {form}"),
    };
    Person {
        code: code.to_owned(),
        name: name.trim().to_owned(),
        country: country.to_owned(),
        account: account(&mut chance),
        account_known: chance.of_hundred(67),
    }
}

/// A British IBAN of a bank that does not exist, with right check digits (ISO 13616).
pub(super) fn account(chance: &mut Chance) -> String {
    let rest: String = (0..14).map(|_| char::from(b'0' + chance.below(10) as u8)).collect();
    let bban = format!("ZHBN{rest}");
    format!("GB{:02}{bban}", 98 - mod_97(&format!("{bban}GB00")))
}

fn mod_97(text: &str) -> u32 {
    let digit = |rest: u32, value: u32| (rest * if value > 9 { 100 } else { 10 } + value) % 97;
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_have_right_check_digits_and_a_seed_gives_the_same_people() {
        // the example of ISO 13616
        assert_eq!(mod_97("WEST12345698765432GB82"), 1);
        let one = person(7, "17850", "GB");
        assert_eq!(one, person(7, "17850", "GB"));
        assert_ne!(one.account, person(8, "17850", "GB").account);
        let (country, rest) = one.account.split_at(4);
        assert_eq!(mod_97(&format!("{rest}{country}")), 1, "{}", one.account);
        let known = (0..300).filter(|n| person(7, &n.to_string(), "GB").account_known).count();
        assert!((150..250).contains(&known), "{known}");
    }
}
