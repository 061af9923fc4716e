"""The rows behind every figure. Each function takes the first and the last day, both included.

Every row carries `told_on`, the day it counts from (LONG_AGO where that is not told), and `number`, what it adds to the
figure: 1, or money in the business currency, empty where that is not known.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least, Round, TruncDate

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Spend, Touch
from abmhub.committee.models import BuyingRole, Contact, ContentStage, RoleCount, Stance
from abmhub.core.days import first_moment
from abmhub.funnel.deals import LONG_AGO, deals_behind
from abmhub.menus.stages import ENGAGED_FOR
from abmhub.metrics.models.content import ContentDay
from abmhub.metrics.models.entry import Entry, Kind
from abmhub.metrics.touches import IS_MARKETING
from abmhub.orders.models import FollowUp, OrderLine
from abmhub.pipeline.models import Contract, Lead, Opportunity, Stage
from abmhub.signals.models import EngagementEvent

Rows = models.QuerySet[Any]
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


def with_stance(stance: Stance) -> Callable[[date, date], Rows]:
    """People of that stance, from the day that we came to know them."""

    def find(_: date, last: date) -> Rows:
        found = Contact.objects.filter(stance=stance, created_at__lt=_after(last))
        return found.annotate(told_on=TruncDate("created_at"), number=_one())

    return find


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


def cycles(first: date, last: date) -> Rows:
    """Deals won in these days that say when they began; the number is the days from then to the win.

    Some CRMs have deals that were closed before they were created: those say nothing of how long a deal takes.
    """
    days = Func(
        F("closed_on"), F("engaged_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    )
    return deals_behind(
        Opportunity.objects.filter(engaged_on__lte=F("closed_on"), closed_on__gte=first),
        as_of=last,
        kind=Stage.Kind.WON,
    ).annotate(number=days)


def backwards(first: date, last: date) -> Rows:
    """Deals won in these days that began after they were won, as their source says."""
    return won(first, last).filter(engaged_on__gt=F("closed_on"))


def begun(first: date, last: date) -> Rows:
    """Deals that began in these days, whatever became of them."""
    known = Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("amount")))
    return Opportunity.objects.filter(engaged_on__range=(first, last)).annotate(told_on=F("engaged_on"), number=known)


def influenced(first: date, last: date) -> Rows:
    """Those of them whose account marketing had touched before they began."""
    before = Touch.objects.filter(
        IS_MARKETING, account=OuterRef("account"), occurred_at__date__lt=OuterRef("engaged_on")
    )
    return begun(first, last).filter(Exists(before))


def _touched_before() -> Rows:
    """Touches of a deal's account on days before it began, oldest first."""
    before = Touch.objects.filter(account=OuterRef("account"), occurred_at__date__lt=OuterRef("engaged_on"))
    return before.order_by("occurred_at", "pk")


def sourced_by_lead(first: date, last: date) -> Rows:
    """Deals that began in these days and that a lead or a campaign led to."""
    leads = Lead.objects.filter(opportunity=OuterRef("pk"))
    return begun(first, last).filter(Q(campaign__isnull=False) | Exists(leads))


def sourced_by_first_touch(first: date, last: date) -> Rows:
    """Those whose account marketing touched before anybody else did."""
    is_marketing = Case(When(IS_MARKETING, then=True), default=False, output_field=models.BooleanField())
    oldest = _touched_before().annotate(is_marketing=is_marketing).values("is_marketing")[:1]
    touched: Rows = begun(first, last).filter(Exists(_touched_before()))
    found: Rows = touched.annotate(by_marketing=Subquery(oldest)).filter(by_marketing=True)
    return found


def sourced_before_sales(first: date, last: date) -> Rows:
    """Those whose account marketing touched on a day before sales first talked to a person, or that sales never did."""
    day = TruncDate("occurred_at")
    by_marketing = _touched_before().filter(IS_MARKETING).annotate(day=day).values("day")[:1]
    by_sales = _touched_before().filter(~IS_MARKETING, contact__isnull=False).annotate(day=day).values("day")[:1]
    found = begun(first, last).annotate(marketing_on=Subquery(by_marketing), sales_on=Subquery(by_sales))
    first_was_marketing: Rows = found.filter(
        Q(sales_on=None) | Q(marketing_on__lt=F("sales_on")), marketing_on__isnull=False
    )
    return first_was_marketing


def conversions(first: date, last: date) -> Rows:
    """Deals won in these days with accounts that engage with us."""
    return won(first, last).filter(account__standing__engagement__gt=0)


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


