"""Every figure equals its rows, as a whole and in every slice; and the slices sum to the whole."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.budgets.models import Envelope
from abmhub.menus.models import Tactic
from abmhub.metrics.actions import snapshot
from abmhub.metrics.choosing import readings_of, sums_on
from abmhub.metrics.definitions import DEFINITIONS
from abmhub.metrics.figures import FIGURES, SALARIES, WON, Figure, Of
from abmhub.metrics.figures import Sum as Counted
from abmhub.metrics.models import ContentDay, FigureSnapshot
from abmhub.metrics.spans import By, Cut, Window
from abmhub.metrics.three_rs import revenue
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User
from tests.metrics.conftest import ON, Company, moment
from tests.metrics.every_row import add_the_rest

pytestmark = pytest.mark.django_db
Row = tuple[int, int, Decimal]


def summed(rows: QuerySet[Opportunity]) -> Row:
    found = rows.order_by().aggregate(rows=Count("pk"), known=Count("number"), amount=Sum("number"))
    return found["rows"], found["known"], Decimal(found["amount"] or 0)


def frozen(on: date) -> dict[tuple[str, str, str, str], Row]:
    return {
        (row.figure, row.window, row.by, row.key): (row.rows, row.known, row.amount)
        for row in FigureSnapshot.objects.filter(snapshot_on=on)
    }


@pytest.fixture
def whole_company(company: Company, tactic: Tactic, envelope: Envelope, rep: User) -> Callable[[int], None]:
    """A company with rows behind every figure."""

    def make(seed: int) -> None:
        company(seed)
        add_the_rest(seed, tactic=tactic, envelope=envelope, rep=rep)

    return make


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_what_a_night_froze_is_the_sum_of_its_rows_in_every_slice(
    whole_company: Callable[[int], None], seed: int
) -> None:
    with transaction.atomic():
        whole_company(seed)
        snapshot(on=ON)
        found = frozen(ON)
        assert len(found) > 100
        for (code, window, by, key), row in found.items():
            rows = FIGURES[code].behind(on=ON, window=Window(window), cut=Cut(by, key))
            assert summed(rows) == row, (code, window, by, key)
        transaction.set_rollback(True)


def test_every_figure_of_every_definition_has_rows_there_in_every_cut(whole_company: Callable[[int], None]) -> None:
    whole_company(1)
    snapshot(on=ON)
    cuts: dict[str, set[str]] = {}
    for code, _, by, _ in frozen(ON):
        cuts.setdefault(code, set()).add(by)
    assert cuts == {figure.code: {"", *(by.value for by in figure.cuts)} for figure in FIGURES.values()}
    assert {figure.code for each in DEFINITIONS for figure in each.figures} <= cuts.keys()


def test_every_definition_of_every_metric_is_reckoned_from_its_rows(whole_company: Callable[[int], None]) -> None:
    whole_company(2)
    snapshot(on=ON)
    counted: dict[tuple[str, Window, Cut], Counted] = {}

    def behind(figure: Figure, window: Window, cut: Cut) -> Counted:
        at = (figure.code, window, cut)
        if at not in counted:
            counted[at] = Counted(*summed(figure.behind(on=ON, window=window, cut=cut)))
        return counted[at]

    for window, cut in product(Window, sorted({Cut(*key[2:]) for key in frozen(ON)}, key=str)):
        told = readings_of(ON, window, cut)
        for each in DEFINITIONS:
            if not cut.by or By(cut.by) in each.cuts:
                rows = {figure.code: behind(figure, window, cut) for figure in each.figures}
                assert told[each.metric, each.code] == each.value(rows), (each.code, window, cut)


def test_a_figure_without_a_row_in_the_snapshot_has_no_rows(company: Company) -> None:
    company(3)
    snapshot(on=ON)
    found = frozen(ON)
    for figure in FIGURES.values():
        for window in Window:
            if (figure.code, window.value, "", "") not in found:
                assert not figure.behind(on=ON, window=window).exists(), figure.code


def test_the_order_of_rows_is_newest_first_and_misses_none(company: Company) -> None:
    company(13)
    for figure in FIGURES.values():
        rows = figure.behind(on=ON, window=Window.YEAR)
        ordered = list(rows.order_by(*figure.newest))
        assert {row.pk for row in ordered} == set(rows.values_list("pk", flat=True)), figure.code
        columns = [name.lstrip("-") for name in figure.newest]
        assert all(getattr(row, column) is not None for row in ordered for column in columns), figure.code
        if figure.newest != ("-pk",):
            days = [row.told_on for row in ordered]
            assert days == sorted(days, reverse=True), figure.code


def test_slices_sum_to_the_whole(company: Company) -> None:
    company(11)
    snapshot(on=ON)
    found = frozen(ON)
    for figure in FIGURES.values():
        for by in figure.cuts:
            whole = found.get((figure.code, "year", "", ""), (0, 0, Decimal(0)))
            parts = [row for key, row in found.items() if key[:3] == (figure.code, "year", by.value)]
            assert tuple(sum(row[column] for row in parts) for column in range(3)) == whole


def test_a_figure_that_knows_nothing_of_a_cut_has_no_slices(company: Company) -> None:
    company(5)
    snapshot(on=ON)
    assert not FigureSnapshot.objects.filter(figure=SALARIES.code).exclude(by="").exists()
    assert FigureSnapshot.objects.filter(figure=WON.code, by=By.MOTION).exists()


def test_windows_begin_with_the_month_the_quarter_and_a_year_ago(db: None) -> None:
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    for back in (0, 3, 4, 62, 63, 364, 365):
        Opportunity.objects.create(
            stage=won, amount=1, closed_on=ON - timedelta(days=back), source="t", external_id=str(back)
        )
    snapshot(on=ON)
    rows = {key[1]: row[0] for key, row in frozen(ON).items() if key[0] == WON.code and not key[2]}
    # 4 March: the month has four days, the quarter began 62 days before.
    assert rows == {"month": 2, "quarter": 4, "year": 6}


def test_a_deal_that_was_won_before_it_began_says_nothing_of_the_cycle(db: None) -> None:
    won = Stage.objects.filter(kind="won").order_by("pk")[0]
    for back in (10, 0, -751):
        Opportunity.objects.create(
            stage=won,
            amount=1,
            engaged_on=ON - timedelta(days=back),
            closed_on=ON,
            source="t",
            external_id=str(back),
        )
    snapshot(on=ON)
    sums = sums_on([ON], Window.MONTH)[ON]
    assert (sums["cycle_days"].rows, sums["cycle_days"].amount) == (2, 10)
    assert sums["backwards"].rows == 1
    cycle = next(each for each in revenue(sums) if each.name == "Cycle")
    assert cycle.value == 5
    assert "1 deal closed before they began left out" in cycle.note


def test_a_night_again_writes_anew_and_a_day_that_is_over_stays(company: Company) -> None:
    company(2)
    snapshot(on=ON)
    before = frozen(ON)
    Opportunity.objects.all().delete()
    assert snapshot(on=ON, is_over=True) == 0
    assert frozen(ON) == before
    snapshot(on=ON)
    assert (WON.code, "year", "", "") not in frozen(ON)


def test_content_is_counted_by_day_and_late_events_are_taken_in(company: Company) -> None:
    company(9)
    snapshot(on=ON)
    first = sum(ContentDay.objects.values_list("events", flat=True))
    assert first > 0
    EngagementEvent.objects.create(
        account=Account.objects.order_by("pk")[0],
        event_type=EventType.objects.order_by("pk")[0],
        occurred_at=moment(ON - timedelta(days=20)),
        source="late",
        external_id="1",
    )
    snapshot(on=ON)
    assert sum(ContentDay.objects.values_list("events", flat=True)) == first + 1


def test_old_nights_keep_the_whole_and_month_ends_their_slices(company: Company) -> None:
    company(4)
    for day in (date(2025, 12, 30), date(2025, 12, 31), ON):
        snapshot(on=day)
    sliced = set(FigureSnapshot.objects.exclude(by="").values_list("snapshot_on", flat=True))
    whole = set(FigureSnapshot.objects.filter(by="").values_list("snapshot_on", flat=True))
    assert sliced == {date(2025, 12, 31), ON}
    assert whole == {date(2025, 12, 30), date(2025, 12, 31), ON}


@pytest.mark.parametrize("of", [Of.DEAL, Of.ACCOUNT], ids=str)
def test_every_kind_of_row_can_be_cut(of: Of, company: Company) -> None:
    company(6)
    snapshot(on=ON)
    codes = [figure.code for figure in FIGURES.values() if figure.of == of]
    by = set(FigureSnapshot.objects.filter(figure__in=codes).values_list("by", flat=True))
    assert by >= {"", "tier", "segment", "industry", "territory"}
