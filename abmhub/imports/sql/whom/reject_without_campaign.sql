UPDATE live
SET rejection = CASE
    WHEN campaign_name <> ''
    THEN left('There is no campaign “' || campaign_name, 200) || '”: import the campaigns first, or correct the name.'
    WHEN campaign_external_id <> ''
    THEN left('No campaign of this source has the key ' || campaign_external_id, 200) || ': import the campaigns first.'
    ELSE 'The row names no campaign.'
END
WHERE campaign_id IS NULL
