-- Two figures of the same rows, told in one pass: all of them, and the numbers of those of which one is known.
SELECT
    figure.code AS figure, by_motion, by_tier, by_segment, by_industry, by_territory,
    span, figure.rows, figure.known, figure.amount
FROM ({summed}) AS market
CROSS JOIN LATERAL (
    VALUES
        ({accounts}, market.rows, market.rows, market.rows::numeric),
        ({expected_acv}, market.known, market.known, market.amount)
) AS figure (code, rows, known, amount)
WHERE figure.rows > 0
