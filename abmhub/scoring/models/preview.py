"""What a policy would do tonight, worked out before it is published, and kept to be looked through."""

from django.db import models

from abmhub.accounts.models import Account, HeldBy, Tier
from abmhub.scoring.models.tier import TierPolicy
from abmhub.users.models import User


class PolicyPreview(models.Model):
    """One preview of a policy; asked for anew it replaces the last. `figures` are counts over all accounts."""

    policy = models.OneToOneField(TierPolicy, models.CASCADE, related_name="preview")
    as_of = models.DateField(help_text="The business day of the night that it foretells.")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)
    figures = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.policy} as of {self.as_of}"


class PolicyMove(models.Model):
    """An account that the previewed policy would put elsewhere than it stands, or let wait for a place; with the
    reason. No tier is empty."""

    preview = models.ForeignKey(PolicyPreview, models.CASCADE, related_name="moves")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    from_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    to_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    earned_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    held_by = models.CharField(max_length=8, choices=HeldBy, default="", blank=True)
    rule_name = models.CharField(max_length=100, default="", blank=True)
    summary = models.CharField(max_length=300, default="", blank=True)
    priority = models.PositiveSmallIntegerField(default=0)
    is_anyway = models.BooleanField(
        "moves anyway", db_default=False, help_text="The policy in force puts it in the same tier in the same night."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["preview", "account"], name="policy_move_once")]
        indexes = [models.Index(fields=["preview", "-priority", "-account"], name="policy_move_priority")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.from_tier or 'no tier'} to {self.to_tier or 'no tier'}"
