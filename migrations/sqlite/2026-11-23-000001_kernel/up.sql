-- The kernel's schema (SQLite), twin of the PostgreSQL file of the same name: the same tables, columns and keys.
-- Portable columns: id = 16 bytes, digest = 32 bytes, money = INTEGER minor units, decimal = TEXT, instant = UTC
-- 'YYYY-MM-DD HH:MM:SS.ffffff' (so that text order is time order), date = 'YYYY-MM-DD', JSON and code lists = TEXT.
-- STRICT refuses a value of another type. WITHOUT ROWID where rows are narrow: one tree instead of two.
-- Every key starts with the company: a cross-company reference cannot be written.
-- Personal data stand only in columns marked PII and in encrypted blobs.

CREATE TABLE companies (
    id BLOB PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    base_currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    taxpayer_status TEXT NOT NULL,
    tax_scheme TEXT,
    tax_id TEXT,
    address TEXT NOT NULL,                  -- JSON
    retention_years INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Keys encrypt personal data. Destroying a key (wrapped := NULL) erases what it encrypted.
CREATE TABLE keys (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('company', 'party', 'input', 'content')),
    wrapped BLOB,
    created_at TEXT NOT NULL,
    destroyed_at TEXT,
    PRIMARY KEY (company, id)
) STRICT;
CREATE INDEX keys_of_company ON keys (company) WHERE kind = 'company';

CREATE TABLE users (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,                    -- JSON array of role names
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, login)
) STRICT;

CREATE TABLE tokens (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    owner BLOB NOT NULL,
    label TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,              -- SHA-256 of the secret
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
) STRICT;

CREATE TABLE customers (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    name TEXT,                              -- PII
    country TEXT NOT NULL,
    region TEXT,
    address TEXT,                           -- PII, JSON
    currency TEXT NOT NULL,
    locale TEXT NOT NULL,
    kind TEXT NOT NULL,
    taxpayer_status TEXT NOT NULL,
    tax_scheme TEXT,
    tax_id TEXT,                            -- PII
    email TEXT,                             -- PII
    terms_days INTEGER NOT NULL,
    statement_style TEXT NOT NULL CHECK (statement_style IN ('open-item', 'balance-forward')),
    parent BLOB,
    party_key BLOB NOT NULL,
    erased_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, code),
    FOREIGN KEY (company, party_key) REFERENCES keys (company, id),
    FOREIGN KEY (company, parent) REFERENCES customers (company, id)
) STRICT;

