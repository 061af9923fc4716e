-- How many of the best and of the rest have each value, and of how many it is known; in the first half alone too.
-- All attributes are counted in one pass. The attribute '' counts everybody. Of each attribute only the values that
-- are seen most among the best, then among the rest: a free text may have a million.
WITH compared AS MATERIALIZED ({population}),
counted AS MATERIALIZED (
    SELECT
        attribute,
        lower(value) AS value,
        min(value) AS label,
        sum(best)::bigint AS best,
        sum(rest)::bigint AS rest,
        sum(half_best)::bigint AS half_best,
        sum(half_rest)::bigint AS half_rest
    FROM (
        SELECT
            {attribute} AS attribute,
            {value} AS value,
            count(*) FILTER (WHERE is_best) AS best,
            count(*) FILTER (WHERE NOT is_best) AS rest,
            count(*) FILTER (WHERE is_best AND is_first_half) AS half_best,
            count(*) FILTER (WHERE NOT is_best AND is_first_half) AS half_rest
        FROM (SELECT account.is_best, account.is_first_half, {columns} FROM compared AS account) AS said
        GROUP BY GROUPING SETS ((), {sets})
        {lists}
    ) AS written
    WHERE value IS NOT NULL
    GROUP BY attribute, lower(value)
),
known AS (
    -- Of an attribute with several values at once an account is known once, by the value ''.
    SELECT
        attribute,
        coalesce(max(best) FILTER (WHERE value = ''), sum(best))::bigint AS best_known,
        coalesce(max(rest) FILTER (WHERE value = ''), sum(rest))::bigint AS rest_known,
        coalesce(max(half_best) FILTER (WHERE value = ''), sum(half_best))::bigint AS half_best_known,
        coalesce(max(half_rest) FILTER (WHERE value = ''), sum(half_rest))::bigint AS half_rest_known
    FROM counted
    GROUP BY attribute
)
SELECT *
FROM (
    SELECT
        counted.*,
        known.best_known,
        known.rest_known,
        known.half_best_known,
        known.half_rest_known,
        row_number() OVER (PARTITION BY attribute ORDER BY best DESC, rest DESC, value) AS place
    FROM counted
    JOIN known USING (attribute)
    WHERE counted.value <> '' OR counted.attribute = ''
) AS placed
WHERE place <= {most}
ORDER BY attribute, place
