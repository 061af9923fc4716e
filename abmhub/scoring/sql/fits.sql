-- The fit of every account by one profile, for comparing profiles and trying them out; empty where it is unknown.
SELECT account_id, disqualified_by <> '' AS is_disqualified, {fit} AS fit
FROM (
    SELECT
        account.id AS account_id,
        {known_weight} AS known_weight,
        {met_weight} AS met_weight,
        {disqualified_by} AS disqualified_by
    FROM accounts_account AS account
) AS weighed
