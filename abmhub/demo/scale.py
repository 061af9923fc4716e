"""How big the demo company is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers that grow with the company; what is not here follows from them."""

    accounts: int
    contacts: int
    reps_per_team: int
    marketers: int
    leads: int
    deals_per_fit_account: float
    """SQLs of the ABM motion in 15 months, for each account that fits."""
    orders: int


SCALES = {
    "small": Scale(1_000, 3_000, 2, 3, 500, 0.12, 150),
    "standard": Scale(20_000, 60_000, 6, 7, 9_200, 0.07, 1_300),
    "large": Scale(200_000, 600_000, 15, 16, 60_000, 0.05, 6_000),
}
