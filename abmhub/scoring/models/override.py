"""What people say about a tier: an override that the night obeys, and an appeal that asks for one."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from abmhub.accounts.models import Account, HeldBy, OfAccountQuerySet, Tier
from abmhub.core.days import business_day, first_moment
from abmhub.users.models import User


class TierOverrideQuerySet(OfAccountQuerySet["TierOverride"]):
    def open(self) -> Self:
        """Those that nobody has ended and no night has let go: one at most of an account."""
        return self.filter(ended_at=None, released_on=None)

    def in_force_on(self, day: date) -> Self:
        """Those that the night of the day obeys: made by then, not ended by then, through the last day they hold."""
        over = first_moment(day + timedelta(days=1))
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=over), made_at__lt=over, expires_on__gte=day)

    def said_since(self, moment: datetime) -> Self:
        """Those that were made or ended at the moment or later."""
        return self.filter(Q(made_at__gte=moment) | Q(ended_at__gte=moment))

    def unheard(self, day: date) -> Self:
        """Those that hold on the day though their account is elsewhere, and those ended whose account still is."""
        here = Q(account__standing__held_by=HeldBy.OVERRIDE)
        as_told = here & (Q(account__standing__tier=F("tier")) | Q(tier=None, account__standing__tier=None))
        held = self.open().in_force_on(day).exclude(as_told)
        can_be_held = held.filter(account__is_target=True).exclude(account__standing__disqualified_by__gt="")
        others = TierOverride.objects.open().filter(account=OuterRef("account"))
        ended = self.filter(Q(released_on=None) | here, ended_at__isnull=False).exclude(Exists(others))
        return self.filter(Q(pk__in=can_be_held.values("pk")) | Q(pk__in=ended.values("pk")))


class TierOverride(models.Model):
    """A tier that somebody gave an account by hand, for a time. No tier is empty.

    The first night after it gives the account back to the rules.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="tier_overrides")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    expires_on = models.DateField("holds through", help_text="The last day it holds.")
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    released_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The night that gave the account back to the rules."
    )

    objects = TierOverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at=None, released_on=None),
                name="tier_override_one_open",
            ),
        ]
        indexes = [
            # What a night reads: those that hold, and those that it is to let go.
            models.Index(fields=["account"], condition=Q(released_on=None), name="tier_override_not_released"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.tier or 'no tier'} through {self.expires_on}"

    def is_in_force_on(self, day: date) -> bool:
        """Whether the night of the day obeys it; the twin of `in_force_on`."""
        is_ended = self.ended_at is not None and business_day(self.ended_at) <= day
        return business_day(self.made_at) <= day <= self.expires_on and not is_ended


class TierAppealQuerySet(OfAccountQuerySet["TierAppeal"]):
    def open(self) -> Self:
        """Those that wait for an answer, the oldest first."""
        return self.filter(decided_at=None).order_by("made_at", "pk")


class TierAppeal(models.Model):
    """Somebody who sells to an account says that its tier is wrong. Granted, it becomes an override."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tier_appeals")
    tier = models.ForeignKey(
        Tier, models.PROTECT, null=True, blank=True, related_name="+", help_text="The tier that is asked for."
    )
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    override = models.OneToOneField(TierOverride, models.SET_NULL, null=True, blank=True, related_name="appeal")

    objects = TierAppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(decided_at=None), name="tier_appeal_one_open"),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
                name="tier_appeal_decided_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.tier or 'no tier'} instead"
