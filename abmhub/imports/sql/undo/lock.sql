-- Nobody changes these rows, or refers to them anew, until this is over.
SELECT count(*) FROM (
    SELECT FROM {table} AS found
    JOIN undoing ON undoing."table" = {name} AND undoing.key = found.{key}
    ORDER BY found.{key}
    FOR UPDATE OF found
) AS locked
