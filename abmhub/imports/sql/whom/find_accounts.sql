-- By what a person settled, the key of the source, the domain that the row gives, a name that only one account has,
-- or, which is a guess, the domain of somebody's email.
WITH named AS (
    SELECT DISTINCT account_external_id, account_name, account_normalized_name, account_domain, email_domain
    FROM live
), found AS (
    SELECT
        named.*,
        coalesce(settled.account_id, known.account_id, owner.id, called.id) AS id,
        mailing.id AS guess,
        called.accounts
    FROM named
    LEFT JOIN imports_settlement AS settled
        ON settled.source = %(source)s AND settled.field = 'account'
        AND settled.value = named.account_name AND named.account_name <> ''
    LEFT JOIN accounts_accountidentity AS known
        ON known.source = %(source)s AND known.external_id = named.account_external_id
        AND named.account_external_id <> ''
    LEFT JOIN accounts_account AS owner ON owner.domain = named.account_domain AND named.account_domain <> ''
    LEFT JOIN LATERAL (
        SELECT CASE WHEN count(*) = 1 THEN min(account.id) END AS id, count(*) AS accounts
        FROM accounts_account AS account
        WHERE account.normalized_name = named.account_normalized_name AND named.account_normalized_name <> ''
    ) AS called ON true
    LEFT JOIN accounts_account AS mailing ON mailing.domain = named.email_domain AND named.email_domain <> ''
)
UPDATE live
SET
    account_id = coalesce(found.id, found.guess),
    account_is_guessed = found.id IS NULL AND found.guess IS NOT NULL,
    namesakes = found.accounts
FROM found
WHERE live.account_external_id = found.account_external_id
    AND live.account_name = found.account_name
    AND live.account_domain = found.account_domain
    AND live.email_domain = found.email_domain
