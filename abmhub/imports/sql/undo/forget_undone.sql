DELETE FROM imports_importchange WHERE run_id = %(run)s AND refusal = ''
