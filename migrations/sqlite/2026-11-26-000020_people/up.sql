-- People who log in (SQLite), twin of the PostgreSQL file of the same name.

-- Who is one person in several companies; absent: she is in this one alone.
ALTER TABLE users ADD COLUMN person BLOB;
CREATE INDEX users_of_person ON users (person) WHERE person IS NOT NULL;

-- Argon2id, as a PHC string. A user without one does not log in.
CREATE TABLE passwords (
    company BLOB NOT NULL,
    owner BLOB NOT NULL,
    hash TEXT NOT NULL,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),                        -- somebody else set it
    set_at TEXT NOT NULL,
    PRIMARY KEY (company, owner),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    owner BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,                -- SHA-256 of the cookie
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
) STRICT;
CREATE INDEX sessions_of_user ON sessions (company, owner) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Logins that failed, by login and by address. No company: the one that was named may not exist.
CREATE TABLE login_failures (
    subject BLOB PRIMARY KEY,                 -- digest of what is counted
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failures_by_time ON login_failures (last_at);

-- The code that lets somebody make the first company. No company: there is none.
CREATE TABLE setup_codes (
    hash BLOB PRIMARY KEY,                    -- SHA-256 of the code
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
