//! A client in a process of its own, as it were: it logs what it asked for and what was acknowledged, and repeats what
//! was not with the key it had.

use crate::flows::server::{Answer, agent, ask};
use serde_json::{Value, json as value};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Repetitions of a request that is told to come again.
const TRIES_MAX: u32 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    Invoice,
    Receipt,
}

impl Noun {
    pub const fn kind(self) -> &'static str {
        match self {
            Noun::Invoice => "invoice",
            Noun::Receipt => "receipt",
        }
    }
    pub const fn plural(self) -> &'static str {
        match self {
            Noun::Invoice => "invoices",
            Noun::Receipt => "receipts",
        }
    }
    /// A body that says its name where nothing is unique: no constraint of the database keeps a second one out, unless
    /// `external`.
    pub fn body(self, name: &str, customer: usize, external: bool) -> Value {
        let external_id = external.then_some(name);
        match self {
            Noun::Invoice => value!({"external_id": external_id, "customer": format!("C{customer}"),
                "document_date": "2026-11-02", "currency": "CNY", "price_mode": "exclusive", "purchase_order": name,
                "lines": [{"description": "货", "quantity": "1", "unit_price": "10", "category": "13"}]}),
            Noun::Receipt => value!({"external_id": external_id, "customer": format!("C{customer}"),
                "amount": {"amount": "5.00", "currency": "CNY"}, "value_date": "2026-11-02", "reference": name}),
        }
    }
}

/// What the client knows of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    Unanswered,
    Acknowledged(String),
    /// It was told that the first was committed and its answer is lost.
    Committed,
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub noun: Noun,
    /// Its key, and its name in the body.
    pub name: String,
    /// Whether it has an id of its own.
    pub external: bool,
    customer: usize,
    pub known: Known,
}

/// What repetitions got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repeated {
    /// The first answer once more.
    pub answered: u32,
    pub committed: u32,
    /// Told to come later, and worked on then.
    pub in_flight: u32,
    /// Worked on at once: it had never arrived.
    pub fresh: u32,
}

impl std::ops::AddAssign for Repeated {
    fn add_assign(&mut self, more: Self) {
        self.answered += more.answered;
        self.committed += more.committed;
        self.in_flight += more.in_flight;
        self.fresh += more.fresh;
    }
}

pub struct Client<'a> {
    token: &'a str,
    asked: Mutex<Vec<Asked>>,
}

impl<'a> Client<'a> {
    pub fn new(token: &'a str) -> Self {
        Client { token, asked: Mutex::default() }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    pub fn acknowledged(&self) -> usize {
        self.asked().iter().filter(|asked| matches!(asked.known, Known::Acknowledged(_))).count()
    }

    fn next(&self) -> (usize, Asked) {
        let mut asked = self.asked.lock().expect("no panic");
        let n = asked.len();
        let noun = if n % 3 == 2 { Noun::Receipt } else { Noun::Invoice };
        let new = Asked {
            noun,
            name: format!("x-{n}"),
            external: n.is_multiple_of(2),
            customer: 1 + n % super::house::CUSTOMERS,
            known: Known::Unanswered,
        };
        asked.push(new.clone());
        (n, new)
    }

    fn note(&self, n: usize, known: Known) {
        self.asked.lock().expect("no panic")[n].known = known;
    }

    /// Posts until nobody answers or `stop`.
    pub fn post(&self, url: &str, stop: &AtomicBool) {
        let agent = agent();
        while !stop.load(Ordering::Relaxed) {
            let (n, asked) = self.next();
            for tries in 0.. {
                let Ok(answer) = self.send(&agent, url, &asked, &asked.name) else { return };
                match answer.status {
                    201 => {
                        self.note(n, Known::Acknowledged(id(&answer)));
                        break;
                    }
                    // PostgreSQL's losers of a race are told to come again
                    409 | 503 if tries < TRIES_MAX => {}
                    other => panic!("{other}: {}", answer.json()),
                }
            }
        }
    }

    fn send(&self, agent: &ureq::Agent, url: &str, asked: &Asked, key: &str) -> Result<Answer, ureq::Error> {
        let body = asked.noun.body(&asked.name, asked.customer, asked.external);
        self.http(agent, "POST", &format!("{url}/v1/{}", asked.noun.plural()), Some((key, &body)))
    }

    pub fn http(
        &self,
        agent: &ureq::Agent,
        method: &str,
        url: &str,
        body: Option<(&str, &Value)>,
    ) -> Result<Answer, ureq::Error> {
        ask(agent, method, url, &[("authorization", format!("Bearer {}", self.token).as_str())], body)
    }

    /// Repeats everything that was not answered, with the key it had; what is said to be worked on still once more, after
    /// `time_passes`.
    pub fn repeat(&self, url: &str, time_passes: impl FnOnce()) -> Repeated {
        let agent = agent();
        let (mut repeated, mut later) = (Repeated::default(), Vec::new());
        let open = |(_, asked): &(usize, Asked)| asked.known == Known::Unanswered;
        for (n, asked) in self.asked().into_iter().enumerate().filter(open) {
            let answer = self.send(&agent, url, &asked, &asked.name).expect("an answer");
            match (answer.status, code(&answer).as_str()) {
                (201, _) => {
                    let hit = answer.headers.contains_key("idempotency-hit");
                    *(if hit { &mut repeated.answered } else { &mut repeated.fresh }) += 1;
                    self.note(n, Known::Acknowledged(id(&answer)));
                }
                (409, "idempotency-outcome-unknown") => {
                    repeated.committed += 1;
                    self.note(n, Known::Committed);
                    self.reads_what_it_made(&agent, url, &asked);
                }
                (409, "idempotency-key-in-flight") => {
                    assert!(answer.headers.contains_key("retry-after"));
                    later.push((n, asked));
                }
                _ => panic!("{asked:?}: {}", answer.json()),
            }
        }
        time_passes();
        for (n, asked) in later {
            let answer = self.send(&agent, url, &asked, &asked.name).expect("an answer");
            assert_eq!(answer.status, 201, "{asked:?}: {}", answer.json());
            assert!(!answer.headers.contains_key("idempotency-hit"), "{asked:?} had never been done");
            repeated.in_flight += 1;
            self.note(n, Known::Acknowledged(id(&answer)));
        }
        repeated
    }

    /// What was made under an id of its own can be read by that, and is not made again under another key.
    fn reads_what_it_made(&self, agent: &ureq::Agent, url: &str, asked: &Asked) {
        if !asked.external {
            return;
        }
        let list = format!("{url}/v1/{}?external_id={}", asked.noun.plural(), asked.name);
        let found = self.http(agent, "GET", &list, None).expect("an answer");
        assert_eq!(found.json()["items"].as_array().map(Vec::len), Some(1), "{}", found.json());
        let anew = self.send(agent, url, asked, &format!("{}-anew", asked.name)).expect("an answer");
        assert_eq!((anew.status, code(&anew).as_str()), (409, "duplicate"), "{}", anew.json());
        assert!(
            anew.json()["detail"].as_str().is_some_and(|detail| detail.contains("-2026-")),
            "{}",
            anew.json()
        );
    }
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}
