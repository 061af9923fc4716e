-- The scores of every account: fit from the profile in force, intent and engagement from the signals.
-- An unknown score is empty; an account that nobody heard of has engagement 0, which is known. OFFSET is a fence, without
-- which every sum is worked out again wherever the fit mentions it.
SELECT
    account.account_id,
    account.is_target,
    account.acv_amount,
    account.disqualified_by,
    CASE WHEN account.stale_from_on <= %(as_of)s THEN account.stale_from_on END AS stale_since_on,
    {fit} AS fit,
    tonight_intent.intent,
    {engagement} AS engagement
FROM (
    SELECT
        account.id AS account_id,
        account.is_target,
        CASE WHEN account.currency = %(currency)s THEN account.acv_amount END AS acv_amount,
        {known_weight} AS known_weight,
        {met_weight} AS met_weight,
        left({disqualified_by}, 200) AS disqualified_by,
        {stale_from_on} AS stale_from_on
    FROM accounts_account AS account
    LEFT JOIN accounts_freshnessclock AS clock ON clock.source = account.refreshed_from
    WHERE {accounts}
    OFFSET 0
) AS account
LEFT JOIN tonight_intent USING (account_id)
LEFT JOIN tonight_engagement USING (account_id)
