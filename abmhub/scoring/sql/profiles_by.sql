-- The ideal customer profiles that were published by a moment.
SELECT profile.* FROM scoring_icpprofile AS profile WHERE profile.published_at < %(over)s
