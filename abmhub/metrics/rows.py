"""The rows behind the figures. Each function takes the first and the last day, both included.

Every row carries `told_on`, the day it counts from (LONG_AGO where that is not told), and `number`, what it adds to a
figure: 1, or money in the business currency, empty where that is not known. Conditions, in capitals, say which of them
a figure counts.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least, Round, TruncDate
from django.db.models.lookups import LessThan

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Spend, Touch
from abmhub.committee.models import BuyingRole, Contact, RoleCount, Stance
from abmhub.core.days import first_moment
from abmhub.funnel.deals import LONG_AGO, deals_behind
from abmhub.menus.stages import ENGAGED_FOR
from abmhub.metrics.models.content import ContentDay
from abmhub.metrics.models.entry import Entry
from abmhub.metrics.touches import IS_MARKETING
from abmhub.orders.models import FollowUp, OrderLine
from abmhub.pipeline.models import Contract, Lead, Opportunity, Stage
from abmhub.signals.models import EngagementEvent

Rows = models.QuerySet[Any]
OPINIONS = (Stance.CHAMPION, Stance.BLOCKER)
THREADS = 3
"""So many engaged people make an account one that does not hang on a single person."""


def _one() -> Value:
    return Value(1, output_field=IntegerField())


def _after(day: date) -> Any:
    """The moment at which the day is over."""
    return first_moment(day + timedelta(days=1))


# --- Accounts ---------------------------------------------------------------------------------------


def _accounts(last: date) -> Rows:
    known = Account.objects.filter(created_at__lt=_after(last))
    return known.annotate(told_on=TruncDate("created_at"), number=_one())


def market(_: date, last: date) -> Rows:
    """Accounts that are part of the total addressable market."""
    return _accounts(last).filter(is_target=True)


def market_with_acv(_: date, last: date) -> Rows:
    """Those of the market whose expected ACV is known; the number is that money."""
    found = Account.objects.filter(created_at__lt=_after(last), is_target=True, acv_amount__isnull=False)
    return found.filter(currency=settings.ABMHUB_BUSINESS_CURRENCY).annotate(
        told_on=TruncDate("created_at"), number=F("acv_amount")
    )


def _first_won() -> Subquery:
    wins = Opportunity.objects.filter(account=OuterRef("pk"), stage__kind=Stage.Kind.WON, closed_on__isnull=False)
    return Subquery(wins.order_by("closed_on").values("closed_on")[:1])


def customers(_: date, last: date) -> Rows:
    """Customers, each from its first won deal on; one that is marked as a customer without any deal, always."""
    found = Account.objects.filter(is_customer=True, created_at__lt=_after(last)).annotate(won_on=_first_won())
    return found.filter(Q(won_on=None) | Q(won_on__lte=last)).annotate(
        told_on=Coalesce("won_on", Value(LONG_AGO)), number=_one()
    )


def new_customers(first: date, last: date) -> Rows:
    """Accounts whose first deal was won in these days."""
    found = Account.objects.filter(is_customer=True).annotate(told_on=_first_won(), number=_one())
    return found.filter(told_on__range=(first, last))


def targets(_: date, last: date) -> Rows:
    """Accounts that have a tier."""
    return _accounts(last).filter(standing__tier__isnull=False)


def engaged(_: date, last: date) -> Rows:
    """Target accounts with meaningful engagement of late: impressions, clicks and plain visits are none."""
    meaningful = EngagementEvent.objects.filter(
        event_type__is_meaningful=True,
        occurred_at__gte=first_moment(last + timedelta(days=1) - ENGAGED_FOR),
        occurred_at__lt=_after(last),
    )
    return targets(last, last).filter(pk__in=meaningful.values("account"))


def _roles_of_targets() -> Rows:
    """How many people target accounts have in each role; of the others, which are many, nobody asks."""
    found: Rows = RoleCount.objects.filter(account__standing__tier__isnull=False)
    return found


def covered(_: date, last: date) -> Rows:
    """Target accounts in which somebody is known for every buying role that is asked for."""
    wanted = BuyingRole.objects.filter(required__gt=0)
    named = _roles_of_targets().filter(buying_role__in=wanted, known__gt=0).order_by().values("account")
    complete = named.annotate(roles=Count("pk")).filter(roles__gte=max(wanted.count(), 1))
    return targets(last, last).filter(pk__in=complete.values("account"))


def threaded(_: date, last: date) -> Rows:
    """Target accounts with at least three engaged people in their buying committee."""
    people = _roles_of_targets().filter(engaged__gt=0).order_by().values("account").annotate(all=Sum("engaged"))
    return targets(last, last).filter(pk__in=people.filter(all__gte=THREADS).values("account"))


def people_known(_: date, last: date) -> Rows:
    """The people of target accounts by buying role; the number is how many are known."""
    found = _roles_of_targets().filter(known__gt=0)
    people: Rows = found.annotate(told_on=Value(LONG_AGO, output_field=models.DateField()), number=F("known"))
    return people


def with_opinion(_: date, last: date) -> Rows:
    """People who are for us or against us, from the day that we came to know them."""
    found = Contact.objects.filter(stance__in=OPINIONS, created_at__lt=_after(last))
    return found.annotate(told_on=TruncDate("created_at"), number=_one())


# --- Deals ------------------------------------------------------------------------------------------


def _deals(last: date, kind: Stage.Kind) -> Rows:
    return deals_behind(Opportunity.objects.all(), as_of=last, kind=kind).annotate(number=F("known_amount"))


def won(first: date, last: date) -> Rows:
    """Deals won in these days."""
    return _deals(last, Stage.Kind.WON).filter(closed_on__gte=first)


def lost(first: date, last: date) -> Rows:
    """Deals lost in these days."""
    return _deals(last, Stage.Kind.LOST).filter(closed_on__gte=first)


def still_open(_: date, last: date) -> Rows:
    """Deals that were open at the end of the last day."""
    return _deals(last, Stage.Kind.OPEN)


def begun(first: date, last: date) -> Rows:
    """Deals that began in these days, whatever became of them."""
    known = Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("amount")))
    return Opportunity.objects.filter(engaged_on__range=(first, last)).annotate(told_on=F("engaged_on"), number=known)


def _touched_before() -> Rows:
    """Touches of a deal's account on days before it began, oldest first."""
    before = Touch.objects.filter(account=OuterRef("account"), occurred_at__date__lt=OuterRef("engaged_on"))
    return before.order_by("occurred_at", "pk")


