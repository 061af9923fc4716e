UPDATE undoing SET refusal = %(reason)s WHERE id = ANY(%(changes)s)
