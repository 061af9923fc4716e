-- What each account was before the day, and what somebody said of it by hand.
SELECT
    score.*,
    standing.account_id IS NOT NULL AS has_standing,
    CASE WHEN later.account_id IS NULL THEN standing.tier_id ELSE later.from_tier_id END AS earlier_tier_id,
    CASE
        WHEN later.account_id IS NULL THEN standing.tier_since_on
        ELSE (
            SELECT max(change.changed_on) FROM accounts_tierchange AS change
            WHERE change.account_id = score.account_id AND change.changed_on < %(as_of)s
        )
    END AS since_on,
    override.id AS override_id,
    override.tier_id AS override_tier_id,
    override.expires_on AS override_expires_on,
    override.reason AS override_reason,
    override.made_by_id AS override_made_by_id,
    released.account_id IS NOT NULL AS is_released
FROM {score} AS score
LEFT JOIN accounts_standing AS standing ON standing.account_id = score.account_id
LEFT JOIN (
    -- The first move on the day or after it tells what the account was until then.
    SELECT DISTINCT ON (account_id) account_id, from_tier_id
    FROM accounts_tierchange
    WHERE changed_on >= %(as_of)s
    ORDER BY account_id, changed_on
) AS later ON later.account_id = score.account_id
LEFT JOIN (
    SELECT DISTINCT ON (account_id) *
    FROM scoring_tieroverride
    WHERE made_at < %(over)s AND expires_on >= %(as_of)s AND (ended_at IS NULL OR ended_at >= %(over)s)
    ORDER BY account_id, made_at DESC, id DESC
) AS override ON override.account_id = score.account_id
LEFT JOIN (
    -- Those that held on a day before, hold no more, and that no night before has let go.
    SELECT DISTINCT account_id
    FROM scoring_tieroverride
    WHERE made_at < %(begins)s
        AND (expires_on < %(as_of)s OR ended_at < %(over)s)
        AND (ended_at IS NULL OR (ended_at AT TIME ZONE %(zone)s)::date > (made_at AT TIME ZONE %(zone)s)::date)
        AND (released_on IS NULL OR released_on >= %(as_of)s)
) AS released ON released.account_id = score.account_id