def _touched_by_marketing_first() -> Subquery:
    is_marketing = Case(When(IS_MARKETING, then=True), default=False, output_field=models.BooleanField())
    oldest = _touched_before().annotate(is_marketing=is_marketing).values("is_marketing")
    return Subquery(oldest[:1], output_field=models.BooleanField())


def _touched_by_marketing_before_sales() -> LessThan:
    day = TruncDate("occurred_at")
    marketing = _touched_before().filter(IS_MARKETING).annotate(day=day).values("day")
    sales = _touched_before().filter(~IS_MARKETING, contact__isnull=False).annotate(day=day).values("day")
    return LessThan(Subquery(marketing[:1]), Coalesce(Subquery(sales[:1]), Value(date.max)))


BEGAN_IN_ORDER = Q(engaged_on__lte=F("closed_on"))
"""Some CRMs have deals that were closed before they were created: those say nothing of how long a deal takes."""
CLOSED_BEFORE_IT_BEGAN = Q(engaged_on__gt=F("closed_on"))
DAYS_TO_CLOSE = Func(
    F("closed_on"), F("engaged_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
)
OF_ENGAGED = Q(account__standing__engagement__gt=0)
INFLUENCED = Exists(_touched_before().filter(IS_MARKETING).order_by())
"""Marketing had touched the account before the deal began."""
SOURCED_BY_LEAD = Q(campaign__isnull=False) | Exists(Lead.objects.filter(opportunity=OuterRef("pk")))
SOURCED_BY_FIRST_TOUCH = _touched_by_marketing_first()
"""Marketing touched the account before anybody else did."""
SOURCED_BEFORE_SALES = _touched_by_marketing_before_sales()
"""Marketing touched the account on a day before sales first talked to a person, or sales never did."""


# --- Contracts --------------------------------------------------------------------------------------


def _contracts() -> Rows:
    """Each with its annual value, as `Contract.acv_amount` reckons it, and the day it began."""
    year = Round((F("value_amount") - F("one_time_amount")) * 12 / F("term_months"), precision=2)
    known = Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=year), output_field=models.DecimalField())
    return Contract.objects.annotate(told_on=F("starts_on"), number=known)


