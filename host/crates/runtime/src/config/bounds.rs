//! How much work a configuration schema can make, counted before it is used. A schema comes from a plugin's author and is
//! not trusted: two kilobytes of `$defs`, each of which names the one before twice, ask for four thousand million
//! evaluations of one value, at upload, at each binding and at each start.
//!
//! A schema is taken as a graph. Some of its edges stay at a value (`$ref`, `allOf`, `if` …), the others go one level into
//! it (`properties`, `items` …). What is counted is how often one value at a level may be evaluated; a value stands under
//! one member or one position, so that of `properties` only the dearest counts. Edges that stay and come back have no
//! end and are refused; a schema that comes back further inside (conditions inside of conditions) is counted as deep as a
//! configuration may be.
//!
//! | limit | | why |
//! |---|---|---|
//! | [`SCHEMA_BYTES_MAX`] | 128 KiB | what is counted below is linear in it |
//! | [`SCHEMA_DEPTH_MAX`] | 64 | the stack of who compiles it |
//! | [`CHAIN_MAX`] | 128 | schemas that wait for each other while one value is evaluated: the stack again |
//! | [`PATTERNS_MAX`], [`PATTERN_BYTES_MAX`] | 100, 2 MiB each | compiling them |
//! | [`EVALUATIONS_MAX`] | 100,000 | evaluations of one value |
//! | [`CONFIG_DEPTH_MAX`] | 32 | as deep as the API takes JSON |
//! | [`WORK_MAX`] | 20,000,000 | evaluations of one configuration, all its values together: a few seconds |

use super::graph::{Graph, Node};
use serde_json::Value;
use thiserror::Error;

/// Bytes of a schema's text.
pub(crate) const SCHEMA_BYTES_MAX: usize = 128 * 1024;
/// Levels of arrays and objects of a schema's text.
pub(crate) const SCHEMA_DEPTH_MAX: usize = 64;
/// Schemas that wait for each other while one value is evaluated.
pub(crate) const CHAIN_MAX: u64 = 128;
/// Regular expressions of a schema.
pub(crate) const PATTERNS_MAX: usize = 100;
/// Bytes of one compiled regular expression.
pub(crate) const PATTERN_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Evaluations of one value.
pub(crate) const EVALUATIONS_MAX: u64 = 100_000;
/// Levels of arrays and objects of a configuration.
pub(crate) const CONFIG_DEPTH_MAX: usize = 32;
/// Evaluations of all values of one configuration.
pub(crate) const WORK_MAX: u64 = 20_000_000;
/// Bytes of a text that count like one more value: texts are searched and measured.
const TEXT_BYTES_PER_VALUE: usize = 32;

/// Why a configuration schema cannot be used. It is read after "the plugin's configuration schema".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SchemaError {
    #[error("{0}")]
    Invalid(String),
    #[error("has {bytes} bytes; at most {max} are allowed: leave out what only describes")]
    TooLarge { bytes: usize, max: usize },
    #[error("nests deeper than {max} levels, at {pointer}: name parts of it in $defs")]
    TooDeep { pointer: String, max: usize },
    #[error("has more than {max} regular expressions: name those that repeat in $defs")]
    TooManyPatterns { max: usize },
    #[error("cannot be used, at {pointer}: {why}")]
    NotTaken { pointer: String, why: String },
    #[error("refers to itself without going into the value, at {pointer}: that has no end")]
    Endless { pointer: String },
    #[error(
        "waits for more than {max} schemas inside of each other to evaluate one value, at {pointer}: shorten the chain of $ref"
    )]
    TooLongAChain { pointer: String, max: u64 },
    #[error(
        "may evaluate one value {level} levels inside of the configuration {evaluations} times, of which most come from \
         {pointer}; at most {max} are allowed: refer to less, or only once"
    )]
    TooManyEvaluations { pointer: String, level: usize, evaluations: u64, max: u64 },
}

/// Evaluations of one value, by how deep it lies in the configuration.
#[derive(Debug)]
pub(crate) struct Bounds {
    by_level: Vec<u64>,
}

/// What one value costs at one node: `once` where only yes or no is asked; `told` where it is also said why not, for which
/// alternatives are evaluated again; `marked` where it is also noted which members and elements were evaluated, for which every
/// schema on the way is evaluated again. `chain` is how many schemas wait for each other.
#[derive(Debug, Default, Clone, Copy)]
struct Cost {
    once: u64,
    told: u64,
    marked: u64,
    chain: u64,
}

impl Cost {
    /// Of looking at the value, whatever for.
    fn own(evaluations: u64) -> Cost {
        Cost { once: evaluations, told: evaluations, marked: 0, chain: 0 }
    }
    fn and(self, other: Cost) -> Cost {
        Cost {
            once: self.once.saturating_add(other.once),
            told: self.told.saturating_add(other.told),
            marked: self.marked.saturating_add(other.marked),
            chain: self.chain.max(other.chain),
        }
    }
    fn or(self, other: Cost) -> Cost {
        Cost {
            once: self.once.max(other.once),
            told: self.told.max(other.told),
            marked: self.marked.max(other.marked),
            chain: self.chain.max(other.chain),
        }
    }
}

fn sum<const N: usize>(evaluations: [u64; N]) -> u64 {
    evaluations.into_iter().fold(0, u64::saturating_add)
}

fn cost_at(costs: &[Cost], node: usize) -> Cost {
    costs.get(node).copied().unwrap_or_default()
}

fn all(costs: &[Cost], nodes: &[usize]) -> Cost {
    nodes.iter().fold(Cost::default(), |sum, node| sum.and(cost_at(costs, *node)))
}

