"""The demo company, founded in one transaction: either all of it is there, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import transaction

from abmhub.accounts.models import Account, TierChange
from abmhub.committee.models import Contact
from abmhub.core.models import Installation, Run
from abmhub.core.refusals import Refused
from abmhub.demo import (
    approvals,
    books,
    bulk_orders,
    campaigns,
    committees,
    companies,
    contracts,
    deals,
    desk,
    exports,
    facts,
    metrics,
    news,
    people,
    programs,
    proofs,
    routing,
    strangers,
    tiers,
)
from abmhub.demo.campaigns import Touches
from abmhub.demo.committees import Member
from abmhub.demo.companies import Company, Market
from abmhub.demo.deals import Leads, Pipeline
from abmhub.demo.dice import Calendar, dice
from abmhub.demo.load import Model, describe, finish, next_id
from abmhub.demo.orders import Order, Shop, TierBook
from abmhub.demo.people import COMPANY, SignIn, Staff
from abmhub.demo.scale import Scale
from abmhub.demo.signals import Engagement, Intent
from abmhub.demo.stories import Stories, live
from abmhub.demo.work import Job, Workshop
from abmhub.nightly import steps, verify
from abmhub.orders.promises import count_backlog
from abmhub.users.models import User

DAYS = 548
"""How far back the company remembers: eighteen months."""
MONTHS_OF_NIGHTS, WEEKS_OF_NIGHTS, DAYS_OF_NIGHTS = 7, 5, 6
"""The nights that were run before today's: on the first of months, then on Mondays, and daily in the end."""


class NotEmpty(Refused):
    """The database holds accounts, or people of Larkfield's names."""


class BooksDoNotBalance(Exception):
    """What was made contradicts itself: a mistake in this room."""


Progress = Callable[[str], None]


@dataclass
class Larkfield:
    """What the parts of the founding hand to each other."""

    seed: int
    scale: Scale
    calendar: Calendar
    currency: str
    staff: Staff
    companies: list[Company]
    members: list[Member]


def found(*, seed: int, scale: Scale, as_of: date, at: datetime, say: Progress) -> list[SignIn]:
    """Found Larkfield Systems as it is on the morning of `as_of`; returns who may sign in.

    The same seed, scale and day give the same company, but for the passwords. `say` hears of the progress.
    Raises NotEmpty when there are accounts already.
    """
    if Account.objects.exists() or User.objects.filter(email__iendswith=f"@{people.DOMAIN}").exists():
        raise NotEmpty(
            "There are accounts here already, and the demo company would mix with them. "
            "Set ABMHUB_HOME to a new folder, or DATABASE_URL to an empty database, and run it again."
        )
    with transaction.atomic():
        sign_ins = _found(seed, scale, as_of, at, say)
        say("checking the books")
        wrong = [sentence for sentences in verify.errors().values() for sentence in sentences]
        if wrong:
            raise BooksDoNotBalance("\n".join(wrong))
        say("writing it all down")
    return sign_ins


def _found(seed: int, scale: Scale, as_of: date, at: datetime, say: Progress) -> list[SignIn]:
    calendar = Calendar(as_of, DAYS)
    currency = settings.ABMHUB_BUSINESS_CURRENCY
    Installation.objects.update_or_create(pk=1, defaults={"company_name": COMPANY, "demo_seed": seed})
    tiers.rule_out()
    say("hiring people")
    staff, sign_ins = people.hire(dice(seed, "people"), scale, calendar.starts[0])
    say(f"making up {scale.accounts:,} accounts and {scale.contacts:,} contacts")
    market = Market(dice(seed, "companies"), staff, calendar, currency, next_id(Account))
    everyone = market.fill(scale.accounts)
    doubles = facts.double(dice(seed, "doubles"), everyone)
    facts.complete(dice(seed, "facts"), calendar, everyone)
    live(dice(seed, "waves"), everyone, staff.rep)
    members = committees.gather(dice(seed, "committees"), calendar, everyone, scale.contacts, next_id(Contact))
    company = Larkfield(seed, scale, calendar, currency, staff, everyone, members)
    _sell(company, market, say)
    facts.wind_clocks(everyone)
    facts.write_doubles(doubles, calendar)
    say("running the nights of the last months")
    describe(_tables())
    for night in nights(as_of):
        if night == as_of:
            finish([Account])
            exports.take_in(dice(seed, "exports"), calendar, staff, everyone)
            tiers.put_by_hand(calendar, staff)
            programs.start(dice(seed, "programs"), calendar, staff, currency)
        # The metrics are frozen at the end, when the orders are there.
        steps.compute(night, without=["metrics"])
    _enter_nights(as_of, at)
    tiers.argue(calendar, staff)
    tiers.propose(staff)
    news.tell_at_once(calendar, news.OF_TIERS)
    _order(company, say)
    metrics.freeze(as_of, MONTHS_OF_NIGHTS)
    finish(_tables())
    approvals.wait(dice(seed, "approvals"), calendar, staff)
    bulk_orders.place(dice(seed, "bulk orders"), calendar, staff)
    news.tell_of_orders(calendar)
    news.forget_mail()
    return sign_ins


