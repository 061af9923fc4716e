-- How many accounts a draft and the profile in force put where, and how many it would lift or lower. A place is a
-- tenth of the scale (0 is 0-9, 9 is 90-100), 10 unknown, 11 disqualified.
SELECT
    after,
    before,
    count(*) AS accounts,
    count(*) FILTER (WHERE fit > earlier_fit) AS rising,
    count(*) FILTER (WHERE fit < earlier_fit) AS falling
FROM (
    SELECT
        draft.fit,
        in_force.fit AS earlier_fit,
        CASE WHEN draft.is_disqualified THEN 11 WHEN draft.fit IS NULL THEN 10 ELSE least(draft.fit / 10, 9) END AS after,
        CASE
            WHEN in_force.is_disqualified THEN 11 WHEN in_force.fit IS NULL THEN 10 ELSE least(in_force.fit / 10, 9)
        END AS before
    FROM accounts_account AS account
    CROSS JOIN LATERAL ({draft}) AS draft
    CROSS JOIN LATERAL ({in_force}) AS in_force
) AS placed
GROUP BY after, before
