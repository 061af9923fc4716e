-- Accounts whose tier is not the earned one though nothing holds it, or that an override holds which is not there.
-- The part "whose" is a condition on account_id.
SELECT account.name, tier.name AS tier, earned.name AS earned_tier, standing.held_by
FROM (SELECT * FROM accounts_standing WHERE {whose}) AS standing
JOIN accounts_account AS account ON account.id = standing.account_id
LEFT JOIN accounts_tier AS tier ON tier.level = standing.tier_id
LEFT JOIN accounts_tier AS earned ON earned.level = standing.earned_tier_id
WHERE standing.held_by = '' AND standing.earned_tier_id IS NOT NULL
        AND standing.tier_id IS DISTINCT FROM standing.earned_tier_id
    OR standing.held_by = 'override' AND NOT EXISTS (
        SELECT FROM scoring_tieroverride AS override
        WHERE override.account_id = standing.account_id
            AND override.tier_id IS NOT DISTINCT FROM standing.tier_id
            AND override.released_on IS NULL
    )
ORDER BY account.id
