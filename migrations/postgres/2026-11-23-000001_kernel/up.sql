-- The kernel's schema (PostgreSQL). The SQLite twin has the same tables, columns and keys.
-- Portable columns: id = 16 bytes, digest = 32 bytes, money = BIGINT minor units, decimal = TEXT, instant = UTC TIMESTAMP,
-- JSON and code lists = TEXT. Every key starts with the company: a cross-company reference cannot be written.
-- Text keys are COLLATE "C". Personal data stand only in columns marked PII and in encrypted blobs.

CREATE TABLE companies (
    id BYTEA PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL UNIQUE,
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
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Keys encrypt personal data. Destroying a key (wrapped := NULL) erases what it encrypted.
CREATE TABLE keys (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('company', 'party', 'input', 'content')),
    wrapped BYTEA,
    created_at TIMESTAMP NOT NULL,
    destroyed_at TIMESTAMP,
    PRIMARY KEY (company, id)
);
CREATE INDEX keys_of_company ON keys (company) WHERE kind = 'company';

CREATE TABLE users (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,                    -- JSON array of role names
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, login)
);

CREATE TABLE tokens (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    owner BYTEA NOT NULL,
    label TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,             -- SHA-256 of the secret
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
);

CREATE TABLE customers (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
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
    parent BYTEA,
    party_key BYTEA NOT NULL,
    erased_at TIMESTAMP,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, code),
    FOREIGN KEY (company, party_key) REFERENCES keys (company, id),
    FOREIGN KEY (company, parent) REFERENCES customers (company, id)
);

-- Accounts a customer pays from.
CREATE TABLE customer_accounts (
    company BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    account TEXT COLLATE "C" NOT NULL,      -- PII
    scheme TEXT NOT NULL,
    PRIMARY KEY (company, customer, account),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX customer_accounts_by_account ON customer_accounts (company, account);

-- Which parties stand in what a key encrypts.
CREATE TABLE key_parties (
    company BYTEA NOT NULL,
    key BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    PRIMARY KEY (company, key, customer),
    FOREIGN KEY (company, key) REFERENCES keys (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX key_parties_by_customer ON key_parties (company, customer);

-- Encrypted bytes: guest inputs, sealed statements, artefacts, bank files, stored responses. `commitment` is SHA-256(salt ‖ plain bytes);
-- `salt` is encrypted under the same key.
CREATE TABLE blobs (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    key BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    commitment BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, key) REFERENCES keys (company, id)
);

-- Number series: gap-free, taken after the last check and before the inserts.
CREATE TABLE series (
    company BYTEA NOT NULL REFERENCES companies (id),
    code TEXT COLLATE "C" NOT NULL,         -- as INV-2026
    next BIGINT NOT NULL,
    PRIMARY KEY (company, code)
);

CREATE TABLE fx_rates (
    company BYTEA NOT NULL REFERENCES companies (id),
    source_currency TEXT COLLATE "C" NOT NULL,
    target_currency TEXT COLLATE "C" NOT NULL,
    date DATE NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (company, source_currency, target_currency, date)
);

CREATE TABLE period_locks (
    company BYTEA NOT NULL REFERENCES companies (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('soft', 'hard', 'tax')),
    through DATE NOT NULL,                  -- this day and all before it
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, kind)
);

-- Plugins: bytes live in the database, once by digest for all companies; each admission is a row.
CREATE TABLE plugins (
    digest BYTEA PRIMARY KEY,
    world TEXT NOT NULL CHECK (world IN ('tax', 'statement', 'reconciliation', 'bank')),
    name TEXT COLLATE "C" NOT NULL,
    version TEXT NOT NULL,
    manifest TEXT NOT NULL,                 -- JSON
    bytes BYTEA NOT NULL,
    builtin BOOLEAN NOT NULL,
    admitted_by TEXT NOT NULL,
    admitted_at TIMESTAMP NOT NULL
);

CREATE TABLE bindings (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    slot TEXT COLLATE "C" NOT NULL,         -- world, or world:qualifier (bank:camt)
    digest BYTEA NOT NULL REFERENCES plugins (digest),
    config TEXT NOT NULL,                   -- canonical JSON
    config_digest BYTEA NOT NULL,
    valid_from DATE NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id)
);
CREATE INDEX bindings_by_slot ON bindings (company, slot, valid_from);

-- One conversation with a guest. Fuel, memory and time are part of no digest.
CREATE TABLE invocations (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    world TEXT NOT NULL,
    plugin BYTEA NOT NULL REFERENCES plugins (digest),
    config TEXT NOT NULL,
    config_digest BYTEA NOT NULL,
    input BYTEA NOT NULL,                   -- blob
    input_digest BYTEA NOT NULL,            -- salted commitment of the ordered messages
    output BYTEA NOT NULL,                  -- blob: canonical output
    output_digest BYTEA NOT NULL,           -- salted
    fuel BIGINT NOT NULL,
    memory_peak_bytes BIGINT NOT NULL,
    time_us BIGINT NOT NULL,
    engine TEXT NOT NULL,
    called_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, input) REFERENCES blobs (company, id),
    FOREIGN KEY (company, output) REFERENCES blobs (company, id)
);

