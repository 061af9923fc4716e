-- Part of scoring/tonight_accounts: whose intent, which was gathered for everybody, is no longer what stands there.
UNION
SELECT account_id
FROM accounts_standing AS standing
FULL JOIN tonight_intent AS found USING (account_id)
WHERE standing.intent IS DISTINCT FROM found.intent
