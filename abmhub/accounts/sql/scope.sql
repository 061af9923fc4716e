-- The people whose accounts somebody sees, their territories, and the accounts on whose team they are: one more
-- than %(at_most)s of these says that there are too many to name.
WITH person AS (
    SELECT %(user)s::bigint AS id
    UNION
    SELECT member.id
    FROM users_user AS member
    JOIN users_team AS team ON team.id = member.team_id
    WHERE %(manages)s AND team.manager_id = %(user)s
)
SELECT
    ARRAY(SELECT id FROM person ORDER BY id) AS people,
    ARRAY(
        SELECT DISTINCT territory_id
        FROM accounts_territory_members
        WHERE user_id IN (SELECT id FROM person)
        ORDER BY territory_id
    ) AS territories,
    ARRAY(
        SELECT account_id
        FROM accounts_accountteammember
        WHERE user_id IN (SELECT id FROM person)
        LIMIT %(at_most)s + 1
    ) AS on_team
