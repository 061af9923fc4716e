-- How many accounts are not as the market keeps them, although no night has still to look at them.
SELECT count(*) AS accounts
FROM ({differing}) AS differing
WHERE NOT EXISTS (SELECT FROM scoring_changedaccount AS noted WHERE noted.account_id = differing.account_id)
