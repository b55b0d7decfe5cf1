//! The conversation: chunks in, statements and entries out.

use crate::config::Config;
use crate::entry::{Place, entry};
use crate::statement::Statement;
use crate::text::{Encoding, check_namespace};
use crate::token::{Kind, Token, Tokens, broken};
use crate::tree::{Node, Told, check_characters, unescaped};
use quick_xml::events::BytesStart;
use zhangben_sdk::bank::{Item, Output};
use zhangben_sdk::{Problem, Warning, problem};

/// Deeper nesting than any version of the message has.
const DEPTH_MAX: usize = 64;
/// The element below which the statements stand, and those of the messages that look alike.
const STATEMENTS: &str = "BkToCstmrStmt";
const OTHERS: [(&str, &str); 2] = [
    ("BkToCstmrAcctRpt", "camt.052 (intraday report)"),
    ("BkToCstmrDbtCdtNtfctn", "camt.054 (debit and credit notification)"),
];

/// Reads one camt.053 file.
#[derive(Debug)]
pub struct Camt {
    tokens: Tokens,
    entry_bytes_max: usize,
    /// Qualified names of the open elements.
    open: Vec<String>,
    /// The namespace prefix of `Document`, with its colon: what has another one is no part of the message.
    prefix: String,
    /// How many elements enclose `Document`, once it was found: 0, or more in an envelope.
    document_at: Option<usize>,
    statement: Option<Statement>,
    statements: u32,
    /// The open elements of the child of `Stmt` that is read; the first is the child.
    tree: Vec<Node>,
    finished: bool,
}

impl Camt {
    pub fn new(config: &Config) -> Self {
        Camt {
            tokens: Tokens::default(),
            entry_bytes_max: config.entry_bytes_max(),
            open: Vec::new(),
            prefix: String::new(),
            document_at: None,
            statement: None,
            statements: 0,
            tree: Vec::new(),
            finished: false,
        }
    }

    /// What is complete after this chunk.
    pub fn read(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        let mut output = Output::default();
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.feed(chunk)?;
        loop {
            let encoding = tokens.encoding;
            let Some(token) = tokens.next(last)? else { break };
            let declared = self.take(&token, encoding, &mut output)?;
            tokens.encoding = declared.unwrap_or(encoding);
        }
        self.check_size(tokens.waiting(), tokens.offset())?;
        if last {
            self.check_end(&tokens)?;
        }
        self.tokens = tokens;
        Ok(output)
    }

    fn check_end(&self, tokens: &Tokens) -> Result<(), Problem> {
        if let Some(name) = self.open.last() {
            let message = format!("the file ends inside of <{name}>: it was cut off");
            return Err(broken("truncated", message, tokens.offset()));
        }
        if tokens.waiting() > 0 {
            return Err(broken(
                "truncated",
                "the file ends inside of a tag: it was cut off",
                tokens.offset(),
            ));
        }
        if !self.finished {
            return Err(broken("wrong-message", "the file holds no Document of camt.053", 0));
        }
        if self.statements == 0 {
            return Err(
                problem("no-statement", format!("the file's {STATEMENTS} holds no statement")).build()
            );
        }
        Ok(())
    }

    /// An entry, and also a tag or text, has a bound: what is larger is an attack or no statement.
    fn check_size(&self, waiting: usize, offset: u64) -> Result<(), Problem> {
        let begun = self.tree.first().map_or(offset, |node| node.offset);
        let size =
            usize::try_from(offset.saturating_sub(begun)).unwrap_or(usize::MAX).saturating_add(waiting);
        if size > self.entry_bytes_max {
            let message = format!(
                "an element of more than {} bytes; `entry_mebibytes_max` allows larger ones",
                self.entry_bytes_max
            );
            return Err(broken("entry-too-large", message, begun));
        }
        Ok(())
    }

