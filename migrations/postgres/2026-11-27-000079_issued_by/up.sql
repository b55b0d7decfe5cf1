-- Who had a key issued: what it does is her doing too. NULL: the operator at the machine.
ALTER TABLE tokens ADD COLUMN issued_by BYTEA;
UPDATE tokens SET issued_by = (
    SELECT coalesce(
        (SELECT u.id FROM users AS u WHERE u.company = e.company AND 'usr_' || encode(u.id, 'hex') = e.actor),
        (SELECT k.owner FROM tokens AS k WHERE k.company = e.company AND 'tok_' || encode(k.id, 'hex') = e.actor)
    )
    FROM events AS e
    WHERE e.company = tokens.company AND e.kind = 'token.issued' AND e.subject = 'tok_' || encode(tokens.id, 'hex')
);
