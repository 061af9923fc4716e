-- All units are found anew: nothing that was noted of them need be looked for.
DELETE FROM funnel_changedunit
