//! What a client that was written against an older description would trip over. `tests/fixtures/openapi.baseline.json` is
//! the description that callers have: what is new must be recorded there, what is in it is broken only on purpose.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A schema as it stands in a document, references followed.
#[derive(Clone, Copy)]
struct Side<'a> {
    document: &'a Value,
    value: &'a Value,
}

impl<'a> Side<'a> {
    fn at(self, name: &str) -> Option<Side<'a>> {
        let value = self.value.get(name)?;
        Some(Side { value, ..self }.followed())
    }
    fn followed(self) -> Self {
        let target = self.value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        match target.and_then(|pointer| self.document.pointer(pointer)) {
            Some(value) => Side { value, ..self }.followed(),
            None => self,
        }
    }
    fn members(self, name: &str) -> Vec<(&'a String, Side<'a>)> {
        let members = self.value.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter);
        members.map(|(name, value)| (name, Side { value, ..self }.followed())).collect()
    }
    fn texts(self, name: &str) -> BTreeSet<String> {
        match self.value.get(name) {
            Some(Value::String(one)) => BTreeSet::from([one.clone()]),
            Some(Value::Array(all)) => {
                all.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect()
            }
            _ => BTreeSet::new(),
        }
    }
    fn items(self, name: &str) -> Vec<Side<'a>> {
        let all = self.value.get(name).and_then(Value::as_array).into_iter().flatten();
        all.map(|value| Side { value, ..self }.followed()).collect()
    }
    /// Of an operation, or said once for all; `None`: nothing is said.
    fn ways_in(self) -> Option<Vec<BTreeSet<&'a String>>> {
        let said = self.value.get("security").or_else(|| self.document.get("security"))?.as_array()?;
        Some(said.iter().map(|one| one.as_object().into_iter().flat_map(Map::keys).collect()).collect())
    }
}

/// Which way a value goes: what comes in may be taken more widely, what goes out may say more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

struct Found {
    breaks: Vec<String>,
    /// Schemas that are compared now: some hold themselves.
    open: Vec<(*const Value, *const Value)>,
}

/// What of `new` no baseline has yet: what a caller may begin to rely on, and no test would miss.
pub fn unrecorded(baseline: &Value, new: &Value) -> Vec<String> {
    let lost = breaks(new, baseline).into_iter();
    lost.filter_map(|one| one.strip_suffix(GONE).map(str::to_owned)).collect()
}

/// How a break ends whose place is not there any more.
const GONE: &str = " is gone";

/// Every break of `new` against `old`, each naming its place.
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Found { breaks: Vec::new(), open: Vec::new() };
    let side = |document| Side { document, value: document };
    for (path, item) in side(old).members("paths") {
        for (method, _) in item.value.as_object().into_iter().flat_map(Map::iter) {
            let at = format!("{} {path}", method.to_uppercase());
            let (Some(before), now) =
                (item.at(method), side(new).at("paths").and_then(|p| p.at(path)?.at(method)))
            else {
                continue;
            };
            match now {
                Some(now) => operation(&mut found, &at, before, now),
                None => found.breaks.push(format!("{at} is gone")),
            }
        }
    }
    found.breaks
}

fn operation(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>) {
    parameters(found, at, old, new);
    let open = |side: Side<'_>| {
        side.value.get("security").and_then(Value::as_array).is_some_and(|all| {
            all.is_empty() || all.iter().any(|one| one.as_object().is_some_and(Map::is_empty))
        })
    };
    if open(old) && !open(new) {
        found.breaks.push(format!("{at}: it was open to everybody"));
    }
    rights(found, at, old, new);
    let (before, now) = (old.at("requestBody"), new.at("requestBody"));
    if let Some(now) = now {
        let required = |side: Side<'_>| side.value.get("required") == Some(&Value::Bool(true));
        if required(now) && !before.is_some_and(required) {
            found.breaks.push(format!("{at}: the body is required now"));
        }
    }
    if let Some(before) = before {
        media(found, &format!("{at} body"), before, now, Way::In);
    }
    let answers = new.at("responses");
    for (status, before) in old.members("responses") {
        // refusals may come and go: `default` is one
        if !status.starts_with('2') {
            continue;
        }
        let place = format!("{at} {status}");
        match answers.and_then(|all| all.at(status)) {
            None => found.breaks.push(format!("{place} is gone")),
            Some(now) => {
                media(found, &place, before, Some(now), Way::Out);
                let headers: BTreeSet<_> = now.members("headers").into_iter().map(|(name, _)| name).collect();
                for (name, _) in before.members("headers") {
                    if !headers.contains(name) {
                        found.breaks.push(format!("{place}: the header {name} is gone"));
                    }
                }
            }
        }
    }
}