CREATE TABLE documents (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'opening', 'adjustment')),
    number TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    customer BYTEA NOT NULL,
    currency TEXT NOT NULL,
    document_date DATE NOT NULL,
    effective_date DATE NOT NULL,
    due_date DATE,
    price_mode TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    fx_rate TEXT NOT NULL,                  -- base units per unit of currency
    fx_date DATE NOT NULL,
    fx_source TEXT NOT NULL,
    base_net BIGINT NOT NULL,
    base_tax BIGINT NOT NULL,
    base_gross BIGINT NOT NULL,
    original BYTEA,
    bank_line BYTEA,
    tax_invoice_number TEXT,
    purchase_order TEXT,                    -- PII (customer's reference)
    text TEXT,                              -- PII
    text_commitment BYTEA NOT NULL,         -- SHA-256(salt ‖ RFC 8785 of the free texts)
    text_salt BYTEA,                        -- encrypted under the party's key
    invocation BYTEA,
    digest BYTEA NOT NULL,                  -- document.v1
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, kind, number),
    UNIQUE (company, kind, external_id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, original) REFERENCES documents (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
);
CREATE INDEX documents_by_customer ON documents (company, customer, effective_date);
CREATE INDEX documents_by_date ON documents (company, effective_date, id);
CREATE INDEX documents_by_original ON documents (company, original) WHERE original IS NOT NULL;
-- a line of a bank becomes one document
CREATE UNIQUE INDEX documents_by_bank_line ON documents (company, bank_line) WHERE bank_line IS NOT NULL;

CREATE TABLE document_lines (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,
    line INTEGER NOT NULL,
    parent INTEGER,                         -- the line that a discount line discounts
    original_line INTEGER,                  -- of a credit: the original's line it takes back
    description TEXT,                       -- PII
    quantity TEXT NOT NULL,
    unit TEXT,                              -- PII
    unit_price TEXT NOT NULL,
    category TEXT NOT NULL,
    nature TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    PRIMARY KEY (company, document, line),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);

CREATE TABLE document_allowances (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,
    line INTEGER NOT NULL,                  -- 0: of the document
    n INTEGER NOT NULL,
    charge BOOLEAN NOT NULL,
    fraction TEXT,
    amount TEXT NOT NULL,
    category TEXT,
    original INTEGER,                       -- of a credit: the original's allowance it takes back
    reason TEXT,                            -- PII
    PRIMARY KEY (company, document, line, n),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);

CREATE TABLE tax_lines (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,
    n INTEGER NOT NULL,
    lines TEXT NOT NULL,                    -- JSON array of line numbers
    allowance INTEGER,                      -- the document-level allowance or charge it stands on instead
    authority TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    category TEXT NOT NULL,
    rate TEXT NOT NULL,
    base BIGINT NOT NULL,
    exempt_base BIGINT NOT NULL,
    out_of_scope_base BIGINT NOT NULL,
    deducted BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    collected_by TEXT NOT NULL,
    legal_reference TEXT,                   -- PII (a guest's words)
    PRIMARY KEY (company, document, n),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);

CREATE TABLE entries (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'opening', 'adjustment', 'reversal')),
    effective_date DATE NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    document BYTEA,
    reverses BYTEA,
    content_hash BYTEA NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, reverses) REFERENCES entries (company, id)
);

