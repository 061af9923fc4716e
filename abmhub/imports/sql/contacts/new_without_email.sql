SELECT row_number, account_id, name FROM live WHERE target_id IS NULL AND email = ''
