INSERT INTO imports_importremark (run_id, row_number, outcome, reason, field, value, suggestion, cells)
SELECT %(run)s, row_number, 'rejected', left(rejection, 300), '', '', '', string_to_array(cells, E'\x1f')
FROM staged
WHERE rejection <> ''
UNION ALL
SELECT %(run)s, row_number, 'skipped', left(skip, 300), '', '', '', string_to_array(cells, E'\x1f')
FROM staged
WHERE rejection = '' AND skip <> ''
UNION ALL
SELECT
    %(run)s, row_number, 'doubtful', left(reason, 300), field, left(value, 200), left(suggestion, 200),
    string_to_array(cells, E'\x1f')
FROM live
JOIN staged_doubt USING (row_number)
