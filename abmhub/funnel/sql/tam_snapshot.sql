-- The market as it stands on the day. Money in another than the business currency is not known. An account counts
-- as a customer from its first won deal on; one marked as a customer without any deal, always.
-- A night before the one that wrote the quarter last changes nothing. The part "market" counts potential accounts.
INSERT INTO funnel_tamsnapshot (
    quarter_on, as_of_on, accounts, accounts_with_acv, acv_amount, customers, won_deals, won_amount, currency
)
SELECT
    %(quarter)s::date, %(as_of)s::date, market.accounts, market.accounts_with_acv, market.acv_amount, known.customers,
    sales.won_deals, sales.won_amount, %(currency)s
FROM (
    {market}
) AS market
CROSS JOIN (
    SELECT count(*) AS customers
    FROM accounts_account AS account
    LEFT JOIN (
        SELECT deal.account_id, min(deal.closed_on) AS on_day
        FROM pipeline_opportunity AS deal
        JOIN pipeline_stage AS stage ON stage.id = deal.stage_id AND stage.kind = 'won'
        GROUP BY deal.account_id
    ) AS first_won ON first_won.account_id = account.id
    WHERE account.is_customer AND account.created_at < %(until)s AND coalesce(first_won.on_day <= %(as_of)s, TRUE)
) AS known
CROSS JOIN (
    SELECT count(deal.amount) AS won_deals, coalesce(sum(deal.amount), 0) AS won_amount
    FROM pipeline_opportunity AS deal
    JOIN pipeline_stage AS stage ON stage.id = deal.stage_id AND stage.kind = 'won'
    WHERE deal.closed_on > %(since)s AND deal.closed_on <= %(as_of)s AND deal.currency = %(currency)s
) AS sales
ON CONFLICT (quarter_on) DO UPDATE
SET
    as_of_on = excluded.as_of_on,
    accounts = excluded.accounts,
    accounts_with_acv = excluded.accounts_with_acv,
    acv_amount = excluded.acv_amount,
    customers = excluded.customers,
    won_deals = excluded.won_deals,
    won_amount = excluded.won_amount,
    currency = excluded.currency
WHERE NOT %(is_over)s AND funnel_tamsnapshot.as_of_on <= excluded.as_of_on
