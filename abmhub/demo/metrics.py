"""What people at Larkfield entered beside the figures: salaries, margins, surveys, targets, goals and remarks."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from abmhub.demo.dice import Calendar, Dice
from abmhub.metrics.actions import snapshot
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import ActivityGoal, Entry, MetricNote, ReportMailing, Target
from abmhub.metrics.models.entry import Kind
from abmhub.metrics.returns import keep_returns
from abmhub.metrics.spans import Window, month_ends
from abmhub.metrics.stages import keep_stages
from abmhub.users.models import Role, User

MONTHS = 15
MONTHLY = (
    # kind, at first (money for 1,000 accounts), growth a month, basis, where it is written
    (Kind.SALARIES, 9_500, 1.01, Entry.Basis.MEASURED, "Payroll, cost centres 410 and 420"),
    (Kind.TOOLS, 900, 1.005, Entry.Basis.MEASURED, "Invoices of software"),
    (Kind.EVENTS, 700, 1.0, Entry.Basis.MEASURED, "Travel and hospitality"),
    (Kind.EXTRA_SUPPORT, 600, 1.01, Entry.Basis.ESTIMATED, "Hours of onboarding at 60 an hour"),
)
SHARES = (
    # kind, at first, change a month, basis, where it is written
    (Kind.GROSS_MARGIN, 0.76, 0.001, Entry.Basis.MEASURED, "Quarterly accounts"),
    (Kind.MONTHLY_CHURN, 0.014, -0.0001, Entry.Basis.MEASURED, "Billing"),
    (Kind.SURVEY, 0.41, 0.006, Entry.Basis.SURVEYED, "Customer survey, would recommend us"),
    (Kind.SHARE_OF_VOICE, 0.12, 0.004, Entry.Basis.ESTIMATED, "Mentions among five competitors"),
)
COUNTS = (
    (Kind.SOCIAL, 140, 1.03, Entry.Basis.MEASURED, "Mentions in social networks"),
    (Kind.NEW_VISITS, 5_200, 1.025, Entry.Basis.MEASURED, "Web analytics"),
)
TARGETS = (
    # metric, value, the objective it is a key result of, who set it
    (Metric.WIN_RATE, "0.3", "Win more of the right accounts", "Plan of the year"),
    (Metric.INFLUENCE, "0.4", "Win more of the right accounts", "Plan of the year"),
    (Metric.VELOCITY, "20000", "Grow at a price we can pay", "Revenue team, half-year review"),
    (Metric.CAC, "15000", "Grow at a price we can pay", "Board"),
)
GOALS = (("touches", 150), ("delivered", 30), ("followed_up", 25))
REMARKS = (
    ("Podcast", "Two of this month's champions quoted the episode on month-end close. Nobody clicked anything."),
    (
        "Word of mouth",
        "The user group in Rotterdam brought three companies to one table; one asked for a demo.",
    ),
    ("Analysts", "Named in a round-up for shared services; the link came up in two first calls."),
)


def enter(throw: Dice, calendar: Calendar, accounts: int) -> None:
    """Enter them for the months that the company remembers."""
    Entry.objects.bulk_create(_entries(throw, calendar.as_of, Decimal(accounts) / 1_000))
    year = calendar.as_of.replace(month=1, day=1)
    Target.objects.bulk_create(
        Target(
            metric=metric,
            window=Window.YEAR,
            starts_on=year,
            ends_on=year.replace(month=12, day=31),
            value=Decimal(value),
            objective=objective,
            source=source,
        )
        for metric, value, objective, source in TARGETS
    )
    ActivityGoal.objects.bulk_create(
        ActivityGoal(figure=figure, a_month=max(1, a_month * accounts // 1_000)) for figure, a_month in GOALS
    )
    steering = User.objects.filter(role__in=(Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.ANALYST))
    ReportMailing.objects.create(name="Revenue team", day=2, hour=8).recipients.set(steering)
    author = User.objects.filter(role=Role.MARKETING_MANAGER).order_by("pk")[0]
    MetricNote.objects.bulk_create(
        MetricNote(on=calendar.as_of - timedelta(days=9 + 21 * number), about=about, text=text, by=author)
        for number, (about, text) in enumerate(REMARKS)
    )


def freeze(as_of: date, months: int) -> None:
    """What the nights of month ends would have frozen, and tonight's once more, now that the orders are there."""
    for day in reversed(month_ends(as_of, months)):
        snapshot(on=day, is_over=True)
    snapshot(on=as_of)
    keep_returns(on=as_of)
    keep_stages(on=as_of)


def _entries(throw: Dice, as_of: date, size: Decimal) -> Iterator[Entry]:
    months = [end.replace(day=1) for end in reversed(month_ends(as_of, MONTHS))]
    for number, month in enumerate(months):
        for kind, money, growth, basis, source in MONTHLY:
            value = Decimal(throw.around(money * growth**number, 0.04)) * size
            yield Entry(kind=kind, month_on=month, value=round(value, -1), basis=basis, source=source)
        for kind, share, change, basis, source in SHARES:
            value = Decimal(str(round(throw.around(share + change * number, 0.02), 4)))
            yield Entry(kind=kind, month_on=month, value=value, basis=basis, source=source)
        for kind, count, growth, basis, source in COUNTS:
            value = Decimal(round(throw.around(count * growth**number, 0.07)))
            yield Entry(kind=kind, month_on=month, value=value, basis=basis, source=source)
    yield Entry(
        kind=Kind.LIFESPAN_MONTHS, month_on=months[0], value=44, basis=Entry.Basis.ESTIMATED, source="Billing, 2019 on"
    )
