//! The closed lists of the store. Kinds of documents, entries and items are the domain's, as text.

codes! {
    /// What a key encrypts.
    KeyKind {
        /// The company's own: wraps the keys of inputs.
        Company = "company",
        /// One customer's personal data.
        Party = "party",
        /// A stored guest input or output.
        Input = "input",
        /// A sealed statement, artefact, bank file or response.
        Content = "content",
    }
    /// What of a customer is no longer so.
    FormerKind {
        Name = "name",
        TaxId = "tax-id",
    }
    /// Where a merge of two customers stands.
    MergeState {
        Proposed = "proposed",
        Merged = "merged",
        Withdrawn = "withdrawn",
        Undone = "undone",
    }
    /// Where a change of bank details stands.
    BankDetailState {
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
    /// Why a customer disputes an open item.
    DisputeReason {
        Price = "price",
        Quantity = "quantity",
        Quality = "quality",
        /// Not delivered, or not as ordered.
        Delivery = "delivery",
        /// Invoiced twice.
        Duplicate = "duplicate",
        /// Somebody else owes it.
        NotOurs = "not-ours",
        Other = "other",
    }
    /// Where a dispute stands.
    DisputeState {
        Open = "open",
        /// The customer is right.
        Accepted = "accepted",
        /// She owes it.
        Rejected = "rejected",
        /// She does not say so any more.
        Withdrawn = "withdrawn",
    }
    /// What was done with an item of a checklist.
    CloseAct {
        /// What was found holds.
        Signed = "signed",
        /// It does not, for a reason.
        Waived = "waived",
        Reopened = "reopened",
    }
    /// Why no document has a number.
    VoidReason {
        Lost = "lost",
        Spoiled = "spoiled",
        Test = "test",
    }
    /// What became of a part of a delivery.
    DeliveryLinkKind {
        Billed = "billed",
        Returned = "returned",
    }
    /// How firmly a period is closed.
    LockKind {
        Soft = "soft",
        Hard = "hard",
        Tax = "tax",
    }
    /// Where the moving back of a lock stands.
    UnlockState {
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
    /// Whether a plugin is used where it is bound: one proposes it, another activates it.
    BindingStatus {
        Pending = "pending",
        Active = "active",
        Withdrawn = "withdrawn",
    }
    /// What has become of a bank line.
    BankLineStatus {
        Open = "open",
        Proposed = "proposed",
        Posted = "posted",
        Ignored = "ignored",
    }
    /// What has become of a proposal.
    ProposalStatus {
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        /// Its line or item changed before it was decided.
        Superseded = "superseded",
        /// What its approval posted was taken back.
        Undone = "undone",
    }
    /// Where a document stands before it is posted (草稿 → 提交 → 审批 → 过账).
    DraftState {
        Draft = "draft",
        Submitted = "submitted",
        Approved = "approved",
        Posted = "posted",
        Rejected = "rejected",
    }
    /// What somebody did with a draft.
    DraftAct {
        Created = "created",
        Changed = "changed",
        Submitted = "submitted",
        Approved = "approved",
        Rejected = "rejected",
        Posted = "posted",
    }
    /// A run over all customers.
    StatementRunStatus {
        Running = "running",
        Done = "done",
        Failed = "failed",
    }
    /// A statement is sealed before it is reviewed: what is approved cannot change.
    StatementStatus {
        Sealed = "sealed",
        Approved = "approved",
        Rejected = "rejected",
        Superseded = "superseded",
    }
    /// What a bad row of an import does to the others.
    ImportMode {
        AllOrNothing = "all-or-nothing",
        BestEffort = "best-effort",
    }
    /// What has become of an import. One that is all or nothing is never seen running.
    ImportStatus {
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
        Undone = "undone",
    }
    /// What has become of a record of an import.
    ImportRowStatus {
        In = "in",
        Undone = "undone",
    }
    /// A job in the queue.
    JobStatus {
        Queued = "queued",
        Running = "running",
        Done = "done",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}
