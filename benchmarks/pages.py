"""What every page costs beside a million accounts, 500,000 deals and 1,000,000 open tasks:

    ABMHUB_HOME=/tmp/million python benchmarks/million.py --events 20000000
    ABMHUB_HOME=/tmp/million python benchmarks/pages.py [--only funnel] [--times 3] [--explain]

Each page is asked for as a whole by somebody who sees it, the middleware too: milliseconds of the processor for the
database and for Python, the best of several times, the number of queries, and how large it is. The first time is told
too: it is what the first person waits for whose question nobody asked before.
"""

import argparse
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
os.environ.setdefault("ABMHUB_HTTPS", "no")
os.environ.setdefault("ABMHUB_LOG_LEVEL", "ERROR")
os.environ.setdefault("ABMHUB_ALLOWED_HOSTS", "testserver")

import django

from abmhub.embedded import services
from abmhub.embedded.home import Home
from benchmarks.accounts import Clock, processor_seconds

if TYPE_CHECKING:
    from django.test import Client

ADMIN, MANAGER, MARKETER, MARKETING, ANALYST, REP, FEW = (
    f"{name}@example.com" for name in ("admin", "manager", "marketer", "marketing", "analyst", "person20", "few")
)
GOALS = {"home": 100, "queue": 100, "orders": 100, "funnel": 100, "slices": 300, "metrics": 100, "accounts": 60}
"""Milliseconds of the processor for database and Python together."""
FILTERED = (
    "", "tier=2", "tactic=5", "due=0", "due=7", "category=3", "territory=7", "q=amber", "q=am", "q=zephyr roofs 9",
    "tactic=5&tier=1", "territory=7&due=3", "q=amber&tier=2", "category=3&territory=7", "assignee=70",
    "tier=3&due=0&category=2",
)  # fmt: skip
DIMENSIONS = (
    "motion", "channel", "campaign", "content", "tier", "program", "segment", "industry", "territory", "owner", "month",
)  # fmt: skip
MOTIONS = ("abm", "demand_gen")


@dataclass
class Page:
    """A page as it was asked for several times."""

    group: str
    person: str
    path: str
    database: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    @property
    def best(self) -> float:
        return min(a + b for a, b in zip(self.database, self.python, strict=True))

    @property
    def first(self) -> float:
        return self.database[0] + self.python[0]

    def __str__(self) -> str:
        return (
            f"{self.best:8.0f} ms ({min(self.database):6.0f} database, {min(self.python):4.0f} Python; first "
            f"{self.first:6.0f})  {self.queries:3} queries {self.size / 1000:4.0f} kB  {self.person.split('@')[0]:>9}  "
            f"{self.path}"
        )


def pages() -> Iterator[tuple[str, str, str]]:
    """Group, person and path."""
    yield from (("home", person, "/") for person in (ADMIN, MANAGER, MARKETER, MARKETING, ANALYST, REP, FEW))
    yield from _queue()
    yield from _funnel()
    yield from _metrics()
    for person in (REP, MANAGER, MARKETER, MARKETING):
        yield from (("orders", person, f"/orders/?view={view}") for view in ("open", "delivered", "cancelled", "all"))
    yield from (("orders", MARKETING, path) for path in ("/budgets/", "/catalogue/", "/approvals/"))
    for person in (ADMIN, MANAGER, REP):
        yield "accounts", person, "/accounts/"
        yield "accounts", person, "/search/?q=amber"


def _queue() -> Iterator[tuple[str, str, str]]:
    views = ("mine", "team", "unassigned", "overdue", "waiting", "open", "finished")
    for person, view in product((MANAGER, REP, MARKETER), views):
        yield "queue", person, f"/tasks/?view={view}"
    for view, narrowed in product(("open", "unassigned", "mine", "finished"), FILTERED):
        yield "queue", MARKETER, f"/tasks/?view={view}&{narrowed}"
    for sort, narrowed in product(("late", "new", "tier", "account"), ("", "q=amber", "territory=7", "tactic=5")):
        yield "queue", MARKETER, f"/tasks/?view=open&sort={sort}&{narrowed}"
    for view, narrowed in product(("open", "mine", "unassigned", "team"), ("", "q=amber", "tactic=5", "territory=7")):
        yield "queue", MARKETER, f"/tasks/board/?view={view}&{narrowed}"
    yield from (("queue", MARKETING, f"/tasks/workload/{asked}") for asked in ("", "?by=day", "?of=team", "?team=13"))


