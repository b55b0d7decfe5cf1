-- People who log in (PostgreSQL), twin of the SQLite file of the same name.

-- Who is one person in several companies; absent: she is in this one alone.
ALTER TABLE users ADD COLUMN person BYTEA;
CREATE INDEX users_of_person ON users (person) WHERE person IS NOT NULL;

-- Argon2id, as a PHC string. A user without one does not log in.
CREATE TABLE passwords (
    company BYTEA NOT NULL,
    owner BYTEA NOT NULL,
    hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,                        -- somebody else set it
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, owner),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
);

CREATE TABLE sessions (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    owner BYTEA NOT NULL,
    hash BYTEA NOT NULL UNIQUE,                -- SHA-256 of the cookie
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
);
CREATE INDEX sessions_of_user ON sessions (company, owner) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Logins that failed, by login and by address. No company: the one that was named may not exist.
CREATE TABLE login_failures (
    subject BYTEA PRIMARY KEY,                 -- digest of what is counted
    failures INTEGER NOT NULL,
    last_at TIMESTAMP NOT NULL
);
CREATE INDEX login_failures_by_time ON login_failures (last_at);

-- The code that lets somebody make the first company. No company: there is none.
CREATE TABLE setup_codes (
    hash BYTEA PRIMARY KEY,                    -- SHA-256 of the code
    made_at TIMESTAMP NOT NULL
);
