"""Envelopes of money in a tree: a program, its tiers, their teams, their reps, single accounts."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models.tree import ALLOT, FIT, MOVE
from abmhub.core.numbers import money_text as money
from abmhub.users.models import Role, Team, User

NEARLY_EMPTY = Decimal("0.15")
"""An envelope with this share free, or less, needs somebody's eye."""


PARENTS = "parent__parent__parent__parent"
"""Everything above an envelope of the lowest level."""


SETTLES = ("parent_id", "tier_id", "team_id", "rep_id", "account_id", "currency", "starts_on", "ends_on")
"""The columns that decide what may lie under what."""


class Level(models.IntegerChoices):
    """How far down the tree an envelope is; each lies under one of a smaller number, or under none."""

    PROGRAM = 0, "Program"
    TIER = 1, "Tier"
    TEAM = 2, "Team"
    REP = 3, "Rep"
    ACCOUNT = 4, "Account"


class DateRange(Func):
    """PostgreSQL's daterange(from, until, bounds)."""

    function = "daterange"


_update_of: Any = pgtrigger.UpdateOf  # the library has no type for it


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def covering(
        self,
        *,
        tier: Tier,
        team_id: int | None,
        currency: str,
        day: date,
        rep_id: int | None = None,
        account_id: int | None = None,
    ) -> Self:
        """Envelopes that pay for such an order on that day, each with all that lie above it.

        The closest comes first: the account's own, then the rep's, the team's, the one for all teams. A
        program's money is only spent through the envelopes under it.
        """
        closest = [F(name).asc(nulls_last=True) for name in ("account", "rep", "team")]
        return (
            self.filter(
                models.Q(team=team_id) | models.Q(team=None),
                models.Q(rep=rep_id) | models.Q(rep=None),
                models.Q(account=account_id) | models.Q(account=None),
                tier=tier,
                currency=currency,
                starts_on__lte=day,
                ends_on__gte=day,
            )
            .select_related(PARENTS)
            .order_by(*closest)
        )

    def covering_any(self, *, accounts: Collection[int], payers: Collection[User], currency: str, day: date) -> Self:
        """Envelopes that pay for an order of any of these people for any of these accounts; see `closest`."""
        return self.filter(
            models.Q(team__in={payer.team_id for payer in payers}) | models.Q(team=None),
            models.Q(rep__in={payer.pk for payer in payers}) | models.Q(rep=None),
            models.Q(account__in=accounts) | models.Q(account=None),
            tier__isnull=False,
            currency=currency,
            starts_on__lte=day,
            ends_on__gte=day,
        ).select_related(PARENTS)

    def nearly_empty(self) -> Self:
        """Those of which NEARLY_EMPTY or less is free, the emptiest first; `is_nearly_empty` says the same of one."""
        free = F("total_amount") - F("reserved_amount") - F("spent_amount")
        found = self.filter(total_amount__gt=0).annotate(share_free=free / F("total_amount"))
        return found.filter(share_free__lte=NEARLY_EMPTY).order_by("share_free", "pk")

    def visible_to(self, user: User) -> Self:
        """Sales sees its own team's envelopes and the common ones, and nobody else's accounts; the others see all."""
        if not user.is_sales:
            return self
        teams = models.Q(team=user.team_id) | models.Q(team=None)
        reps = models.Q(rep=None) | models.Q(rep=user)
        if user.role == Role.SALES_MANAGER:
            teams |= models.Q(team__manager=user)
            reps |= models.Q(rep__team__manager=user)
        accounts = models.Q(account=None) | models.Q(account__in=Account.objects.visible_to(user))
        return self.filter(teams, reps, accounts)


