"""Coverage across accounts: in which group do we know, reach and engage whom? Every number leads to its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account
from abmhub.core.models import Run
from abmhub.signals.heat_map import NAMELESS, By, Cell, Group, Level, coverage_matrix
from abmhub.web.paging import path_with
from abmhub.web.requests import Request

LEVELS: dict[Level, str] = {"known": "Known", "reachable": "Reachable", "engaged": "Engaged"}
MOST_ROWS = 200
MANY_ACCOUNTS = 20_000
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
    by = cast(By, _asked(request, "by", tuple(NAMELESS)))
    level = cast(Level, _asked(request, "level", get_args(Level)))
    last_night = Run.objects.last_finished("nightly")
    groups = _groups(request, by, last_night)
    lines = [_line(group, by, level) for group in groups[:MOST_ROWS]]
    total = _total(groups, level)
    context = {
        "lines": lines,
        "total": total,
        "roles": [square.role for square in total.squares],
        "thinnest": min(total.squares, key=lambda square: square.share, default=None),
        "by": by,
        "level": LEVELS[level].lower(),
        "not_shown": max(len(groups) - MOST_ROWS, 0),
        "groupings": [Choice(name.capitalize(), path_with(request, by=name), name == by) for name in NAMELESS],
        "levels": [Choice(label, path_with(request, level=name), name == level) for name, label in LEVELS.items()],
        "last_night": last_night,
    }
    return render(request, "coverage/show.html", context)


def _groups(request: Request, by: By, last_night: Run | None) -> list[Group]:
    """Counting a million accounts takes seconds: for those who see all of them, it is done once for a while."""
    accounts = Account.objects.visible_to(request.user)
    if not request.user.sees_every_account:
        return coverage_matrix(accounts, by=by)
    key = f"coverage:{by}:{last_night.pk if last_night else 0}"
    kept: list[Group] | None = cache.get(key)
    if kept is not None:
        return kept
    groups = coverage_matrix(accounts, by=by)
    if sum(group.accounts for group in groups) >= MANY_ACCOUNTS:
        cache.set(key, groups, KEPT_FOR.total_seconds())
    return groups


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
