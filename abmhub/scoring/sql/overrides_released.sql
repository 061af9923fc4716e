-- Overrides that hold no more: the night of the day gives their accounts back to the rules.
UPDATE scoring_tieroverride SET released_on = %(as_of)s
WHERE released_on IS NULL AND made_at < %(over)s AND (expires_on < %(as_of)s OR ended_at < %(over)s)
