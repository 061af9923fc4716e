"""What the double funnel says, in a sentence."""

from abmhub.core.statistics import chance_of_difference, wilson
from abmhub.funnel.double import DoubleFunnel
from abmhub.funnel.models import DealSnapshot

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
FRACTIONS = {(1, whole): 1 / whole for whole in range(2, 11)} | {
    (2, 3): 2 / 3,
    (3, 4): 3 / 4,
    (2, 5): 2 / 5,
    (3, 5): 3 / 5,
}
# A share this near to a simple fraction is said as one.
NEAR = 0.005
ALPHA = 0.05
# With intervals narrower than this, two rates that cannot be told apart are alike, not too few.
NARROW = 0.05


def as_fraction(share: float) -> str:
    """0.333 as "one in three"; empty for a share that is near no simple fraction."""
    near = (parts for parts, value in FRACTIONS.items() if abs(share - value) <= NEAR)
    part, whole = next(near, (0, 0))
    return f"{NUMBERS[part]} in {NUMBERS[whole]}" if whole else ""


def in_words(*shares: float) -> list[str]:
    """All as fractions when each is near one of its own, else all as percentages."""
    fractions = [as_fraction(share) for share in shares]
    return (
        fractions
        if all(fractions) and len(set(fractions)) == len(shares)
        else [f"{share:.1%}".replace(".0%", "%") for share in shares]
    )


def finding(funnel: DoubleFunnel) -> str:
    """Which motion wins more of its closed deals, and whether that is more than chance."""
    abm, demand_gen = funnel.abm.deals, funnel.demand_gen.deals
    decided = [deals for deals in (abm, demand_gen) if deals and deals.decided]
    if abm and demand_gen and len(decided) == 2:
        said = in_words(abm.won / abm.decided, demand_gen.won / demand_gen.decided)
        return f"Of closed deals ABM wins {said[0]}, demand gen {said[1]}: {_verdict(abm, demand_gen)}"
    if not decided:
        return "No deal is closed yet: the funnel fills from the top"
    only = decided[0]
    names = ("ABM", "demand gen") if only is abm else ("Demand gen", "ABM")
    return f"{names[0]} wins {in_words(only.won / only.decided)[0]} of its closed deals; {names[1]} has closed none"


def _verdict(abm: DealSnapshot, demand_gen: DealSnapshot) -> str:
    chance = chance_of_difference(abm.won, abm.decided, demand_gen.won, demand_gen.decided)
    if chance is not None and chance < ALPHA:
        better = "ABM" if abm.won * demand_gen.decided > demand_gen.won * abm.decided else "demand gen"
        return f"{better} leads, and not by chance"
    intervals = [wilson(deals.won, deals.decided) or (0.0, 1.0) for deals in (abm, demand_gen)]
    return "no difference to be seen" if all(high - low < NARROW for low, high in intervals) else "too few to call"
