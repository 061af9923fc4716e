"""How often a person is touched, who is asked to do what, and when it is said that a task is late, as shipped."""

from abmhub.menus.models import Tactic
from abmhub.orders.models import EscalationStep, RoutingRule, Skill, TouchLimit

TOUCHES_A_WEEK = 3

SKILLS = {
    "Mailings": ("Direct mail", "Dimensional mail", "Sales gifts"),
    "Writing": ("Custom content", "Thought leadership", "Messages"),
    "Design": ("Custom display", "Personal landing page"),
    "Events": ("Executive and special events",),
    "Audio": ("Podcast",),
    "Advertising": ("Account-based ads",),
}
"""What the tactics of a category ask for. Nobody has a skill yet, and such a skill asks for nothing."""

Level = EscalationStep.Level
ESCALATION = {Level.DUE_SOON: 1, Level.OVERDUE: 1, Level.TEAM_MANAGER: 2, Level.MARKETING_MANAGERS: 4}
"""In working days before the due date, or after it."""


def load() -> None:
    """Fill what is empty."""
    if not TouchLimit.objects.exists():
        TouchLimit.objects.create(touches=TOUCHES_A_WEEK)
    _load_routing()
    EscalationStep.objects.bulk_create(
        (EscalationStep(level=level, working_days=days) for level, days in ESCALATION.items()), ignore_conflicts=True
    )


def _load_routing() -> None:
    """A task that no rule gives to anybody stays in the queue for anybody to claim."""
    if not Skill.objects.exists():
        for name, categories in SKILLS.items():
            skill = Skill.objects.create(name=name)
            skill.tactics.set(Tactic.objects.filter(category__name__in=categories))
        if not RoutingRule.objects.exists():
            RoutingRule.objects.create(name="By skill", position=100, goes_to=RoutingRule.GoesTo.SKILLS_NEEDED)