    /// Answers the encoding where the token declares one.
    fn take(
        &mut self,
        token: &Token<'_>,
        encoding: Encoding,
        output: &mut Output,
    ) -> Result<Option<Encoding>, Problem> {
        if token.kind == Kind::Declaration {
            let content = encoding.decode(token.content, token.offset)?;
            return Encoding::of_declaration(&content, token.offset).map(Some);
        }
        let content = encoding.decode(token.content, token.offset)?;
        match token.kind {
            Kind::Open => self.open(&content, token, output)?,
            Kind::Empty => {
                self.open(&content, token, output)?;
                let name = self.open.last().cloned().unwrap_or_default();
                self.close(&name, token, output)?;
            }
            Kind::Close => self.close(content.trim_end(), token, output)?,
            Kind::Text => self.text(&unescaped(&content, token.offset)?, token)?,
            Kind::CData => {
                check_characters(&content, token.offset)?;
                self.text(&content, token)?;
            }
            Kind::Declaration | Kind::Ignored => {}
        }
        Ok(None)
    }

    fn text(&mut self, text: &str, token: &Token<'_>) -> Result<(), Problem> {
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err(broken(
                "broken-xml",
                "text outside of the root element: this is no XML file",
                token.offset,
            ));
        }
        if let Some(node) = self.tree.last_mut() {
            node.text.push_str(text);
        }
        self.check_size(0, token.end)
    }

    fn open(&mut self, content: &str, token: &Token<'_>, output: &mut Output) -> Result<(), Problem> {
        let name = content.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        let start = name.chars().next();
        if start.is_none_or(|c| !(c.is_alphabetic() || c == '_')) || name.contains(['<', '&', '"', '\'', '='])
        {
            return Err(broken("broken-xml", format!("<{name} begins no element"), token.offset));
        }
        if self.finished {
            let message = format!("<{name}> stands behind the end of the document");
            return Err(broken("broken-xml", message, token.offset));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(broken(
                "broken-xml",
                format!("more than {DEPTH_MAX} elements in one another"),
                token.offset,
            ));
        }
        let attributes = Attributes::read(content, name, token.offset)?;
        // names of the message lose their prefix; a foreign one keeps it, and so is not found under the local name
        let known = match self.document_at {
            Some(_) => name.strip_prefix(&self.prefix).filter(|rest| !rest.contains(':')).unwrap_or(name),
            None => local(name),
        };
        self.enter(known, &attributes, token, output)?;
        if self.document_at == Some(self.open.len()) {
            self.prefix = name.strip_suffix(local(name)).unwrap_or_default().to_owned();
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    fn enter(
        &mut self,
        name: &str,
        attributes: &Attributes,
        token: &Token<'_>,
        output: &mut Output,
    ) -> Result<(), Problem> {
        if !self.tree.is_empty() || self.statement_depth() == Some(self.open.len()) {
            if self.tree.is_empty() && name == "Ntry" {
                self.start_statement(output)?;
            }
            self.tree.push(Node {
                name: name.to_owned(),
                currency: attributes.currency.clone(),
                offset: token.offset,
                ..Node::default()
            });
            return self.check_size(0, token.end);
        }
        let depth = self.document_at.map(|at| self.open.len().saturating_sub(at));
        match (depth, name) {
            (None, "Document") => {
                check_namespace(attributes.namespace.as_deref(), token.offset)?;
                self.document_at = Some(self.open.len());
            }
            // an envelope around the document is passed over; another root is another format
            (Some(1), other) if other != STATEMENTS => {
                let what = OTHERS
                    .iter()
                    .find(|(element, _)| *element == other)
                    .map_or(other, |(_, message)| *message);
                let message = format!("this is {what}; a statement, camt.053, is wanted");
                return Err(broken("wrong-message", message, token.offset));
            }
            (Some(2), "Stmt") => {
                self.statement = Some(Statement::new(self.statements, token.offset));
                self.statements = self.statements.saturating_add(1);
            }
            _ => {}
        }
        Ok(())
    }

    /// The number of open elements directly inside of the current `Stmt`.
    fn statement_depth(&self) -> Option<usize> {
        self.statement.as_ref().and(self.document_at).map(|at| at.saturating_add(3))
    }

    fn start_statement(&mut self, output: &mut Output) -> Result<(), Problem> {
        if let Some(statement) = self.statement.as_mut().filter(|statement| !statement.started) {
            let start = statement.start(&mut output.warnings)?;
            output.items.push(Item::StatementStart(start));
        }
        Ok(())
    }

    fn close(&mut self, name: &str, token: &Token<'_>, output: &mut Output) -> Result<(), Problem> {
        match self.open.pop() {
            Some(open) if open == name => {}
            Some(open) => {
                let message = format!("</{name}> where </{open}> is due");
                return Err(broken("broken-xml", message, token.offset));
            }
            None => return Err(broken("broken-xml", format!("</{name}> closes nothing"), token.offset)),
        }
        if let Some(node) = self.tree.pop() {
            match self.tree.last_mut() {
                Some(parent) => parent.children.push(node),
                None => self.take_child(node, token.end, output)?,
            }
        } else if self.statement.is_some()
            && self.statement_depth() == Some(self.open.len().saturating_add(1))
        {
            self.start_statement(output)?;
            if let Some(mut statement) = self.statement.take() {
                output.items.push(Item::StatementEnd(statement.end(&mut output.warnings)?));
            }
        }
        if self.open.is_empty() {
            self.finished = self.document_at.is_some();
            if !self.finished {
                return Err(broken(
                    "wrong-message",
                    format!("<{name}> holds no Document of camt.053"),
                    token.offset,
                ));
            }
        }
        Ok(())
    }

    fn take_child(&mut self, node: Node, end: u64, output: &mut Output) -> Result<(), Problem> {
        let Some(statement) = self.statement.as_mut() else { return Ok(()) };
        if node.name != "Ntry" {
            statement.keep(node);
            return Ok(());
        }
        let place = Place { statement: statement.ordinal, ordinal: statement.entries, end };
        let nth = place.ordinal.saturating_add(1);
        let path = statement.path();
        let mut warnings: Vec<Warning> = Vec::new();
        let found =
            entry(&node, place, &mut Told { path: &format!("{path}/Ntry[{nth}]"), warnings: &mut warnings })
                .map_err(|refusal| refusal.in_tree(&node, &path, Some(nth)))?;
        output.warnings.extend(warnings);
        statement.count(&found.amount, found.credit, found.status == "booked", &found.currency);
        output.items.push(Item::Entry(found));
        Ok(())
    }
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The attributes that matter.
#[derive(Debug, Default)]
struct Attributes {
    /// The namespace of the element itself, where this tag declares it.
    namespace: Option<String>,
    currency: Option<String>,
}

impl Attributes {
    fn read(content: &str, name: &str, offset: u64) -> Result<Self, Problem> {
        let declares =
            name.split_once(':').map_or("xmlns".to_owned(), |(prefix, _)| format!("xmlns:{prefix}"));
        let tag = BytesStart::from_content(content, name.len());
        let mut found = Attributes::default();
        for attribute in tag.attributes() {
            let refuse = |why: &dyn std::fmt::Display| {
                broken("broken-xml", format!("an attribute of <{name}> cannot be read: {why}"), offset)
            };
            let attribute = attribute.map_err(|error| refuse(&error))?;
            let key = std::str::from_utf8(attribute.key.as_ref()).unwrap_or_default();
            let raw = std::str::from_utf8(&attribute.value).unwrap_or_default();
            if raw.contains('<') {
                return Err(refuse(&"it holds <"));
            }
            let value = unescaped(raw, offset)?;
            if key == declares {
                found.namespace = Some(value);
            } else if local(key) == "Ccy" {
                found.currency = Some(value.trim().to_owned());
            }
        }
        Ok(found)
    }
}
