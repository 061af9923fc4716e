-- Of rows that say the same the first is taken; which of them that is makes no difference.
UPDATE live
SET skip = 'Says the same as row ' || same.first_row || '.'
FROM (SELECT row_number, min(row_number) OVER (PARTITION BY fingerprint) AS first_row FROM live) AS same
WHERE live.row_number = same.row_number AND live.row_number <> same.first_row
