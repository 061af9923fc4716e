"""Programs of this quarter and the last, each over a frozen list, and the campaigns that belong to them."""

from datetime import timedelta
from decimal import Decimal

from abmhub.accounts.models import Tier
from abmhub.campaigns.actions import audience_of, freeze_program
from abmhub.campaigns.models import Campaign, Motion, Program
from abmhub.committee.models import Content
from abmhub.core.days import first_moment
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.people import Staff

THEMES = (
    # name, who is in it, budget, objectives
    ("Close the books faster", "Finance teams on the move", 60_000, "Twelve SQLs\nFour won deals\n250,000 of pipeline"),
    ("One front door", "Shared services in surge", 75_000, "Fifteen SQLs\nFive won deals\n300,000 of pipeline"),
)


def start(throw: Dice, calendar: Calendar, staff: Staff, currency: str) -> None:
    """Freeze the lists by the tiers as they are now, and say what the campaigns belong to and offer."""
    first = calendar.as_of.replace(month=3 * ((calendar.as_of.month - 1) // 3) + 1, day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    quarters = ((before.replace(month=before.month - 2), THEMES[0]), (first, THEMES[1]))
    for starts_on, (name, audience, budget, objectives) in quarters:
        quarter = f"{starts_on.year}-Q{(starts_on.month + 2) // 3}"
        program = Program.objects.create(
            name=f"{name}, {quarter}",
            audience=f"{quarter}-GLOBAL-{audience}",
            starts_on=starts_on,
            budget_amount=Decimal(budget),
            currency=currency,
            objectives=objectives,
        )
        program.tiers.set(Tier.objects.filter(level__lte=2))
        if audience_of(program).exists():
            freeze_program(program=program, by=staff.marketing_manager, at=first_moment(starts_on))
        Campaign.objects.filter(motion=Motion.ABM, started_on__range=(starts_on, program.ends_on)).update(
            program=program
        )
    content = list(Content.objects.order_by("pk"))
    for campaign in Campaign.objects.order_by("pk"):
        campaign.content = throw.pick(content)
        campaign.save(update_fields=["content"])
