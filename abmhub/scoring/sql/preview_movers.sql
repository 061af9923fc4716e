-- The accounts whose fit a draft changes most.
SELECT account.id, account.name, in_force.fit AS before, draft.fit AS after, draft.is_disqualified
FROM ({draft}) AS draft
JOIN ({in_force}) AS in_force ON in_force.account_id = draft.account_id
JOIN accounts_account AS account ON account.id = draft.account_id
WHERE draft.fit <> in_force.fit
ORDER BY abs(draft.fit - in_force.fit) DESC, account.id
LIMIT {most}
