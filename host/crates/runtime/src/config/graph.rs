//! A schema as a graph of what is evaluated from its root: an edge stays at the value or goes one level into it.
//! Everything is walked with lists of one's own and not by recursion, since the schema is not trusted.

use super::bounds::{PATTERNS_MAX, SCHEMA_DEPTH_MAX, SchemaError};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What a regular expression costs beside comparing a value: it runs over a text.
const PATTERN_COST: u64 = 32;
/// What it costs to look for equal elements: few are compared pairwise, many by their digest.
const UNIQUE_COST: u64 = 100;

#[derive(Debug, Default)]
pub(super) struct Node {
    /// RFC 6901, into the schema; "" is the root.
    pub(super) pointer: String,
    /// What the node asks of the value itself.
    pub(super) own: u64,
    /// What it asks of each member beside the schemas below: is it named, does a pattern name it.
    pub(super) per_member: u64,
    /// `$ref`, `allOf` … at the same value.
    pub(super) staying: Vec<usize>,
    /// Those of them that are first asked for yes or no, and then why not: `anyOf`, `oneOf`, `not`, `if`.
    pub(super) tried: Vec<usize>,
    /// `properties`: a member is under one of them.
    pub(super) properties: Vec<usize>,
    /// `patternProperties`, `additionalProperties`, `unevaluatedProperties`: may all meet one member.
    pub(super) every_member: Vec<usize>,
    /// `propertyNames`.
    pub(super) names: Option<usize>,
    /// `prefixItems`: an element is at one of them.
    pub(super) positions: Vec<usize>,
    /// `items`, `contains`, `unevaluatedItems`.
    pub(super) every_element: Vec<usize>,
    /// Has `unevaluatedProperties` or `unevaluatedItems`.
    pub(super) unevaluated: bool,
}

impl Node {
    pub(super) fn inside(&self) -> impl Iterator<Item = usize> {
        [&self.properties, &self.every_member, &self.positions, &self.every_element]
            .into_iter()
            .flatten()
            .copied()
            .chain(self.names)
    }
}

#[derive(Debug)]
pub(super) struct Graph {
    /// The root is the first.
    pub(super) nodes: Vec<Node>,
    /// Such that a node stands behind all it stays at.
    pub(super) order: Vec<usize>,
}

impl Graph {
    pub(super) fn of(schema: &Value) -> Result<Self, SchemaError> {
        let mut builder = Builder::new(schema)?;
        let mut next = 0;
        while let Some((value, pointer)) = builder.found.get(next).cloned() {
            let node = builder.node(value, pointer)?;
            builder.nodes.push(node);
            next = next.saturating_add(1);
        }
        if builder.patterns > PATTERNS_MAX {
            return Err(SchemaError::TooManyPatterns { max: PATTERNS_MAX });
        }
        let order = ordered(&builder.nodes)?;
        Ok(Graph { nodes: builder.nodes, order })
    }
}

/// Nodes behind those they stay at; who cannot be placed comes back to itself.
fn ordered(nodes: &[Node]) -> Result<Vec<usize>, SchemaError> {
    let mut waiting: Vec<usize> = nodes.iter().map(|node| node.staying.len()).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        for used in &node.staying {
            if let Some(users) = users.get_mut(*used) {
                users.push(index);
            }
        }
    }
    let mut order: Vec<usize> = (0..nodes.len()).filter(|n| waiting.get(*n) == Some(&0)).collect();
    let mut next = 0;
    while let Some(done) = order.get(next).copied() {
        next = next.saturating_add(1);
        for user in users.get(done).map(Vec::as_slice).unwrap_or_default() {
            let Some(count) = waiting.get_mut(*user) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                order.push(*user);
            }
        }
    }
    match waiting.iter().position(|count| *count > 0) {
        None => Ok(order),
        Some(stuck) => {
            // it may only lead to the circle: who is passed twice on the way is in it
            let mut passed = vec![false; nodes.len()];
            let mut at = stuck;
            while passed.get(at) == Some(&false) {
                if let Some(mark) = passed.get_mut(at) {
                    *mark = true;
                }
                let staying = nodes.get(at).map(|node| node.staying.as_slice()).unwrap_or_default();
                let stuck = |n: &&usize| waiting.get(**n).is_some_and(|count| *count > 0);
                at = staying.iter().find(stuck).copied().unwrap_or(at);
            }
            let pointer = nodes.get(at).map(|node| node.pointer.clone()).unwrap_or_default();
            let pointer = if pointer.is_empty() { "the top".to_owned() } else { pointer };
            Err(SchemaError::Endless { pointer })
        }
    }
}

