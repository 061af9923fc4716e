-- The intent of those of whom nothing new was observed is the one that stands there.
INSERT INTO tonight_intent (account_id, intent)
SELECT standing.account_id, standing.intent
FROM tonight_account AS tonight
JOIN accounts_standing AS standing USING (account_id)
WHERE standing.intent IS NOT NULL
    AND tonight.account_id NOT IN (SELECT account_id FROM tonight_noted WHERE is_read_anew)
