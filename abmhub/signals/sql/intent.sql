-- The intent of every account that a scored provider has seen in time: its strongest topic.
SELECT account_id, max(value) AS intent
FROM ({topics}) AS topic
GROUP BY account_id