struct Builder<'a> {
    root: &'a Value,
    anchors: HashMap<&'a str, (&'a Value, String)>,
    /// By address: a schema that several name is one node. What is found and not yet a node waits behind `nodes`.
    known: HashMap<*const Value, usize>,
    found: Vec<(&'a Value, String)>,
    nodes: Vec<Node>,
    patterns: usize,
}

impl<'a> Builder<'a> {
    fn new(root: &'a Value) -> Result<Self, SchemaError> {
        let mut builder = Builder {
            root,
            anchors: HashMap::new(),
            known: HashMap::new(),
            found: Vec::new(),
            nodes: Vec::new(),
            patterns: 0,
        };
        builder.survey(root)?;
        builder.meet(root, String::new());
        Ok(builder)
    }

    /// Looks at the whole text, also at what no schema reaches: depth, names, and what would change the sense of a `$ref`.
    fn survey(&mut self, root: &'a Value) -> Result<(), SchemaError> {
        let mut waiting = vec![(root, String::new(), 0_usize)];
        while let Some((value, pointer, level)) = waiting.pop() {
            if level > SCHEMA_DEPTH_MAX {
                return Err(SchemaError::TooDeep { pointer, max: SCHEMA_DEPTH_MAX });
            }
            let below = level.saturating_add(1);
            match value {
                Value::Array(items) => {
                    waiting
                        .extend(items.iter().enumerate().map(|(n, v)| (v, format!("{pointer}/{n}"), below)));
                }
                Value::Object(members) => {
                    self.survey_names(value, members, &pointer)?;
                    let inner = |name: &str| format!("{pointer}/{}", token(name));
                    waiting.extend(members.iter().map(|(name, v)| (v, inner(name), below)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn survey_names(
        &mut self,
        value: &'a Value,
        members: &'a Map<String, Value>,
        pointer: &str,
    ) -> Result<(), SchemaError> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        for name in ["$id", "$schema"] {
            if !pointer.is_empty() && text(name).is_some() {
                return Err(not_taken(
                    &format!("{pointer}/{name}"),
                    format!("{name} stands at the top only"),
                ));
            }
        }
        for name in ["$dynamicRef", "$recursiveRef"] {
            if text(name).is_some() {
                return Err(not_taken(
                    &format!("{pointer}/{name}"),
                    format!("{name} is not taken; use $ref"),
                ));
            }
        }
        for name in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = text(name)
                && self.anchors.insert(anchor, (value, pointer.to_owned())).is_some()
            {
                return Err(not_taken(
                    &format!("{pointer}/{name}"),
                    format!("the anchor {anchor} stands twice"),
                ));
            }
        }
        Ok(())
    }

    /// The node of a schema, new or met before.
    fn meet(&mut self, value: &'a Value, pointer: String) -> usize {
        let found = &mut self.found;
        *self.known.entry(std::ptr::from_ref(value)).or_insert_with(|| {
            found.push((value, pointer));
            found.len().saturating_sub(1)
        })
    }

    fn node(&mut self, value: &'a Value, pointer: String) -> Result<Node, SchemaError> {
        let mut node = Node { own: 1, ..Node::default() };
        if let Value::Object(members) = value {
            for (keyword, operand) in members {
                let at = format!("{pointer}/{}", token(keyword));
                self.keyword(&mut node, keyword, operand, &at)?;
            }
        }
        node.pointer = pointer;
        Ok(node)
    }

    fn keyword(
        &mut self,
        node: &mut Node,
        keyword: &str,
        operand: &'a Value,
        at: &str,
    ) -> Result<(), SchemaError> {
        let mut own = 1;
        match keyword {
            "$ref" => {
                let (target, pointer) = self.target(operand, at)?;
                let target = self.meet(target, pointer);
                node.staying.push(target);
            }
            // `dependencies` is of older drafts; the validator still takes it
            "allOf" | "anyOf" | "oneOf" | "dependentSchemas" | "dependencies" => {
                let schemas = self.below(operand, at);
                own = u64::try_from(schemas.len()).unwrap_or(u64::MAX);
                if matches!(keyword, "anyOf" | "oneOf") {
                    node.tried.extend(&schemas);
                }
                node.staying.extend(schemas);
            }
            "not" | "if" | "then" | "else" => {
                let schema = self.meet(operand, at.to_owned());
                if matches!(keyword, "not" | "if") {
                    node.tried.push(schema);
                }
                node.staying.push(schema);
            }
            "properties" => {
                node.properties = self.below(operand, at);
                own = u64::try_from(node.properties.len()).unwrap_or(u64::MAX);
                node.per_member = node.per_member.saturating_add(1);
            }
            "patternProperties" => {
                let schemas = self.below(operand, at);
                self.patterns = self.patterns.saturating_add(schemas.len());
                let each = u64::try_from(schemas.len()).unwrap_or(u64::MAX).saturating_mul(PATTERN_COST);
                // additionalProperties asks once more which names a pattern takes
                node.per_member = node.per_member.saturating_add(each.saturating_mul(2));
                node.every_member.extend(schemas);
            }
            "additionalProperties" | "unevaluatedProperties" => {
                node.every_member.push(self.meet(operand, at.to_owned()));
                node.unevaluated |= keyword == "unevaluatedProperties";
            }
            "propertyNames" => node.names = Some(self.meet(operand, at.to_owned())),
            "prefixItems" => node.positions = self.below(operand, at),
            "items" | "contains" | "unevaluatedItems" | "additionalItems" => {
                node.every_element.push(self.meet(operand, at.to_owned()));
                node.unevaluated |= keyword == "unevaluatedItems";
            }
            "pattern" => {
                self.patterns = self.patterns.saturating_add(1);
                own = PATTERN_COST;
            }
            "uniqueItems" => own = UNIQUE_COST,
            "enum" | "const" | "required" | "dependentRequired" | "type" => own = values_in(operand),
            // all others look at the value alone, or are for people
            _ => {}
        }
        node.own = node.own.saturating_add(own);
        Ok(())
    }

    /// The schemas of an array or object of schemas. Lists of names (in `dependencies`) are none.
    fn below(&mut self, operand: &'a Value, at: &str) -> Vec<usize> {
        match operand {
            Value::Array(items) => {
                items.iter().enumerate().map(|(n, v)| self.meet(v, format!("{at}/{n}"))).collect()
            }
            Value::Object(members) => members
                .iter()
                .filter(|(_, v)| v.is_object() || v.is_boolean())
                .map(|(name, v)| self.meet(v, format!("{at}/{}", token(name))))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn target(&self, reference: &Value, at: &str) -> Result<(&'a Value, String), SchemaError> {
        let unknown = |why: &str| not_taken(at, format!("{reference} {why}"));
        let Some(fragment) = reference.as_str().and_then(|text| text.strip_prefix('#')) else {
            return Err(unknown("leads out of the schema; references begin with #, as #/$defs/name"));
        };
        let fragment = decoded(fragment).ok_or_else(|| unknown("is not percent-encoded UTF-8"))?;
        if fragment.is_empty() || fragment.starts_with('/') {
            let target =
                self.root.pointer(&fragment).ok_or_else(|| unknown("names nothing in the schema"))?;
            return Ok((target, cut(&fragment)));
        }
        let (target, pointer) =
            self.anchors.get(fragment.as_str()).ok_or_else(|| unknown("names no $anchor of the schema"))?;
        Ok((*target, pointer.clone()))
    }
}

fn not_taken(pointer: &str, why: String) -> SchemaError {
    SchemaError::NotTaken { pointer: pointer.to_owned(), why }
}

/// Bytes of a name that a pointer shows: the pointers of thousands of places under one long name would fill the memory.
const SHOWN_BYTES_MAX: usize = 100;

fn cut(text: &str) -> String {
    if text.len() <= SHOWN_BYTES_MAX {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(SHOWN_BYTES_MAX);
    format!("{}…", text.get(..end).unwrap_or_default())
}

/// A reference token of a pointer that is only shown.
fn token(name: &str) -> String {
    super::token(&cut(name))
}

/// How many values a value consists of: as much is compared at most.
fn values_in(value: &Value) -> u64 {
    let mut waiting = vec![value];
    let mut sum = 0_u64;
    while let Some(value) = waiting.pop() {
        sum = sum.saturating_add(1);
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => waiting.extend(members.values()),
            _ => {}
        }
    }
    sum
}

/// A URI's fragment without its percent-encoding.
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?);
    }
    String::from_utf8(bytes).ok()
}
