-- The tables of a table that is parted by month, oldest first; without that of the rest.
SELECT name, lower_bound::timestamptz::date AS begins_on, upper_bound::timestamptz::date AS ends_before
FROM (
    SELECT
        part.relname AS name,
        (regexp_match(bounds.said, 'FROM \(''([^'']+)''\)'))[1] AS lower_bound,
        (regexp_match(bounds.said, 'TO \(''([^'']+)''\)'))[1] AS upper_bound
    FROM pg_inherits AS inherits
    JOIN pg_class AS part ON part.oid = inherits.inhrelid
    CROSS JOIN LATERAL (SELECT pg_get_expr(part.relpartbound, part.oid) AS said) AS bounds
    WHERE inherits.inhparent = %(table)s::regclass AND bounds.said <> 'DEFAULT'
) AS stretch
ORDER BY ends_before
