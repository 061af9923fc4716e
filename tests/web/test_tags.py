"""How money, moments, shares and bars are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import override_settings

from abmhub.core.numbers import compact, percent
from abmhub.web.templatetags.abmhub import (
    due,
    filled,
    icon,
    icon_again,
    initials,
    moment,
    money,
    stacked_bar,
    tone,
)

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def words(html: str) -> str:
    """The text of one element."""
    return html.partition(">")[2].rpartition("</")[0]


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("184000.00"), "USD", "$184,000"),
        (Decimal("48.50"), "EUR", "€48.50"),
        (Decimal("1250.999"), "GBP", "£1,251"),
        (12750, "CHF", "CHF\u00a012,750"),
        (Decimal("1499.60"), "JPY", "¥1,500"),
        (Decimal("-48.50"), "USD", "−$48.50"),
        (0, "USD", "$0"),
    ],
)
def test_money_is_written_with_its_currency_and_only_real_cents(
    amount: Decimal | int, currency: str, written: str
) -> None:
    assert money(amount, currency) == f'<bdi class="money">{written}</bdi>'


def test_unknown_money_is_a_dash_and_never_nought() -> None:
    assert "–" in money(None, "USD")
    assert "0" not in words(money(None, "USD"))


def test_short_money_keeps_the_exact_amount_at_hand() -> None:
    assert money(Decimal(2_070_000), "USD", short=True) == '<bdi class="money" title="$2,070,000">$2.1M</bdi>'
    assert money(Decimal(9_600), "USD", short=True) == '<bdi class="money">$9,600</bdi>'


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (None, "–"),
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_250, "1.3k"),
        (-1_250, "-1.3k"),
        (96_000_000, "96M"),
        (310_000_000, "310M"),
        (999_960, "1M"),
        (2_500_000_000, "2.5B"),
    ],
)
def test_headline_numbers_are_short(number: int | None, written: str) -> None:
    assert compact(number) == written


def test_a_ratio_is_written_as_a_percentage() -> None:
    assert percent(Decimal(1) / 3) == "33.3%"
    assert percent(0.15, 0) == "15%"
    assert percent(None) == "–"


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=20), "yesterday, 14:00"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "2 Feb"),
        (timedelta(days=400), "28 Jan 2025"),
        (timedelta(hours=-3), "today, 13:00"),
        (timedelta(days=-1), "tomorrow, 10:00"),
        (timedelta(days=-4), "in 4 days"),
    ],
)
def test_a_moment_is_told_relative_to_now(before: timedelta, written: str) -> None:
    assert words(moment(NOW - before, now=NOW)) == written


def test_a_moment_has_its_exact_time_for_hover_and_machines() -> None:
    html = moment(NOW - timedelta(hours=3), now=NOW)
    assert 'datetime="2026-03-04T07:00:00+00:00"' in html
    assert 'title="Wed 4 Mar 2026, 07:00 UTC"' in html


@override_settings(TIME_ZONE="Asia/Tokyo")
def test_a_day_ends_where_the_reader_is() -> None:
    """16:00 UTC is tomorrow in Tokyo."""
    late = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert words(moment(late, now=NOW)) == "tomorrow, 01:00"


def test_a_date_has_no_time() -> None:
    assert words(moment(date(2026, 3, 5), now=NOW)) == "tomorrow"
    assert 'title="Thursday 5 March 2026"' in moment(date(2026, 3, 5), now=NOW)


@pytest.mark.parametrize(
    ("on", "tone_class", "said"),
    [
        (date(2026, 3, 1), "status-danger", "3 days late"),
        (date(2026, 3, 3), "status-danger", "1 day late"),
        (date(2026, 3, 4), "status-warn", "due today"),
    ],
)
def test_a_promise_that_presses_says_so_in_words(on: date, tone_class: str, said: str) -> None:
    html = due(on, now=NOW)
    assert tone_class in html
    assert said in html


def test_a_promise_that_is_kept_or_far_is_only_a_date() -> None:
    assert "status" not in due(date(2026, 3, 9), now=NOW)
    assert "late" not in due(date(2026, 3, 1), done=True, now=NOW)


def test_states_have_a_tone_and_unknown_ones_are_calm() -> None:
    assert tone("in_progress") == "info"
    assert tone("overdue") == "danger"
    assert tone("to_do") == "waiting"


def test_a_row_is_told_without_its_empty_cells() -> None:
    assert filled(["A31", "", None, "software", ""]) == "A31 · software"
    assert filled([]) == ""


def test_initials_are_of_the_first_and_last_name() -> None:
    assert initials("Dana van der Whitlock") == "DW"
    assert initials("Cher") == "C"
    assert initials("") == ""


def test_bars_never_leave_their_track() -> None:
    html = stacked_bar(100, 80, "ok", 40, "warn", None, "danger")
    assert 'x="0.00%" width="80.00%"' in html
    assert 'x="80.00%" width="20.00%"' in html
    assert html.count("bar-fill") == 2
    assert "style=" not in html


def test_a_bar_of_nothing_is_empty_and_not_an_error() -> None:
    template = Template("{% load abmhub %}{% bar 5 of=0 %}{% bar None %}")
    html = template.render(Context())
    assert html.count("bar-track") == 2
    assert "bar-fill" not in html


def test_an_icon_is_silent_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in icon("truck")
    named = icon("truck", label='Sent "today"')
    assert 'role="img"' in named
    assert "aria-hidden" not in named
    assert "&quot;today&quot;" in named


def test_an_icon_drawn_once_is_had_again() -> None:
    assert '<g id="icon-truck">' in icon("truck", once=True)
    assert "<g" not in icon("truck")
    assert '<use href="#icon-truck"/>' in icon_again("truck")


def test_names_cannot_smuggle_markup() -> None:
    template = Template('{% include "parts/person.html" with name=name %}')
    assert "<script>" not in template.render(Context({"name": "<script>alert(1)</script>"}))
