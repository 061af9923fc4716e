-- The fit of "account" by one profile, to be joined LATERAL: for comparing profiles and trying them out; empty where
-- it is unknown. OFFSET is a fence, without which every sum is worked out again wherever the fit mentions it.
SELECT disqualified_by <> '' AS is_disqualified, {fit} AS fit
FROM (
    SELECT {known_weight} AS known_weight, {met_weight} AS met_weight, {disqualified_by} AS disqualified_by
    OFFSET 0
) AS weighed
