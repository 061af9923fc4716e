"""What the accounts have lived through: moods, and the weeks in which they dealt with us or read up on us."""

from dataclasses import dataclass

from abmhub.demo.companies import Company, Mood
from abmhub.demo.dice import Calendar, Dice
from abmhub.users.models import User

LARGE_ACV, MEDIUM_ACV = 50_000, 15_000
"""What the shipped policy asks of Tier 1 and Tier 2, in the installation's currency."""

MOODS_OF_LARGE = {
    Mood.HOT: 0.16, Mood.WARM: 0.27, Mood.STIRRED: 0.05, Mood.FADING: 0.1, Mood.QUIET: 0.25, Mood.SILENT: 0.17,
}  # fmt: skip
MOODS_OF_MEDIUM = {
    Mood.HOT: 0.03, Mood.WARM: 0.2, Mood.STIRRED: 0.05, Mood.FADING: 0.07, Mood.QUIET: 0.35, Mood.SILENT: 0.3,
}  # fmt: skip
MOODS_OF_THE_REST = {
    Mood.HOT: 0.004, Mood.WARM: 0.03, Mood.STIRRED: 0.02, Mood.FADING: 0.02, Mood.QUIET: 0.25, Mood.SILENT: 0.676,
}  # fmt: skip
SHOWN_TO_VISITORS = 14
"""How many accounts the rep whom visitors sign in as has in full swing, at the least."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Days, counted from the first of the calendar, in which an account dealt with us: the end is left out."""

    start: int
    end: int
    points: float
    """Roughly how much engagement there is to be found at the end of it."""


def set_moods(throw: Dice, companies: list[Company], shown: User) -> None:
    """Decide what each company has been up to lately, and fill the book of the rep whom visitors see."""
    for company in companies:
        moods = _moods(company)
        company.mood = throw.weighted(list(moods), list(moods.values()))
    book = [company for company in companies if company.owner == shown and company.is_promising]
    book.sort(key=lambda company: -(company.acv or 0))
    swinging = sum(company.mood is Mood.HOT and (company.acv or 0) >= LARGE_ACV for company in book)
    for company in book:
        if swinging >= min(SHOWN_TO_VISITORS, 1 + len(book) // 3):
            break
        if company.mood not in (Mood.HOT, Mood.FADING) and (company.acv or 0) >= LARGE_ACV:
            company.mood = Mood.HOT
            swinging += 1


def _moods(company: Company) -> dict[Mood, float]:
    if not company.is_promising:
        return MOODS_OF_THE_REST
    return MOODS_OF_LARGE if (company.acv or 0) >= LARGE_ACV else MOODS_OF_MEDIUM


class Stories:
    """The episodes of each company, from its mood and from its deals."""

    def __init__(self, throw: Dice, calendar: Calendar) -> None:
        self.throw, self.calendar = throw, calendar
        self.today = len(calendar.days)
        self.from_deals: dict[int, list[Episode]] = {}

    def deal(self, company: Company, begun: int) -> None:
        """A deal began on that day: people there had been busy with us before, and stay so for a while."""
        throw = self.throw
        end = min(begun + int(throw.uniform(10, 75)), self.today - 25)
        if end > begun - 20:
            episode = Episode(max(begun - int(throw.uniform(15, 40)), 0), end, throw.uniform(50, 110))
            self.from_deals.setdefault(company.id, []).append(episode)

    def of(self, company: Company) -> list[Episode]:
        """When the company dealt with us in earnest."""
        throw, today = self.throw, self.today
        found = list(self.from_deals.get(company.id, ()))
        if company.mood in (Mood.HOT, Mood.STIRRED):
            lately = throw.weighted((10, 20, 35, 60), (2, 3, 3, 2))
            found.append(Episode(today - lately, today, throw.uniform(72, 130)))
        elif company.mood is Mood.FADING:
            ended = today - int(throw.triangular(8, 140, 30))
            found.append(Episode(max(ended - int(throw.uniform(20, 60)), 0), ended, throw.uniform(65, 120)))
        elif company.mood is Mood.WARM and throw.chance(0.45):
            found.append(Episode(today - int(throw.uniform(12, 45)), today, throw.uniform(8, 48)))
        return found
