-- The program whose list holds an account on a day; of several the one that began last. Part of other statements.
SELECT member.program_id
FROM campaigns_programaccount AS member
JOIN campaigns_program AS program ON program.id = member.program_id
WHERE member.account_id = {account}
    AND {day} >= program.starts_on
    AND {day} < program.starts_on
        + CASE program.period WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END
ORDER BY program.starts_on DESC, program.id DESC
LIMIT 1
