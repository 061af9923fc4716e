"""The main navigation, as data: one line for each destination.

A page's author adds a line when the page exists. The order here is the order on the screen; the
first four that a person may see are also the bottom bar of the phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse

from abmhub.users.models import Role

EVERYONE = frozenset(Role)
SELLING = frozenset({Role.SALES_REP, Role.SALES_MANAGER})
MARKETING = frozenset({Role.MARKETER, Role.MARKETING_MANAGER})
STEERING = frozenset({Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ANALYST, Role.ADMIN})


@dataclass(frozen=True)
class Entry:
    """A destination. `key` opens it after "g"; icons are Lucide names; group "" has no heading."""

    label: str
    url_name: str
    icon: str
    group: str = ""
    key: str = ""
    roles: frozenset[Role] = EVERYONE


# In this order: Home, Accounts, Orders, Tasks, Approvals; "Plan": Workload, Catalogue, Personas, Coverage,
# Ideal customer, Tier policies, Unknown domains, Programs, Double funnel, Metrics, Budgets;
# "Set up": Imports, Sources, Admin.
ENTRIES: tuple[Entry, ...] = (
    Entry("Home", "home", "house", key="h"),
    Entry("Accounts", "account-list", "building-2", key="a"),
    Entry("Orders", "order-list", "shopping-bag", key="o"),
    Entry("Tasks", "task-list", "list-checks", key="t", roles=MARKETING | {Role.ADMIN}),
    Entry(
        "Approvals",
        "approval-list",
        "stamp",
        roles=frozenset({Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN}),
    ),
    Entry(
        "Workload",
        "workload-show",
        "gauge",
        group="Plan",
        key="w",
        roles=frozenset({Role.MARKETING_MANAGER, Role.ADMIN}),
    ),
    Entry("Catalogue", "tactic-list", "book-open", group="Plan", key="c"),
    Entry("Personas", "persona-list", "contact-round", group="Plan", key="p"),
    Entry("Coverage", "coverage-show", "layout-grid", group="Plan", key="v"),
    Entry(
        "Ideal customer",
        "icp-list",
        "target",
        group="Plan",
        key="l",
        roles=frozenset({Role.MARKETING_MANAGER, Role.ADMIN, Role.ANALYST}),
    ),
    Entry(
        "Tier policies",
        "policy-list",
        "layers",
        group="Plan",
        roles=frozenset({Role.MARKETING_MANAGER, Role.ADMIN, Role.ANALYST}),
    ),
    Entry(
        "Unknown domains",
        "domain-list",
        "radar",
        group="Plan",
        roles=frozenset({Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ADMIN}),
    ),
    Entry("Programs", "program-list", "calendar-range", group="Plan"),
    Entry("Double funnel", "funnel-show", "funnel", group="Plan", key="f"),
    Entry("Metrics", "metric-list", "gauge", group="Plan", key="m"),
    Entry("Budgets", "budget-list", "wallet", group="Plan", key="b", roles=EVERYONE - {Role.SALES_REP}),
    Entry(
        "Imports",
        "import-list",
        "upload",
        group="Set up",
        key="i",
        roles=frozenset({Role.MARKETING_MANAGER, Role.ADMIN}),
    ),
    Entry(
        "Sources",
        "source-list",
        "timer-reset",
        group="Set up",
        roles=frozenset({Role.MARKETING_MANAGER, Role.ADMIN, Role.ANALYST}),
    ),
    Entry("Admin", "admin:index", "settings", group="Set up", key="x", roles=frozenset({Role.ADMIN})),
)


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    entry: Entry
    path: str
    is_current: bool


@dataclass
class Navigation:
    """What one person may go to; iterating yields groups as (heading, links)."""

    links: list[Link] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, list[Link]]]:
        groups: dict[str, list[Link]] = {}
        for link in self.links:
            groups.setdefault(link.entry.group, []).append(link)
        return iter(groups.items())

    @property
    def first(self) -> list[Link]:
        """The four that fit a phone's bottom bar beside the drawer."""
        return self.links[:4]

    @property
    def current_is_in_drawer(self) -> bool:
        return any(link.is_current for link in self.links[4:])


def for_request(request: HttpRequest, entries: tuple[Entry, ...] | None = None) -> Navigation:
    """The navigation of the person who asks; empty for a stranger."""
    user = request.user
    if not user.is_authenticated:
        return Navigation()
    seen = [entry for entry in (ENTRIES if entries is None else entries) if user.role in entry.roles]
    paths = {entry: reverse(entry.url_name) for entry in seen}
    here = max((path for path in paths.values() if _covers(path, request.path)), key=len, default=None)
    return Navigation([Link(entry, path, is_current=path == here) for entry, path in paths.items()])


def _covers(path: str, requested: str) -> bool:
    """Whether a page lies at or under the path; under "/" lies only the home page itself."""
    return requested == path if path == "/" else requested.startswith(path)
