INSERT INTO committee_stancechange (contact_id, stance, note, changed_at)
SELECT target_id, stance, 'As an import says.', %(at)s
FROM live
WHERE verdict = 'create' AND stance <> '' OR verdict = 'update' AND is_other_stance
