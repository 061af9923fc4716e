-- What a source may not say is taken out of its rows before they are merged, and told as kept.
UPDATE live
SET {values}, kept = ruled.kept
FROM (
    SELECT new.row_number, {blocked}, concat_ws(', ', {kept}) AS kept
    FROM live AS new
    LEFT JOIN {table} AS old ON old.id = new.target_id
) AS ruled
WHERE live.row_number = ruled.row_number
