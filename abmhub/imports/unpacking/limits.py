"""What the process may use, and how much a packed file may hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Handed to the process as it is started."""

    rows: int
    columns: int
    text_bytes: int
    memory_bytes: int = 256 * 1024 * 1024
    cpu_seconds: int = 240
    wall_seconds: int = 600
    inflated_bytes: int = 1024 * 1024 * 1024
    # A packed file grows by so much at most; a small one may, whatever the share.
    growth: int = 200
    small_bytes: int = 32 * 1024 * 1024
    directory_bytes: int = 1024 * 1024
    strings_bytes: int = 128 * 1024 * 1024
    sheets: int = 200
    # A longer cell is cut, and then told as too long with its row.
    cell_characters: int = 100_000
