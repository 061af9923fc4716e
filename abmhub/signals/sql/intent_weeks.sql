-- In which weeks each scored provider reported on anybody, as one text.
SELECT coalesce(string_agg(provider_id || ' ' || starts_on, ', ' ORDER BY provider_id, starts_on), '') AS weeks
FROM (
    {delivered}
) AS delivered