def _sell(company: Larkfield, market: Market, say: Progress) -> None:
    """Campaigns, deals, leads and what accounts did: everything that the night looks at."""
    seed, calendar, currency = company.seed, company.calendar, company.currency
    stories = Stories(dice(seed, "stories"), calendar)
    pipeline = Pipeline(dice(seed, "deals"), calendar, stories)
    fitting = sum(one.is_promising for one in company.companies)
    pipeline.target(company.companies, round(company.scale.deals_per_fit_account * fitting))
    running = campaigns.run(dice(seed, "campaigns"), calendar, company.scale.accounts, currency)
    leads = Leads(dice(seed, "leads"), calendar, company.companies, running, pipeline, market.names)
    leads.gather(company.scale.leads)
    pipeline.come_back(dice(seed, "customers who come back"))
    territories = {name: territory.pk for name, territory in company.staff.territories.items()}
    companies.write(company.companies, territories, currency)
    committees.introduce_personas()
    committees.listen_for_personas()
    committees.write(dice(seed, "suggestions"), calendar, company.members)
    say("selling")
    deals.write(dice(seed, "owners of deals"), calendar, pipeline, company.staff, running, currency)
    leads.write()
    contracts.write(dice(seed, "contracts"), calendar, pipeline, currency)
    metrics.enter(dice(seed, "entries"), calendar, company.scale.accounts)
    say("living through twelve months of signals")
    Engagement(dice(seed, "engagement"), calendar, stories, company.members).write(company.companies)
    Intent(dice(seed, "intent"), calendar).write(company.companies)
    strangers.visit(
        dice(seed, "strangers"), calendar, {one.domain for one in company.companies if one.domain is not None}
    )
    teams = {name: team for team, names in people.REGIONS.items() for name in names}
    touches = Touches(dice(seed, "touches"), calendar, running, company.members, teams)
    touches.write(company.companies, pipeline.deals)


def _order(company: Larkfield, say: Progress) -> None:
    """What reps ordered in the tiers that the nights found, and what marketing made of it."""
    say("ordering and delivering")
    seed, calendar, staff = company.seed, company.calendar, company.staff
    shop = Shop(dice(seed, "orders"), calendar, staff, company.members, TierBook(_moves()))
    orders: list[Order] = shop.fill(company.companies, company.scale.orders)
    books.number(orders)
    jobs: list[Job] = Workshop(dice(seed, "work"), calendar, staff, shop.recipes).work(orders)
    treasury = books.Treasury(dice(seed, "money"), calendar, staff, company.currency)
    treasury.write(jobs)
    books.stock(dice(seed, "store"), jobs)
    books.write_orders(orders, jobs, treasury)
    books.write_work(jobs, announced_until=news.since(calendar))
    proofs.write(dice(seed, "proofs"), jobs)
    describe(_tables("orders"))
    routing.organize(dice(seed, "routing"), calendar, staff)
    count_backlog()
    news.tell(calendar, jobs)
    news.tell_at_once(calendar, news.OF_WORK)
    desk.set_up(staff, calendar.as_of)


def _tables(room: str = "") -> list[Model]:
    """Of one room, or of all of ours."""
    return [model for model in apps.get_models() if model.__module__.startswith(f"abmhub.{room}")]


def _moves() -> Iterator[tuple[int, date, int | None]]:
    moves = TierChange.objects.order_by("account", "changed_on")
    return moves.values_list("account", "changed_on", "to_tier").iterator(chunk_size=5_000)


def nights(as_of: date) -> list[date]:
    """The business days whose nights are run, today's last."""
    monday = as_of - timedelta(days=as_of.weekday())
    days = {as_of - timedelta(days=back) for back in range(DAYS_OF_NIGHTS + 1)}
    days |= {monday - timedelta(weeks=back) for back in range(1, WEEKS_OF_NIGHTS + 1)}
    first = min(days).replace(day=1)
    for _ in range(MONTHS_OF_NIGHTS):
        days.add(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return sorted(days)


def _enter_nights(as_of: date, at: datetime) -> None:
    """Write the nights that were run into the ledger, so that tonight's is not run twice. On an installation that
    ran before it was filled, some are in it already."""
    done = {"status": Run.Status.DONE, "started_at": at, "finished_at": at, "published_at": at}
    runs = [Run(job=steps.JOB, business_day=night, **done) for night in nights(as_of)]
    Run.objects.bulk_create(runs, ignore_conflicts=True)
