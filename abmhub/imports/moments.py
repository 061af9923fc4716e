"""One cell of a file to a moment. A moment that names no zone is one of the installation's zone."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from abmhub.core.days import zone
from abmhub.imports.cells import BadCell, DateOrder, day

_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?", re.IGNORECASE
)
_PARTS = re.compile(r"(.+?)(?:[T ,]+(\d{1,2}:.*))?")
# Since 1970, in seconds or thousandths, as APIs write them.
_SECONDS = re.compile(r"[1-9]\d{8,9}")
_THOUSANDTHS = re.compile(r"[1-9]\d{11,12}")


def moment(cell: str, order: DateOrder | None) -> datetime:
    """A moment in UTC; a date alone is its first moment. Raises BadCell, also for 10/11/2016 without an order."""
    words = cell.strip()
    if _SECONDS.fullmatch(words) or _THOUSANDTHS.fullmatch(words):
        return datetime.fromtimestamp(int(words) // (1 if len(words) <= 10 else 1000), UTC)
    match = _PARTS.fullmatch(words)
    if match is None:
        raise BadCell("not a moment")
    on = day(match[1], order)
    clock = _CLOCK.fullmatch(match[2].strip()) if match[2] else None
    if match[2] and clock is None:
        raise BadCell("not a moment")
    hour, minute, second, half, offset = clock.groups() if clock else ("0", "0", None, None, None)
    try:
        found = datetime(
            on.year, on.month, on.day, _hour(int(hour), half), int(minute), int(second or 0), tzinfo=_zone(offset)
        )
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell("not a moment") from None


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24; raises ValueError for 13 pm."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _zone(offset: str | None) -> tzinfo:
    if offset is None:
        return zone()
    if offset.lower() in ("z", "utc", "gmt"):
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if offset[0] == "-" else ahead)
