-- Accounts of a tier beyond what their owner can look after go on to the next tier of which they meet a rule.
UPDATE tonight SET
    tier_id = moved.tier_id,
    held_by = CASE WHEN moved.tier_id IS NOT DISTINCT FROM tonight.earned_tier_id THEN '' ELSE 'capacity' END,
    summary = CASE
        WHEN moved.tier_id IS NOT DISTINCT FROM tonight.earned_tier_id THEN left(tonight.reason, 300)
        WHEN tonight.held_by = 'capacity' THEN tonight.summary
        ELSE left(concat('Waits for a place in ', tier.name, '. ', tonight.reason), 300)
    END
FROM (
    SELECT
        ranked.account_id,
        (SELECT min(met) FROM unnest(ranked.meets) AS met WHERE met > %(level)s) AS tier_id
    FROM (
        SELECT
            tonight.account_id,
            tonight.meets,
            tonight.held_by,
            row_number() OVER (
                PARTITION BY account.owner_id
                ORDER BY tonight.held_by = 'override' DESC, tonight.priority DESC, tonight.account_id
            ) AS place
        FROM tonight
        JOIN accounts_account AS account ON account.id = tonight.account_id
        WHERE tonight.tier_id = %(level)s AND account.owner_id IS NOT NULL
    ) AS ranked
    WHERE ranked.place > %(accounts_per_rep)s AND ranked.held_by <> 'override'
) AS moved, accounts_tier AS tier
WHERE tonight.account_id = moved.account_id AND tier.level = %(level)s
