ALTER TABLE {table} ATTACH PARTITION {month} FOR VALUES FROM ({begin}) TO ({end})