def new_contracts(first: date, last: date) -> Rows:
    """Contracts with new customers that began in these days."""
    return _contracts().filter(kind=Contract.Kind.NEW, starts_on__range=(first, last))


def expansions(first: date, last: date) -> Rows:
    """Contracts that began in these days and widened another."""
    return _contracts().filter(kind=Contract.Kind.EXPANSION, starts_on__range=(first, last))


def contracts_due(first: date, last: date) -> Rows:
    """Contracts that ran out in these days, or were ended: those that could be kept."""
    over = Least("ends_on", Coalesce("churned_on", "ends_on"))
    ended: Rows = _contracts().annotate(over_on=over).filter(over_on__range=(first, last))
    found: Rows = ended.annotate(told_on=F("over_on"))
    return found


def contracts_kept(first: date, last: date) -> Rows:
    """Those of them that a renewal followed."""
    renewal = Contract.objects.filter(follows=OuterRef("pk"), kind=Contract.Kind.RENEWAL)
    return contracts_due(first, last).filter(Exists(renewal))


# --- Work and money ---------------------------------------------------------------------------------


def touches(first: date, last: date) -> Rows:
    """What we did to accounts in these days."""
    found = Touch.objects.filter(occurred_at__gte=first_moment(first), occurred_at__lt=_after(last))
    return found.annotate(told_on=TruncDate("occurred_at"), number=_one())


def conversations(first: date, last: date) -> Rows:
    """What sales did with a person."""
    return touches(first, last).filter(~IS_MARKETING, contact__isnull=False)


def interactions(first: date, last: date) -> Rows:
    """Touches of accounts that engage with us."""
    return touches(first, last).filter(account__standing__engagement__gt=0)


def delivered(first: date, last: date) -> Rows:
    """Tactics delivered in these days."""
    found = OrderLine.objects.filter(delivered_at__gte=first_moment(first), delivered_at__lt=_after(last))
    return found.annotate(told_on=TruncDate("delivered_at"), number=_one())


def delivered_cost(first: date, last: date) -> Rows:
    """The same; the number is what each cost in the end."""
    found = OrderLine.objects.filter(delivered_at__gte=first_moment(first), delivered_at__lt=_after(last))
    known = Case(When(order__currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("actual_cost")))
    return found.annotate(told_on=TruncDate("delivered_at"), number=known)


def delivered_as_promised(first: date, last: date) -> Rows:
    """Those delivered not later than the day that was promised."""
    return delivered(first, last).filter(told_on__lte=F("promised_on"))


def followed_up(first: date, last: date) -> Rows:
    """Those after which sales called within the agreed hours."""
    in_time = FollowUp.objects.filter(line=OuterRef("pk"), done_at__lte=F("due_at"))
    return delivered(first, last).filter(Exists(in_time))


def spend(first: date, last: date) -> Rows:
    """What campaigns cost in these days."""
    known = Case(When(currency=settings.ABMHUB_BUSINESS_CURRENCY, then=F("amount")))
    return Spend.objects.filter(spent_on__range=(first, last)).annotate(told_on=F("spent_on"), number=known)


def content(first: date, last: date) -> Rows:
    """What accounts did with our content in these days, by day and kind; the number is how often."""
    found = ContentDay.objects.filter(on__range=(first, last))
    return found.annotate(told_on=F("on"), number=F("events"))


def meaningful(first: date, last: date) -> Rows:
    """Of those what makes an account engaged."""
    return content(first, last).filter(event_type__is_meaningful=True)


def content_for(stage: ContentStage) -> Callable[[date, date], Rows]:
    """Of those what belongs to one stage of a purchase."""

    def find(first: date, last: date) -> Rows:
        return content(first, last).filter(event_type__content_stage=stage)

    return find


def entries(kind: Kind) -> Callable[[date, date], Rows]:
    """What somebody entered for the months that begin in these days."""

    def find(first: date, last: date) -> Rows:
        found = Entry.objects.filter(kind=kind, month_on__range=(first, last))
        return found.annotate(told_on=F("month_on"), number=F("value"))

    return find


def newest_entry(kind: Kind) -> Callable[[date, date], Rows]:
    """The newest that somebody entered: what holds until another is."""

    def find(_: date, last: date) -> Rows:
        newest = Entry.objects.filter(kind=kind, month_on__lte=last).order_by("-month_on", "-pk")
        return Entry.objects.filter(pk=Subquery(newest.values("pk")[:1])).annotate(
            told_on=F("month_on"), number=F("value")
        )

    return find
