//! The WIT text, embedded and parsed once, and the names it gives in JSON and in generated Rust.

use super::JsonError;
use domain::plugin::World;
use std::collections::HashMap;
use std::sync::OnceLock;
use wit_parser::{Field, Function, Resolve, Type, TypeDefKind, TypeId};

/// The frozen text of every package, in the order of their dependencies.
const PACKAGES: [(&str, &str); 5] = [
    ("common.wit", include_str!("../../../../../wit/common/common.wit")),
    ("tax.wit", include_str!("../../../../../wit/tax/tax.wit")),
    ("statement.wit", include_str!("../../../../../wit/statement/statement.wit")),
    ("reconciliation.wit", include_str!("../../../../../wit/reconciliation/reconciliation.wit")),
    ("bank.wit", include_str!("../../../../../wit/bank/bank.wit")),
];

/// The resolved WIT of all worlds.
pub(crate) struct Wit {
    pub(crate) resolve: Resolve,
    /// Of each record its fields: every call that is kept is written by them.
    fields: HashMap<TypeId, Fields>,
    /// Of each variant or enum its cases.
    cases: HashMap<TypeId, Vec<Case>>,
}

/// The fields of a record.
pub(super) struct Fields {
    pub(super) declared: Vec<FieldNames>,
    /// Places in `declared`, in the order of their names in JSON.
    pub(super) sorted: Vec<usize>,
}

pub(super) struct FieldNames {
    pub(super) rust: String,
    /// `"name":`
    pub(super) key: String,
    pub(super) ty: Type,
}

/// A case of a variant or enum.
pub(super) struct Case {
    pub(super) rust: String,
    /// `"name"`
    pub(super) json: String,
    pub(super) ty: Option<Type>,
}

/// The parsed WIT. Fails only if this build embeds broken WIT, which the crate's tests rule out.
pub(crate) fn wit() -> Result<&'static Wit, JsonError> {
    static WIT: OnceLock<Result<Wit, JsonError>> = OnceLock::new();
    WIT.get_or_init(|| {
        let mut resolve = Resolve::default();
        for (name, text) in PACKAGES {
            resolve.push_source(name, text).map_err(|e| JsonError::inner(format!("{name}: {e:#}")))?;
        }
        let fields = resolve.types.iter().filter_map(|(id, of)| Some((id, fields(&of.kind)?))).collect();
        let cases = resolve.types.iter().filter_map(|(id, of)| Some((id, cases(&of.kind)?))).collect();
        Ok(Wit { resolve, fields, cases })
    })
    .as_ref()
    .map_err(Clone::clone)
}

fn fields(kind: &TypeDefKind) -> Option<Fields> {
    let TypeDefKind::Record(record) = kind else { return None };
    let names = |f: &Field| {
        let key = format!("\"{}\":", json_name(&f.name));
        FieldNames { rust: rust_field(&f.name), key, ty: f.ty }
    };
    let declared: Vec<FieldNames> = record.fields.iter().map(names).collect();
    let mut sorted: Vec<usize> = (0..declared.len()).collect();
    sorted.sort_by_key(|at| declared.get(*at).map(|field| field.key.as_str()));
    Some(Fields { declared, sorted })
}

fn cases(kind: &TypeDefKind) -> Option<Vec<Case>> {
    let case = |name: &str, ty: Option<Type>| {
        let json = format!("\"{}\"", json_name(name));
        Case { rust: rust_variant(name), json, ty }
    };
    match kind {
        TypeDefKind::Variant(of) => Some(of.cases.iter().map(|c| case(&c.name, c.ty)).collect()),
        TypeDefKind::Enum(of) => Some(of.cases.iter().map(|c| case(&c.name, None)).collect()),
        _ => None,
    }
}

/// The exported interface of a world.
pub(crate) const fn interface(world: World) -> &'static str {
    match world {
        World::Tax => "rules",
        World::Statement => "format",
        World::Reconciliation => "policy",
        World::Bank => "reader",
    }
}

/// The component-level name of the interface a plugin of `world` exports, version 1.
pub(crate) fn export_name(world: World) -> String {
    format!("zhangben:{world}/{}@1.0.0", interface(world))
}

impl Wit {
    pub(crate) fn function(&self, world: World, name: &str) -> Result<&Function, JsonError> {
        self.resolve
            .packages
            .iter()
            .find(|(_, p)| p.name.namespace == "zhangben" && p.name.name == world.name())
            .and_then(|(_, package)| package.interfaces.get(interface(world)))
            .and_then(|id| self.resolve.interfaces.get(*id))
            .and_then(|interface| interface.functions.get(name))
            .ok_or_else(|| JsonError::inner(format!("the WIT of {world} has no function {name}")))
    }
    /// The type of parameter `parameter` of a world's function.
    pub(crate) fn parameter(&self, world: World, function: &str, parameter: &str) -> Result<Type, JsonError> {
        let function = self.function(world, function)?;
        function
            .params
            .iter()
            .find(|p| p.name == parameter)
            .map(|p| p.ty)
            .ok_or_else(|| JsonError::inner(format!("{} has no parameter {parameter}", function.name)))
    }
    pub(super) fn fields(&self, record: Type) -> Option<&Fields> {
        let Type::Id(id) = record else { return None };
        self.fields.get(&id)
    }
    pub(super) fn cases(&self, variant: Type) -> &[Case] {
        let Type::Id(id) = variant else { return &[] };
        self.cases.get(&id).map_or(&[], Vec::as_slice)
    }
    pub(crate) fn is_option(&self, ty: &Type) -> bool {
        let Type::Id(id) = ty else { return false };
        self.resolve.types.get(*id).is_some_and(|of| matches!(of.kind, TypeDefKind::Option(_)))
    }
    /// The type `name` in the `types` interface of a package (`common`, `tax` …).
    pub(crate) fn named(&self, package: &str, name: &str) -> Result<Type, JsonError> {
        self.resolve
            .packages
            .iter()
            .find(|(_, p)| p.name.namespace == "zhangben" && p.name.name == package)
            .and_then(|(_, p)| p.interfaces.get("types"))
            .and_then(|id| self.resolve.interfaces.get(*id))
            .and_then(|interface| interface.types.get(name))
            .map(|id| Type::Id(*id))
            .ok_or_else(|| JsonError::inner(format!("the WIT of {package} has no type {name}")))
    }
}

/// `due-date` → `due_date`.
pub(crate) fn json_name(wit: &str) -> String {
    wit.replace('-', "_")
}

/// The field the bindings generator makes of a WIT name: snake_case, Rust's keywords with a trailing `_`.
pub(crate) fn rust_field(wit: &str) -> String {
    const KEYWORDS: [&str; 51] = [
        "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn", "for", "if",
        "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static",
        "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while", "async", "await",
        "dyn", "abstract", "become", "box", "do", "final", "macro", "override", "priv", "typeof", "unsized",
        "virtual", "yield", "try", "gen",
    ];
    let name = json_name(wit);
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The variant the bindings generator makes of a WIT case: `statement-start` → `StatementStart`.
pub(crate) fn rust_variant(wit: &str) -> String {
    wit.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}
