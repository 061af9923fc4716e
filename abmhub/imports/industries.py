"""Industries as people write them, so that a slip of the pen is noticed."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

from abmhub.scoring.models import IcpCriterion

COMMON = frozenset({
    "accounting", "advertising", "aerospace", "agriculture", "apparel", "automotive", "banking", "biotechnology",
    "business services", "chemicals", "communications", "computer software", "construction", "consulting",
    "consumer goods", "consumer services", "defense", "design", "e-commerce", "education", "electronics",
    "employment", "energy", "engineering", "entertainment", "environmental services", "fashion", "finance",
    "financial services", "food", "food and beverage", "government", "healthcare", "hospitality", "human resources",
    "information technology", "insurance", "internet", "legal services", "leisure", "logistics", "machinery",
    "manufacturing", "marketing", "media", "medical", "medical devices", "mining", "non-profit", "oil and gas",
    "pharmaceuticals", "professional services", "publishing", "real estate", "recruiting", "research", "restaurants",
    "retail", "security", "services", "shipping", "software", "sports", "staffing", "technology", "telecommunications",
    "tourism", "transportation", "travel", "utilities", "wholesale",
})  # fmt: skip
# Two names this alike are a slip of the pen; below it they are two industries.
ALIKE_PERCENT = 88


class Industries:
    """The industries we know: the common ones, and those that the ideal customer profile asks for."""

    def __init__(self) -> None:
        asked = IcpCriterion.objects.filter(attribute=IcpCriterion.Attribute.INDUSTRY).values_list("values", flat=True)
        self._known: Collection[str] = COMMON | {value.casefold() for values in asked for value in values}
        self._suggestions: dict[str, str] = {}

    def suggestion_for(self, industry: str) -> str:
        """The industry that was probably meant; empty when this one is known, or like none."""
        words = industry.casefold()
        if words not in self._suggestions:
            best = process.extractOne(words, self._known, scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT)
            self._suggestions[words] = best[0] if best and best[0] != words else ""
        return self._suggestions[words]
