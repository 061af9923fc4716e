-- Each stage of each motion, cut by up to two keys. A unit is counted in a stage that it reached within the period and
-- by the day; a conversion is told of those who reached the stage before within the period, in one unit: of ABM
-- accounts up to the SQL and then deals, of demand gen leads up to the opportunity and then deals.
SELECT
    unit.motion,
    step.stage,
    {row} AS row_key,
    {column} AS column_key,
    count(*) FILTER (WHERE step.is_counted AND step.reached_on BETWEEN %(since)s AND %(until)s) AS volume,
    count(DISTINCT unit.account_key) FILTER (
        WHERE step.is_counted AND step.reached_on BETWEEN %(since)s AND %(until)s
    ) AS accounts,
    count(*) FILTER (WHERE step.is_told AND step.before_on BETWEEN %(since)s AND %(until)s) AS trials,
    count(step.reached_on) FILTER (WHERE step.is_told AND step.before_on BETWEEN %(since)s AND %(until)s) AS successes,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (step.reached_on - step.before_on)::float8) FILTER (
        WHERE step.is_told AND step.before_on BETWEEN %(since)s AND %(until)s AND step.before_on > date '0001-01-01'
    ) AS median_days,
    coalesce(sum(unit.amount) FILTER (
        WHERE step.is_counted AND step.is_valued AND step.reached_on BETWEEN %(since)s AND %(until)s
    ), 0) AS value_amount
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
) AS given (stage, is_counted, is_told, is_valued, before_on, reached_by)
CROSS JOIN LATERAL (
    SELECT
        given.stage, given.is_counted, given.is_told, given.is_valued,
        CASE WHEN given.before_on <= %(as_of)s THEN given.before_on END AS before_on,
        CASE WHEN given.reached_by <= %(as_of)s THEN given.reached_by END AS reached_on
) AS step
GROUP BY unit.motion, step.stage, row_key, column_key
