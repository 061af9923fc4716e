"""What accounts did: engagement with us in the rhythm of working weeks, and weekly intent seen elsewhere."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import accumulate

from django.utils.text import slugify

from abmhub.demo.committees import Member
from abmhub.demo.companies import Company, Mood
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy
from abmhub.demo.stories import WEEKS, Episode, Stories
from abmhub.demo.words import sections
from abmhub.signals import months
from abmhub.signals.models import (
    EngagementEvent,
    EventType,
    IntentObservation,
    IntentProvider,
    Topic,
    TopicCluster,
)

SOURCES = {
    "ad_impression": "ads", "ad_click": "ads", "page_view": "website", "pricing_view": "website",
    "content_download": "website", "demo_request": "website", "email_open": "email", "email_click": "email",
    "email_reply": "email", "social": "social", "event_attended": "events", "meeting": "crm",
}  # fmt: skip
IN_PASSING = {"page_view": 52, "ad_impression": 14, "ad_click": 7, "email_open": 15, "email_click": 7, "social": 5}
IN_EARNEST = {
    "page_view": 34, "pricing_view": 12, "content_download": 11, "email_click": 12, "email_open": 8, "email_reply": 6,
    "event_attended": 5, "meeting": 4, "demo_request": 3.5, "social": 4, "ad_click": 0.5,
}  # fmt: skip
POINTS_PER_EVENT = 6.0
"""What an event of an episode still counts at its end, on average."""
ANONYMOUS = {
    "page_view": 0.45, "ad_impression": 1.0, "ad_click": 0.85, "pricing_view": 0.35, "social": 0.15,
    "content_download": 0.06,
}  # fmt: skip
"""How often nobody left a name."""
A_YEAR = 365
PASSING_PER_YEAR = {
    Mood.HOT: 26, Mood.WARM: 14, Mood.STIRRED: 22, Mood.FADING: 20, Mood.QUIET: 8, Mood.SILENT: 0.9,
}  # fmt: skip

PROVIDERS = (
    ("research-panel", "Business research panel", IntentProvider.LawfulBasis.CONSENT, True),
    ("review-site", "Software review site", IntentProvider.LawfulBasis.LEGITIMATE_INTEREST, True),
    ("ad-exchange", "Advertising exchange feed", IntentProvider.LawfulBasis.NONE, False),
)
LEVEL_OF_A_WAVE = (72, 97)
MOST_TOPICS = 6
SILENT_WEEKS, SILENT_WEEKS_ELSEWHERE = 0.75, 0.85
"""How often a topic is not seen at all between two waves."""


class _Deck:
    """Picks kinds of events by weight; quicker than choices, for it picks hundreds of thousands."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.kinds, self.until = list(weights), list(accumulate(weights.values()))

    def draw(self, throw: Dice) -> str:
        return self.kinds[bisect_right(self.until, throw.random() * self.until[-1])]


EVENT_FIELDS = ("account", "contact", "event_type", "occurred_at", "detail", "source", "external_id")


