"""What the conditions of a policy can ask about, with units and the values there are to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Attribute, Segment, Territory
from abmhub.pipeline.models import Stage
from abmhub.scoring import custom, known
from abmhub.scoring.models import TierCondition, TierPolicy

Fact, Operator = TierCondition.Fact, TierCondition.Operator
Choices = Sequence[tuple[str, str]]

LEAST = ((Operator.AT_LEAST, "at least"), (Operator.BELOW, "below"))
AMONG = ((Operator.ONE_OF, "is one of"), (Operator.NOT_ONE_OF, "is not one of"))


@dataclass(frozen=True)
class Subject:
    """A fact of ours or an attribute of the installation, as a condition offers it."""

    key: str
    label: str
    fact: TierCondition.Fact
    custom: Attribute | None = None
    unit: str = ""
    choices: Choices | None = None
    """The words to choose from; None where a number or any text is typed."""

    @property
    def is_measured(self) -> bool:
        if self.custom is not None:
            return self.custom.kind in custom.MEASURED
        return self.fact in TierCondition.MEASURED

    @property
    def operators(self) -> Choices:
        return LEAST if self.is_measured else AMONG


def key_of(condition: TierCondition) -> str:
    """The key of what a condition asks about."""
    return f"attribute:{condition.custom.code}" if condition.custom else condition.fact


def subjects(policy: TierPolicy) -> dict[str, Subject]:
    """Everything that can be asked about, by its key, with attributes out of use that the policy asks for; six
    queries."""
    currency = settings.ABMHUB_BUSINESS_CURRENCY
    used = TierCondition.objects.filter(rule__policy=policy, custom__isnull=False).values("custom")
    attributes = Attribute.objects.in_use() | Attribute.objects.filter(pk__in=used)
    ours = [
        *(Subject(fact, str(fact.label), fact, unit="points, 0 to 100") for fact in TierCondition.SCORES),
        Subject(Fact.ACV, str(Fact.ACV.label), Fact.ACV, unit=f"{currency} a year"),
        Subject(Fact.FRESHNESS, str(Fact.FRESHNESS.label), Fact.FRESHNESS, unit="days; 0 while the data is fresh"),
        *(Subject(fact, str(fact.label), fact, choices=choices) for fact, choices in _in_use().items()),
    ]
    theirs = [
        Subject(f"attribute:{each.code}", each.label, Fact.CUSTOM, each, _unit(each, currency), _choices(each))
        for each in attributes.order_by("position", "label").distinct()
    ]
    return {each.key: each for each in (*ours, *theirs)}


def _in_use() -> dict[TierCondition.Fact, Choices]:
    facets = Account.objects.all().facets()
    stages = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position", "pk").values_list("name", flat=True)
    territories = Territory.objects.order_by("name").values_list("name", flat=True)
    return {
        Fact.STAGE: [(each, each) for each in (*stages, known.CUSTOMER, known.NO_OPPORTUNITY)],
        Fact.INDUSTRY: [(each, each) for each in facets["industry"]],
        Fact.COUNTRY: [(each, name_of(each)) for each in facets["country"]],
        Fact.SEGMENT: [(value, str(label)) for value, label in Segment.choices],
        Fact.TERRITORY: [(each, each) for each in territories],
    }


def _unit(attribute: Attribute, currency: str) -> str:
    units = {Attribute.Kind.MONEY: currency, Attribute.Kind.DATE: "year"}
    return units.get(Attribute.Kind(attribute.kind), attribute.unit)


def _choices(attribute: Attribute) -> Choices | None:
    match attribute.kind:
        case Attribute.Kind.CHOICE:
            return [(each, each) for each in attribute.choices]
        case Attribute.Kind.YES_NO:
            return [("yes", "Yes"), ("no", "No")]
    return None