/// What lets a caller in, each alone: a token that was enough is enough.
fn rights(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>) {
    let (Some(before), Some(now)) = (old.ways_in(), new.ways_in()) else { return };
    if now.is_empty() || now.iter().any(BTreeSet::is_empty) {
        return;
    }
    for one in before.iter().filter(|one| !one.is_empty()) {
        if !now.iter().any(|other| other.is_subset(one)) {
            let named: Vec<&str> = one.iter().map(|name| name.as_str()).collect();
            found.breaks.push(format!("{at} security {}{GONE}", named.join(" and ")));
        }
    }
}

fn parameters(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>) {
    let name = |side: &Side<'_>| (side.texts("in"), side.texts("name"));
    let required = |side: &Side<'_>| side.value.get("required") == Some(&Value::Bool(true));
    let (before, now) = (old.items("parameters"), new.items("parameters"));
    for one in &before {
        let place = format!("{at} parameter {}", one.texts("name").into_iter().collect::<String>());
        match now.iter().find(|other| name(other) == name(one)) {
            None => found.breaks.push(format!("{place} is gone")),
            Some(other) => {
                if required(other) && !required(one) {
                    found.breaks.push(format!("{place} is required now"));
                }
                if let (Some(a), Some(b)) = (one.at("schema"), other.at("schema")) {
                    schema(found, &place, a, b, Way::In);
                }
            }
        }
    }
    for one in now.iter().filter(|one| required(one)) {
        if before.iter().all(|other| name(other) != name(one)) {
            let called = one.texts("name").into_iter().collect::<String>();
            found.breaks.push(format!("{at} parameter {called} is new and required"));
        }
    }
}

fn media(found: &mut Found, at: &str, old: Side<'_>, new: Option<Side<'_>>, way: Way) {
    let now = new.and_then(|new| new.at("content"));
    for (kind, before) in old.members("content") {
        match now.and_then(|all| all.at(kind)) {
            None => found.breaks.push(format!("{at}: {kind} is gone")),
            Some(after) => {
                if let (Some(a), Some(b)) = (before.at("schema"), after.at("schema")) {
                    schema(found, at, a, b, way);
                }
            }
        }
    }
}

fn schema(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    let pair = (std::ptr::from_ref(old.value), std::ptr::from_ref(new.value));
    if found.open.contains(&pair) {
        return;
    }
    found.open.push(pair);
    // what one side may be and the other not: coming in it must not shrink, going out it must not grow
    let (wide, narrow) = if way == Way::In { (old, new) } else { (new, old) };
    for (name, what) in [("type", "type"), ("enum", "value")] {
        let (may, must) = (wide.texts(name), narrow.texts(name));
        // codes and statuses that go out may become more: readers are told so
        if must.is_empty() || (way == Way::Out && name == "enum") {
            continue;
        }
        found.breaks.extend(may.difference(&must).map(|lost| format!("{at}: the {what} {lost}")));
        if may.is_empty() {
            found.breaks.push(format!("{at}: its {what} was open"));
        }
    }
    if way == Way::Out {
        let now = new.texts("enum");
        let gone = old.texts("enum").difference(&now).cloned().collect::<Vec<_>>();
        if !now.is_empty() {
            found.breaks.extend(gone.iter().map(|value| format!("{at}: the value {value}")));
        }
    }
    bounds(found, at, old, new, way);
    forms(found, at, old, new, way);
    others(found, at, old, new, way);
    properties(found, at, old, new, way);
    for name in ["items", "additionalProperties", "propertyNames"] {
        if let (Some(a), Some(b)) = (old.at(name), new.at(name)) {
            schema(found, &format!("{at}/*"), a, b, way);
        }
    }
    combined(found, at, old, new, way);
    found.open.pop();
}

/// Forms of which one must hold, or all.
fn combined(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    for name in ["oneOf", "anyOf", "allOf"] {
        let (a, b) = (old.items(name), new.items(name));
        let broken = match (name, way) {
            // a part that goes takes its members along, which are refused then
            ("allOf", Way::In) => b.len() != a.len(),
            ("allOf", Way::Out) | (_, Way::In) => b.len() < a.len(),
            (_, Way::Out) => b.len() > a.len(),
        };
        if broken {
            found.breaks.push(format!("{at}: {name} has {} parts, it had {}", b.len(), a.len()));
        }
        let chosen = way == Way::In && name != "allOf" && a.is_empty() && !b.is_empty();
        if chosen && !b.iter().any(|part| takes_all(found, at, old, *part)) {
            found.breaks.push(format!("{at}: {name} is new, and no part of it takes what was taken"));
        }
        for (a, b) in a.into_iter().zip(b) {
            schema(found, at, a, b, way);
        }
    }
}

