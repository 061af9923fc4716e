-- The entries of each month, how many of them had reached each stage by the day, and their money.
SELECT
    unit.motion,
    date_trunc('month', unit.pool_on)::date AS month_on,
    count(*) AS pool,
    count(*) FILTER (WHERE unit.interest_on <= %(as_of)s) AS interest,
    count(*) FILTER (WHERE unit.sql_on <= %(as_of)s) AS sql,
    count(*) FILTER (WHERE unit.opportunity_on <= %(as_of)s) AS opportunity,
    count(*) FILTER (WHERE unit.won_on <= %(as_of)s) AS won,
    coalesce(sum(unit.amount) FILTER (WHERE unit.won_on <= %(as_of)s), 0) AS value_amount
FROM ({units}) AS unit
WHERE unit.is_entry AND unit.pool_on BETWEEN %(since)s AND least(%(as_of)s::date, %(until)s)
    AND unit.pool_on > date '0001-01-01'
GROUP BY unit.motion, month_on
ORDER BY unit.motion, month_on
