-- What the source has made one person is one here too. Two rows that name each other are left to somebody else.
UPDATE live
SET skip = left('Was merged into ' || survivor.external_id || ', which is row ' || survivor.row_number || '.', 300)
FROM (
    SELECT unnest(merged_keys) AS merged_key, min(row_number) AS row_number, min(external_id) AS external_id
    FROM live
    GROUP BY merged_key
) AS survivor
WHERE live.external_id = survivor.merged_key
    AND NOT EXISTS (
        SELECT FROM live AS other
        WHERE other.row_number = survivor.row_number AND other.external_id = ANY (live.merged_keys)
    )
