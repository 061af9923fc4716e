-- Newest returns that cannot be: money without a deal, squares that no shares have, a spend that hangs on the model.
SELECT snapshot_on, kind, key, model
FROM (
    SELECT *, min(spend_amount) OVER same AS least, max(spend_amount) OVER same AS most
    FROM metrics_returnsnapshot
    WHERE snapshot_on = (SELECT max(snapshot_on) FROM metrics_returnsnapshot)
    WINDOW same AS (PARTITION BY kind, key)
) AS told
WHERE least <> most
    OR (won_deals = 0) <> (won_amount = 0)
    OR (open_deals = 0) <> (open_amount = 0)
    OR won_squares > won_amount ^ 2
    OR won_squares * won_deals < won_amount ^ 2 - 0.01
ORDER BY kind, key, model
