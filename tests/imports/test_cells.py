"""One cell to one value, or a reason why not."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.imports import cells
from abmhub.imports.cells import BadCell, DateOrder


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1100.04", "1100.04"),
        ("1,100.04", "1100.04"),
        ("1.100,04", "1100.04"),
        ("1 100,04", "1100.04"),
        ("1\u202f100", "1100"),
        ("1'100.5", "1100.5"),
        ("1,100", "1100"),
        ("1.100.000", "1100000"),
        ("12,5", "12.5"),
        ("12.5k", "12500"),
        ("3M", "3000000"),
        ("1.2bn", "1200000000"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("(100)", "-100"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, number: str) -> None:
    assert cells.number(written) == Decimal(number)


@pytest.mark.parametrize("written", ["many", "1,2,3", "0,125", "12e5", "1.2.3", "--5", "k", "$", "9" * 40, "1-2"])
def test_what_may_be_several_numbers_is_none(written: str) -> None:
    with pytest.raises(BadCell):
        cells.number(written)


@pytest.mark.parametrize("written", ["$1,117.10", "1117.10 USD", "USD 1117.10", "€1.117,10", "US$1117.1"])
def test_money_may_carry_its_currency(written: str) -> None:
    assert cells.money(written, 14) == Decimal("1117.10")


@pytest.mark.parametrize(
    ("written", "amount"), [("5 Mio €", 5_000_000), ("1,5 Mrd. EUR", 1_500_000_000), ("7 TSD", 7_000)]
)
def test_a_multiple_is_no_currency(written: str, amount: int) -> None:
    assert cells.money(written, 14) == amount


@pytest.mark.parametrize(
    ("written", "business", "code"),
    [
        ("1906 EUR", "USD", "EUR"),
        ("(€ 1.234,50)", "USD", "EUR"),
        ("-US$5", "EUR", "USD"),
        ("NT$300", "USD", "TWD"),
        ("$1,117.10K", "USD", "USD"),
        ("$1,117.10K", "CAD", "CAD"),
        ("$1,117.10K", "EUR", "USD"),
        ("¥500", "CNY", "CNY"),
        ("5 Mio", "EUR", ""),
        ("1,117.10", "EUR", ""),
        ("12.5k", "EUR", ""),
    ],
)
def test_an_amount_names_its_currency(written: str, business: str, code: str) -> None:
    assert cells.currency_beside(written, business) == code


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Deal Value, $", "USD"),
        ("Opportunity Amount USD", "USD"),
        ("Amount (EUR)", "EUR"),
        ("amount_chf", "CHF"),
        ("Revenue in £", "GBP"),
        ("Revenue (US$)", "USD"),
        ("Amount in A$", "AUD"),
        ("ARR", ""),
        ("Amount", ""),
    ],
)
def test_a_heading_names_the_currency_of_its_column(heading: str, code: str) -> None:
    assert cells.currency_in_heading(heading, {"USD", "EUR", "CHF"}, "USD") == code


def test_a_sign_in_a_heading_that_several_share_means_our_own() -> None:
    assert cells.currency_in_heading("Deal Value, $", (), "CAD") == "CAD"
    assert cells.currency_in_heading("Deal Value, US$", (), "CAD") == "USD"


def test_money_is_taken_in_its_unit_and_rounded_to_cents() -> None:
    assert cells.money("1100.04", 18, 1_000_000) == Decimal("1100040000.00")
    assert cells.money("0.125", 14) == Decimal("0.13")


def test_money_that_no_column_holds_is_too_large() -> None:
    assert cells.money("999999999999.99", 14)
    with pytest.raises(BadCell, match="too large"):
        cells.money("1000000000000", 14)


def test_whole_numbers_have_no_part_and_no_sign() -> None:
    assert cells.whole("1,200.0") == 1200
    for written in ("1.5", "-1", "3000000000"):
        with pytest.raises(BadCell):
            cells.whole(written)


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("2016-11-10", None),
        ("2016/11/10", None),
        ("2016-11-10T09:30:00Z", None),
        ("2016-11-10 09:30:00", DateOrder.MONTH_FIRST),
        ("10/11/2016", DateOrder.DAY_FIRST),
        ("11/10/2016", DateOrder.MONTH_FIRST),
        ("10.11.2016", DateOrder.DAY_FIRST),
        ("11/10/16 08:55 PM", DateOrder.MONTH_FIRST),
    ],
)
def test_dates_are_read_by_their_order(written: str, order: DateOrder | None) -> None:
    assert cells.day(written, order) == date(2016, 11, 10)


def test_a_date_that_tells_its_order_needs_none() -> None:
    assert cells.day("25/11/2016", None) == cells.day("11/25/2016", None) == date(2016, 11, 25)


def test_a_date_of_two_meanings_is_not_guessed() -> None:
    with pytest.raises(BadCell, match="day or month"):
        cells.day("10/11/2016", None)


@pytest.mark.parametrize("written", ["2016-02-30", "31/11/2016", "soon", "2016", "20161110"])
def test_what_is_no_date_is_none(written: str) -> None:
    with pytest.raises(BadCell):
        cells.day(written, DateOrder.DAY_FIRST)


def test_the_order_of_a_column_is_that_in_which_all_its_dates_make_sense() -> None:
    assert cells.date_orders(["10/11/2016", "25/11/2016"]) == {DateOrder.DAY_FIRST}
    assert cells.date_orders(["10/11/2016", "11/25/2016"]) == {DateOrder.MONTH_FIRST}
    assert cells.date_orders(["10/11/2016"]) == set(DateOrder)
    assert cells.date_orders(["25/11/2016", "11/25/2016"]) == set()


def test_a_year_has_four_digits() -> None:
    assert cells.year("1996") == 1996
    assert cells.year("2013 (1888)") == 2013
    with pytest.raises(BadCell):
        cells.year("96")


def test_text_has_one_blank_between_its_words() -> None:
    assert cells.text("  Acme \n Robotics ", 20) == "Acme Robotics"
    with pytest.raises(BadCell, match="longer than 3"):
        cells.text("Acme", 3)


@given(st.decimals(-(10**11), 10**11, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_is_read_back_however_it_was_written(amount: Decimal) -> None:
    for written in (f"{amount}", f"{amount:,}", f"${abs(amount):,}" if amount >= 0 else f"({abs(amount):,})"):
        assert cells.money(written, 14) == amount


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_bad_cell(written: str) -> None:
    readers: list[tuple[Callable[[str], object], type]] = [
        (cells.number, Decimal),
        (cells.whole, int),
        (cells.year, int),
        (lambda cell: cells.day(cell, None), date),
        (lambda cell: cells.money(cell, 14), Decimal),
    ]
    for read, kind in readers:
        with suppress(BadCell):
            assert type(read(written)) is kind


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("$1,117.10K", "1117100"),
        ("€ 1.234,50", "1234.50"),
        ("(1,200)", "-1200"),
        ("($1,200)", "-1200"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("1 234 567,5 €", "1234567.50"),
        ("US$ 1.5M", "1500000"),
        ("NT$300", "300"),
    ],
)
def test_currency_sign_and_thousands_may_stand_where_people_put_them(written: str, amount: str) -> None:
    assert cells.money(written, 18) == Decimal(amount)


@pytest.mark.parametrize("written", ["$", "K", "(5", "5)", "()", "$$5", "5 $ 5"])
def test_a_sign_without_its_number_is_no_money(written: str) -> None:
    with pytest.raises(BadCell):
        cells.money(written, 18)


@pytest.mark.parametrize(
    "written", ["3 Mar 2026", "Mar 3, 2026", "03-March-26", "Tuesday, March 3, 2026", "3 mar. 2026, 14:30:00"]
)
def test_a_named_month_needs_no_order(written: str) -> None:
    assert cells.day(written, None) == date(2026, 3, 3)


@pytest.mark.parametrize("written", ["March 2026", "31 Feb 2026", "3 Foo 2026", "May", "3 Mar"])
def test_half_a_date_is_none(written: str) -> None:
    with pytest.raises(BadCell, match="not a date"):
        cells.day(written, None)


anything = st.text(st.characters(exclude_categories=()), min_size=1, max_size=30)
written = st.text("0123456789.,-+()$€KkMbn '\u00a0/:T٣²½", min_size=1, max_size=15)


@given(anything | written)
def test_no_cell_breaks_a_reader(cell: str) -> None:
    """Whatever is in a cell, it has a value or a reason why not."""
    readers = (
        lambda: cells.text(cell, 10),
        lambda: cells.number(cell),
        lambda: cells.whole(cell),
        lambda: cells.money(cell, 14),
        lambda: cells.year(cell),
        lambda: cells.day(cell, None),
        lambda: cells.day(cell, DateOrder.DAY_FIRST),
    )
    for read in readers:
        with suppress(BadCell):
            read()
    assert cells.date_orders([cell]) <= set(DateOrder)


def test_a_cell_of_blanks_without_end_is_no_amount() -> None:
    with pytest.raises(BadCell, match="longer"):
        cells.money("5" + " x" * 5_000, 14)
    assert cells.money("5" + " " * 9_000 + "€", 14) == 5
