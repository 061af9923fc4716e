-- What each product will be: an empty cell says nothing and changes nothing.
UPDATE live
SET
    series = merged.series,
    list_price_amount = merged.list_price_amount,
    currency = merged.currency,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT new.*, ROW(live.name, new.series, new.list_price_amount, new.currency)
        IS DISTINCT FROM ROW(old.name, old.series, old.list_price_amount, old.currency) AS differs
    FROM live
    JOIN pipeline_product AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(nullif(live.series, ''), old.series) AS series,
            coalesce(live.list_price_amount, old.list_price_amount) AS list_price_amount,
            coalesce(nullif(live.currency, ''), old.currency) AS currency
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
