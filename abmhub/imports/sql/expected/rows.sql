-- What would become of each row, as many of each verdict as a person will ever look at; of those with a doubt as well.
WITH judged AS (
    SELECT
        row_number, target_id, cells,
        CASE WHEN rejection <> '' THEN 'rejected' WHEN skip <> '' THEN 'skipped' ELSE verdict END AS verdict,
        CASE WHEN rejection <> '' THEN rejection ELSE skip END AS reason
    FROM staged
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY verdict ORDER BY row_number) AS number FROM judged
), doubted AS (
    SELECT
        row_number,
        jsonb_agg(jsonb_build_array(field, value, reason, suggestion) ORDER BY field, value, reason) AS doubts
    FROM (
        SELECT staged_doubt.*, dense_rank() OVER (ORDER BY row_number) AS number
        FROM staged_doubt
        JOIN live USING (row_number)
    ) AS found
    WHERE found.number <= %(limit)s
    GROUP BY row_number
)
SELECT
    numbered.row_number, numbered.verdict, numbered.target_id,
    -- Kinds with survivor rules tell what their source may not say.
    left(concat_ws(' ', nullif(numbered.reason, ''), 'Kept: ' || nullif(to_jsonb(staged) ->> 'kept', '') || '.'), 300)
        AS reason,
    CASE WHEN numbered.verdict IN ('rejected', 'skipped') THEN left(numbered.cells, 400) ELSE '' END AS cells,
    coalesce(doubted.doubts, '[]')::text AS doubts
FROM numbered
JOIN staged USING (row_number)
LEFT JOIN doubted USING (row_number)
WHERE numbered.number <= %(limit)s OR doubted.row_number IS NOT NULL
ORDER BY numbered.row_number
