"""What accounts read and search elsewhere: how strongly a provider saw a topic in a week."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP
from itertools import chain, count
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from abmhub.core import sql
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.kinds.months import make_months, skip_dropped
from abmhub.imports.kinds.whom import ACCOUNT_COLUMNS, ACCOUNT_FIELDS, account_words, find_accounts
from abmhub.imports.mapping import ColumnMapping, Field
from abmhub.imports.models import Kind
from abmhub.signals.models import IntentObservation, IntentProvider, Topic, TopicCluster, UnplacedObservation
from abmhub.signals.months import INTENT

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)", re.ASCII)


def _level(cell: str) -> int:
    """0 to 100; some write it with decimals."""
    found = cells.number(cell)
    if not 0 <= found <= 100:
        raise cells.BadCell("not between 0 and 100")
    return int(found.to_integral_value(ROUND_HALF_UP))


def day_in(file_name: str) -> date | None:
    """The first day that the name of a file tells, year first, as in surge-2026-03-02.csv or surge_20260302.csv."""
    for year, month, day in _DAY.findall(file_name):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _free_code(table: type[TopicCluster | IntentProvider], name: str) -> str:
    """The best code for this name that no row of the table has."""
    base = slugify(name)[:36] or table._meta.model_name or ""
    codes = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(code for code in codes if not table.objects.filter(code=code).exists())


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


NOT_REGISTERED = (
    "“{}” is new to the register of intent providers. It is added without a lawful basis, and no score reads it "
    "until an administrator states one."
)


class Intent(Intake):
    kind = Kind.INTENT
    model = IntentObservation
    fields = (
        *ACCOUNT_FIELDS,
        Field(
            "topic", "Topic",
            "topic topicname keyword subject category surgetopic subjectproductslug productslug productname",
            required=True,
        ),
        Field(
            "cluster", "Cluster of topics", "cluster topiccluster topiccategory theme themename category categoryname",
            help="For topics that are in none yet.",
        ),
        Field(
            "week_on", "Week",
            "week weekof weekon weekstarting weekstart date observedon day updateddate lastseenat",
            is_date=True, help="Any day of the week. Without a column: the day in the name of the file.",
        ),
        Field(
            "level", "Level",
            "level score compositescore intentscore surgescore topicscore strength companyintentscore",
            required=True, help="From 0 to 100.",
        ),
        Field(
            "provider", "Provider", "provider intentprovider vendor dataprovider",
            help="Empty: the source of the file. One that is not in the register is added, and not scored yet.",
        ),
    )  # fmt: skip
    columns = ("topic", "cluster", "week_on", "level", "provider", *ACCOUNT_COLUMNS)
    sample: ClassVar = (
        ("domain", "topic", "week", "score", "provider"),
        ("acme.example", "Warehouse automation", "2026-03-02", "82", "Bombora"),
        ("acme.example", "Predictive maintenance", "2026-03-02", "64", "Bombora"),
        ("borealis.example", "Cold chain", "2026-03-02", "71", "Bombora"),
    )

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        return (
            row.text("topic", 120),
            row.text("cluster", 120),
            self._week(row),
            row.read("level", _level),
            row.text("provider", 80) or row.reading.source,
            *account_words(row),
        )

    def _week(self, row: CellReader) -> date | None:
        if row.has("week_on"):
            day = row.day("week_on")
            missing = "Week is empty."
        else:
            day = day_in(row.reading.file_name)
            missing = "No column tells the week, nor does the name of the file, as in surge-2026-03-02.csv would."
        if day is None:
            row.reject(missing)
            return None
        return monday_of(day)

    def notice(self, source: str, mapping: ColumnMapping) -> str:
        is_it = Q(name__iexact=source) | Q(code__iexact=source)
        if "provider" in mapping.columns or IntentProvider.objects.filter(is_it).exists():
            return ""
        return NOT_REGISTERED.format(source)

    def targets(self) -> QuerySet[Any]:
        return super().targets().select_related("topic")

    def make_room(self, at: datetime) -> None:
        make_months(INTENT, at)

    def resolve(self, reading: Reading) -> None:
        skip_dropped(INTENT)
        sql.run("imports/rows/skip_identical")
        find_accounts(reading.source)
        sql.run("imports/waiting/wait", table="signals_intentobservation")
        sql.run("imports/whom/reject_without_account")
        with journal.watching(IntentProvider):
            self._register()
        sql.run("imports/intent/skip_weaker")
        with journal.watching(TopicCluster, Topic):
            Topic.objects.bulk_create([Topic(name=new["name"]) for new in sql.rows("imports/intent/unknown_topics")])
            sql.run("imports/intent/find_topics")
            self._cluster()
        sql.run("imports/intent/match")
        sql.run("imports/waiting/match_intent")
        sql.run("imports/rows/new_targets", table="signals_intentobservation")

    def _register(self) -> None:
        """Find the providers; those that are new wait in the register for somebody to state their lawful basis."""
        for new in sql.rows("imports/intent/unknown_providers"):
            IntentProvider.objects.create(
                code=_free_code(IntentProvider, new["name"]),
                name=new["name"],
                lawful_basis=IntentProvider.LawfulBasis.UNSTATED,
                is_scored=False,
            )
        sql.run("imports/intent/find_providers")

    def _cluster(self) -> None:
        """Put topics that are in no cluster into the one that the file names; the first of several by name."""
        named = {row["topic_id"]: row["name"] for row in sql.rows("imports/intent/clusters")}
        there = {cluster.name.casefold(): cluster for cluster in TopicCluster.objects.order_by("-pk")}
        new = {name.casefold(): name for name in named.values() if name.casefold() not in there}
        for key, name in sorted(new.items()):
            there[key] = TopicCluster.objects.create(code=_free_code(TopicCluster, name), name=name)
        topics = Topic.objects.in_bulk(named)
        for key, topic in topics.items():
            topic.cluster = there[named[key].casefold()]
        Topic.objects.bulk_update(topics.values(), ["cluster"])

    def write(self, reading: Reading) -> None:
        placed = journal.write(IntentObservation, "signals/import_new_intent")
        waiting = journal.write(UnplacedObservation, "signals/import_new_unplaced_intent")
        expect(placed + waiting, "create")
        journal.write(IntentObservation, "signals/import_changed_intent")
        journal.write(UnplacedObservation, "signals/import_changed_unplaced_intent")
