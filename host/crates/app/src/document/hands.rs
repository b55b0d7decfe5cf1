//! Who prepared (制单) and who approved (审核) what stands in the books: of what came from a draft or a bank line's proposal the people of
//! that, else who posted it.

use crate::common::Common;
use domain::ids::{BankLineId, CompanyId, DocumentId, DraftId, ProposalId, TokenId, UserId};
use std::collections::{BTreeSet, HashMap};
use store::rows::Proposal;
use store::types::ProposalStatus;
use store::{Conn, query};

/// Who acts, as events name her: a user, of a key the user whose it is; a policy; `system`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    pub id: String,
    /// Of a user.
    pub name: Option<String>,
}

impl Hand {
    /// As it is shown where there is room for one word.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// By whose hands something came into the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hands {
    pub draft: Option<DraftId>,
    pub proposal: Option<ProposalId>,
    pub prepared_by: Hand,
    /// Who approved it last; `None` where nobody did beside who prepared it.
    pub approved_by: Option<Hand>,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub document: Option<DocumentId>,
    pub bank_line: Option<BankLineId>,
    /// By which its allocations were made.
    pub proposal: Option<ProposalId>,
    /// Who posted it.
    pub by: String,
}

/// The hands of each, in their order.
pub(crate) fn hands_of(conn: &mut Conn, company: CompanyId, of: &[Posted]) -> Result<Vec<Hands>, Common> {
    let documents: Vec<DocumentId> = of.iter().filter_map(|one| one.document).collect();
    let drafts = query::drafts::of_documents(conn, company, &documents)?;
    let drafts: HashMap<DocumentId, _> = drafts.into_iter().map(|made| (made.document, made)).collect();
    let lines: Vec<BankLineId> = of.iter().filter_map(|one| one.bank_line).collect();
    let on_lines = query::proposals::of_lines(conn, company, &lines)?;
    let told = of.iter().filter_map(|one| one.proposal);
    let ids: BTreeSet<ProposalId> = told.chain(on_lines.iter().map(|(_, id)| *id)).collect();
    let proposals = query::proposals::by_ids(conn, company, &ids.into_iter().collect::<Vec<_>>())?;
    let proposals: HashMap<ProposalId, Proposal> = proposals.into_iter().map(|row| (row.id, row)).collect();
    let is_approved =
        |id: &ProposalId| proposals.get(id).is_some_and(|row| row.status == ProposalStatus::Approved);
    let approved: HashMap<BankLineId, ProposalId> =
        on_lines.into_iter().filter(|(_, id)| is_approved(id)).collect();
    let named = |one: &Posted| one.proposal.or_else(|| approved.get(&one.bank_line?).copied());
    let mut people = People::default();
    let mut found = Vec::with_capacity(of.len());
    for one in of {
        let draft = one.document.and_then(|document| drafts.get(&document));
        let proposal = named(one).and_then(|id| proposals.get(&id));
        let (prepared, approved) = match (draft, proposal) {
            (Some(draft), _) => (draft.prepared_by.as_str(), draft.approved_by.as_deref()),
            (None, Some(proposal)) => (proposal.created_by.as_str(), proposal.decided_by.as_deref()),
            (None, None) => (one.by.as_str(), None),
        };
        let prepared_by = people.hand(conn, company, prepared)?;
        let approved_by = match approved {
            Some(who) => Some(people.hand(conn, company, who)?).filter(|hand| *hand != prepared_by),
            None => None,
        };
        found.push(Hands {
            draft: draft.map(|made| made.draft),
            proposal: proposal.map(|row| row.id).filter(|_| draft.is_none()),
            prepared_by,
            approved_by,
        });
    }
    Ok(found)
}

/// People by how rows name them: few do everything, so each is looked up once.
#[derive(Default)]
struct People {
    known: HashMap<String, Hand>,
}

impl People {
    fn hand(&mut self, conn: &mut Conn, company: CompanyId, who: &str) -> Result<Hand, Common> {
        if let Some(known) = self.known.get(who) {
            return Ok(known.clone());
        }
        let user = match who.parse::<TokenId>() {
            Ok(key) => query::tokens::by_id(conn, company, key)?.map(|token| token.owner),
            Err(_) => who.parse::<UserId>().ok(),
        };
        let row = match user {
            Some(id) => query::users::by_id(conn, company, id)?,
            None => None,
        };
        let id = user.map_or_else(|| who.to_owned(), |id| id.to_string());
        let hand = Hand { id, name: row.map(|row| row.name) };
        self.known.insert(who.to_owned(), hand.clone());
        Ok(hand)
    }
}
