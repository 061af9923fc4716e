-- After how many days nine of ten of those who reach a stage at all have reached it, from their entry on.
SELECT
    unit.motion,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY (unit.interest_on - unit.pool_on)::float8) AS interest,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY (unit.sql_on - unit.pool_on)::float8) AS sql,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY (unit.opportunity_on - unit.pool_on)::float8) AS opportunity,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY (unit.won_on - unit.pool_on)::float8) AS won
FROM ({units}) AS unit
WHERE unit.is_entry AND unit.pool_on <= %(as_of)s AND unit.pool_on > date '0001-01-01'
GROUP BY unit.motion
