-- Within one country, and only where no domain or key of the same source says that they are two.
WITH candidate AS (
    SELECT live.row_number, account.id
    FROM live
    JOIN accounts_account AS account USING (normalized_name)
    WHERE live.target_id IS NULL
        AND (live.domain IS NULL OR account.domain IS NULL)
        AND (live.country = '' OR account.country = '' OR live.country = account.country)
        AND NOT EXISTS (
            SELECT FROM accounts_accountidentity AS other
            WHERE other.account_id = account.id
                AND other.source = %(source)s
                AND live.external_id <> ''
                AND other.external_id !~ '^(domain|name):'
        )
), counted AS (
    SELECT row_number, min(id) AS id, count(*) AS accounts FROM candidate GROUP BY row_number
)
UPDATE live
SET
    target_id = CASE WHEN accounts = 1 THEN counted.id END,
    matched_by = 'name',
    rejection = CASE
        WHEN accounts > 1 THEN 'There are ' || accounts || ' accounts of this name: add a column with their domain.'
        ELSE ''
    END
FROM counted
WHERE live.row_number = counted.row_number
