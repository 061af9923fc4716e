-- To which channels the money of won deals is due under every model.
INSERT INTO metrics_attributionsnapshot (snapshot_on, model, channel_id, deals, amount)
SELECT %(as_of)s, model, channel_id, count(DISTINCT deal_id) FILTER (WHERE cents > 0), sum(cents) / 100.0
FROM ({shares}) AS due
GROUP BY model, channel_id
HAVING sum(cents) > 0