class Engagement:
    """Makes up the engagement events of a year."""

    def __init__(self, throw: Dice, calendar: Calendar, stories: Stories, members: list[Member]) -> None:
        self.throw, self.calendar, self.stories, self.members = throw, calendar, stories, members
        self.today = len(calendar.days)
        self.passing, self.earnest = _Deck(IN_PASSING), _Deck(IN_EARNEST)
        self.details = sections("signals")
        self.types = dict(EventType.objects.values_list("code", "pk"))
        self.written = 0

    def write(self, companies: list[Company]) -> int:
        """Write them; returns how many."""
        months.make(months.EVENTS, self.calendar.days[-A_YEAR:], on=self.calendar.as_of)
        return copy(EngagementEvent, EVENT_FIELDS, (row for company in companies for row in self._of(company)))

    def _of(self, company: Company) -> Iterator[tuple[object, ...]]:
        throw = self.throw
        active = self._active(company)
        size = 1.6 if company.segment == "enterprise" else 1.0
        for _ in range(throw.some(throw.expovariate(1 / (PASSING_PER_YEAR[company.mood] * size)))):
            day = self.calendar.day(throw, self.today - A_YEAR)
            yield self._row(company, self.passing.draw(throw), day, active)
        for episode in self.stories.of(company):
            yield from self._episode(company, episode, active)

    def _episode(self, company: Company, episode: Episode, active: list[int]) -> Iterator[tuple[object, ...]]:
        throw = self.throw
        start = max(episode.start, self.today - A_YEAR)
        if episode.end <= start:
            return
        number = max(int(episode.points / POINTS_PER_EVENT), 2)
        longer = max((episode.end - start) / 40, 1)
        deck = self.passing if episode.in_passing else self.earnest
        for _ in range(int(number * longer)):
            day = self.calendar.day(throw, start, episode.end)
            kind = deck.draw(throw)
            yield self._row(company, kind, day, active)
            if kind == "content_download" and throw.chance(0.6):
                yield self._row(company, "page_view", day, active)

    def _active(self, company: Company) -> list[int]:
        """The people who deal with us, the keenest several times; at some companies nobody gives a name."""
        if not company.members or self.throw.chance(0.08):
            return []
        some = self.throw.sample(company.members, min(len(company.members), self.throw.randint(1, 6)))
        return [member for rank, member in enumerate(some) for _ in range(len(some) - rank)]

    def _row(self, company: Company, kind: str, day: int, active: list[int]) -> tuple[object, ...]:
        throw = self.throw
        known = active and throw.random() >= ANONYMOUS.get(kind, 0.0)
        if not known and kind not in ANONYMOUS:
            kind = "page_view"
        self.written += 1
        return (
            company.id,
            self.members[throw.pick(active)].id if known else None,
            self.types[kind],
            self.calendar.moment(throw, day),
            throw.pick(self.details[kind]),
            SOURCES[kind],
            f"{SOURCES[kind]}-{self.written}",
        )


def _clusters() -> dict[str, TopicCluster]:
    """The clusters that topics are in, by topic."""
    found: dict[str, TopicCluster] = {}
    for heading, topics in sections("signals").items():
        kind, _, name = heading.partition(".")
        if kind == "cluster":
            found |= dict.fromkeys(topics, TopicCluster.objects.create(code=slugify(name), name=name))
    return found


INTENT_FIELDS = ("account", "provider", "topic", "week_on", "level")


class Intent:
    """Makes up what the providers saw, week by week, up to this one."""

    def __init__(self, throw: Dice, calendar: Calendar) -> None:
        self.throw = throw
        monday = calendar.as_of - timedelta(days=calendar.as_of.weekday())
        self.weeks = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        IntentProvider.objects.bulk_create(
            IntentProvider(code=code, name=name, lawful_basis=basis, is_scored=scored)
            for code, name, basis, scored in PROVIDERS
        )
        self.providers = [IntentProvider.objects.get(code=code).pk for code, *_ in PROVIDERS]
        cluster_of = _clusters()
        Topic.objects.bulk_create(
            Topic(name=name, cluster=cluster_of.get(name)) for name in sections("signals")["topics"]
        )
        self.topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))

    def write(self, companies: list[Company]) -> int:
        """Write them; returns how many."""
        months.make(months.INTENT, self.weeks, on=self.weeks[-1])
        return copy(IntentObservation, INTENT_FIELDS, (row for company in companies for row in self._of(company)))

    def _of(self, company: Company) -> Iterator[tuple[object, ...]]:
        """A low hum on a few topics, and a wave on one of them now and then."""
        throw = self.throw
        if not company.waves and not throw.chance(0.12 if company.is_promising else 0.02):
            return
        topics = throw.sample(self.topics, min(len(company.waves) + throw.randint(0, 1), MOST_TOPICS) or 1)
        for rank, topic in enumerate(topics):
            waves = [wave for wave in company.waves if wave.topic % len(topics) == rank]
            provider = self.providers[throw.weighted((0, 1, 2), (70, 28, 2) if waves else (60, 24, 16))]
            # Where two overlap, the first is seen.
            wave_of = {wave.week + late: wave for wave in reversed(waves) for late in range(wave.weeks)}
            hum, silent = throw.uniform(8, 30), SILENT_WEEKS if company.is_promising else SILENT_WEEKS_ELSEWHERE
            for number, week in enumerate(self.weeks):
                wave = wave_of.get(number)
                if wave is None and throw.random() < silent:
                    continue
                level = throw.gauss(throw.uniform(*LEVEL_OF_A_WAVE), 4) if wave else throw.gauss(hum, 6)
                if level >= 1:
                    yield company.id, provider, topic, week, min(int(level), 100)
