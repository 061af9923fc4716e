"""What the accounts have lived through: waves of interest, and the days on which they dealt with us in earnest."""

from dataclasses import dataclass

from abmhub.demo.companies import Company, Mood, Wave
from abmhub.demo.dice import Calendar, Dice
from abmhub.users.models import User

LARGE_ACV, MEDIUM_ACV = 50_000, 15_000
"""What the shipped policy asks of Tier 1 and Tier 2, in the installation's currency."""
WEEKS = 52
LIVELY = 0.75
"""How many of the promising companies have much to do with our subject at all."""
SHOWN_TO_VISITORS = 16
"""How many accounts the rep whom visitors sign in as has in full swing, at the least."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How often a company reads up on our subject in a year, and whether its people then talk to us."""

    waves: float
    talks: float


LARGE, MEDIUM, ELSEWHERE = Temper(11, 0.8), Temper(8, 0.1), Temper(3, 0.15)
DULL = Temper(0.12, 0.05)


@dataclass(frozen=True, slots=True)
class Episode:
    """Days, counted from the first of the calendar, in which an account dealt with us: the end is left out."""

    start: int
    end: int
    points: float
    """Roughly how much engagement there is to be found at the end of it."""
    in_passing: bool = False
    """Whether people only looked around, and did nothing that would be meaningful."""


def live(throw: Dice, companies: list[Company], shown: User) -> None:
    """Give each company its year of waves and the mood that is left of it; see that the shown rep's book is lively."""
    for company in companies:
        temper = _temper(throw, company)
        talks = throw.chance(temper.talks)
        company.waves = _waves(throw, temper.waves, talks=talks)
        company.mood = _mood(throw, company, talks=talks)
    book = [one for one in companies if one.owner == shown and one.is_promising and (one.acv or 0) >= LARGE_ACV]
    for company in throw.sample(book, min(SHOWN_TO_VISITORS, 1 + len(book) // 2, len(book))):
        company.waves.append(Wave(WEEKS - throw.randint(3, 4), 6, len(company.waves), talks=True, fervour=2.2))
        company.mood = Mood.HOT


def _temper(throw: Dice, company: Company) -> Temper:
    if not company.is_promising:
        return ELSEWHERE if throw.chance(0.05) else DULL
    if not throw.chance(LIVELY):
        return DULL
    return LARGE if (company.acv or 0) >= LARGE_ACV else MEDIUM


def _waves(throw: Dice, expected: float, *, talks: bool) -> list[Wave]:
    """They come when they come, one topic after the other."""
    found: list[Wave] = []
    week = throw.expovariate(expected / WEEKS)
    while week < WEEKS - 1:
        found.append(Wave(int(week), throw.randint(4, 7), len(found), talks=talks and throw.chance(0.9)))
        week += throw.expovariate(expected / WEEKS)
    return found


def _mood(throw: Dice, company: Company, *, talks: bool) -> Mood:
    now = [wave for wave in company.waves if wave.week >= WEEKS - 6 and wave.week <= WEEKS - 2]
    if now:
        return Mood.HOT if any(wave.talks for wave in now) else Mood.WARM
    if any(wave.talks and wave.week >= WEEKS - 22 for wave in company.waves):
        return Mood.FADING
    if talks and throw.chance(0.3):
        return Mood.STIRRED
    if company.waves or (company.is_promising and throw.chance(0.3)) or throw.chance(0.2):
        return Mood.QUIET
    return Mood.SILENT


class Stories:
    """The episodes of each company, from its waves and from its deals."""

    def __init__(self, throw: Dice, calendar: Calendar) -> None:
        self.throw, self.calendar = throw, calendar
        self.today = len(calendar.days)
        self.from_deals: dict[int, list[Episode]] = {}

    def deal(self, company: Company, begun: int) -> None:
        """A deal began on that day: people there had been busy with us before, and stay so for a while."""
        throw = self.throw
        end = min(begun + int(throw.uniform(10, 75)), self.today - 25)
        if end > begun - 20:
            episode = Episode(max(begun - int(throw.uniform(15, 40)), 0), end, throw.around(60, 0.4))
            self.from_deals.setdefault(company.id, []).append(episode)

    def of(self, company: Company) -> list[Episode]:
        """When the company dealt with us in earnest."""
        throw, today = self.throw, self.today
        found = list(self.from_deals.get(company.id, ()))
        for wave in company.waves:
            start = today - 7 * (WEEKS - wave.week) - throw.randint(0, 9)
            if wave.talks:
                end = min(start + throw.randint(20, 60), today)
                found.append(Episode(max(start, 0), end, wave.fervour * throw.around(42, 0.5)))
            elif throw.chance(0.4):
                end = min(start + throw.randint(12, 40), today)
                found.append(Episode(max(start, 0), end, throw.uniform(10, 45), in_passing=throw.chance(0.93)))
        if company.mood is Mood.STIRRED:
            found.append(Episode(today - throw.weighted((10, 20, 35, 60), (2, 3, 3, 2)), today, throw.around(70, 0.3)))
        return found