CREATE TABLE postings (
    company BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    line INTEGER NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    customer BYTEA,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    base BIGINT NOT NULL,
    item BYTEA,
    tax_code TEXT,
    PRIMARY KEY (company, entry, line),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX postings_by_customer ON postings (company, customer, account, currency) WHERE customer IS NOT NULL;

-- open, base_open: a cache of original − Σ allocations, rebuildable; `version` guards concurrent allocation.
CREATE TABLE open_items (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    document BYTEA,
    kind TEXT NOT NULL,
    sign INTEGER NOT NULL CHECK (sign IN (-1, 1)),
    currency TEXT COLLATE "C" NOT NULL,
    original BIGINT NOT NULL CHECK (original > 0),
    base_original BIGINT NOT NULL,
    open BIGINT NOT NULL CHECK (open >= 0 AND open <= original),
    base_open BIGINT NOT NULL CHECK (base_open >= 0 AND base_open <= base_original),
    due_date DATE,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
CREATE INDEX open_items_by_document ON open_items (company, document) WHERE document IS NOT NULL;
CREATE INDEX open_items_by_customer ON open_items (company, customer, currency);
CREATE INDEX open_items_open ON open_items (company, id) WHERE open > 0;

CREATE TABLE allocations (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    effective_date DATE NOT NULL,
    debit_item BYTEA NOT NULL,
    credit_item BYTEA NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    base_debit BIGINT NOT NULL,
    base_credit BIGINT NOT NULL,
    reverses BYTEA,
    proposal BYTEA,
    PRIMARY KEY (company, id),
    UNIQUE (company, reverses),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, debit_item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, reverses) REFERENCES allocations (company, id)
);
CREATE INDEX allocations_by_debit ON allocations (company, debit_item);
CREATE INDEX allocations_by_credit ON allocations (company, credit_item);
CREATE INDEX allocations_by_entry ON allocations (company, entry);

-- Committed, not yet sealed: `seq` is the database's identity, the order in which the sequencer takes rows.
CREATE TABLE unsealed (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company BYTEA NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL,
    ref BYTEA NOT NULL,
    content_hash BYTEA NOT NULL
);
CREATE INDEX unsealed_by_company ON unsealed (company, seq);

CREATE TABLE seals (
    company BYTEA NOT NULL REFERENCES companies (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,                     -- entry | statement | event
    ref BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (company, position),
    UNIQUE (company, ref)
);

-- What happened, for integrators and auditors. `seal_ref` names the sealed thing that carries it (an entry, a statement, or the event itself),
-- whose hash covers it: one of three tables, so that no foreign key can stand here.
CREATE TABLE events (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,         -- as invoice.posted
    subject TEXT COLLATE "C" NOT NULL,      -- as doc_…
    actor TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    data TEXT NOT NULL,                     -- JSON: ids, codes, digests; no personal data
    seal_ref BYTEA NOT NULL,
    PRIMARY KEY (company, id)
);
CREATE INDEX events_by_seal ON events (company, seal_ref);

CREATE TABLE bank_accounts (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    scheme TEXT NOT NULL,
    bank TEXT NOT NULL,
    bic TEXT,
    holder TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number)
);

CREATE TABLE bank_files (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    file_name TEXT NOT NULL,                -- PII
    digest BYTEA NOT NULL,                  -- of the bytes, under the company's key
    size BIGINT NOT NULL,
    blob BYTEA NOT NULL,
    invocation BYTEA NOT NULL,
    warnings TEXT NOT NULL,                 -- PII (a guest's words), JSON
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, digest),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
);

CREATE TABLE bank_statements (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    file BYTEA NOT NULL,
    account BYTEA NOT NULL,
    bank_id TEXT NOT NULL,
    sequence TEXT,
    legal_sequence TEXT,
    page INTEGER,                           -- of a statement sent in pages
    last_page BOOLEAN,
    start_date DATE,
    end_date DATE,
    currency TEXT NOT NULL,
    opening BIGINT,
    closing BIGINT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, file) REFERENCES bank_files (company, id),
    FOREIGN KEY (company, account) REFERENCES bank_accounts (company, id)
);

CREATE TABLE bank_lines (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    statement BYTEA NOT NULL,
    account BYTEA NOT NULL,
    dedupe TEXT COLLATE "C" NOT NULL,       -- hex digest of the dedupe key, under the company's key
    entry_ordinal INTEGER NOT NULL,
    detail_ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    booking_date DATE NOT NULL,
    value_date DATE,
    amount BIGINT NOT NULL CHECK (amount > 0),
    credit BOOLEAN NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    charges BIGINT NOT NULL,
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
    customer BYTEA,                         -- once known
    remaining BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'proposed', 'posted', 'ignored')),
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, account, dedupe),
    FOREIGN KEY (company, statement) REFERENCES bank_statements (company, id),
    FOREIGN KEY (company, account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX bank_lines_open ON bank_lines (company, status, booking_date);

CREATE TABLE proposals (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    invocation BYTEA NOT NULL,
    ordinal INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    customer BYTEA,
    confidence TEXT NOT NULL,
    score INTEGER NOT NULL,
    rule TEXT NOT NULL,                     -- PII (a guest's words)
    residual TEXT NOT NULL,
    residual_amount BIGINT NOT NULL,
    reverses_document BYTEA,
    reasons TEXT NOT NULL,                  -- PII (a guest's words), JSON
    ambiguous_with TEXT NOT NULL,           -- JSON, ids of items
    status TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'superseded')),
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, reverses_document) REFERENCES documents (company, id)
);
CREATE INDEX proposals_by_status ON proposals (company, status);

CREATE TABLE proposal_lines (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    bank_line BYTEA NOT NULL,
    PRIMARY KEY (company, proposal, bank_line),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id)
);

