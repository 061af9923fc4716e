"""What can stand on a timeline: each kind of moment as rows with the same columns."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Expression,
    F,
    Func,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from abmhub.accounts.models import Account, AccountMerge, EditedAccount, Reassignment, TierChange
from abmhub.campaigns.models import Touch
from abmhub.orders.actions.delivering import TOUCH_SOURCE
from abmhub.orders.models import FollowUp, Order
from abmhub.pipeline.models import StageChange
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.signals.models import EngagementEvent, EngagementMonth

# Kinds of a moment; of two at the same instant the higher one comes first.
SIGNAL, TOUCH, STAGE, TIER, ORDER, FOLLOW_UP, EDIT, HANDED, MERGE, SOURCE, OVERRIDE, RELEASE, APPEAL, ANSWER = range(14)
# Signals of a month of which only numbers are kept.
COUNTED = 14
# What is only known by its day.
BY_DAY = frozenset({STAGE, TIER, COUNTED})
OF_PEOPLE = (SIGNAL, TOUCH)
ANONYMOUS = "anonymous"

Rows = QuerySet[Any]


class Show(TextChoices):
    """What a timeline may be narrowed to."""

    ALL = "", "Everything"
    SIGNALS = "signals", "Signals"
    MEANINGFUL = "meaningful", "Meaningful"
    OURS = "ours", "What we did"
    DEALS = "deals", "Deals"
    TIERS = "tiers", "Tier"
    FACTS = "facts", "Facts"


KINDS: dict[Show, tuple[int, ...]] = {
    Show.ALL: tuple(range(15)),
    Show.SIGNALS: (SIGNAL, COUNTED),
    Show.MEANINGFUL: (SIGNAL, COUNTED),
    Show.OURS: (TOUCH, ORDER, FOLLOW_UP),
    Show.DEALS: (STAGE,),
    Show.TIERS: (TIER, OVERRIDE, RELEASE, APPEAL, ANSWER),
    Show.FACTS: (EDIT, HANDED, MERGE, SOURCE),
}


def moments_of(account: Account, show: Show) -> dict[int, Rows]:
    """The rows of each kind, not sorted yet."""
    return {kind: KIND_ROWS[kind](account, show) for kind in KINDS[show]}


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


NOTHING, NOT, NOWHERE = _text(""), Value(False, output_field=BooleanField()), Value(0)


class _DayBegins(Func):
    """The moment at which a day begins where the installation does business, so that it lies within that day."""

    function = "timezone"
    template = "%(function)s(%(expressions)s::timestamp)"

    def __init__(self, day: str) -> None:
        super().__init__(Value(settings.TIME_ZONE), F(day), output_field=DateTimeField())


def _told(
    rows: Rows,
    at: str | Expression,
    title: Any,
    told: Any = NOTHING,
    who: Any = NOTHING,
    *,
    counts: Any = NOT,
    link: Any = NOWHERE,
) -> Rows:
    """The columns of a moment; `counts` marks meaningful signals and deliveries, `link` is the order it leads to."""
    moment_at = F(at) if isinstance(at, str) else at
    moments: Rows = rows.annotate(moment_at=moment_at, title=title, told=told, who=who, counts=counts, link=link)
    return moments


def _tier(path: str) -> Coalesce:
    return Coalesce(f"{path}__name", _text("no tier"))


def _signals(account: Account, show: Show) -> Rows:
    rows = EngagementEvent.objects.filter(account=account)
    if show == Show.MEANINGFUL:
        rows = rows.filter(event_type__is_meaningful=True)
    who, meaningful = Coalesce("contact__name", _text(ANONYMOUS)), F("event_type__is_meaningful")
    return _told(rows, "occurred_at", F("event_type__name"), F("detail"), who, counts=meaningful)


def _counted(account: Account, show: Show) -> Rows:
    """One for each type and month, where the last of them was."""
    rows = EngagementMonth.objects.filter(account=account)
    if show == Show.MEANINGFUL:
        rows = rows.filter(event_type__is_meaningful=True)
    month = Func(F("month_on"), Value("FMMonth YYYY"), function="to_char", output_field=CharField())
    told = Concat(Cast("events", CharField()), _text(" in "), month, _text(": of that time only numbers are kept"))
    return _told(rows, "last_at", F("event_type__name"), told, counts=F("event_type__is_meaningful"))


def _touches(account: Account, _: Show) -> Rows:
    delivered = Case(When(source=TOUCH_SOURCE, then=True), default=False, output_field=BooleanField())
    rows = Touch.objects.filter(account=account)
    who = Coalesce("contact__name", NOTHING)
    return _told(rows, "occurred_at", F("summary"), F("channel__name"), who, counts=delivered)


def _stages(account: Account, _: Show) -> Rows:
    rows = StageChange.objects.filter(opportunity__account=account)
    deal = Coalesce("opportunity__product__name", "opportunity__name")
    title = Concat(_text("Deal moved to "), "stage__name")
    return _told(rows, _DayBegins("entered_on"), title, deal, Coalesce("opportunity__owner__name", NOTHING))


def _tiers(account: Account, _: Show) -> Rows:
    title = Concat(Coalesce("from_tier__name", _text("No tier")), _text(" → "), _tier("to_tier"))
    return _told(TierChange.objects.filter(account=account), _DayBegins("changed_on"), title, F("summary"))


def _orders(account: Account, _: Show) -> Rows:
    rows = Order.objects.filter(account=account)
    return _told(rows, "placed_at", _text("Ordered from the menu"), F("note"), F("placed_by__name"), link=F("id"))


def _follow_ups(account: Account, _: Show) -> Rows:
    rows = FollowUp.objects.filter(account=account, done_at__isnull=False)
    title = Concat(_text("Followed up on "), "line__tactic__name")
    return _told(rows, "done_at", title, F("note"), F("owner__name"), link=F("line__order"))


def _edits(account: Account, _: Show) -> Rows:
    rows = EditedAccount.objects.filter(account=account)
    told = Case(When(undone_at__isnull=False, then=_text("taken back since")), default=NOTHING)
    who = Coalesce("edit__by__name", _text("somebody who left"))
    return _told(rows, "edit__edited_at", Concat(_text("Changed: "), "edit__summary"), told, who)


def _handed(account: Account, _: Show) -> Rows:
    rows = Reassignment.objects.filter(pgh_obj=account)
    before = Concat(_text("Until then "), Coalesce("owner__name", _text("nobody")))
    at = "pgh_created_at"
    return _told(rows, at, _text("Owner or territory changed"), before)


def _merges(account: Account, _: Show) -> Rows:
    rows = AccountMerge.objects.filter(kept=account)
    told = Case(When(undone_at__isnull=False, then=_text("parted again since")), default=NOTHING)
    return _told(rows, "merged_at", Concat("absorbed_name", _text(" became part of it")), told, F("by__name"))


def _sources(account: Account, _: Show) -> Rows:
    rows = Account.objects.filter(pk=account.pk).exclude(Q(refreshed_at=None) | Q(refreshed_from=""))
    return _told(rows, "refreshed_at", Concat(_text("Facts confirmed by "), "refreshed_from"))


def _overrides(account: Account, _: Show) -> Rows:
    title = Concat(_text("Override: "), _tier("tier"))
    return _told(TierOverride.objects.filter(account=account), "made_at", title, F("reason"), F("made_by__name"))


def _releases(account: Account, _: Show) -> Rows:
    rows = TierOverride.objects.filter(account=account, ended_at__isnull=False)
    title = Concat(_text("Override ended: "), _tier("tier"))
    return _told(rows, "ended_at", title, NOTHING, F("ended_by__name"))


def _appeals(account: Account, _: Show) -> Rows:
    title = Concat(_text("Appeal for "), _tier("tier"))
    return _told(TierAppeal.objects.filter(account=account), "made_at", title, F("reason"), F("made_by__name"))


def _answers(account: Account, _: Show) -> Rows:
    rows = TierAppeal.objects.filter(account=account, decided_at__isnull=False)
    title = Case(When(granted=True, then=_text("Appeal granted")), default=_text("Appeal declined"))
    return _told(rows, "decided_at", title, F("answer"), F("decided_by__name"))


KIND_ROWS: dict[int, Callable[[Account, Show], Rows]] = {
    SIGNAL: _signals,
    COUNTED: _counted,
    TOUCH: _touches,
    STAGE: _stages,
    TIER: _tiers,
    ORDER: _orders,
    FOLLOW_UP: _follow_ups,
    EDIT: _edits,
    HANDED: _handed,
    MERGE: _merges,
    SOURCE: _sources,
    OVERRIDE: _overrides,
    RELEASE: _releases,
    APPEAL: _appeals,
    ANSWER: _answers,
}
