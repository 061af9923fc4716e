SELECT DISTINCT "table" FROM undoing ORDER BY "table"
