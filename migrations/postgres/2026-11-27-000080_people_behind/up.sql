-- Who stands behind a user: made her, or gave her a password last, and no other administrator confirmed her. NULL: nobody, or the
-- operator at the machine.
ALTER TABLE users ADD COLUMN behind BYTEA;
UPDATE users SET behind = (
    SELECT coalesce(
        (SELECT u.id FROM users AS u WHERE u.company = e.company AND 'usr_' || encode(u.id, 'hex') = e.actor),
        (SELECT k.owner FROM tokens AS k WHERE k.company = e.company AND 'tok_' || encode(k.id, 'hex') = e.actor)
    )
    FROM events AS e
    WHERE e.company = users.company AND e.kind IN ('user.created', 'user.password-set') AND e.actor <> e.subject
        AND e.subject = 'usr_' || encode(users.id, 'hex')
    ORDER BY e.at DESC, e.id DESC
    LIMIT 1
);

-- Of an earlier rule: the person who loosened it, whom it binds still. NULL: it binds everybody.
ALTER TABLE approval_rules ADD COLUMN binds TEXT;
