-- Among the accounts we have and those of this file, wherever in it they stand.
WITH named AS (
    SELECT row_number, target_id, parent_external_id, parent_normalized_name, parent_name
    FROM live
    WHERE parent_external_id <> '' OR parent_normalized_name <> ''
), candidate AS (
    SELECT named.row_number, other.target_id AS id
    FROM named JOIN live AS other ON other.external_id = named.parent_external_id
    WHERE named.parent_external_id <> ''
    UNION
    SELECT named.row_number, known.account_id
    FROM named JOIN accounts_accountidentity AS known
        ON known.source = %(source)s AND known.external_id = named.parent_external_id
    WHERE named.parent_external_id <> ''
    UNION
    SELECT named.row_number, other.target_id
    FROM named JOIN live AS other ON other.normalized_name = named.parent_normalized_name
    WHERE named.parent_external_id = ''
    UNION
    SELECT named.row_number, account.id
    FROM named JOIN accounts_account AS account ON account.normalized_name = named.parent_normalized_name
    WHERE named.parent_external_id = ''
), counted AS (
    SELECT row_number, min(id) AS id, count(*) AS accounts FROM candidate GROUP BY row_number
), matched AS (
    UPDATE live SET parent_id = counted.id FROM counted
    WHERE live.row_number = counted.row_number AND counted.accounts = 1 AND counted.id <> live.target_id
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    named.row_number, 'parent', left(coalesce(nullif(parent_name, ''), parent_external_id), 200),
    CASE
        WHEN counted.accounts > 1 THEN 'Several accounts have this name.'
        WHEN counted.id = named.target_id THEN 'An account cannot be its own parent.'
        ELSE 'No account has this name.'
    END
FROM named
LEFT JOIN counted USING (row_number)
WHERE counted.accounts IS DISTINCT FROM 1 OR counted.id = named.target_id
