SELECT
    (SELECT count(*) FROM staged) AS rows,
    (SELECT count(*) FROM staged WHERE rejection <> '') AS rejected,
    (SELECT count(*) FROM staged WHERE rejection = '' AND skip <> '') AS skipped,
    count(*) AS accepted,
    count(*) FILTER (WHERE verdict = 'create') AS created,
    count(*) FILTER (WHERE verdict = 'update') AS updated,
    count(*) FILTER (WHERE verdict = 'unchanged') AS unchanged,
    (SELECT count(DISTINCT row_number) FROM staged_doubt JOIN live USING (row_number)) AS doubtful
FROM live
