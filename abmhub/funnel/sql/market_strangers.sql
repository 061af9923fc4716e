-- How many accounts are not as the market keeps them, although no night has still to look at them.
SELECT count(*) AS accounts FROM ({differing}) AS differing
