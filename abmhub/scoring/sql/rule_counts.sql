-- How many accounts could be in a tier at all, how many meet each rule, and how many each takes as the first; by the
-- scores of the last night.
SELECT count(*) AS accounts{counts}
FROM (
    SELECT score.*, CASE {tried} END AS place
    FROM (
        SELECT
            standing.fit,
            standing.intent,
            standing.engagement,
            standing.stale_since_on,
            CASE WHEN account.currency = %(currency)s THEN account.acv_amount END AS acv_amount{columns}
        FROM accounts_standing AS standing
        JOIN accounts_account AS account ON account.id = standing.account_id
        WHERE account.is_target AND standing.disqualified_by = ''
    ) AS score
) AS judged
