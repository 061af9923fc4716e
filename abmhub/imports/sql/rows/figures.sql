SELECT
    (SELECT count(*) FROM staged) AS rows,
    (SELECT count(*) FROM staged WHERE rejection <> '') AS rejected,
    (SELECT count(*) FROM staged WHERE rejection = '' AND skip <> '') AS skipped,
    count(*) AS accepted,
    count(*) FILTER (WHERE verdict = 'create') AS created,
    count(*) FILTER (WHERE verdict = 'update') AS updated,
    count(*) FILTER (WHERE verdict = 'unchanged') AS unchanged,
    count(*) FILTER (
        WHERE EXISTS (SELECT FROM staged_doubt WHERE staged_doubt.row_number = live.row_number)
    ) AS doubtful
FROM live
