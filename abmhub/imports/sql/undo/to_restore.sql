SELECT id FROM undoing WHERE "table" = {name} AND before IS NOT NULL AND refusal = '' ORDER BY id DESC
