UPDATE live
SET identity = CASE
    WHEN external_id <> '' THEN external_id
    WHEN email <> '' THEN 'email:' || account_id || ':' || email
    ELSE 'name:' || account_id || ':' || lower(name)
END