fn dearest(costs: &[Cost], nodes: &[usize]) -> Cost {
    nodes.iter().fold(Cost::default(), |max, node| max.or(cost_at(costs, *node)))
}

/// Of a value one level inside: a member is under one name, an element at one position.
fn inside(node: &Node, above: &[Cost], first: bool) -> Cost {
    let mut member = dearest(above, &node.properties).and(all(above, &node.every_member));
    if first {
        let names = node.names.map(|names| cost_at(above, names)).unwrap_or_default();
        member = member.and(names).and(Cost::own(node.per_member));
    }
    let element = dearest(above, &node.positions).and(all(above, &node.every_element));
    member.or(element)
}

/// The costs of values `level` levels inside, from those of one level less (`above`; none at 0).
fn level_costs(graph: &Graph, above: Option<&[Cost]>, first: bool) -> Vec<Cost> {
    let mut costs = vec![Cost::default(); graph.nodes.len()];
    for index in &graph.order {
        let Some(node) = graph.nodes.get(*index) else { continue };
        let here = match above {
            None => Cost::own(node.own),
            Some(above) => inside(node, above, first),
        };
        let staying = all(&costs, &node.staying);
        let walk = if node.unevaluated { staying.marked } else { 0 };
        let once = sum([here.once, staying.once, walk]);
        let told = sum([here.told, staying.told, all(&costs, &node.tried).once, walk]);
        let marked = sum([once, staying.marked]);
        let chain = here.chain.max(staying.chain).saturating_add(1);
        if let Some(cost) = costs.get_mut(*index) {
            *cost = Cost { once, told, marked, chain };
        }
    }
    costs
}

impl Bounds {
    /// Of a schema that is one (it satisfies the meta-schema).
    pub(crate) fn of(schema: &Value) -> Result<Self, SchemaError> {
        let graph = Graph::of(schema)?;
        let mut levels: Vec<Vec<Cost>> = Vec::new();
        for level in 0..=CONFIG_DEPTH_MAX {
            let costs = level_costs(&graph, levels.last().map(Vec::as_slice), level == 1);
            let root = cost_at(&costs, 0);
            levels.push(costs);
            if root.chain > CHAIN_MAX {
                let pointer = worst(&graph, &levels, |cost| cost.chain, CHAIN_MAX / 2);
                return Err(SchemaError::TooLongAChain { pointer, max: CHAIN_MAX });
            }
            if root.told > EVALUATIONS_MAX {
                return Err(SchemaError::TooManyEvaluations {
                    pointer: worst(&graph, &levels, |cost| cost.told, EVALUATIONS_MAX),
                    level,
                    evaluations: root.told,
                    max: EVALUATIONS_MAX,
                });
            }
        }
        let by_level = levels.iter().map(|costs| cost_at(costs, 0).told).collect();
        Ok(Bounds { by_level })
    }

    /// Whether `config` may be evaluated at all: where (a pointer) and why not.
    pub(crate) fn allow(&self, config: &Value) -> Result<(), (String, String)> {
        let mut values = Vec::new();
        count(config, 0, &mut values)
            .map_err(|token| (token, format!("nests deeper than {CONFIG_DEPTH_MAX} levels")))?;
        let work = values
            .iter()
            .zip(&self.by_level)
            .fold(0_u64, |sum, (values, each)| sum.saturating_add(values.saturating_mul(*each)));
        if work > WORK_MAX {
            let why = format!(
                "would take {work} evaluations by the plugin's schema; at most {WORK_MAX} are made: give it less"
            );
            return Err((String::new(), why));
        }
        Ok(())
    }
}

/// How many values lie at each level; long texts and names count as several. The pointer of what lies too deep.
fn count(value: &Value, level: usize, values: &mut Vec<u64>) -> Result<(), String> {
    if level > CONFIG_DEPTH_MAX {
        return Err(String::new());
    }
    let text = |bytes: usize| u64::try_from(bytes / TEXT_BYTES_PER_VALUE).unwrap_or(u64::MAX);
    let weight = match value {
        Value::String(s) => text(s.len()).saturating_add(1),
        _ => 1,
    };
    add(values, level, weight);
    let below = level.saturating_add(1);
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                count(item, below, values).map_err(|inner| format!("/{n}{inner}"))?;
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                add(values, below, text(name.len()));
                count(member, below, values).map_err(|inner| format!("/{}{inner}", super::token(name)))?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn add(values: &mut Vec<u64>, level: usize, weight: u64) {
    if values.len() <= level {
        values.resize(level.saturating_add(1), 0);
    }
    if let Some(sum) = values.get_mut(level) {
        *sum = sum.saturating_add(weight);
    }
}

/// From the root along what costs most, the last place that alone is above `limit`.
fn worst(graph: &Graph, levels: &[Vec<Cost>], of: fn(&Cost) -> u64, limit: u64) -> String {
    let (mut at, mut level) = (0, levels.len().saturating_sub(1));
    loop {
        let Some(node) = graph.nodes.get(at) else { return String::new() };
        let cost = |level: usize, node: usize| levels.get(level).map(|c| of(&cost_at(c, node))).unwrap_or(0);
        let staying = node.staying.iter().map(|next| (cost(level, *next), level, *next));
        let below = level.checked_sub(1);
        let inner = below
            .into_iter()
            .flat_map(|below| node.inside().map(move |next| (cost(below, next), below, next)));
        match staying.chain(inner).filter(|(cost, ..)| *cost > limit).max_by_key(|(cost, ..)| *cost) {
            Some((_, next_level, next)) => (level, at) = (next_level, next),
            None => return if node.pointer.is_empty() { "the top".to_owned() } else { node.pointer.clone() },
        }
    }
}