/// Whether what came in by `old` may come in by `new`.
fn takes_all(found: &Found, at: &str, old: Side<'_>, new: Side<'_>) -> bool {
    let mut tried = Found { breaks: Vec::new(), open: found.open.clone() };
    schema(&mut tried, at, old, new, Way::In);
    tried.breaks.is_empty()
}

/// Limits of what comes in may not become narrower.
fn bounds(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    if way == Way::Out {
        return;
    }
    let number = |side: Side<'_>, name: &str| side.value.get(name).and_then(Value::as_i64);
    for (name, narrower) in [
        ("maximum", i64::lt as fn(&i64, &i64) -> bool),
        ("maxLength", i64::lt),
        ("maxItems", i64::lt),
        ("maxProperties", i64::lt),
        ("exclusiveMaximum", i64::lt),
        ("minimum", i64::gt),
        ("minLength", i64::gt),
        ("minItems", i64::gt),
        ("minProperties", i64::gt),
        ("exclusiveMinimum", i64::gt),
    ] {
        let Some(now) = number(new, name) else { continue };
        if number(old, name).is_none_or(|before| narrower(&now, &before)) {
            found.breaks.push(format!("{at}: {name} is {now}"));
        }
    }
}

/// Forms of a value: coming in none may be new or another, going out none may be lost. Whether one text form holds within another
/// nobody can say, so another counts as narrower; of whole numbers the widths are known. What stands for a value that is not sent
/// stays what it is.
fn forms(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    let (wide, narrow) = if way == Way::In { (old, new) } else { (new, old) };
    for name in ["pattern", "format", "const", "multipleOf", "uniqueItems"] {
        let (may, must) = (wide.value.get(name), narrow.value.get(name));
        let inside = name == "format"
            && may.and_then(Value::as_str) == Some("int32")
            && must.and_then(Value::as_str) == Some("int64");
        if must.is_none()
            || may == must
            || inside
            || (name == "uniqueItems" && must == Some(&Value::Bool(false)))
        {
            continue;
        }
        let now = new.value.get(name).map_or_else(|| "open".to_owned(), Value::to_string);
        found.breaks.push(format!("{at}: {name} is {now}"));
    }
    let default = |side: Side<'_>| side.value.get("default").cloned();
    if let (Way::In, Some(before), Some(now)) = (way, default(old), default(new))
        && before != now
    {
        found.breaks.push(format!("{at}: the default is {now}"));
    }
}

/// Members without a name of their own, and the rows of arrays: where nothing is said of them, they are whatever they are.
fn others(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    let none = |side: Side<'_>| side.value.get("additionalProperties") == Some(&Value::Bool(false));
    let described = |side: Side<'_>, name: &str| side.value.get(name).is_some_and(Value::is_object);
    match way {
        Way::In => {
            if none(new) && !none(old) {
                found.breaks.push(format!("{at}: other members are refused now"));
            }
            for name in ["items", "additionalProperties", "propertyNames"] {
                let refused = name == "additionalProperties" && none(old);
                if described(new, name) && !described(old, name) && !refused {
                    found.breaks.push(format!("{at}: {name} was open"));
                }
            }
        }
        // members that are not named may become more: readers take what they know
        Way::Out => {
            for name in ["items", "additionalProperties"] {
                if described(old, name) && !described(new, name) {
                    found.breaks.push(format!("{at}: {name} is open"));
                }
            }
        }
    }
}

fn properties(found: &mut Found, at: &str, old: Side<'_>, new: Side<'_>, way: Way) {
    let (was, is) = (old.texts("required"), new.texts("required"));
    let now = new.at("properties");
    for (name, before) in old.members("properties") {
        let place = format!("{at}/{name}");
        match now.and_then(|all| all.at(name)) {
            // unknown members are refused: what was taken no longer is
            None => found.breaks.push(format!("{place} is gone")),
            Some(after) => schema(found, &place, before, after, way),
        }
    }
    let lost: Vec<&String> = match way {
        Way::In => is.difference(&was).collect(),
        Way::Out => was.difference(&is).collect(),
    };
    let what = if way == Way::In { "is required now" } else { "is not always there now" };
    found.breaks.extend(lost.into_iter().map(|name| format!("{at}/{name} {what}")));
}
