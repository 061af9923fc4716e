"""Plays: tactics that belong together, each some working days after the order, until something stops them."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.accounts.models import Tier
from abmhub.menus.models.tactic import Tactic
from abmhub.menus.stages import FunnelStage


class PlayQuerySet(models.QuerySet["Play"]):
    def on_offer(self, tier: Tier, stage: str) -> Self:
        """The plays made for an account of that tier at that stage, with their steps: two queries."""
        fits = models.Q(only_stages=[]) | models.Q(only_stages__contains=[stage])
        return (
            self.filter(fits, tiers=tier, archived_at=None)
            .prefetch_related(
                models.Prefetch("steps", PlayStep.objects.select_related("tactic").order_by("offset_days", "pk"))
            )
            .order_by("name")
        )


@pghistory.track(append_only=True)
class Play(models.Model):
    """A bundle of tactics. What is ordered of it is ordered as lines like any others, that begin later."""

    class StopRule(models.TextChoices):
        TIER_LOST = "tier_lost", "The account leaves the tier it was ordered in"
        DEAL_OPENED = "deal_opened", "An opportunity opens"
        CUSTOMER = "customer", "The account becomes a customer"
        ENGAGED = "engaged", "Somebody there answers: a meaningful event after the order"

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(help_text="When to play it, and what it should bring about.")
    tiers = models.ManyToManyField(Tier, related_name="plays", help_text="On whose menus it stands.")
    only_stages = ArrayField(
        models.CharField(max_length=12, choices=FunnelStage),
        default=list,
        db_default=[],
        blank=True,
        help_text="Only for accounts at these stages. None chosen: at every stage.",
    )
    stop_rules = ArrayField(
        models.CharField(max_length=12, choices=StopRule),
        default=list,
        db_default=[],
        blank=True,
        help_text="What cancels the lines that nobody has begun.",
    )
    archived_at = models.DateTimeField(null=True, blank=True, help_text="When it left every menu.")

    objects = PlayQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def stop_sentences(self) -> list[str]:
        """What stops it, in the order of the choices."""
        return [str(rule.label) for rule in self.StopRule if rule in self.stop_rules]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class PlayStep(models.Model):
    """A tactic of a play, and how long after the order its work begins."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="steps")
    tactic = models.ForeignKey(Tactic, models.PROTECT, related_name="play_steps")
    offset_days = models.PositiveSmallIntegerField(
        "begins after", default=0, help_text="Working days from the order to the day the work begins."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["play", "tactic"],
                name="play_tactic_once",
                violation_error_message="A play holds a tactic once.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tactic}, day {self.offset_days}"
