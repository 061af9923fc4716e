"""How much a file may hold."""

MAX_ROWS = 1_000_000
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_CELL_CHARACTERS = 10_000
MAX_COLUMNS = 500
# A quoted cell may hold line breaks, but one that holds this many was never closed.
MAX_LINES_IN_A_ROW = 500
MAX_LINE_CHARACTERS = 1_000_000
MAX_ROW_CHARACTERS = 2_000_000
# Held in memory at once, however long the rows are.
CHARACTERS_AT_ONCE = 4_000_000
