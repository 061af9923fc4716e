"""The parts that people play in a purchase, the types of buyer, and what speaks to them."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models.functions import Lower

from abmhub.accounts.models import Segment, Tier


class ContentStage(models.TextChoices):
    """How far into the purchase a piece of content speaks."""

    TOFU = "tofu", "ToFu"
    MOFU = "mofu", "MoFu"
    BOFU = "bofu", "BoFu"


class Stance(models.TextChoices):
    CHAMPION = "champion", "Champion"
    SUPPORTER = "supporter", "Supporter"
    NEUTRAL = "neutral", "Neutral"
    BLOCKER = "blocker", "Blocker"


class BuyingRoleQuerySet(models.QuerySet["BuyingRole"]):
    def with_requirements(self) -> "tuple[list[BuyingRole], Requirements]":
        """The roles in their order, and how many people each should have, in one query."""
        asked = {f"asked_{name}": models.F(f"requirements__{name}") for name in ("tier", "segment", "required")}
        rows: list[Any] = list(self.annotate(**asked).order_by("position", "pk"))
        roles = {row.pk: row for row in rows}
        required = {
            (row.pk, row.asked_tier, row.asked_segment): row.asked_required
            for row in rows
            if row.asked_required is not None
        }
        return list(roles.values()), Requirements(required)


class BuyingRole(models.Model):
    """A part in the purchase; the shipped ones are user, influencer, decision maker, IT expert."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    required = models.PositiveSmallIntegerField(
        default=1, help_text="How many an account should have for a complete buying committee."
    )

    objects = BuyingRoleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Requirements:
    """How many people each role should have, by tier and segment, as it was when this was made."""

    def __init__(self, required: Mapping[tuple[int, int | None, str], int]) -> None:
        self._required = required

    def required(self, role: BuyingRole, *, tier: int | None, segment: str) -> int:
        """How many an account of that tier, by its level, and segment should have in the role."""
        # What is asked of all of a tier has no segment, and the other way round.
        wanted = ((role.pk, tier, segment), (role.pk, tier, ""), (role.pk, None, segment))
        return next((self._required[each] for each in wanted if each in self._required), role.required)


class RoleRequirement(models.Model):
    """How many contacts in a role an account of a tier, a segment or both should have, instead of the usual number.

    Tier and segment together go before tier alone, and that before segment alone.
    """

    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, related_name="requirements")
    tier = models.ForeignKey(Tier, models.CASCADE, null=True, blank=True, related_name="role_requirements")
    segment = models.CharField(max_length=12, choices=Segment, db_default="", blank=True)
    required = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["buying_role", "tier", "segment"], name="role_requirement_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(tier__isnull=False) | ~models.Q(segment=""),
                name="role_requirement_for_some",
                violation_error_message="Say for which tier or segment; the usual number is on the buying role itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buying_role}: {self.required}"


class RoleWord(models.Model):
    """What another system calls a buying role: the contact roles of Salesforce, the buying roles of HubSpot.

    A word may say where somebody stands, as champion does, or both. One that says neither is known to mean nothing.
    """

    source = models.CharField(max_length=60, db_default="", blank=True, help_text="Empty: whatever the source.")
    word = models.CharField(max_length=60)
    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, null=True, blank=True, related_name="words")
    stance = models.CharField(max_length=10, choices=Stance, db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("source", Lower("word"), name="role_word_once")]

    def __str__(self) -> str:
        means = [str(self.buying_role)] if self.buying_role else []
        means += [self.get_stance_display()] if self.stance else []
        return f"{self.word} means {' and '.join(means).lower() or 'nothing to us'}"


class Persona(models.Model):
    """A semi-fictional type of buyer, so that a message speaks to somebody."""

    name = models.CharField(max_length=80, unique=True)
    buying_role = models.ForeignKey(BuyingRole, models.PROTECT, related_name="personas")
    goals = models.TextField(blank=True)
    pains = models.TextField(blank=True)
    tofu_message = models.TextField("message, top of funnel", blank=True)
    mofu_message = models.TextField("message, middle of funnel", blank=True)
    bofu_message = models.TextField("message, bottom of funnel", blank=True)

    def __str__(self) -> str:
        return self.name


class Content(models.Model):
    """Something to read, see or attend that speaks to some personas at a stage."""

    title = models.CharField(max_length=150)
    url = models.URLField(blank=True)
    stage = models.CharField(max_length=4, choices=ContentStage)
    personas = models.ManyToManyField(Persona, related_name="content")

    class Meta:
        verbose_name_plural = "content"

    def __str__(self) -> str:
        return self.title
