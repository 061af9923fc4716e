"""Companies that look at Larkfield, and that Larkfield has no account of."""

from collections.abc import Iterator
from datetime import timedelta

from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy
from abmhub.demo.names import CompanyNames, countries
from abmhub.demo.signals import SOURCES
from abmhub.demo.words import sections
from abmhub.signals.models import EventType, IntentProvider, Topic, UnplacedEvent, UnplacedObservation

STRANGERS = 34
SINCE_DAYS = 70
VISITS = {"page_view": 60, "pricing_view": 14, "content_download": 9, "ad_click": 12, "event_attended": 2}
INDUSTRIES = ("manufacturing", "retail", "logistics", "healthcare")
READ_WEEKS, MOST_TOPICS = 6, 4

Row = tuple[object, ...]


def visit(throw: Dice, calendar: Calendar, known: set[str]) -> None:
    """Let them come: a few often, most of them once or twice; some read up on us elsewhere too."""
    names = CompanyNames(throw)
    places = list(countries())
    domains: list[str] = []
    while len(domains) < STRANGERS:
        country = throw.pick(places)
        name, _ = names.next(country, throw.pick(INDUSTRIES), throw.pick(country.cities))
        domain = names.domain(name, country)
        if domain not in known:
            domains.append(domain)
    kinds, today = dict(EventType.objects.values_list("code", "pk")), len(calendar.days)
    events = _events(throw, calendar, domains, kinds, today)
    copy(
        UnplacedEvent,
        ("domain", "event_type", "occurred_at", "detail", "source", "external_id", "came_at"),
        list(events),
    )
    provider = IntentProvider.objects.get(code="review-site").pk
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    read = _read(throw, calendar, domains, provider, topics)
    copy(UnplacedObservation, ("domain", "provider", "topic", "week_on", "level", "came_at"), list(read))


def _events(throw: Dice, calendar: Calendar, domains: list[str], kinds: dict[str, int], today: int) -> Iterator[Row]:
    details = sections("signals")
    number = 0
    for domain in domains:
        for _ in range(1 + int(throw.expovariate(1 / 7))):
            kind = throw.weighted(list(VISITS), list(VISITS.values()))
            day = calendar.day(throw, today - SINCE_DAYS)
            number += 1
            moment = calendar.moment(throw, day)
            yield (
                domain,
                kinds[kind],
                moment,
                throw.pick(details[kind]),
                SOURCES[kind],
                f"stranger-{number}",
                moment,
            )


def _read(throw: Dice, calendar: Calendar, domains: list[str], provider: int, topics: list[int]) -> Iterator[Row]:
    monday = calendar.as_of - timedelta(days=calendar.as_of.weekday())
    for domain in domains:
        if not throw.chance(0.4):
            continue
        for topic in throw.sample(topics, throw.randint(1, MOST_TOPICS)):
            middle = throw.uniform(15, 85)
            for back in range(READ_WEEKS):
                level = int(throw.gauss(middle, 8))
                if level > 0 and throw.chance(0.7):
                    yield domain, provider, topic, monday - timedelta(weeks=back), min(level, 100), calendar.starts[-1]