def contracts(_: date, last: date) -> Rows:
    """Contracts in force on the last day; the number is what each brings in a year, without one-time fees."""
    in_force = Contract.objects.in_force_on(last)
    return _contracts().filter(pk__in=in_force.values("pk"))


def contracts_begun(first: date, last: date) -> Rows:
    """Contracts that began in these days, with new customers or others."""
    return _contracts().filter(starts_on__range=(first, last))


def contracts_due(first: date, last: date) -> Rows:
    """Contracts that ran out in these days, or were ended: those that could be kept."""
    over = Least("ends_on", Coalesce("churned_on", "ends_on"))
    ended: Rows = _contracts().annotate(over_on=over).filter(over_on__range=(first, last))
    found: Rows = ended.annotate(told_on=F("over_on"))
    return found


RENEWED = Exists(Contract.objects.filter(follows=OuterRef("pk"), kind=Contract.Kind.RENEWAL))


# --- Work and money ---------------------------------------------------------------------------------


def touches(first: date, last: date) -> Rows:
    """What we did to accounts in these days."""
    found = Touch.objects.filter(occurred_at__gte=first_moment(first), occurred_at__lt=_after(last))
    return found.annotate(told_on=TruncDate("occurred_at"), number=_one())


def delivered(first: date, last: date) -> Rows:
    """Tactics delivered in these days; `cost` is what each cost in the end, empty where that is not known."""
    found = OrderLine.objects.filter(delivered_at__gte=first_moment(first), delivered_at__lt=_after(last))
    known = Case(When(order__currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("actual_cost")))
    return found.annotate(told_on=TruncDate("delivered_at"), number=_one(), cost=known)


CONVERSATION = ~IS_MARKETING & Q(contact__isnull=False)
"""What sales did with a person."""
AS_PROMISED = Q(told_on__lte=F("promised_on"))
"""Delivered not later than the day that was promised."""
FOLLOWED_UP = Exists(FollowUp.objects.filter(line=OuterRef("pk"), done_at__lte=F("due_at")))
"""Sales called within the agreed hours."""


def spend(first: date, last: date) -> Rows:
    """What campaigns cost in these days."""
    known = Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("amount")))
    return Spend.objects.filter(spent_on__range=(first, last)).annotate(told_on=F("spent_on"), number=known)


def content(first: date, last: date) -> Rows:
    """What accounts did with our content in these days, by day and kind; the number is how often."""
    found = ContentDay.objects.filter(on__range=(first, last))
    return found.annotate(told_on=F("on"), number=F("events"))


def entries(first: date, last: date) -> Rows:
    """What somebody entered for the months that begin in these days."""
    found = Entry.objects.filter(month_on__range=(first, last))
    return found.annotate(told_on=F("month_on"), number=F("value"))


def newest_entries(_: date, last: date) -> Rows:
    """The newest of each kind that somebody entered: what holds until another is."""
    newest = Entry.objects.filter(month_on__lte=last).order_by("kind", "-month_on", "-pk").distinct("kind")
    found = Entry.objects.filter(pk__in=newest.values("pk"))
    return found.annotate(told_on=F("month_on"), number=F("value"))
