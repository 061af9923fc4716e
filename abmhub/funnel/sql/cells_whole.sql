-- Each stage of each motion, cut by nothing, of all time up to the day: what funnel/cells says of the part "units",
-- for a night, which asks for nothing else. Each unit is looked at once for all stages, each account once for all that
-- its units reached; days are counted stage by stage, and of them one row is sorted for each number of days.
WITH unit AS NOT MATERIALIZED (
    SELECT
        motion, account_key, amount, is_entry, kind = 'deal' AS is_deal,
        CASE WHEN motion = 'abm' THEN kind = 'deal' ELSE is_entry END AS is_passed,
        pool_on, interest_on, sql_on, opportunity_on, won_on
    FROM ({units}) AS known
),
total AS (
    SELECT
        motion,
        count(*) FILTER (WHERE is_entry AND pool_on <= %(as_of)s) AS in_pool,
        count(*) FILTER (WHERE is_entry AND interest_on <= %(as_of)s) AS in_interest,
        count(*) FILTER (WHERE is_passed AND sql_on <= %(as_of)s) AS in_sql,
        count(*) FILTER (WHERE is_deal AND opportunity_on <= %(as_of)s) AS in_opportunity,
        count(*) FILTER (WHERE is_deal AND won_on <= %(as_of)s) AS in_won,
        sum(amount) FILTER (WHERE is_passed AND sql_on <= %(as_of)s) AS sql_amount,
        sum(amount) FILTER (WHERE is_deal AND opportunity_on <= %(as_of)s) AS opportunity_amount,
        sum(amount) FILTER (WHERE is_deal AND won_on <= %(as_of)s) AS won_amount,
        count(*) FILTER (WHERE is_entry AND pool_on <= %(as_of)s AND interest_on <= %(as_of)s) AS to_interest,
        count(*) FILTER (WHERE is_entry AND interest_on <= %(as_of)s AND sql_on <= %(as_of)s) AS to_sql,
        count(*) FILTER (WHERE is_passed AND sql_on <= %(as_of)s AND opportunity_on <= %(as_of)s) AS to_opportunity,
        count(*) FILTER (WHERE is_deal AND opportunity_on <= %(as_of)s AND won_on <= %(as_of)s) AS to_won
    FROM unit
    GROUP BY motion
),
account AS (
    SELECT
        motion,
        count(*) FILTER (WHERE in_pool) AS in_pool,
        count(*) FILTER (WHERE in_interest) AS in_interest,
        count(*) FILTER (WHERE in_sql) AS in_sql,
        count(*) FILTER (WHERE in_opportunity) AS in_opportunity,
        count(*) FILTER (WHERE in_won) AS in_won
    FROM (
        SELECT
            motion,
            bool_or(is_entry AND pool_on <= %(as_of)s) AS in_pool,
            bool_or(is_entry AND interest_on <= %(as_of)s) AS in_interest,
            bool_or(is_passed AND sql_on <= %(as_of)s) AS in_sql,
            bool_or(is_deal AND opportunity_on <= %(as_of)s) AS in_opportunity,
            bool_or(is_deal AND won_on <= %(as_of)s) AS in_won
        FROM unit
        WHERE account_key IS NOT NULL
        GROUP BY motion, account_key
    ) AS own
    GROUP BY motion
),
-- The first day there is stands for long ago, of which no days are told.
days AS (
    SELECT motion, 'interest' AS stage, interest_on - pool_on AS days, count(*) AS units
    FROM unit
    WHERE is_entry AND pool_on > date '0001-01-01' AND pool_on <= %(as_of)s AND interest_on <= %(as_of)s
    GROUP BY 1, 3
    UNION ALL
    SELECT motion, 'sql', sql_on - interest_on, count(*)
    FROM unit
    WHERE is_entry AND interest_on > date '0001-01-01' AND interest_on <= %(as_of)s AND sql_on <= %(as_of)s
    GROUP BY 1, 3
    UNION ALL
    SELECT motion, 'opportunity', opportunity_on - sql_on, count(*)
    FROM unit
    WHERE is_passed AND sql_on > date '0001-01-01' AND sql_on <= %(as_of)s AND opportunity_on <= %(as_of)s
    GROUP BY 1, 3
    UNION ALL
    SELECT motion, 'won', won_on - opportunity_on, count(*)
    FROM unit
    WHERE is_deal AND opportunity_on > date '0001-01-01' AND opportunity_on <= %(as_of)s AND won_on <= %(as_of)s
    GROUP BY 1, 3
),
passed AS (
    SELECT *, sum(units) OVER cell AS timed, sum(units) OVER (cell ORDER BY days) AS until_here
    FROM days
    WINDOW cell AS (PARTITION BY motion, stage)
),
middle AS (
    -- Of an even number the two in the middle, of an odd one it alone.
    SELECT
        motion, stage,
        (
            min(days) FILTER (WHERE until_here * 2 >= timed) + min(days) FILTER (WHERE until_here * 2 > timed)
        ) / 2.0 AS median_days
    FROM passed
    GROUP BY motion, stage
)
SELECT
    total.motion, cell.stage, cell.volume, coalesce(cell.accounts, 0) AS accounts, cell.trials, cell.successes,
    middle.median_days::float8 AS median_days, coalesce(cell.value_amount, 0) AS value_amount
FROM total
LEFT JOIN account ON account.motion = total.motion
CROSS JOIN LATERAL (
    VALUES
        ('pool', total.in_pool, account.in_pool, 0, 0, 0),
        ('interest', total.in_interest, account.in_interest, total.in_pool, total.to_interest, 0),
        ('sql', total.in_sql, account.in_sql, total.in_interest, total.to_sql, total.sql_amount),
        (
            'opportunity', total.in_opportunity, account.in_opportunity, total.in_sql, total.to_opportunity,
            total.opportunity_amount
        ),
        ('won', total.in_won, account.in_won, total.in_opportunity, total.to_won, total.won_amount)
) AS cell (stage, volume, accounts, trials, successes, value_amount)
LEFT JOIN middle ON middle.motion = total.motion AND middle.stage = cell.stage
