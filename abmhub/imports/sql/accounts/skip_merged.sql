-- Two records of the source whose accounts somebody merged: the one of the account that was kept speaks for both,
-- wherever it stands in the file; without it, the first by key.
WITH doubled AS (
    SELECT keyed.row_number, keyed.identity, keyed.target_id, known.id AS identity_id
    FROM (SELECT *, count(*) OVER (PARTITION BY target_id) AS rows FROM live WHERE matched_by = 'key') AS keyed
    JOIN accounts_accountidentity AS known ON known.source = %(source)s AND known.external_id = keyed.identity
    WHERE keyed.rows > 1
), absorbed AS (
    SELECT DISTINCT key::bigint AS identity_id
    FROM accounts_accountmerge AS merge
    CROSS JOIN jsonb_array_elements(merge.journal) AS step
    CROSS JOIN jsonb_array_elements_text(step -> 'keys') AS key
    WHERE merge.undone_at IS NULL
        AND merge.kept_id IN (SELECT target_id FROM doubled)
        AND step ->> 'moved' = 'accounts.AccountIdentity'
), speaking AS (
    SELECT
        doubled.row_number,
        first_value(doubled.row_number)
            OVER (PARTITION BY doubled.target_id ORDER BY absorbed.identity_id IS NOT NULL, doubled.identity) AS speaker
    FROM doubled
    LEFT JOIN absorbed USING (identity_id)
)
UPDATE live
SET skip = 'Is one account with row ' || speaking.speaker || ' since the two were merged; that row speaks for it.'
FROM speaking
WHERE live.row_number = speaking.row_number AND speaking.row_number <> speaking.speaker
