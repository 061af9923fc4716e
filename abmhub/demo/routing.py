"""Who at Larkfield can do what, whose new work is, who is away this week, and who has left."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from abmhub.accounts.models import Territory, Tier
from abmhub.core.days import zone
from abmhub.core.workdays import subtract_working_days
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.people import DOMAIN, REGIONS, Staff
from abmhub.menus.models import Category
from abmhub.orders import actions
from abmhub.orders.models import RoutingRule, Skill, Task
from abmhub.users.models import Absence, Role, User

LEAVER = "Lena Fischer"
LEFT_BEHIND = 2
"""Tasks that she had begun."""
AWAY_DAYS = 9
EUROPE = ("Europe North", "Europe South & Middle East")
EVENTS = "Executive and special events"


def organize(throw: Dice, calendar: Calendar, staff: Staff) -> None:
    """Skills, rules, an absence and a leaver, and what the sweeps made of them on the last working day."""
    day = subtract_working_days(calendar.as_of - timedelta(days=1), 0)
    _teach(throw, staff)
    _rule()
    leaver = _leave(throw, staff, calendar)
    Absence.objects.create(
        person=_busiest(staff), starts_on=day, ends_on=day + timedelta(days=AWAY_DAYS), delegate=staff.marketers[0]
    )
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    actions.reroute_leavers(at=_at(day, 8))
    actions.cover_absences(at=_at(day, 9))
    actions.escalate(at=_at(day, 10))
    actions.route_tasks(at=_at(day, 11))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone())


def _teach(throw: Dice, staff: Staff) -> None:
    """Each skill to a few; the marketer whom a visitor signs in as knows events."""
    shown = staff.by_role[Role.MARKETER]
    for skill in Skill.objects.order_by("name"):
        some = throw.sample(staff.marketers, min(2, len(staff.marketers)))
        skill.people.set({*some, shown} if skill.name == "Events" else some)


def _rule() -> None:
    """Events of Europe and ads to those who know them; what is ordered for Tier 3 is anybody's, and so is the rest."""
    RoutingRule.objects.filter(name="By skill").update(is_active=False)
    skills = {skill.name: skill for skill in Skill.objects.all()}
    goes_to = RoutingRule.GoesTo
    anybody = RoutingRule.objects.create(name="Tier 3 is for all", position=10, goes_to=goes_to.QUEUE)
    anybody.tiers.set(Tier.objects.filter(level=3))
    events = RoutingRule.objects.create(
        name="Events in Europe", position=20, goes_to=goes_to.SKILL, skill=skills["Events"]
    )
    events.categories.set(Category.objects.filter(name=EVENTS))
    events.territories.set(Territory.objects.filter(name__in=[name for team in EUROPE for name in REGIONS[team]]))
    ads = RoutingRule.objects.create(name="Ads", position=30, goes_to=goes_to.SKILL, skill=skills["Advertising"])
    ads.categories.set(Category.objects.filter(name="Account-based ads"))


def _busiest(staff: Staff) -> User:
    """The colleague of the shown marketer with the most to cover for."""
    counted = Count("tasks", Q(tasks__state__in=(Task.State.TO_DO, Task.State.IN_PROGRESS)))
    others = User.objects.filter(pk__in=[one.pk for one in staff.marketers[1:]]).annotate(open_tasks=counted)
    return others.order_by("-open_tasks", "pk")[0]


def _leave(throw: Dice, staff: Staff, calendar: Calendar) -> User:
    """Somebody who has just left with work on her desk; until then it was begun by her."""
    team = staff.by_role[Role.MARKETER].team
    leaver = User(name=LEAVER, role=Role.MARKETER, team=team, created_at=calendar.starts[0])
    leaver.email = f"lena.fischer@{DOMAIN}"
    leaver.set_unusable_password()
    leaver.save()
    begun = Task.objects.filter(state=Task.State.IN_PROGRESS).exclude(assignee=staff.by_role[Role.MARKETER])
    mine = throw.sample(list(begun.due_first()), min(LEFT_BEHIND, begun.count()))
    Task.objects.filter(pk__in=[task.pk for task in mine]).update(assignee=leaver)
    return leaver
