"""The vocabulary of the demo company: text files of sections, one fact a line or between commas."""

from functools import cache
from importlib.resources import files


@cache
def sections(file: str) -> dict[str, list[str]]:
    """The lines of each `[section]` of a file; what stands beside its heading is a list between commas.

    Empty lines and lines that begin with # say nothing. Raises FileNotFoundError.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in files(__package__).joinpath(f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading, _, beside = line[1:].partition("]")
            lines = found[heading] = [word.strip().strip("`") for word in beside.split(",") if word.strip()]
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


@cache
def table(file: str, section: str = "") -> list[tuple[str, ...]]:
    """The lines of a section, each cut at its bars or slashes; without a section, of the whole file."""
    lines = sections(file)[section] if section else _lines(file)
    return [tuple(cell.strip() for cell in line.split("|" if "|" in line else " / ")) for line in lines]


def _lines(file: str) -> list[str]:
    text = files(__package__).joinpath(f"{file}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
