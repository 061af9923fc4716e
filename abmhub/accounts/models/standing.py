"""The tiers, and what the last night found about each account."""

from django.db import models

from abmhub.accounts.models.account import Account


class Tier(models.Model):
    """How much marketing an account is entitled to; the level is its identity, 1 is the highest."""

    level = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    motto = models.CharField(max_length=60, blank=True, help_text="For example: just right.")
    treatment = models.CharField(max_length=20, blank=True, help_text="1:1, 1:few or 1:many.")
    description = models.TextField(blank=True, help_text="What an account of this tier gets.")

    def __str__(self) -> str:
        return self.name


class HeldBy(models.TextChoices):
    """What keeps an account from the tier that the rules alone would give it. Nothing is empty."""

    OVERRIDE = "override", "Override"
    STALE = "stale", "Stale data"
    BAND = "band", "Promote or demote band"
    STAY = "stay", "Minimum stay"
    CAPACITY = "capacity", "Waiting for a place"


def _held_by() -> "models.CharField[str, str]":
    return models.CharField(
        max_length=8,
        choices=HeldBy,
        db_default="",
        blank=True,
        help_text="Why the tier is another than the earned one; empty while nothing holds it.",
    )


def _score(verbose_name: str) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(verbose_name, null=True, blank=True)


FILTERED = ("tier", "intent", "stale_since_on")
"""What lists are narrowed by, beside each order; see `account.FILTERED`."""


class Standing(models.Model):
    """What the last night found about an account: scores 0-100 (empty is unknown) and the tier.

    Narrow and apart from the account, because the night rewrites it and nobody else does.
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="standing")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="standings", db_index=False)
    earned_tier = models.ForeignKey(
        Tier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The tier that the rules alone give.",
    )
    held_by = _held_by()
    fit = _score("fit")
    intent = _score("intent")
    engagement = _score("engagement")
    priority = models.PositiveSmallIntegerField(
        db_default=0, help_text="Sum of the known scores; the order of the account list."
    )
    previous_priority = models.PositiveSmallIntegerField(
        db_default=0, help_text="The priority before the night that last changed it."
    )
    priority_since_on = models.DateField(null=True, blank=True, help_text="The night that last changed the priority.")
    tier_since_on = models.DateField(null=True, blank=True)
    rule_name = models.CharField(max_length=100, db_default="", blank=True)
    summary = models.CharField(max_length=300, db_default="", blank=True, help_text="The reason in one line.")
    disqualified_by = models.CharField(
        max_length=200,
        db_default="",
        blank=True,
        help_text="The disqualifiers that it meets; then fit is 0, there is no tier, and nothing may be ordered.",
    )
    stale_since_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day from which a source should have confirmed the facts again; empty while they are fresh.",
    )
    computed_on = models.DateField(null=True, blank=True, help_text="The night that last changed a figure here.")

    class Meta:
        indexes = [
            # All descending, so that a page may begin after (priority, account) by one comparison of rows.
            models.Index(
                fields=["tier", "-priority", "-account"],
                condition=models.Q(tier__isnull=False),
                name="standing_in_tier",
            ),
            models.Index(fields=["-priority", "-account"], include=FILTERED, name="standing_by_priority"),
            models.Index(
                fields=["-tier_since_on", "-account"],
                include=FILTERED,
                condition=models.Q(tier_since_on__isnull=False),
                name="standing_by_tier_since",
            ),
            models.Index(
                fields=["-stale_since_on", "-account"],
                include=("tier", "intent"),
                condition=models.Q(stale_since_on__isnull=False),
                name="standing_by_stale",
            ),
            models.Index(
                fields=["-intent", "-account"],
                include=("tier", "stale_since_on"),
                condition=models.Q(intent__isnull=False),
                name="standing_by_intent",
            ),
            models.Index(
                fields=["-engagement", "-account"],
                include=FILTERED,
                condition=models.Q(engagement__isnull=False),
                name="standing_by_engagement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.tier or 'no tier'}"


ROSE = models.Q(to_tier__isnull=False) & (models.Q(from_tier=None) | models.Q(from_tier__gt=models.F("to_tier")))
"""Of a change: it leads to a higher tier; from no tier counts as a rise."""


class TierChange(models.Model):
    """A move between tiers, with what was known when it happened. No tier is empty."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tier_changes")
    changed_on = models.DateField()
    from_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    to_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    held_by = _held_by()
    policy_version = models.PositiveIntegerField()
    fit = _score("fit")
    intent = _score("intent")
    engagement = _score("engagement")
    summary = models.CharField(max_length=300, db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "changed_on"], name="tier_change_once_a_day")]
        indexes = [
            models.Index(fields=["changed_on"], name="tier_change_day"),
            models.Index(fields=["to_tier", "-changed_on", "-id"], condition=ROSE, name="tier_change_rise"),
        ]

    def __str__(self) -> str:
        return f"{self.from_tier or 'no tier'} to {self.to_tier or 'no tier'}"
