"""Coverage across accounts: in which group do we know, reach and engage whom? Every number leads to its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast, get_args

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.accounts.scope import Scope
from abmhub.core.models import Run
from abmhub.signals.heat_map import NAMELESS, By, Cell, Group, Level, coverage_matrix
from abmhub.users.verbs import may
from abmhub.web.paging import path_with
from abmhub.web.requests import Request

LEVELS: dict[Level, str] = {"known": "Known", "reachable": "Reachable", "engaged": "Engaged"}
IMPORT = "imports.import_files"
MOST_ROWS = 200
MANY_ACCOUNTS = 20_000
"""From so many on counting takes a moment: HTMX asks for the map after the page, and it is kept."""
KEPT_FOR = timedelta(minutes=15)
SHADES = 5


@dataclass(frozen=True)
class Square:
    """A cell as it is drawn: the share in words, the shade, and the accounts that have nobody there."""

    role: str
    share: float
    number: int
    accounts: int
    url: str = ""

    @property
    def missing(self) -> int:
        return self.accounts - self.number

    @property
    def shade(self) -> int:
        """0 to 4, the more the darker; only a full row has the last."""
        return min(int(self.share * SHADES), SHADES - 1)


@dataclass(frozen=True)
class Line:
    """A group of accounts and its squares."""

    name: str
    accounts: int
    squares: list[Square]
    url: str = ""


@dataclass(frozen=True)
class Choice:
    """A way to look at the map."""

    label: str
    url: str
    is_chosen: bool


@require_GET
def show_coverage(request: Request) -> HttpResponse:
    """The map; of many accounts first the page, and the map when it is counted."""
    by = cast(By, _asked(request, "by", tuple(NAMELESS)))
    level = cast(Level, _asked(request, "level", get_args(Level)))
    last_night = Run.objects.last_finished("nightly")
    groups = _groups(request, by, last_night, may_wait=bool(request.htmx) or "counted" in request.GET)
    context: dict[str, Any] = {
        "by": by,
        "level": LEVELS[level].lower(),
        "groupings": [Choice(name.capitalize(), path_with(request, by=name), name == by) for name in NAMELESS],
        "levels": [Choice(label, path_with(request, level=name), name == level) for name, label in LEVELS.items()],
        "last_night": last_night,
    }
    if groups is None:
        return render(request, "coverage/show.html", context | {"path": path_with(request, counted="yes")})
    context |= _drawn(groups, by, level) | {"may_import": may(request.user, IMPORT)}
    return render(request, "coverage/map.html" if request.htmx else "coverage/show.html", context)


def _groups(request: Request, by: By, last_night: Run | None, *, may_wait: bool) -> list[Group] | None:
    """The rows of the map; None when they are many and there was no time to count.

    Kept for all who see the same accounts, until the next night or for a while.
    """
    scope = Scope.of(request.user)
    seen = sha256(repr(scope).encode()).hexdigest()
    key = f"coverage:{by}:{last_night.pk if last_night else 0}:{seen}"
    kept: list[Group] | None = cache.get(key)
    if kept is not None:
        return kept
    are_many = scope.accounts().order_by()[MANY_ACCOUNTS - 1 : MANY_ACCOUNTS].exists()
    if are_many and not may_wait:
        return None
    groups = coverage_matrix(Account.objects.visible_to(request.user), by=by)
    if are_many:
        cache.set(key, groups, KEPT_FOR.total_seconds())
    return groups


def _drawn(groups: list[Group], by: By, level: Level) -> dict[str, Any]:
    """The map as the template wants it."""
    total = _total(groups, level)
    return {
        "lines": [_line(group, by, level) for group in groups[:MOST_ROWS]],
        "total": total,
        "roles": [square.role for square in total.squares],
        "thinnest": min(total.squares, key=lambda square: square.share, default=None),
        "not_shown": max(len(groups) - MOST_ROWS, 0),
    }


def _asked(request: Request, name: str, known: tuple[str, ...]) -> str:
    """What the address asks for, if there is such a thing; else the first."""
    asked = request.GET.get(name, "")
    return asked if asked in known else known[0]


def _line(group: Group, by: By, level: Level) -> Line:
    squares = [_square(cell, level, _path(group, by, cell, level)) for cell in group.cells]
    return Line(group.name, group.accounts, squares, _path(group, by))


def _square(cell: Cell, level: Level, url: str) -> Square:
    return Square(cell.role.name, cell.share(level), getattr(cell, level), cell.accounts, url)


def _path(group: Group, by: By, cell: Cell | None = None, level: Level = "known") -> str:
    """The accounts of a row; of a cell those that have nobody there. Empty where no filter says it."""
    if group.key == "" and by != "tier":
        return ""
    return _accounts_path({by: group.key or 0} | (_missing(cell, level) if cell else {}))


def _missing(cell: Cell, level: Level) -> dict[str, str | int]:
    asked: dict[str, str | int] = {"missing_role": cell.role.code}
    return asked if level == "known" else asked | {"missing_level": level}


def _accounts_path(asked: dict[str, str | int]) -> str:
    return f"{reverse('account-list')}?{urlencode(asked)}"


def _total(groups: list[Group], level: Level) -> Line:
    """All accounts together."""
    accounts = sum(group.accounts for group in groups)
    return Line("All accounts", accounts, list(_sums(groups, accounts, level)), reverse("account-list"))


def _sums(groups: list[Group], accounts: int, level: Level) -> Iterator[Square]:
    for cells in zip(*(group.cells for group in groups), strict=True):
        whole = Cell(cells[0].role, accounts, **{level: sum(getattr(cell, level) for cell in cells)})
        yield _square(whole, level, _accounts_path(_missing(whole, level)))
