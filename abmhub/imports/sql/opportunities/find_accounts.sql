-- By what a person settled, by the key of the source, or by a name that only one account has.
WITH named AS (
    SELECT DISTINCT account_external_id, account_name, account_normalized_name
    FROM live
    WHERE account_external_id <> '' OR account_name <> ''
), found AS (
    SELECT
        named.account_external_id,
        named.account_name,
        coalesce(
            (
                SELECT settlement.account_id
                FROM imports_settlement AS settlement
                WHERE settlement.source = %(source)s
                    AND settlement.field = 'account'
                    AND settlement.value = named.account_name
                    AND named.account_name <> ''
            ),
            (
                SELECT known.account_id
                FROM accounts_accountidentity AS known
                WHERE known.source = %(source)s
                    AND known.external_id = named.account_external_id
                    AND named.account_external_id <> ''
            ),
            (
                SELECT CASE WHEN count(*) = 1 THEN min(account.id) END
                FROM accounts_account AS account
                WHERE account.normalized_name = named.account_normalized_name
                    AND named.account_normalized_name <> ''
            )
        ) AS id
    FROM named
)
UPDATE live
SET account_id = found.id
FROM found
WHERE live.account_external_id = found.account_external_id AND live.account_name = found.account_name
