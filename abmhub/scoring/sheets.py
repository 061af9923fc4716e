"""The two shipped sheets of an ideal customer profile, as drafts to begin from: SaaS and e-tail.

Limits and values are examples that say what is asked for; whoever drafts replaces them with their own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from abmhub.accounts import presets
from abmhub.accounts.models import Attribute as CustomAttribute
from abmhub.core.refusals import Refused
from abmhub.scoring.models import IcpCriterion, IcpProfile

Attribute = IcpCriterion.Attribute


class Sheet(models.TextChoices):
    SAAS = "saas", "SaaS"
    ETAIL = "etail", "E-tail"


class OtherKind(Refused):
    """A custom attribute that the sheet needs is of another kind in this installation."""


@dataclass(frozen=True)
class Line:
    """One criterion of a sheet; `code` names a custom attribute."""

    name: str
    weight: int
    attribute: IcpCriterion.Attribute = Attribute.CUSTOM
    code: str = ""
    minimum: int | None = None
    maximum: int | None = None
    values: tuple[str, ...] = ()


LINES = {
    Sheet.SAAS: (
        Line("Industry we know well", 20, Attribute.INDUSTRY, values=("software", "technology", "finance")),
        Line("Country we sell in", 10, Attribute.COUNTRY, values=("US", "CA", "GB", "DE")),
        Line("200 employees or more", 15, Attribute.EMPLOYEES, minimum=200),
        Line("Revenue of 25 million or more", 15, Attribute.ANNUAL_REVENUE, minimum=25_000_000),
        Line("Works in the cloud", 10, Attribute.TECHNOLOGIES, values=("CRM in the cloud", "Salesforce", "HubSpot")),
        Line("1,000 customers or more", 10, code="customer_base", minimum=1_000),
        Line("Growing or established", 10, code="maturity", values=("Growth", "Established")),
        Line("Budget of 50,000 or more", 10, code="budget", minimum=50_000),
    ),
    Sheet.ETAIL: (
        Line("10,000 parcels a month or more", 30, code="volume_shipped", minimum=10_000),
        Line(
            "Ships what we handle well", 20, code="product_type", values=("Fashion", "Electronics", "Home and garden")
        ),
        Line("Fulfilment we can take over", 20, code="fulfilment_model", values=("In-house", "Mixed")),
        Line("Goods from where we collect", 10, code="country_of_origin", values=("China", "Germany", "Türkiye")),
        Line("Could bring 100,000 a year", 20, code="revenue_potential", minimum=100_000),
    ),
}


@transaction.atomic
def draft_from(sheet: Sheet) -> IcpProfile:
    """A new draft with the criteria of the sheet; custom attributes that it needs and nobody has are defined."""
    profile = IcpProfile.objects.create(
        version=IcpProfile.objects.next_version(),
        name=f"{sheet.label} companies",
        origin=f"From the {sheet.label} sheet.",
    )
    attributes = attributes_of({line.code for line in LINES[sheet] if line.code})
    IcpCriterion.objects.bulk_create(_criterion(profile, line, attributes) for line in LINES[sheet])
    return profile


def attributes_of(codes: Collection[str]) -> dict[str, CustomAttribute]:
    """The custom attributes of these codes; those that are missing are defined as shipped."""
    there = {each.code: each for each in CustomAttribute.objects.filter(code__in=codes)}
    for shipped in presets.shipped_attributes():
        if shipped.code not in codes:
            continue
        if shipped.code not in there:
            if CustomAttribute.objects.filter(label=shipped.label).exists():
                shipped.label += " (sheet)"
            shipped.save()
            there[shipped.code] = shipped
        elif there[shipped.code].kind != shipped.kind:
            raise OtherKind(
                f"The sheet asks for {shipped.label} as a {shipped.get_kind_display().lower()}; here it is a "
                f"{there[shipped.code].get_kind_display().lower()}. Copy what is in force to a draft instead."
            )
    return there


def _criterion(profile: IcpProfile, line: Line, attributes: dict[str, CustomAttribute]) -> IcpCriterion:
    fields: dict[str, Any] = {"minimum": line.minimum, "maximum": line.maximum, "values": list(line.values)}
    return IcpCriterion(
        profile=profile,
        name=line.name,
        weight=line.weight,
        attribute=line.attribute,
        custom=attributes[line.code] if line.code else None,
        **fields,
    )
