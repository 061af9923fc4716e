SELECT DISTINCT date_trunc('month', timezone('UTC', {column}::timestamptz))::date AS month FROM {rest} ORDER BY month
