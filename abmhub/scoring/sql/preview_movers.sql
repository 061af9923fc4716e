-- The accounts whose fit a draft changes most.
SELECT account.id, account.name, in_force.fit AS before, draft.fit AS after, draft.is_disqualified
FROM accounts_account AS account
CROSS JOIN LATERAL ({draft}) AS draft
CROSS JOIN LATERAL ({in_force}) AS in_force
WHERE draft.fit <> in_force.fit
ORDER BY abs(draft.fit - in_force.fit) DESC, account.id
LIMIT {most}
