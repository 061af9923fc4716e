UPDATE imports_importchange AS change
SET refusal = undoing.refusal
FROM undoing
WHERE change.id = undoing.id AND undoing.refusal <> ''
