-- What is of a domain that no account has is kept for the account that will have it. Its key is of the table in which
-- it will be found then.
UPDATE live
SET
    waits_for = coalesce(nullif(account_domain, ''), email_domain),
    target_id = nextval((SELECT pg_get_serial_sequence(%(table)s, 'id')::regclass)),
    verdict = 'create'
WHERE account_id IS NULL AND account_domain || email_domain <> ''
