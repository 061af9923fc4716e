"""How marketers have set up their work: hours a day, and views of the queue under a name."""

from datetime import date
from decimal import Decimal

from abmhub.accounts.models import SavedView
from abmhub.demo.people import Staff
from abmhub.orders.models import USUAL_HOURS_A_DAY, Capacity
from abmhub.orders.workload import workload_on
from abmhub.users.models import Role

MANAGERS_HOURS = Decimal(1)
FITS = Decimal("0.8")
"""So much of what the busiest has promised fits into their hours: there is something to level."""
HALF_AN_HOUR = Decimal("0.5")
VIEWS = (
    ("Tier 1 that nobody has", "view=unassigned&tier=1", True),
    ("Due this week, by account", "view=open&due=7&sort=account", True),
    ("On my board", "view=mine&shape=board", False),
)


def set_up(staff: Staff, as_of: date) -> None:
    """Managers help an hour a day; the busiest of the others works part time, and has promised too much."""
    manager = staff.by_role[Role.MARKETING_MANAGER]
    loads = workload_on(as_of).loads
    Capacity.objects.create(person=manager, hours_a_day=MANAGERS_HOURS)
    busiest = max((load for pk, load in loads.items() if pk != manager.pk), key=lambda load: max(load.hours))
    hours, room = max(zip(busiest.hours, busiest.capacity, strict=True))
    if hours and room:
        fitting = FITS * hours * USUAL_HOURS_A_DAY / room // HALF_AN_HOUR * HALF_AN_HOUR
        Capacity.objects.create(person=busiest.person, hours_a_day=min(max(fitting, HALF_AN_HOUR), USUAL_HOURS_A_DAY))
    SavedView.objects.bulk_create(
        SavedView(
            of=SavedView.List.TASKS, by=manager if shared else staff.by_role[Role.MARKETER], name=name, query=query,
            is_shared=shared,
        )
        for name, query, shared in VIEWS
    )  # fmt: skip