-- Accounts a customer pays from.
CREATE TABLE customer_accounts (
    company BLOB NOT NULL,
    customer BLOB NOT NULL,
    account TEXT NOT NULL,                  -- PII
    scheme TEXT NOT NULL,
    PRIMARY KEY (company, customer, account),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_accounts_by_account ON customer_accounts (company, account);

-- Which parties stand in what a key encrypts.
CREATE TABLE key_parties (
    company BLOB NOT NULL,
    key BLOB NOT NULL,
    customer BLOB NOT NULL,
    PRIMARY KEY (company, key, customer),
    FOREIGN KEY (company, key) REFERENCES keys (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_parties_by_customer ON key_parties (company, customer);

-- Encrypted bytes: guest inputs, sealed statements, artefacts, bank files, stored responses. `commitment` is SHA-256(salt ‖ plain bytes);
-- `salt` is encrypted under the same key.
CREATE TABLE blobs (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    key BLOB NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    salt BLOB NOT NULL,
    bytes BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, key) REFERENCES keys (company, id)
) STRICT;

-- Number series: gap-free, taken after the last check and before the inserts.
CREATE TABLE series (
    company BLOB NOT NULL REFERENCES companies (id),
    code TEXT NOT NULL,                     -- as INV-2026
    next INTEGER NOT NULL,
    PRIMARY KEY (company, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE fx_rates (
    company BLOB NOT NULL REFERENCES companies (id),
    source_currency TEXT NOT NULL,
    target_currency TEXT NOT NULL,
    date TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (company, source_currency, target_currency, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_locks (
    company BLOB NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL CHECK (kind IN ('soft', 'hard', 'tax')),
    through TEXT NOT NULL,                  -- this day and all before it
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (company, kind)
) STRICT, WITHOUT ROWID;

-- Plugins: bytes live in the database, once by digest for all companies; each admission is a row.
CREATE TABLE plugins (
    digest BLOB PRIMARY KEY,
    world TEXT NOT NULL CHECK (world IN ('tax', 'statement', 'reconciliation', 'bank')),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    manifest TEXT NOT NULL,                 -- JSON
    bytes BLOB NOT NULL,
    builtin INTEGER NOT NULL CHECK (builtin IN (0, 1)),
    admitted_by TEXT NOT NULL,
    admitted_at TEXT NOT NULL
) STRICT;

CREATE TABLE bindings (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    slot TEXT NOT NULL,                     -- world, or world:qualifier (bank:camt)
    digest BLOB NOT NULL REFERENCES plugins (digest),
    config TEXT NOT NULL,                   -- canonical JSON
    config_digest BLOB NOT NULL,
    valid_from TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT;
CREATE INDEX bindings_by_slot ON bindings (company, slot, valid_from);

-- One conversation with a guest. Fuel, memory and time are part of no digest.
CREATE TABLE invocations (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    world TEXT NOT NULL,
    plugin BLOB NOT NULL REFERENCES plugins (digest),
    config TEXT NOT NULL,
    config_digest BLOB NOT NULL,
    input BLOB NOT NULL,                    -- blob
    input_digest BLOB NOT NULL,             -- salted commitment of the ordered messages
    output BLOB NOT NULL,                   -- blob: canonical output
    output_digest BLOB NOT NULL,            -- salted
    fuel INTEGER NOT NULL,
    memory_peak_bytes INTEGER NOT NULL,
    time_us INTEGER NOT NULL,
    engine TEXT NOT NULL,
    called_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, input) REFERENCES blobs (company, id),
    FOREIGN KEY (company, output) REFERENCES blobs (company, id)
) STRICT;

CREATE TABLE documents (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'opening', 'adjustment')),
    number TEXT NOT NULL,
    external_id TEXT,
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    document_date TEXT NOT NULL,
    effective_date TEXT NOT NULL,
    due_date TEXT,
    price_mode TEXT NOT NULL,
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    fx_rate TEXT NOT NULL,                  -- base units per unit of currency
    fx_date TEXT NOT NULL,
    fx_source TEXT NOT NULL,
    base_net INTEGER NOT NULL,
    base_tax INTEGER NOT NULL,
    base_gross INTEGER NOT NULL,
    original BLOB,
    bank_line BLOB,
    tax_invoice_number TEXT,
    purchase_order TEXT,                    -- PII (customer's reference)
    text TEXT,                              -- PII
    text_commitment BLOB NOT NULL,          -- SHA-256(salt ‖ RFC 8785 of the free texts)
    text_salt BLOB,                         -- encrypted under the party's key
    invocation BLOB,
    digest BLOB NOT NULL,                   -- document.v1
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, kind, number),
    UNIQUE (company, kind, external_id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, original) REFERENCES documents (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
) STRICT;
CREATE INDEX documents_by_customer ON documents (company, customer, effective_date);
CREATE INDEX documents_by_date ON documents (company, effective_date, id);
CREATE INDEX documents_by_original ON documents (company, original) WHERE original IS NOT NULL;
-- a line of a bank becomes one document
CREATE UNIQUE INDEX documents_by_bank_line ON documents (company, bank_line) WHERE bank_line IS NOT NULL;

CREATE TABLE document_lines (
    company BLOB NOT NULL,
    document BLOB NOT NULL,
    line INTEGER NOT NULL,
    parent INTEGER,                         -- the line that a discount line discounts
    original_line INTEGER,                  -- of a credit: the original's line it takes back
    description TEXT,                       -- PII
    quantity TEXT NOT NULL,
    unit TEXT,                              -- PII
    unit_price TEXT NOT NULL,
    category TEXT NOT NULL,
    nature TEXT NOT NULL,
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    PRIMARY KEY (company, document, line),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE document_allowances (
    company BLOB NOT NULL,
    document BLOB NOT NULL,
    line INTEGER NOT NULL,                  -- 0: of the document
    n INTEGER NOT NULL,
    charge INTEGER NOT NULL CHECK (charge IN (0, 1)),
    fraction TEXT,
    amount TEXT NOT NULL,
    category TEXT,
    original INTEGER,                       -- of a credit: the original's allowance it takes back
    reason TEXT,                            -- PII
    PRIMARY KEY (company, document, line, n),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tax_lines (
    company BLOB NOT NULL,
    document BLOB NOT NULL,
    n INTEGER NOT NULL,
    lines TEXT NOT NULL,                    -- JSON array of line numbers
    allowance INTEGER,                      -- the document-level allowance or charge it stands on instead
    authority TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    category TEXT NOT NULL,
    rate TEXT NOT NULL,
    base INTEGER NOT NULL,
    exempt_base INTEGER NOT NULL,
    out_of_scope_base INTEGER NOT NULL,
    deducted INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    collected_by TEXT NOT NULL,
    legal_reference TEXT,                   -- PII (a guest's words)
    PRIMARY KEY (company, document, n),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'opening', 'adjustment', 'reversal')),
    effective_date TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    document BLOB,
    reverses BLOB,
    content_hash BLOB NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, reverses) REFERENCES entries (company, id)
) STRICT;

CREATE TABLE postings (
    company BLOB NOT NULL,
    entry BLOB NOT NULL,
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    customer BLOB,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    base INTEGER NOT NULL,
    item BLOB,
    tax_code TEXT,
    PRIMARY KEY (company, entry, line),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_by_customer ON postings (company, customer, account, currency) WHERE customer IS NOT NULL;

-- open, base_open: a cache of original − Σ allocations, rebuildable; `version` guards concurrent allocation.
CREATE TABLE open_items (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    entry BLOB NOT NULL,
    customer BLOB NOT NULL,
    account TEXT NOT NULL,
    document BLOB,
    kind TEXT NOT NULL,
    sign INTEGER NOT NULL CHECK (sign IN (-1, 1)),
    currency TEXT NOT NULL,
    original INTEGER NOT NULL CHECK (original > 0),
    base_original INTEGER NOT NULL,
    open INTEGER NOT NULL CHECK (open >= 0 AND open <= original),
    base_open INTEGER NOT NULL CHECK (base_open >= 0 AND base_open <= base_original),
    due_date TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_items_by_document ON open_items (company, document) WHERE document IS NOT NULL;
CREATE INDEX open_items_by_customer ON open_items (company, customer, currency);
CREATE INDEX open_items_open ON open_items (company, id) WHERE open > 0;

CREATE TABLE allocations (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    entry BLOB NOT NULL,
    effective_date TEXT NOT NULL,
    debit_item BLOB NOT NULL,
    credit_item BLOB NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    base_debit INTEGER NOT NULL,
    base_credit INTEGER NOT NULL,
    reverses BLOB,
    proposal BLOB,
    PRIMARY KEY (company, id),
    UNIQUE (company, reverses),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, debit_item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, reverses) REFERENCES allocations (company, id),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX allocations_by_debit ON allocations (company, debit_item);
CREATE INDEX allocations_by_credit ON allocations (company, credit_item);
CREATE INDEX allocations_by_entry ON allocations (company, entry);

-- Committed, not yet sealed: `seq` is the database's identity, the order in which the sequencer takes rows.
CREATE TABLE unsealed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    company BLOB NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL,
    ref BLOB NOT NULL,
    content_hash BLOB NOT NULL
) STRICT;
CREATE INDEX unsealed_by_company ON unsealed (company, seq);

CREATE TABLE seals (
    company BLOB NOT NULL REFERENCES companies (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,                     -- entry | statement | event
    ref BLOB NOT NULL,
    content_hash BLOB NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (company, position),
    UNIQUE (company, ref)
) STRICT, WITHOUT ROWID;

-- What happened, for integrators and auditors. `seal_ref` names the sealed thing that carries it (an entry, a statement, or the event itself),
-- whose hash covers it: one of three tables, so that no foreign key can stand here.
CREATE TABLE events (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,                     -- as invoice.posted
    subject TEXT NOT NULL,                  -- as doc_…
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    data TEXT NOT NULL,                     -- JSON: ids, codes, digests; no personal data
    seal_ref BLOB NOT NULL,
    PRIMARY KEY (company, id)
) STRICT;
CREATE INDEX events_by_seal ON events (company, seal_ref);

CREATE TABLE bank_accounts (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    scheme TEXT NOT NULL,
    bank TEXT NOT NULL,
    bic TEXT,
    holder TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number)
) STRICT;

CREATE TABLE bank_files (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    file_name TEXT NOT NULL,                -- PII
    digest BLOB NOT NULL,                   -- of the bytes, under the company's key
    size INTEGER NOT NULL,
    blob BLOB NOT NULL,
    invocation BLOB NOT NULL,
    warnings TEXT NOT NULL,                 -- PII (a guest's words), JSON
    imported_by TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, digest),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
) STRICT;

CREATE TABLE bank_statements (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    file BLOB NOT NULL,
    account BLOB NOT NULL,
    bank_id TEXT NOT NULL,
    sequence TEXT,
    legal_sequence TEXT,
    page INTEGER,                           -- of a statement sent in pages
    last_page INTEGER CHECK (last_page IN (0, 1)),
    start_date TEXT,
    end_date TEXT,
    currency TEXT NOT NULL,
    opening INTEGER,
    closing INTEGER,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, file) REFERENCES bank_files (company, id),
    FOREIGN KEY (company, account) REFERENCES bank_accounts (company, id)
) STRICT;

CREATE TABLE bank_lines (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    statement BLOB NOT NULL,
    account BLOB NOT NULL,
    dedupe TEXT NOT NULL,                   -- hex digest of the dedupe key, under the company's key
    entry_ordinal INTEGER NOT NULL,
    detail_ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    booking_date TEXT NOT NULL,
    value_date TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    credit INTEGER NOT NULL CHECK (credit IN (0, 1)),
    currency TEXT NOT NULL,
    charges INTEGER NOT NULL,
    payer_name TEXT,                        -- PII
    payer_account TEXT,                     -- PII
    payer_id TEXT,                          -- PII
    ultimate_debtor TEXT,                   -- PII
    end_to_end TEXT,                        -- PII
    servicer_reference TEXT,                -- PII
    mandate TEXT,                           -- PII
    structured TEXT,                        -- PII
    structured_scheme TEXT,
    free_text TEXT,                         -- PII
    return_reason TEXT,                     -- PII
    original_end_to_end TEXT,               -- PII
    payment TEXT NOT NULL,                  -- PII, JSON: what else the file says of it
    remittances TEXT NOT NULL,              -- PII, JSON
    customer BLOB,                          -- once known
    remaining INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'proposed', 'posted', 'ignored')),
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, account, dedupe),
    FOREIGN KEY (company, statement) REFERENCES bank_statements (company, id),
    FOREIGN KEY (company, account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;
CREATE INDEX bank_lines_open ON bank_lines (company, status, booking_date);

CREATE TABLE proposals (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    invocation BLOB NOT NULL,
    ordinal INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    customer BLOB,
    confidence TEXT NOT NULL,
    score INTEGER NOT NULL,
    rule TEXT NOT NULL,                     -- PII (a guest's words)
    residual TEXT NOT NULL,
    residual_amount INTEGER NOT NULL,
    reverses_document BLOB,
    reasons TEXT NOT NULL,                  -- PII (a guest's words), JSON
    ambiguous_with TEXT NOT NULL,           -- JSON, ids of items
    status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'superseded')),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, reverses_document) REFERENCES documents (company, id)
) STRICT;
CREATE INDEX proposals_by_status ON proposals (company, status);

CREATE TABLE proposal_lines (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    bank_line BLOB NOT NULL,
    PRIMARY KEY (company, proposal, bank_line),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE proposal_allocations (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    n INTEGER NOT NULL,
    bank_line BLOB,                         -- absent: item-to-item netting
    item BLOB NOT NULL,
    credit_item BLOB,                       -- of a netting
    amount INTEGER NOT NULL,
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE proposal_differences (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    n INTEGER NOT NULL,
    bank_line BLOB NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    item BLOB,
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id)
) STRICT, WITHOUT ROWID;

-- Why the last call left a line to people; gone with the next proposal for it.
CREATE TABLE unmatched_lines (
    company BLOB NOT NULL,
    bank_line BLOB NOT NULL,
    invocation BLOB NOT NULL,
    reason TEXT NOT NULL,                   -- a code
    nearest TEXT NOT NULL,                  -- JSON, ids of items
    PRIMARY KEY (company, bank_line),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
) STRICT, WITHOUT ROWID;

-- What reconciliation may write off. A customer's row replaces the company's of the same currency and role.
CREATE TABLE tolerances (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    customer BLOB,                          -- absent: the company's
    currency TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('tail', 'charge', 'discount')),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    permille INTEGER NOT NULL CHECK (permille >= 0 AND permille <= 1000),
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;
CREATE UNIQUE INDEX tolerances_of_company ON tolerances (company, currency, role) WHERE customer IS NULL;
CREATE UNIQUE INDEX tolerances_of_customer ON tolerances (company, customer, currency, role) WHERE customer IS NOT NULL;

CREATE TABLE statement_runs (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    cut_off TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    made INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT;

CREATE TABLE statements (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    run BLOB NOT NULL,
    customer BLOB NOT NULL,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    supersedes BLOB,
    previous BLOB,
    style TEXT NOT NULL,
    period_start TEXT NOT NULL,
    cut_off TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    content BLOB NOT NULL,                  -- blob: sealed canonical JSON
    digest BLOB NOT NULL,                   -- SHA-256(salt ‖ sealed bytes)
    status TEXT NOT NULL CHECK (status IN ('sealed', 'approved', 'rejected', 'superseded')),
    fallback INTEGER NOT NULL CHECK (fallback IN (0, 1)), -- laid out by the built-in format because the bound one failed
    invocation BLOB,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    row_version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number, version),
    UNIQUE (company, customer, cut_off, version),
    FOREIGN KEY (company, run) REFERENCES statement_runs (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, content) REFERENCES blobs (company, id),
    FOREIGN KEY (company, supersedes) REFERENCES statements (company, id),
    FOREIGN KEY (company, previous) REFERENCES statements (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
) STRICT;

CREATE TABLE statement_closings (
    company BLOB NOT NULL,
    statement BLOB NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    opening INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    PRIMARY KEY (company, statement, account, currency),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE artefacts (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    statement BLOB NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    blob BLOB NOT NULL,
    renderer TEXT NOT NULL,                 -- version; PDF bytes are kept, never claimed reproducible
    pages INTEGER,
    PRIMARY KEY (company, id),
    UNIQUE (company, statement, name),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id)
) STRICT;

CREATE TABLE jobs (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,                  -- JSON
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    owner TEXT,
    leased_until TEXT,
    attempt INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    result TEXT,                            -- PII (a guest's words), JSON
    error TEXT,                             -- PII (a guest's words)
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    PRIMARY KEY (company, id)
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, created_at);

-- The one sequencer of a company.
CREATE TABLE leases (
    company BLOB NOT NULL REFERENCES companies (id),
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    leased_until TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    PRIMARY KEY (company, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    company BLOB NOT NULL REFERENCES companies (id),
    actor TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,                -- under the company's key
    claimed_until TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status INTEGER,                         -- HTTP status, once completed
    response BLOB,                          -- blob
    completed_at TEXT,
    PRIMARY KEY (company, actor, route, key),
    FOREIGN KEY (company, response) REFERENCES blobs (company, id)
) STRICT;
