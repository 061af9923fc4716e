-- The units in a cell, newest first: those that reached the stage within the period, by the day.
SELECT
    unit.id, unit.kind, unit.key, unit.account_key, unit.amount, step.reached_on, step.before_on,
    coalesce(deal.name, lead.name, account.name, '') AS name,
    account.name AS account_name,
    account.id AS account_id
FROM ({units}) AS unit
CROSS JOIN LATERAL (SELECT {reached} AS reached_on, {before} AS before_on) AS step
LEFT JOIN accounts_account AS account ON account.id = unit.account_key
LEFT JOIN pipeline_opportunity AS deal ON unit.kind = 'deal' AND deal.id = unit.key
LEFT JOIN pipeline_lead AS lead ON unit.kind = 'lead' AND lead.id = unit.key
WHERE {counted}
    AND step.reached_on <= %(as_of)s AND step.reached_on BETWEEN %(since)s AND %(until)s
    AND {row} IS NOT DISTINCT FROM %(row_key)s
    AND {column} IS NOT DISTINCT FROM %(column_key)s
ORDER BY step.reached_on DESC, unit.id DESC
LIMIT %(limit)s OFFSET %(offset)s
