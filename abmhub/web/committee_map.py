"""The buying committee of one account as a map: who sits where, who is missing, and what would bring them in."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Touch
from abmhub.committee.models import SUGGESTED, Contact, Persona
from abmhub.menus.models import MenuItem, Tactic
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.coverage import ENGAGED_FOR, Coverage, RoleCoverage, coverage_of
from abmhub.signals.models import EngagementEvent

# A map is looked at: of more people at one account than these, the first are shown and the others counted.
MOST_PEOPLE = 300
PEOPLE_A_ROLE = 6
PROPOSALS = 3


@dataclass(frozen=True)
class Suggestion:
    """What the title suggests in one field, which nobody has confirmed."""

    field: str
    label: str
    value: str


@dataclass(frozen=True)
class Member:
    """A contact on the committee map."""

    contact: Contact
    is_engaged: bool
    last_touch_at: datetime | None = None

    @property
    def suggestions(self) -> list[Suggestion]:
        return suggestions_for(self.contact)


@dataclass(frozen=True)
class Seat:
    """A buying role on the committee map: who is in it, how many more are wanted, and what could reach them."""

    coverage: RoleCoverage
    members: list[Member]
    proposals: tuple[Tactic, ...] = ()
    personas: tuple[Persona, ...] = ()

    @property
    def shown(self) -> list[Member]:
        return self.members[:PEOPLE_A_ROLE]

    @property
    def not_shown(self) -> int:
        return max(len(self.members) - PEOPLE_A_ROLE, 0)

    @property
    def is_cold(self) -> bool:
        """Somebody is known, and nobody answers."""
        return bool(self.coverage.known) and not self.coverage.engaged

    @property
    def has_gap(self) -> bool:
        return bool(self.coverage.missing) or self.is_cold


@dataclass(frozen=True)
class Committee:
    """The buying committee by role, and those whose role nobody knows yet."""

    seats: list[Seat]
    others: list[Member]
    coverage: Coverage
    is_cut: bool = False

    @property
    def members(self) -> list[Member]:
        return [*(member for seat in self.seats for member in seat.members), *self.others]

    @property
    def known(self) -> int:
        return len(self.members)

    @property
    def reachable(self) -> int:
        return sum(1 for member in self.members if member.contact.is_reachable)

    @property
    def engaged(self) -> int:
        return sum(1 for member in self.members if member.is_engaged)

    @property
    def to_confirm(self) -> int:
        """How many people have a suggestion that waits for an answer."""
        return sum(1 for member in self.members if member.suggestions)

    @property
    def only_thread(self) -> Member | None:
        """The one person who answers, when it is one."""
        engaged = [member for member in self.members if member.is_engaged]
        return engaged[0] if len(engaged) == 1 else None

    @property
    def blockers(self) -> list[Member]:
        return [member for member in self.members if member.contact.stance == Contact.Stance.BLOCKER]


def has_open_deal() -> Exists:
    """Whether the account of the query has a deal that is open, for `committee_of`."""
    return Exists(Opportunity.objects.filter(account=OuterRef("pk"), stage__kind=Stage.Kind.OPEN))


def committee_of(account: Account, at: datetime, *, has_open_deal: bool, day: date | None = None) -> Committee:
    """Who is where, in a constant number of queries. With a day also what the account's menu has for each gap, and
    what speaks to whom."""
    standing = getattr(account, "standing", None)
    tiers = {account.pk: (standing.tier_id if standing else None, account.segment)}
    with_open_deal = tiers if has_open_deal else ()
    coverage = coverage_of(tiers, at=at, tiers=tiers, with_open_deal=with_open_deal)[account.pk]
    members = list(_members(account, at))
    by_role: dict[int | None, list[Member]] = defaultdict(list)
    for member in members[:MOST_PEOPLE]:
        by_role[member.contact.buying_role_id].append(member)
    tactics = _on_the_menu(account, day) if day else []
    personas = list(Persona.objects.order_by("name")) if day else []
    seats = [
        Seat(
            each,
            by_role.pop(each.role.pk, []),
            _suiting(each.role.pk, tactics),
            tuple(persona for persona in personas if persona.buying_role_id == each.role.pk),
        )
        for each in coverage.roles
    ]
    others = [member for rest in by_role.values() for member in rest]
    return Committee(seats, others, coverage, is_cut=len(members) > MOST_PEOPLE)


def suggestions_for(contact: Contact) -> list[Suggestion]:
    """What waits to be confirmed or dismissed, in words."""
    shown = {
        "seniority": contact.get_seniority_display(),
        "department": contact.department,
        "persona": contact.persona,
        "buying_role": contact.buying_role,
    }
    labels = {"buying_role": "Role"}
    return [
        Suggestion(field, labels.get(field, field.capitalize()), str(shown[field]))
        for field in SUGGESTED
        if contact.is_suggested(field)
    ]


def meaningful_events(at: datetime, contact: int | OuterRef) -> QuerySet[EngagementEvent]:
    """The events by which a person counts as engaged."""
    return EngagementEvent.objects.filter(
        contact=contact, event_type__is_meaningful=True, occurred_at__gt=at - ENGAGED_FOR, occurred_at__lte=at
    )


def _members(account: Account, at: datetime) -> Iterator[Member]:
    """The engaged first; one more than are shown."""
    touches = Touch.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    contacts = (
        account.contacts.filter(erased_at=None)
        .select_related("persona", "buying_role")
        .annotate(
            is_engaged=Exists(meaningful_events(at, OuterRef("pk"))),
            last_touch_at=Subquery(touches.annotate(last=Max("occurred_at")).values("last")),
        )
        .order_by("-is_engaged", "name", "pk")[: MOST_PEOPLE + 1]
    )
    for contact in contacts:
        yield Member(contact, contact.is_engaged, contact.last_touch_at)  # type: ignore[attr-defined]


def _on_the_menu(account: Account, day: date) -> list[Tactic]:
    """What the account may have today, the cheapest first."""
    standing = getattr(account, "standing", None)
    if standing is None or standing.tier is None:
        return []
    tactics = [item.tactic for item in MenuItem.objects.for_tier(standing.tier).on(day)]
    return sorted(tactics, key=lambda tactic: (tactic.unit_cost, tactic.name))


def _suiting(role: int, tactics: list[Tactic]) -> tuple[Tactic, ...]:
    """Those made for the role; without any, those that suit everybody."""
    made_for = [tactic for tactic in tactics if any(each.pk == role for each in tactic.suits_roles.all())]
    for_all = [tactic for tactic in tactics if not tactic.suits_roles.all()]
    return tuple((made_for or for_all)[:PROPOSALS])
