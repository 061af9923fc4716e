"""Products come in by name."""

from decimal import Decimal

from abmhub.pipeline.models import Product
from tests.imports.conftest import TakeIn, figures_of, remarks_of

FILE = "product,series,sales_price\r\nStarter,Core,550\r\nGTX Pro,GTX,4821\r\n"


def test_they_come_in_with_series_and_price(take_in: TakeIn) -> None:
    assert figures_of(take_in("products", FILE)) == {"rows": 2, "accepted": 2, "created": 2}
    product = Product.objects.get(name="GTX Pro")
    assert (product.series, product.list_price_amount, product.currency) == ("GTX", Decimal(4821), "USD")


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in("products", FILE)
    before = list(Product.objects.order_by("pk").values())
    assert figures_of(take_in("products", FILE)) == {"rows": 2, "accepted": 2, "unchanged": 2}
    assert list(Product.objects.order_by("pk").values()) == before


def test_a_new_price_updates_and_an_empty_cell_says_nothing(take_in: TakeIn) -> None:
    take_in("products", FILE)
    run = take_in("products", "product,series,sales_price\nStarter,,600\nGTX Pro,GTX,\n")
    assert figures_of(run) == {"rows": 2, "accepted": 2, "updated": 1, "unchanged": 1}
    product = Product.objects.get(name="Starter")
    assert (product.series, product.list_price_amount) == ("Core", Decimal(600))


def test_rows_that_say_the_same_are_one_and_rows_that_differ_are_none(take_in: TakeIn) -> None:
    run = take_in("products", "product,series,sales_price\nA,S,1\nA,S,1\nB,S,1\nB,S,2\nC,S,x\n,S,1\n")
    assert figures_of(run) == {"rows": 6, "accepted": 1, "created": 1, "skipped": 1, "rejected": 4}
    assert remarks_of(run) == [
        (2, "skipped", "Says the same as row 1."),
        (3, "rejected", "Is about the same as row 4, with other values: keep one of them."),
        (4, "rejected", "Is about the same as row 3, with other values: keep one of them."),
        (5, "rejected", "List price: “x” is not a number."),
        (6, "rejected", "Product is empty."),
    ]
