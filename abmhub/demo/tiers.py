"""What people of Larkfield say of tiers: whom they rule out, by hand, in appeals, in the draft of the next policy."""

from datetime import datetime, timedelta

from abmhub.accounts.models import Account, Tier
from abmhub.core.days import first_moment
from abmhub.demo.dice import Calendar
from abmhub.demo.people import Staff
from abmhub.scoring.actions import appeal_tier, decide_appeal, import_policy, override_tier
from abmhub.scoring.models import IcpCriterion, IcpProfile, TierPolicy
from abmhub.scoring.policy_data import policy_as_data
from abmhub.users.models import Role, User

BY_HAND = (
    # the tier of the account, the tier by hand, who, for how many days, why
    (2, 1, Role.SALES_MANAGER, 21, "Their new head of operations worked with us before, and asked for the board deck."),
    (3, None, Role.MARKETING_MANAGER, 5, "Procurement asked us to stop until their tender is out."),
)
APPEALS = (
    # the tier of the account, the tier asked for, why, the answer if there is one, whether it was granted
    (1, 2, "All projects are on hold until the merger is through: a 1:1 program is wasted on them.", "", False),
    (3, 1, "Their board approved the budget last week; it is in no system yet.", "", False),
    (2, 1, "The founder is a friend of ours.", "A friend is no budget. Bring a second contact, and ask again.", False),
    (
        3,
        2,
        "They opened a second plant and asked for a quote.",
        "Two months; then the figures have to say so.",
        True,
    ),
)
GRANTED_FOR = timedelta(days=60)
NOT_FOR_US = "Schools and universities buy by public tender, and we take part in none."
PLACES_OF_TIER_1, STAY_DAYS = 2, 14
"""What the draft of the next policy asks of everybody."""


def rule_out() -> None:
    """A disqualifier, before anybody is scored: the few accounts of that industry have fit 0, with the reason."""
    profile = IcpProfile.objects.in_force()
    if profile:
        IcpCriterion.objects.create(
            profile=profile,
            name="Public education",
            attribute=IcpCriterion.Attribute.INDUSTRY,
            values=["education"],
            is_disqualifier=True,
            reason=NOT_FOR_US,
        )


def put_by_hand(calendar: Calendar, staff: Staff) -> None:
    """In time for the last night to obey."""
    at = first_moment(calendar.as_of) - timedelta(hours=15)
    for level, wanted, role, days, reason in BY_HAND:
        by = staff.by_role[role]
        account, last_day = _one_of(staff.by_role[Role.SALES_MANAGER], level, 0), calendar.as_of + timedelta(days=days)
        if account:
            override_tier(account=account, tier=_tier(wanted), reason=reason, expires_on=last_day, by=by, at=at)


def argue(calendar: Calendar, staff: Staff) -> None:
    """After the last night: the rep appeals, the marketing manager has answered some."""
    at = first_moment(calendar.as_of) - timedelta(hours=14)
    for place, (level, wanted, reason, answer, granted) in enumerate(APPEALS, start=1):
        account = _one_of(staff.rep, level, place)
        if account:
            _appeal(account, _tier(wanted), reason, answer, granted=granted, staff=staff, at=at)


def propose(staff: Staff) -> None:
    """A draft by which nobody has more accounts of Tier 1 than can be served, for the preview to be tried on."""
    in_force = TierPolicy.objects.in_force()
    if in_force:
        data = policy_as_data(in_force) | {
            "name": f"{in_force.name}, next quarter",
            "capacities": [{"tier": 1, "accounts_per_rep": PLACES_OF_TIER_1}],
            "minimum_stay_days": STAY_DAYS,
        }
        import_policy(data=data, by=staff.marketing_manager)


def _appeal(
    account: Account, tier: Tier | None, reason: str, answer: str, *, granted: bool, staff: Staff, at: datetime
) -> None:
    appeal = appeal_tier(account=account, tier=tier, reason=reason, by=staff.rep, at=at)
    if answer:
        last_day = at.date() + GRANTED_FOR
        later, by = at + timedelta(hours=2), staff.marketing_manager
        decide_appeal(appeal=appeal, granted=granted, answer=answer, expires_on=last_day, by=by, at=later)


def _tier(level: int | None) -> Tier | None:
    return Tier.objects.get(level=level) if level else None


def _one_of(by: User, level: int, place: int) -> Account | None:
    """An account of this tier that the person may see and nobody spoke of; another for each place, where there are."""
    quiet = Account.objects.visible_to(by).filter(tier_overrides=None, tier_appeals=None)
    accounts = quiet.filter(standing__tier=level).order_by("pk")
    return next(iter([*accounts[place : place + 1], *accounts[:1]]), None)
