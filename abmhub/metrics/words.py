"""How metrics write their numbers, and what they call the keys of a slice."""

from collections.abc import Callable
from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format

from abmhub.accounts.models import Segment, Tier
from abmhub.campaigns.models import Motion
from abmhub.core.numbers import money_text, percent
from abmhub.metrics.figures import Figure, Sum, Unit
from abmhub.metrics.spans import By

NOTHING_SAID = {By.TIER: "No tier", By.TERRITORY: "No territory"}


def written(value: Decimal | int | None, unit: Unit, *, short: bool = True) -> str:
    """A value as people read it; what is not known is a dash."""
    if value is None:
        return "–"
    if unit == Unit.SHARE:
        return percent(value)
    if unit in (Unit.MONEY, Unit.MONEY_A_DAY):
        exact = Decimal(value)
        whole = exact if abs(exact) < 1 else exact.quantize(Decimal(1))
        return money_text(whole if short else exact, settings.ABMHUB_BUSINESS_CURRENCY, short=short)
    places = 0 if value == int(value) else 1
    return f"{number_format(value, places, force_grouping=True)}{UNIT_WORDS.get(unit, '')}"


UNIT_WORDS = {Unit.DAYS: " days", Unit.MONTHS: " months"}


def unit_words(unit: Unit) -> str:
    """What a tile says after a value that does not say it itself."""
    return {Unit.MONEY_A_DAY: "a day", Unit.EACH: "an account"}.get(unit, "")


def figure_value(figure: Figure, found: Sum) -> Decimal | int | None:
    """What a figure comes to, in its own unit: a number of rows, or the sum of what is known of them."""
    if figure.unit == Unit.COUNT:
        return found.rows
    if figure.unit == Unit.DAYS:
        return Decimal(found.amount) / found.known if found.known else None
    return Decimal(found.amount) if found.known else None


def figure_written(figure: Figure, found: Sum, *, short: bool = True) -> str:
    return written(figure_value(figure, found), figure.unit, short=short)


def key_names(by: By) -> Callable[[str], str]:
    """What people call the keys of a cut, in one query at most."""
    names: dict[str, str] = {}
    if by == By.MOTION:
        names = {str(value): str(label) for value, label in Motion.choices}
    elif by == By.SEGMENT:
        names = {str(value): str(label) for value, label in Segment.choices}
    elif by == By.TIER:
        names = {str(level): name for level, name in Tier.objects.values_list("level", "name")}
    nothing = NOTHING_SAID.get(by, "Not known")
    if by == By.TERRITORY:
        return lambda key: key or nothing
    return lambda key: names.get(key, key.capitalize()) if key else nothing
