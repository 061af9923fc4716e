-- Accounts whose tier is not the one that their last move led to. The part "whose" is a condition on account_id.
SELECT account.name, standing_tier.name AS standing_tier, history_tier.name AS history_tier
FROM (
    SELECT DISTINCT ON (account_id) account_id, to_tier_id
    FROM accounts_tierchange
    WHERE {whose}
    ORDER BY account_id, changed_on DESC
) AS last_move
JOIN accounts_standing AS standing USING (account_id)
JOIN accounts_account AS account ON account.id = account_id
LEFT JOIN accounts_tier AS standing_tier ON standing_tier.level = standing.tier_id
LEFT JOIN accounts_tier AS history_tier ON history_tier.level = last_move.to_tier_id
WHERE standing.tier_id IS DISTINCT FROM last_move.to_tier_id
ORDER BY account.id