CREATE TABLE proposal_allocations (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    n INTEGER NOT NULL,
    bank_line BYTEA,                        -- absent: item-to-item netting
    item BYTEA NOT NULL,
    credit_item BYTEA,                      -- of a netting
    amount BIGINT NOT NULL,
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id)
);

CREATE TABLE proposal_differences (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    n INTEGER NOT NULL,
    bank_line BYTEA NOT NULL,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    item BYTEA,
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id)
);

-- Why the last call left a line to people; gone with the next proposal for it.
CREATE TABLE unmatched_lines (
    company BYTEA NOT NULL,
    bank_line BYTEA NOT NULL,
    invocation BYTEA NOT NULL,
    reason TEXT NOT NULL,                   -- a code
    nearest TEXT NOT NULL,                  -- JSON, ids of items
    PRIMARY KEY (company, bank_line),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
);

-- What reconciliation may write off. A customer's row replaces the company's of the same currency and role.
CREATE TABLE tolerances (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    customer BYTEA,                          -- absent: the company's
    currency TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('tail', 'charge', 'discount')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    permille INTEGER NOT NULL CHECK (permille >= 0 AND permille <= 1000),
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE UNIQUE INDEX tolerances_of_company ON tolerances (company, currency, role) WHERE customer IS NULL;
CREATE UNIQUE INDEX tolerances_of_customer ON tolerances (company, customer, currency, role) WHERE customer IS NOT NULL;

CREATE TABLE statement_runs (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    cut_off DATE NOT NULL,
    known_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    made BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id)
);

CREATE TABLE statements (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    run BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    supersedes BYTEA,
    previous BYTEA,
    style TEXT NOT NULL,
    period_start DATE NOT NULL,
    cut_off DATE NOT NULL,
    known_at BIGINT NOT NULL,
    content BYTEA NOT NULL,                 -- blob: sealed canonical JSON
    digest BYTEA NOT NULL,                  -- SHA-256(salt ‖ sealed bytes)
    status TEXT NOT NULL CHECK (status IN ('sealed', 'approved', 'rejected', 'superseded')),
    fallback BOOLEAN NOT NULL,              -- laid out by the built-in format because the bound one failed
    invocation BYTEA,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    row_version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number, version),
    UNIQUE (company, customer, cut_off, version),
    FOREIGN KEY (company, run) REFERENCES statement_runs (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, content) REFERENCES blobs (company, id),
    FOREIGN KEY (company, supersedes) REFERENCES statements (company, id),
    FOREIGN KEY (company, previous) REFERENCES statements (company, id),
    FOREIGN KEY (company, invocation) REFERENCES invocations (company, id)
);

CREATE TABLE statement_closings (
    company BYTEA NOT NULL,
    statement BYTEA NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    opening BIGINT NOT NULL,
    closing BIGINT NOT NULL,
    PRIMARY KEY (company, statement, account, currency),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id)
);

CREATE TABLE artefacts (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    statement BYTEA NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    blob BYTEA NOT NULL,
    renderer TEXT NOT NULL,                 -- version; PDF bytes are kept, never claimed reproducible
    pages INTEGER,
    PRIMARY KEY (company, id),
    UNIQUE (company, statement, name),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id)
);

CREATE TABLE jobs (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT NOT NULL,                  -- JSON
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    owner TEXT,
    leased_until TIMESTAMP,
    attempt INTEGER NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    result TEXT,                            -- PII (a guest's words), JSON
    error TEXT,                             -- PII (a guest's words)
    created_by TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    PRIMARY KEY (company, id)
);
CREATE INDEX jobs_by_status ON jobs (status, created_at);

-- The one sequencer of a company.
CREATE TABLE leases (
    company BYTEA NOT NULL REFERENCES companies (id),
    name TEXT COLLATE "C" NOT NULL,
    owner TEXT NOT NULL,
    leased_until TIMESTAMP NOT NULL,
    attempt BIGINT NOT NULL,
    PRIMARY KEY (company, name)
);

CREATE TABLE idempotency (
    company BYTEA NOT NULL REFERENCES companies (id),
    actor TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    body_hash BYTEA NOT NULL,               -- under the company's key
    claimed_until TIMESTAMP NOT NULL,
    attempt BIGINT NOT NULL,
    status INTEGER,                         -- HTTP status, once completed
    response BYTEA,                         -- blob
    completed_at TIMESTAMP,
    PRIMARY KEY (company, actor, route, key),
    FOREIGN KEY (company, response) REFERENCES blobs (company, id)
);

-- References to tables that stand further down; SQLite has them in place.
ALTER TABLE documents ADD FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id);
ALTER TABLE postings ADD FOREIGN KEY (company, item) REFERENCES open_items (company, id);
ALTER TABLE allocations ADD FOREIGN KEY (company, proposal) REFERENCES proposals (company, id);
