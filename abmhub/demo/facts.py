"""What is known of the companies beyond the facts that everybody knows, who said so, and who stands there twice."""

from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz

from abmhub.accounts.models import Attribute, Duplicate, FreshnessClock
from abmhub.accounts.names import normalized
from abmhub.core.days import business_day
from abmhub.demo.companies import Company
from abmhub.demo.dice import Calendar, Dice

CRM, FAIRS = "CRM", "Trade fairs"
FRESH_FOR_DAYS = 14
ONE_TWIN_IN = 500
"""Of so many companies one came in twice, under another spelling."""

SHIPS = frozenset({"retail", "logistics"})
MATURITY = ("Start-up", "Growth", "Established", "Declining")
OF_THE_PROMISING, OF_THE_OTHERS = (5, 45, 45, 5), (30, 25, 30, 15)
FULFILMENT = ("In-house", "Third party", "Marketplace", "Mixed")


def complete(throw: Dice, calendar: Calendar, companies: Sequence[Company]) -> None:
    """Tell of each company by which source it was confirmed, and its custom attributes as far as they are known."""
    defined = set(Attribute.objects.in_use().values_list("code", flat=True))
    for company in companies:
        company.source = _source(company, calendar.as_of)
        known = _attributes(throw, company)
        company.attributes = {code: value for code, value in known.items() if code in defined}


def _source(company: Company, as_of: date) -> str:
    """The CRM is exported every week; who was met at a fair is asked again only before the next one."""
    if company.refreshed_at is None:
        return ""
    return CRM if (as_of - business_day(company.refreshed_at)).days <= FRESH_FOR_DAYS else FAIRS


def _attributes(throw: Dice, company: Company) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    if throw.chance(0.5):
        found["maturity"] = throw.weighted(MATURITY, OF_THE_PROMISING if company.is_promising else OF_THE_OTHERS)
    if company.employees and throw.chance(0.45):
        found["customer_base"] = int(round(company.employees * throw.around(2.5, 0.8), -1))
    if company.acv and throw.chance(0.3):
        found["budget"] = int(round(company.acv * throw.around(2.2, 0.4), -3))
    if company.industry in SHIPS and throw.chance(0.6):
        found["fulfilment_model"] = throw.pick(FULFILMENT)
        found["volume_shipped"] = int(round((company.employees or 50) * throw.around(120, 0.7), -2))
    return found


def wind_clocks(companies: Sequence[Company], sources: Sequence[str] = (CRM, FAIRS)) -> None:
    """A clock for each source, as its last file left it."""
    for source in sources:
        days = [business_day(one.refreshed_at) for one in companies if one.source == source and one.refreshed_at]
        if days:
            FreshnessClock.objects.update_or_create(source=source, defaults={"last_file_on": max(days)})


def double(throw: Dice, companies: Sequence[Company]) -> list[tuple[Company, Company]]:
    """Let a few companies be others once more, badly typed; returns each pair, the true one first."""
    pairs = []
    lonely = [one for one in companies if not (one.is_promising or one.parent_id or one.owner)]
    taken = {normalized(one.name) for one in companies}
    for twin in throw.sample(lonely, min(len(companies) // ONE_TWIN_IN + 1, len(lonely))):
        true = throw.pick(companies)
        name = _misspelt(true.name)
        if true is twin or normalized(name) in taken:
            continue
        taken.add(normalized(name))
        twin.name, twin.domain = name, None
        twin.country, twin.city, twin.industry = true.country, true.city, true.industry
        pairs.append((true, twin))
    return pairs


def _misspelt(name: str) -> str:
    """Two letters swapped in the longest word, as by a hand in a hurry."""
    words = name.split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[longest]
    middle = len(word) // 2
    words[longest] = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return " ".join(words)


def write_doubles(pairs: Sequence[tuple[Company, Company]], calendar: Calendar) -> None:
    """The pairs, for a person to decide about."""
    Duplicate.objects.bulk_create(
        Duplicate(
            account_id=min(true.id, twin.id),
            other_id=max(true.id, twin.id),
            likeness=round(fuzz.ratio(normalized(true.name), normalized(twin.name))),
            reason="The names are alike, in the same country.",
            found_at=calendar.starts[-1],
        )
        for true, twin in pairs
    )