def _funnel() -> Iterator[tuple[str, str, str]]:
    a_year = "since=2025-11-01&until=2026-10-31"
    for asked in ("", "view=restated", a_year, "benchmark=table"):
        yield "funnel", ANALYST, f"/funnel/?{asked}"
        yield "funnel", ANALYST, f"/funnel/cohorts/?{asked}"
    for name in ("invest", "plan", "balance"):
        yield "funnel", MARKETING, f"/funnel/{name}/"
    for by, motion in product(DIMENSIONS, MOTIONS):
        yield "slices", ANALYST, f"/funnel/slices/?by={by}&motion={motion}"
    for (by, by2), motion in product(combinations(DIMENSIONS, 2), MOTIONS[:1]):
        yield "slices", ANALYST, f"/funnel/slices/?by={by}&by2={by2}&motion={motion}"
    yield "slices", ANALYST, f"/funnel/slices/?by=industry&motion=abm&{a_year}"
    for stage, motion in product(("pool", "interest", "sql", "opportunity", "won"), MOTIONS):
        yield "funnel", ANALYST, f"/funnel/rows/?motion={motion}&stage={stage}"
        yield "funnel", ANALYST, f"/funnel/rows/?motion={motion}&stage={stage}&by1=channel&key1=3"
    for kind in ("won", "lost", "open"):
        yield "funnel", ANALYST, f"/funnel/deals/?kind={kind}"


def _metrics() -> Iterator[tuple[str, str, str]]:
    from abmhub.metrics.definitions import Metric
    from abmhub.metrics.figures import FIGURES

    yield from (
        ("metrics", ANALYST, f"/metrics/{name}") for name in ("", "?window=year", "attribution/", "tactics/", "months/")
    )
    yield from (("metrics", ANALYST, f"/metrics/{metric.value}/") for metric in Metric)
    yield from (("metrics", ANALYST, f"/metrics/rows/{figure}/") for figure in FIGURES)


def ask(browser: "Client", page: Page, times: int, now: Callable[[], float]) -> Page:
    """The page as the person gets it; what answers with another status than 200 is an error."""
    from django.db import connection

    for _ in range(times):
        clock, began = Clock(now), time.process_time()
        with connection.execute_wrapper(clock):
            answer = browser.get(page.path)
            size = len(b"".join(answer.streaming_content) if answer.streaming else answer.content)
        if answer.status_code != http.client.OK:
            raise RuntimeError(f"{page.path} answers {answer.status_code}.")
        page.database.append(clock.seconds * 1000)
        page.python.append((time.process_time() - began) * 1000)
        page.queries, page.size = clock.queries, size
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", default="", help="pages whose group or path has this in it")
    parser.add_argument("--slow", action="store_true", help="print those above the goal alone")
    options = parser.parse_args()
    with services.used(Home.from_environment()):
        django.setup()
        from django.test import Client

        from abmhub.users.models import User

        now, browsers, measured = processor_seconds(), dict[str, Client](), list[Page]()
        for group, person, path in pages():
            if options.only not in group and options.only not in path:
                continue
            if person not in browsers:
                browsers[person] = Client()
                browsers[person].force_login(User.objects.get(email=person))
            try:
                page = ask(browsers[person], Page(group, person, path), options.times, now)
            except RuntimeError as problem:
                print(f"         {problem} ({person})", flush=True)
                continue
            measured.append(page)
            if not options.slow or page.best > GOALS[group]:
                print(page, flush=True)
        report(measured)


def report(measured: list[Page]) -> None:
    for group, goal in GOALS.items():
        own = sorted((page for page in measured if page.group == group), key=lambda page: page.best)
        if own:
            print(
                f"{group:>9}: {len(own)} pages, p50 {own[len(own) // 2].best:.0f} ms, p95 "
                f"{own[int(len(own) * 0.95)].best:.0f} ms, slowest {own[-1].best:.0f} ms (goal {goal}, missed by "
                f"{sum(page.best > goal for page in own)}); at most {max(page.queries for page in own)} queries and "
                f"{max(page.size for page in own) / 1000:.0f} kB"
            )


if __name__ == "__main__":
    main()
