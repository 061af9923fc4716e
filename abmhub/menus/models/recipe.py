"""How a tactic is made: the steps of its recipe, and the versions that orders keep."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.menus.models.tactic import Tactic
from abmhub.users.models import Team, User


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class RecipeStep(models.Model):
    """One step of the work that a tactic takes; becomes a step of the task's checklist."""

    class CountsFrom(models.TextChoices):
        ORDER = "order", "after the order"
        STEPS = "steps", "after the steps it waits for"
        PROMISE = "promise", "before the promise date"

    class Assignee(models.TextChoices):
        CLAIM = "claim", "Whoever claims the task"
        PERSON = "person", "One person"
        TEAM = "team", "Somebody of a team"
        ROUND_ROBIN = "round_robin", "The team in turns"

    class Proof(models.TextChoices):
        NONE = "", "Nothing: a tick is enough"
        NOTE = "note", "A note"
        LINK = "link", "A tracking number or link"
        FILE = "file", "A file or photograph"

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="recipe")
    position = models.PositiveSmallIntegerField("number")
    name = models.CharField(max_length=120)
    offset_days = models.PositiveSmallIntegerField("working days", default=0, help_text="When it is due.")
    counts_from = models.CharField(
        "counted", max_length=8, choices=CountsFrom, default=CountsFrom.ORDER, db_default=CountsFrom.ORDER
    )
    after = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name="waits for",
        default=list,
        db_default=[],
        blank=True,
        help_text="Numbers of the steps that must be done first, for example 1, 2.",
    )
    checklist = ArrayField(
        models.CharField(max_length=120), default=list, db_default=[], blank=True, help_text="A line each."
    )
    hours = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(0), db_default=Decimal(0), help_text="Estimated hours of work."
    )
    proof = models.CharField(
        max_length=4, choices=Proof, default=Proof.NONE, db_default="", blank=True, help_text="What shows it was done."
    )
    assignee_rule = models.CharField(
        "who does it", max_length=12, choices=Assignee, default=Assignee.CLAIM, db_default=Assignee.CLAIM
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tactic", "position"], name="recipe_step_position"),
            models.CheckConstraint(
                condition=models.Q(hours__gte=0),
                name="recipe_step_hours_not_negative",
                violation_error_message="Hours cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(assignee_rule="claim", team=None, person=None)
                | models.Q(assignee_rule="person", team=None, person__isnull=False)
                | models.Q(assignee_rule__in=("team", "round_robin"), team__isnull=False, person=None),
                name="recipe_step_assignee_is_named",
                violation_error_message=(
                    "Name the person for “one person”, the team for a team, and neither where anybody may claim it."
                ),
            ),
        ]
        triggers = [
            # A recipe that was changed is no longer that of the version: see `Tactic.version`.
            pgtrigger.Trigger(
                name="recipe_changed",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                func="""
                    UPDATE menus_tactic SET version_id = NULL
                    WHERE id IN (NEW.tactic_id, OLD.tactic_id) AND version_id IS NOT NULL;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def when(self) -> str:
        """When it is due, in a few words."""
        days = self.offset_days
        match self.counts_from:
            case self.CountsFrom.PROMISE:
                return f"{days} before the promise" if days else "on the day"
            case self.CountsFrom.STEPS:
                others = " and ".join(str(number) for number in self.after)
                return f"{days} after {others}" if days else f"with {others}"
        return f"day {days}" if days else "same day"


class TacticVersion(models.Model):
    """Price, lead time and recipe of a tactic as they were published; an order line keeps the version it saw."""

    tactic = models.ForeignKey(Tactic, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    lead_time_days = models.PositiveSmallIntegerField()
    recipe = models.JSONField(help_text="The steps; see `recipes.steps_of`.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tactic", "number"], name="tactic_version_number")]
        triggers = [pgtrigger.Protect(name="tactic_version_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.tactic}, version {self.number}"
