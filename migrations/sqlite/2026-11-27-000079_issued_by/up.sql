-- Who had a key issued: what it does is her doing too. NULL: the operator at the machine.
ALTER TABLE tokens ADD COLUMN issued_by BLOB;
UPDATE tokens SET issued_by = (
    SELECT coalesce(
        (SELECT u.id FROM users AS u WHERE u.company = e.company AND 'usr_' || lower(hex(u.id)) = e.actor),
        (SELECT k.owner FROM tokens AS k WHERE k.company = e.company AND 'tok_' || lower(hex(k.id)) = e.actor)
    )
    FROM events AS e
    WHERE e.company = tokens.company AND e.kind = 'token.issued' AND e.subject = 'tok_' || lower(hex(tokens.id))
);
