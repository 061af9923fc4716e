"""Whom the night has to look at: the accounts that something happened to, and those that time alone moves.

Everybody is computed from all their events when what events weigh changed (a weight, a contact factor, a time zone,
this program), when the nights before are unknown, and when it is asked for. When anything else changed that concerns
everybody (a profile, a policy, a territory), everybody is judged anew, by what is kept of their events. Otherwise the
night looks at

- accounts that were noted: triggers write down whose facts, people, deals, events or intent changed;
- accounts whose engagement, by the magnitudes that are kept of it, is no longer what stands there;
- accounts that moved the night before: the tier that they moved to is a fact of tonight;
- accounts that are overridden, or that compete for the places of a rep;
- on a new day, accounts whose facts became stale, or are so and a rule asks for how long, and those that are held.

Of all others every fact that the night reads is as it was, and so is what it would find. A night that is repeated on
its day has no time to look for, so that it costs what happened since.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from django.conf import settings
from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.core.days import first_moment
from abmhub.scoring import scores
from abmhub.scoring.models import NightBasis, TierCapacity, TierCondition, TierPolicy
from abmhub.signals import coverage, engagement, intent
from abmhub.signals.news import EventNews

WEIGHED_ANEW = SQL("SELECT account_id FROM tonight_noted WHERE is_weighed_anew")
READ_ANEW = SQL("SELECT account_id FROM tonight_noted WHERE is_read_anew")
TONIGHT = SQL("SELECT account_id FROM tonight_account")
CHANGED = SQL("SELECT account_id FROM tonight_noted WHERE event_id IS NULL")
JUDGED = SQL("tonight")
NEW_EVENTS = SQL("tonight_new_event")
OF_NEW_EVENTS = SQL("standing.account_id IN (SELECT account_id FROM tonight_new_event)")
CHANGED_EVENTS = SQL("SELECT account_id FROM tonight_noted WHERE event_id IS NOT NULL AND is_weighed_anew")
EVENTS_TO_ADD = SQL("(SELECT * FROM tonight_new_event WHERE account_id NOT IN ({}))").format(WEIGHED_ANEW)
NOT_NOTED = SQL(
    "NOT EXISTS (SELECT FROM scoring_changedaccount AS later"
    " WHERE later.event_id = event.id AND NOT later.is_weighed_anew)"
)
"""Events that were recorded after the changes were taken are for the next night, which would count them again."""

PROGRAM = ("signals", "scoring", "funnel")
"""The rooms whose program decides what the night finds."""


@dataclass(frozen=True)
class Scope:
    """A night of a business day and what it builds on; nothing: everybody is computed from all there is.

    The digests were asked for before anything else, so that the next night finds what changed since.
    """

    as_of: date
    registers: str
    weighing: str
    intent_weeks: str
    basis: NightBasis | None = None

    def take(self) -> int:
        """Take what was noted, and keep what the next night builds on; returns how many accounts or notes it was."""
        NightBasis.objects.update_or_create(
            pk=1,
            defaults={
                "as_of_on": self.as_of,
                "registers": self.registers,
                "weighing": self.weighing,
                "intent_weeks": self.intent_weeks,
            },
        )
        if self.basis is None:
            return sql.run("scoring/drop_changes")
        noted = sql.materialize("tonight_noted", "scoring/take_changes")
        since, until = (first_moment(day + timedelta(days=1)) for day in (self.basis.as_of_on, self.as_of))
        sql.materialize(
            "tonight_new_event", "scoring/new_events", _parts={"counted": NOT_NOTED}, since=since, until=until
        )
        return noted

    def weigh(self) -> int:
        """Weigh what accounts did and read up to the day; returns how many accounts have any of it."""
        if self.basis is None:
            return engagement.gather_all(self.as_of, counted=NOT_NOTED) + intent.gather(self.as_of)
        weighed = engagement.refresh(self.as_of, among=WEIGHED_ANEW, counted=NOT_NOTED)
        weighed += engagement.add(self.as_of, new=EVENTS_TO_ADD, counted=NOT_NOTED)
        return weighed + intent.gather(self.as_of, among=None if self._is_intent_of_everybody else READ_ANEW)

    def score(self) -> int:
        """Keep the scores of whom the night looks at as `tonight_score`; returns how many accounts."""
        if self.basis is None:
            return scores.gather(self.as_of)
        if self._is_everybody_judged:
            engagement.gather_kept(self.as_of)
            return scores.gather(self.as_of)
        rationed = _rationed()
        sql.materialize(
            "tonight_account",
            "scoring/tonight_accounts",
            _parts={
                "whose": OF_NEW_EVENTS,
                "moved": self._has_other_engagement(),
                **dict.fromkeys(("stale", "intent", "rationed"), SQL("")),
                **(self._moved_by_time() if self.basis.as_of_on < self.as_of else {}),
                **({"intent": sql.part("scoring/intent_moved")} if self._is_intent_of_everybody else {}),
                **({"rationed": sql.part("scoring/rationed")} if rationed else {}),
            },
            before=self.basis.as_of_on,
            rationed=rationed,
            **scores.freshness_parameters(self.as_of),
        )
        engagement.gather_kept(self.as_of, among=TONIGHT)
        if not self._is_intent_of_everybody:
            sql.run("scoring/intent_kept")
        return scores.gather(self.as_of, accounts=SQL("account.id IN ({})").format(TONIGHT))

    def count_roles(self) -> int:
        """Count the people of the accounts by role, where that may have changed; returns how many counts did."""
        if self.basis is None:
            return coverage.count_roles(self.as_of)
        return coverage.recount_roles(self.as_of, since=self.basis.as_of_on, among=WEIGHED_ANEW, new=NEW_EVENTS)

    @property
    def events(self) -> EventNews | None:
        """What happened to events, once it was taken; None when the night reads all of them."""
        return EventNews(new=NEW_EVENTS, changed=CHANGED_EVENTS) if self.basis else None

    @property
    def changed(self) -> Composable | None:
        """Selects the accounts of which anything but events changed; None when the night reads all of them."""
        return CHANGED if self.basis else None

    @property
    def judged(self) -> Composable:
        """Names the relation of the accounts that the night has judged, with their tiers."""
        return JUDGED

    @property
    def begins_a_week(self) -> bool:
        """Whether it goes on from a night of another week: what is carried on from night to night is proven then."""
        monday = self.as_of - timedelta(days=self.as_of.weekday())
        return self.basis is not None and self.basis.as_of_on < monday

    @property
    def _is_everybody_judged(self) -> bool:
        return self.basis is None or self.basis.registers != self.registers

    @property
    def _is_intent_of_everybody(self) -> bool:
        return self._is_everybody_judged or self.basis is None or self.basis.intent_weeks != self.intent_weeks

    def _moved_by_time(self) -> dict[str, Composable]:
        """What a new day has to look for in all accounts, as parts of the statement that finds whom to look at.

        Without anything new engagement only fades, and of 0 nothing can. What holds an account may end with a day, and
        a rule may count the days for which it is stale.
        """
        held: Composable = SQL("standing.held_by <> ''")
        if _asks_for_freshness():
            held = SQL("{} OR standing.stale_since_on IS NOT NULL").format(held)
        return {
            "whose": SQL("(standing.engagement IS DISTINCT FROM 0 OR {} OR {})").format(OF_NEW_EVENTS, held),
            "moved": SQL("({} OR {})").format(self._has_other_engagement(), held),
            "stale": sql.part("scoring/became_stale"),
        }

    def _has_other_engagement(self) -> Composable:
        return SQL("standing.engagement IS DISTINCT FROM {}").format(engagement.kept_score(self.as_of))


def scope_of(as_of: date, *, full: bool = False) -> Scope:
    """What a night of that day has to look at."""
    weighing, weeks = _weighing(as_of), intent.weeks(as_of)
    everything = registers(weighing)
    basis = None if full else NightBasis.objects.first()
    if basis is None or as_of < basis.as_of_on or basis.weighing != weighing:
        return Scope(as_of, everything, weighing, weeks)
    return Scope(as_of, everything, weighing, weeks, basis)


def registers(weighing: str) -> str:
    """A digest of all that concerns every account, with that of what events weigh."""
    rows: str = sql.rows("scoring/registers")[0]["registers"]
    return _digest(rows, weighing)


def _weighing(as_of: date) -> str:
    """A digest of what decides what events weigh on a day, and what is kept of them and of the market."""
    landmarks = [f"{each}: {engagement.landmark(each, as_of)}" for each in engagement.half_lives()]
    rows: str = sql.rows("scoring/weighing_registers")[0]["registers"]
    return _digest(rows, _program(), settings.TIME_ZONE, settings.ABMHUB_BUSINESS_CURRENCY, *landmarks)


def _digest(*told: str) -> str:
    return sha256("\n".join(told).encode()).hexdigest()


def _rationed() -> list[int]:
    """The levels of the tiers of which a rep has so many places only."""
    capacities = TierCapacity.objects.filter(policy__status=TierPolicy.Status.PUBLISHED)
    return list(capacities.order_by("tier").values_list("tier", flat=True))


def _asks_for_freshness() -> bool:
    return TierCondition.objects.filter(
        rule__policy__status=TierPolicy.Status.PUBLISHED, fact=TierCondition.Fact.FRESHNESS
    ).exists()


@cache
def _program() -> str:
    """A digest of the files that decide what the night finds, so that a new version computes everybody."""
    digest = sha256()
    for room in PROGRAM:
        for file in sorted(_files(files(f"abmhub.{room}")), key=str):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable) -> Iterator[Traversable]:
    for each in folder.iterdir():
        if each.is_dir() and each.name not in {"migrations", "admin", "__pycache__"}:
            yield from _files(each)
        elif each.name.endswith((".py", ".sql")):
            yield each