@pghistory.track(
    fields=[
        "name", "parent", "program", "tier", "team", "rep", "account", "starts_on", "ends_on", "currency",
        "total_amount", "carry_percent",
    ],
    model_name="EnvelopeEvent",
    append_only=True,
)  # fmt: skip
class Envelope(models.Model):
    """Money for a program, a tier, a team, a rep or an account over a period. Nothing may overdraw it.

    What is reserved and spent here is reserved and spent in every envelope above it as well.
    `reserved_amount` and `spent_amount` are written by `budgets.actions` alone, `allotted_amount` by a trigger.
    """

    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The envelope that this one is a part of. Empty: it stands alone.",
    )
    program = models.CharField(
        max_length=80,
        blank=True,
        db_default="",
        help_text="For the money of a whole program: its name. Orders are paid by the envelopes under it.",
    )
    tier = models.ForeignKey(
        Tier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text="Empty: the money of a program.",
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text="Nobody chosen: for all teams.",
    )
    rep = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text="Nobody chosen: for all reps.",
    )
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="envelopes",
        help_text="Nobody chosen: for all accounts.",
    )
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day of the period.")
    currency = models.CharField(max_length=3, default="USD")
    total_amount = models.DecimalField(max_digits=14, decimal_places=2)
    reserved_amount = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, editable=False
    )
    spent_amount = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, editable=False
    )

    allotted_amount = models.DecimalField(
        max_digits=14, decimal_places=2, default=Decimal(0), db_default=0, editable=False
    )
    carry_percent = models.PositiveSmallIntegerField(
        "carry over",
        default=0,
        db_default=0,
        validators=[MaxValueValidator(100)],
        help_text="At most this share of the total, in percent, goes to the next period. 0: what is left lapses. "
        "100: all of it goes on.",
    )
    carried_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_amount__gte=F("reserved_amount") + F("spent_amount")),
                name="envelope_never_overdrawn",
                violation_error_message=("More than that is already reserved or spent: cancel orders first."),
            ),
            models.CheckConstraint(
                condition=models.Q(reserved_amount__gte=0, spent_amount__gte=0),
                name="envelope_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=F("starts_on")),
                name="envelope_ends_after_it_starts",
                violation_error_message="The period ends before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(total_amount__gte=F("allotted_amount"), allotted_amount__gte=0),
                name="envelope_children_within_its_total",
                violation_error_message="More than that is given to the envelopes under it: make those smaller first.",
            ),
            models.CheckConstraint(
                condition=models.Q(tier=None, team=None, rep=None, account=None) & ~models.Q(program="")
                | models.Q(tier__isnull=False, program=""),
                name="envelope_is_for_a_program_or_a_tier",
                violation_error_message="Name a program, or choose a tier and perhaps a team, a rep, an account.",
            ),
            models.CheckConstraint(condition=models.Q(carry_percent__lte=100), name="envelope_carries_at_most_all"),
            ExclusionConstraint(
                name="envelope_periods_do_not_overlap",
                expressions=[
                    (F("tier"), RangeOperators.EQUAL),
                    (Coalesce(F("team"), Value(0)), RangeOperators.EQUAL),
                    (Coalesce(F("rep"), Value(0)), RangeOperators.EQUAL),
                    (Coalesce(F("account"), Value(0)), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=("An envelope for this tier, team and currency covers part of this period."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="envelope_allots",
                operation=pgtrigger.Insert | pgtrigger.Delete | _update_of("parent_id", "total_amount"),
                when=pgtrigger.After,
                func=ALLOT,
            ),
            pgtrigger.Trigger(
                name="envelope_moves",
                operation=_update_of("parent_id"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(old__parent__df=pgtrigger.F("new__parent")),
                func=MOVE,
            ),
            pgtrigger.Trigger(
                name="envelope_fits",
                operation=pgtrigger.Insert | _update_of(*SETTLES),
                when=pgtrigger.After,
                func=FIT,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # The database cannot even compare the periods of such an envelope with those of others.
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The period ends before it starts."})
        if self.parent is not None and self.starts_on and self.ends_on and self.total_amount is not None:
            if complaint := self.why_not_under(self.parent):
                raise ValidationError({"parent": complaint})
            self._must_have_room(self.parent)
        for child in self.children.all() if self.pk else ():
            if complaint := child.why_not_under(self):
                raise ValidationError(f"{child.name} is a part of it and would no longer fit. {complaint}")

    def _must_have_room(self, parent: "Envelope") -> None:
        """What is given to this envelope, and used of it, has to be in those above it."""
        before = Envelope.objects.filter(pk=self.pk, parent=parent).first()
        room = parent.unallotted_amount + (before.total_amount if before else Decimal(0))
        if self.total_amount > room:
            left = f"{money(room, parent.currency)} of {parent.name} can still be given to the envelopes under it."
            raise ValidationError({"total_amount": f"{left} Give less, or make {parent.name} larger first."})
        used = Decimal(0) if before else self.reserved_amount + self.spent_amount
        for one in parent.path:
            if used > one.free_amount:
                raise ValidationError(
                    {"parent": f"{money(used, one.currency)} is used already, and {one.name} has less than that free."}
                )

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Also those over what not every form shows, and would therefore skip."""
        unseen = {"reserved_amount", "spent_amount", "allotted_amount", "program", "team", "rep", "account"}
        super().validate_constraints(set(exclude or ()) - unseen)

    @property
    def level(self) -> Level:
        if self.account_id is not None:
            return Level.ACCOUNT
        if self.rep_id is not None:
            return Level.REP
        if self.team_id is not None:
            return Level.TEAM
        return Level.PROGRAM if self.tier_id is None else Level.TIER

    @property
    def path(self) -> tuple["Envelope", ...]:
        """This envelope and those above it, the root last; read with `PARENTS` it asks nothing more."""
        return tuple(self._upwards())

    def _upwards(self) -> Iterator["Envelope"]:
        one: Envelope | None = self
        while one is not None:
            yield one
            one = one.parent

    def why_not_under(self, parent: "Envelope") -> str:
        """Why this cannot be a part of that envelope; empty when it can. The database holds to the same."""
        if parent.level >= self.level:
            return (
                f"{parent.name} is for {_a(parent.level)}, and this one for {_a(self.level)}: "
                "the order is program, tier, team, rep, account."
            )
        if any(getattr(parent, one) not in (None, getattr(self, one)) for one in ("tier_id", "team_id", "rep_id")):
            return f"{parent.name} pays for others: choose the same tier, team and rep as it has."
        if parent.currency != self.currency:
            return f"{parent.name} is in {parent.currency}: one tree has one currency."
        if self.starts_on < parent.starts_on or self.ends_on > parent.ends_on:
            return f"{parent.name} lasts from {parent.starts_on:%-d %B %Y} to {parent.ends_on:%-d %B %Y}: stay within."
        return ""

    @property
    def unallotted_amount(self) -> Decimal:
        """What no envelope under it was given."""
        return self.total_amount - self.allotted_amount

    @property
    def free_amount(self) -> Decimal:
        return self.total_amount - self.reserved_amount - self.spent_amount

    @property
    def is_nearly_empty(self) -> bool:
        """Whether NEARLY_EMPTY of the money or less is free."""
        return self.free_amount <= NEARLY_EMPTY * self.total_amount


def closest(envelopes: Iterable[Envelope], *, tier: Tier, payer: User, account: Account) -> Envelope | None:
    """Of those that were read with `covering_any`, the one that pays: in the order of `covering`."""
    paying = [
        one
        for one in envelopes
        if one.tier_id == tier.pk
        and one.team_id in (None, payer.team_id)
        and one.rep_id in (None, payer.pk)
        and one.account_id in (None, account.pk)
    ]
    return min(paying, key=lambda one: (one.account_id is None, one.rep_id is None, one.team_id is None), default=None)


def _a(level: Level) -> str:
    return f"{'an' if level == Level.ACCOUNT else 'a'} {level.label.lower()}"
