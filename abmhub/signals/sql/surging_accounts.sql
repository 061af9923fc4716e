-- How many accounts surge on some of the topics that the part "topics" is about.
SELECT count(DISTINCT topic.account_id) AS accounts
FROM ({topics}) AS topic
WHERE topic.is_surging
