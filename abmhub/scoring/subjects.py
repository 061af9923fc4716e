"""What an ideal customer profile can ask about: the facts of every account, and custom attributes."""

from dataclasses import dataclass

from psycopg.sql import SQL, Composable

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Attribute as CustomAttribute
from abmhub.accounts.models import Segment
from abmhub.scoring import custom
from abmhub.scoring.models import IcpCriterion

Attribute = IcpCriterion.Attribute

# The only columns of an account that can be reached. Each is empty where the attribute is not known.
COLUMNS = {
    Attribute.INDUSTRY: SQL("nullif(account.industry, '')"),
    Attribute.COUNTRY: SQL("nullif(account.country, '')"),
    Attribute.SEGMENT: SQL("nullif(account.segment, '')"),
    Attribute.EMPLOYEES: SQL("account.employees"),
    Attribute.ANNUAL_REVENUE: SQL("CASE WHEN account.currency = %(currency)s THEN account.annual_revenue_amount END"),
    Attribute.FOUNDED_YEAR: SQL("account.founded_year"),
    Attribute.TECHNOLOGIES: SQL("CASE WHEN cardinality(account.technologies) > 0 THEN account.technologies END"),
}


@dataclass(frozen=True)
class Subject:
    """One attribute, ours or the installation's."""

    attribute: IcpCriterion.Attribute
    custom: CustomAttribute | None = None

    @property
    def key(self) -> str:
        """Its name in statements and forms."""
        return self.attribute.value if self.custom is None else f"attribute_{self.custom.pk}"

    @property
    def label(self) -> str:
        return self.custom.label if self.custom else str(self.attribute.label)

    @property
    def is_measured(self) -> bool:
        """Whether it has more and less, and not one of some words."""
        if self.custom is not None:
            return self.custom.kind in custom.MEASURED
        return self.attribute in IcpCriterion.NUMBERS

    @property
    def is_list(self) -> bool:
        """Whether an account can have several values at once."""
        return self.attribute == Attribute.TECHNOLOGIES

    @property
    def is_whole(self) -> bool:
        """Whether it is counted in whole numbers."""
        return self.is_year or self.attribute == Attribute.EMPLOYEES

    @property
    def is_year(self) -> bool:
        is_date = self.custom is not None and self.custom.kind == CustomAttribute.Kind.DATE
        return is_date or self.attribute == Attribute.FOUNDED_YEAR

    @property
    def is_yes_no(self) -> bool:
        return self.custom is not None and self.custom.kind == CustomAttribute.Kind.YES_NO

    @property
    def column(self) -> Composable:
        """Its value on "account"; NULL where it is not known."""
        return COLUMNS[self.attribute] if self.custom is None else custom.expression_of(self.custom)

    def named(self, value: str) -> str:
        """A value as people call it."""
        match self.attribute:
            case Attribute.COUNTRY:
                return name_of(value.upper())
            case Attribute.SEGMENT:
                return dict(Segment.choices).get(value, value)
        return value.capitalize() if self.is_yes_no else value


def subjects() -> list[Subject]:
    """Everything that can be asked about, in the order of the lists that offer it."""
    ours = [Subject(attribute) for attribute in Attribute if attribute != Attribute.CUSTOM]
    return ours + [Subject(Attribute.CUSTOM, each) for each in CustomAttribute.objects.in_use()]


def subject_of(criterion: IcpCriterion) -> Subject:
    """What a criterion asks about."""
    return Subject(Attribute(criterion.attribute), criterion.custom)
