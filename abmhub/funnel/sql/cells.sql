-- Each stage of each motion, cut by up to two keys. A unit is counted in a stage that it reached within the period and
-- by the day; a conversion is told of those who reached the stage before within the period, in one unit: of ABM
-- accounts up to the SQL and then deals, of demand gen leads up to the opportunity and then deals.
-- Nothing is sorted but one row for each number of days: the median is where half of them are passed.
WITH step AS NOT MATERIALIZED (
    SELECT
        unit.motion, given.stage, {row} AS row_key, {column} AS column_key, unit.account_key,
        given.is_counted AND given.reached_on BETWEEN %(since)s AND least(%(until)s, %(as_of)s::date) AS is_in,
        given.is_told AND given.before_on BETWEEN %(since)s AND least(%(until)s, %(as_of)s::date) AS is_tried,
        given.reached_on <= %(as_of)s AS is_reached,
        CASE WHEN given.before_on > date '0001-01-01' AND given.reached_on <= %(as_of)s
            THEN given.reached_on - given.before_on
        END AS days,
        CASE WHEN given.is_valued THEN unit.amount END AS amount
    FROM ({units}) AS unit
    CROSS JOIN LATERAL (
        VALUES
            ('pool', unit.is_entry, FALSE, FALSE, NULL::date, unit.pool_on),
            ('interest', unit.is_entry, unit.is_entry, FALSE, unit.pool_on, unit.interest_on),
            (
                'sql',
                CASE WHEN unit.motion = 'abm' THEN unit.kind = 'deal' ELSE unit.is_entry END,
                unit.is_entry, TRUE, unit.interest_on, unit.sql_on
            ),
            (
                'opportunity',
                unit.kind = 'deal',
                CASE WHEN unit.motion = 'abm' THEN unit.kind = 'deal' ELSE unit.is_entry END,
                TRUE, unit.sql_on, unit.opportunity_on
            ),
            ('won', unit.kind = 'deal', unit.kind = 'deal', TRUE, unit.opportunity_on, unit.won_on)
    ) AS given (stage, is_counted, is_told, is_valued, before_on, reached_on)
),
by_days AS (
    SELECT
        motion, stage, row_key, column_key, CASE WHEN is_tried THEN days END AS days,
        count(*) FILTER (WHERE is_in) AS volume,
        count(*) FILTER (WHERE is_tried) AS trials,
        count(*) FILTER (WHERE is_tried AND is_reached) AS successes,
        coalesce(sum(amount) FILTER (WHERE is_in), 0) AS value_amount
    FROM step
    WHERE is_in OR is_tried
    GROUP BY 1, 2, 3, 4, 5
),
passed AS (
    SELECT
        *,
        sum(successes) FILTER (WHERE days IS NOT NULL) OVER cell AS timed,
        sum(successes) FILTER (WHERE days IS NOT NULL) OVER (cell ORDER BY days) AS until_here
    FROM by_days
    WINDOW cell AS (PARTITION BY motion, stage, row_key, column_key)
),
counted AS (
    SELECT
        motion, stage, row_key, column_key,
        sum(volume) AS volume, 0 AS accounts, sum(trials) AS trials, sum(successes) AS successes,
        -- Of an even number the two in the middle, of an odd one it alone.
        (
            min(days) FILTER (WHERE until_here * 2 >= timed) + min(days) FILTER (WHERE until_here * 2 > timed)
        ) / 2.0 AS median_days,
        sum(value_amount) AS value_amount
    FROM passed
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT motion, stage, row_key, column_key, 0, count(*), 0, 0, NULL, 0
    FROM (
        SELECT DISTINCT motion, stage, row_key, column_key, account_key
        FROM step
        WHERE is_in AND account_key IS NOT NULL
    ) AS known
    GROUP BY 1, 2, 3, 4
)
SELECT
    motion, stage, row_key, column_key,
    sum(volume)::bigint AS volume,
    sum(accounts)::bigint AS accounts,
    sum(trials)::bigint AS trials,
    sum(successes)::bigint AS successes,
    max(median_days)::float8 AS median_days,
    sum(value_amount) AS value_amount
FROM counted
GROUP BY 1, 2, 3, 4
