-- Forget what was noted, because everybody is computed.
DELETE FROM scoring_changedaccount
