"""When orders wait for approval, how often a person is touched, who is asked to do what, and when it is said that a
task is late, as shipped."""

from collections.abc import Iterator
from decimal import Decimal

from abmhub.menus.models import Tactic
from abmhub.orders.models import ApprovalRule, EscalationStep, RoutingRule, Skill, TouchLimit

TOUCHES_A_WEEK = 3

Role = ApprovalRule.Role

APPROVALS = (
    # name, from amount, from risk, who approves, patience in working days
    ("High risk", None, Tactic.Risk.HIGH, Role.MARKETING_MANAGER, 2),
    ("Large orders", Decimal(1500), "", Role.MARKETING_MANAGER, 2),
    ("Orders of some size", Decimal(600), "", Role.SALES_MANAGER, 1),
)

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
    if not ApprovalRule.objects.exists():
        ApprovalRule.objects.bulk_create(_approval_rules())
    _load_routing()
    EscalationStep.objects.bulk_create(
        (EscalationStep(level=level, working_days=days) for level, days in ESCALATION.items()), ignore_conflicts=True
    )


def _approval_rules() -> Iterator[ApprovalRule]:
    for position, (name, least_amount, least_risk, role, patience_days) in enumerate(APPROVALS, start=1):
        yield ApprovalRule(
            name=name,
            position=position * 10,
            least_amount=least_amount,
            least_risk=least_risk,
            approver_role=role,
            patience_days=patience_days,
        )


def _load_routing() -> None:
    """A task that no rule gives to anybody stays in the queue for anybody to claim."""
    if not Skill.objects.exists():
        for name, categories in SKILLS.items():
            skill = Skill.objects.create(name=name)
            skill.tactics.set(Tactic.objects.filter(category__name__in=categories))
        if not RoutingRule.objects.exists():
            RoutingRule.objects.create(name="By skill", position=100, goes_to=RoutingRule.GoesTo.SKILLS_NEEDED)
