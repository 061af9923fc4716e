-- What the market counts of accounts where it is not what is kept: as it was and as it is. The part "whose" is a
-- condition on account_id. Money in another than the business currency is not known.
SELECT
    account_id,
    kept.account_id IS NOT NULL AS was_there, kept.tier AS old_tier, kept.segment AS old_segment,
    kept.industry AS old_industry, kept.territory_key AS old_territory_key, kept.acv_amount AS old_acv_amount,
    coalesce(kept.is_counted, FALSE) AS was_counted,
    found.account_id IS NOT NULL AS is_there, found.tier, found.segment, found.industry, found.territory_key,
    found.acv_amount, coalesce(found.is_counted, FALSE) AS is_counted
FROM (SELECT * FROM funnel_marketaccount WHERE {whose}) AS kept
FULL JOIN (
    SELECT
        account_id, standing.tier_id::smallint AS tier, account.segment, account.industry,
        account.territory_id AS territory_key,
        CASE WHEN account.currency = %(currency)s THEN account.acv_amount END AS acv_amount,
        account.created_at < %(until)s AS is_counted
    FROM (
        SELECT id AS account_id, segment, industry, territory_id, currency, acv_amount, created_at
        FROM accounts_account
        WHERE is_target
    ) AS account
    LEFT JOIN accounts_standing AS standing USING (account_id)
    WHERE {whose}
) AS found USING (account_id)
WHERE (kept.account_id, kept.tier, kept.segment, kept.industry, kept.territory_key, kept.acv_amount, kept.is_counted)
    IS DISTINCT FROM (
        found.account_id, found.tier, found.segment, found.industry, found.territory_key, found.acv_amount,
        found.is_counted
    )
