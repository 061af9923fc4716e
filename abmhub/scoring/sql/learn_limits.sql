-- Where a fifth, two, three and four fifths of the known values of each measured attribute lie.
SELECT {quintiles}
FROM ({population}) AS account
