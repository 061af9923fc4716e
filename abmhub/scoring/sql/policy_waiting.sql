-- The reps who have more accounts of a tier than they can look after: how many have a place, and how many wait.
SELECT
    account.owner_id AS owner,
    person.name,
    placed.tier_id AS tier,
    sum(placed.has_place)::int AS places,
    sum(placed.waits)::int AS waiting
FROM (
    SELECT account_id, tier_id, 1 AS has_place, 0 AS waits FROM tonight
    UNION ALL
    SELECT account_id, earned_tier_id, 0, 1 FROM tonight WHERE held_by = 'capacity'
) AS placed
JOIN accounts_account AS account ON account.id = placed.account_id
JOIN users_user AS person ON person.id = account.owner_id
GROUP BY account.owner_id, person.name, placed.tier_id
HAVING sum(placed.waits) > 0
ORDER BY waiting DESC, person.name, placed.tier_id
