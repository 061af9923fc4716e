"""What we sell: name, series, list price."""

from typing import Any, ClassVar

from django.conf import settings

from abmhub.core import sql
from abmhub.imports import journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.pipeline.models import Product


class Products(Intake):
    kind = Kind.PRODUCTS
    model = Product
    fields = (
        Field("name", "Product", "product name productname item itemname description", required=True),
        Field("series", "Series", "series family productfamily productline category group"),
        Field("list_price", "List price", "salesprice listprice unitprice price retailprice"),
        Field("currency", "Currency", "currency currencyisocode pricecurrency", vocabulary="currency"),
    )
    columns = ("identity", "name", "series", "list_price_amount", "currency")
    sample: ClassVar = (
        ("product", "series", "sales_price"),
        ("Starter", "Core", "550"),
        ("Professional", "Core", "4821"),
        ("Enterprise", "Core", "26768"),
    )

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        name = row.text("name", 150)
        return name.lower(), name, row.text("series", 80), row.money("list_price", 14), row.currency("list_price")

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/products/match")
        sql.run("imports/rows/new_targets", table="pipeline_product")
        sql.run("imports/products/merge")

    def write(self, reading: Reading) -> None:
        currency = settings.ABMHUB_BUSINESS_CURRENCY
        expect(journal.write(Product, "pipeline/import_new_products", currency=currency), "create")
        journal.write(Product, "pipeline/import_changed_products")
