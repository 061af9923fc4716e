-- What the figures of the whole market come to by all keys at once, as the night keeps the market: see metrics/summed.
SELECT
    told.figure,
    NULL::text AS by_motion,
    coalesce(cell.tier::text, '') AS by_tier,
    cell.segment AS by_segment,
    cell.industry AS by_industry,
    coalesce(territory.name, '') AS by_territory,
    0 AS span, told.rows, told.rows AS known, told.amount
FROM funnel_marketcell AS cell
LEFT JOIN accounts_territory AS territory ON territory.id = cell.territory_key
CROSS JOIN LATERAL (
    VALUES ({accounts}, cell.accounts, cell.accounts::numeric), ({expected_acv}, cell.with_acv, cell.acv_amount)
) AS told (figure, rows, amount)
WHERE told.rows > 0
