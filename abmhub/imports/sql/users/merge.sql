UPDATE live
SET verdict = CASE
    WHEN coalesce(live.team_id, person.team_id) IS DISTINCT FROM person.team_id
        OR (live.role = 'sales_manager' AND person.role = 'sales_rep')
        OR (person.source = '' AND live.external_id <> '')
        OR (
            live.territory_id IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM accounts_territory_members AS member
                WHERE member.user_id = person.id AND member.territory_id = live.territory_id
            )
        )
    THEN 'update'
    ELSE 'unchanged'
END
FROM users_user AS person
WHERE person.id = live.target_id
