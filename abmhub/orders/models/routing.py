"""Whose work a new task is: the rules that an administrator writes, the skills of people, and whose turn it is."""

from typing import Self

from django.db import models

from abmhub.accounts.models import Territory, Tier
from abmhub.menus.models import Category, Tactic
from abmhub.users.models import Team, User

NAMED = 3
"""So many things are named where a rule is said in a few words."""


class Skill(models.Model):
    """Something that not everybody can do: who can, and which tactics ask for it."""

    name = models.CharField(max_length=60, unique=True)
    people = models.ManyToManyField(User, blank=True, related_name="skills", help_text="Who has it.")
    tactics = models.ManyToManyField(
        Tactic, blank=True, related_name="skills", help_text="Teams and skills give these to people who have it alone."
    )

    def __str__(self) -> str:
        return self.name


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    def in_turn(self) -> Self:
        """Those in force, in the order in which they are asked."""
        rules = self.filter(is_active=True).select_related("person", "team", "skill")
        return rules.prefetch_related("tactics", "categories", "tiers", "territories").order_by("position", "pk")


class RoutingRule(models.Model):
    """Whose a task is. The first rule that fits and names somebody decides; without one it is anybody's to claim."""

    class GoesTo(models.TextChoices):
        PERSON = "person", "One person"
        TEAM = "team", "The least loaded of a team"
        SKILL = "skill", "The least loaded of those with a skill"
        SKILLS_NEEDED = "skills_needed", "The least loaded of those with the skills that the tactic asks for"
        QUEUE = "queue", "Nobody: it stays in the queue for anybody to claim"

    position = models.PositiveSmallIntegerField(default=10, help_text="Lower numbers are asked first.")
    name = models.CharField(max_length=80, unique=True, help_text="People read it on the task.")
    is_active = models.BooleanField("in force", default=True)
    tactics = models.ManyToManyField(Tactic, blank=True, related_name="+", help_text="None chosen: any.")
    categories = models.ManyToManyField(Category, blank=True, related_name="+", help_text="None chosen: any.")
    tiers = models.ManyToManyField(
        Tier, blank=True, related_name="+", help_text="The tier of the account when it was ordered. None chosen: any."
    )
    territories = models.ManyToManyField(
        Territory, blank=True, related_name="+", help_text="Where the account belongs. None chosen: any."
    )
    goes_to = models.CharField(max_length=13, choices=GoesTo, default=GoesTo.TEAM)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(goes_to="person", person__isnull=False, team=None, skill=None)
                | models.Q(goes_to="team", person=None, team__isnull=False, skill=None)
                | models.Q(goes_to="skill", person=None, team=None, skill__isnull=False)
                | models.Q(goes_to__in=("skills_needed", "queue"), person=None, team=None, skill=None),
                name="routing_rule_names_whom_it_means",
                violation_error_message="Name the person, the team or the skill that it goes to, and nothing else.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def occasion(self) -> str:
        """What it means, in a few words: a tactic or any of a category, and a tier, and a territory."""
        what = [*self.tactics.all(), *self.categories.all()]
        asked = (sorted(each.name for each in few) for few in (what, self.tiers.all(), self.territories.all()))
        return "; ".join(_any_of(names) for names in asked if names) or "Every task"

    @property
    def destination(self) -> str:
        """To whom, in a few words, as it follows “routed”."""
        match self.goes_to:
            case self.GoesTo.PERSON:
                has_left = self.person is not None and not self.person.is_active
                return f"to {self.person}" + (", who has left" if has_left else "")
            case self.GoesTo.TEAM:
                return f"to the least loaded of {self.team}"
            case self.GoesTo.SKILL:
                return f"to the least loaded of those skilled in {self.skill}"
            case self.GoesTo.SKILLS_NEEDED:
                return "to the least loaded of those with the skills for it"
        return "to nobody: anybody may claim it"


def _any_of(names: list[str]) -> str:
    """Three of them, and how many more."""
    if len(names) > NAMED + 1:
        return f"{', '.join(names[:NAMED])} or {len(names) - NAMED} more"
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Turn(models.Model):
    """Who of a team had the last turn, where recipes give work to it in turns."""

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.team}: {self.person}"
