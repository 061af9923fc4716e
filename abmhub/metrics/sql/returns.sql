-- What tactics and programs brought in a year, and hold open, against what they cost in it. Squares tell how much of it
-- hangs on single deals.
WITH cost AS (
    SELECT 'tactic' AS kind, tactic_id AS key, sum(number) AS amount
    FROM ({lines}) AS line
    WHERE number IS NOT NULL
    GROUP BY tactic_id
    UNION ALL
    SELECT 'program', program_id, sum(amount)
    FROM (
        SELECT listed.program_id, line.number AS amount
        FROM ({lines}) AS line
        CROSS JOIN LATERAL ({program_of_line}) AS listed
        UNION ALL
        SELECT spend.program_id, spend.number FROM ({spend}) AS spend
    ) AS paid
    WHERE program_id IS NOT NULL AND amount IS NOT NULL
    GROUP BY program_id
),
told AS (
    SELECT
        kind, key, model,
        count(*) FILTER (WHERE outcome = 'won') AS won_deals,
        coalesce(sum(cents) FILTER (WHERE outcome = 'won'), 0) / 100.0 AS won_amount,
        coalesce(sum((cents / 100.0) ^ 2) FILTER (WHERE outcome = 'won'), 0) AS won_squares,
        count(*) FILTER (WHERE outcome = 'open') AS open_deals,
        coalesce(sum(cents) FILTER (WHERE outcome = 'open'), 0) / 100.0 AS open_amount
    FROM ({due_to}) AS due
    GROUP BY kind, key, model
),
every AS (
    SELECT kind, key, model.name AS model, amount
    FROM cost
    CROSS JOIN unnest(%(models)s::text[]) AS model (name)
)
INSERT INTO metrics_returnsnapshot (
    snapshot_on, kind, key, model, spend_amount, won_deals, won_amount, won_squares, open_deals, open_amount
)
SELECT
    %(as_of)s, kind, key, model, coalesce(every.amount, 0), coalesce(won_deals, 0), coalesce(won_amount, 0),
    coalesce(won_squares, 0), coalesce(open_deals, 0), coalesce(open_amount, 0)
FROM told
FULL JOIN every USING (kind, key, model)
