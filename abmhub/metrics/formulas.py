"""The formulas of the seven metrics and their rivals, each with where it comes from and a worked example.

They know nothing of accounts or days: numbers in, a number out, and None where nothing can be told. Whatever is
divided by nothing is not known; it is never 0.
"""

from decimal import Decimal


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, or money by the piece; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None


def tam(accounts: int, acv: Decimal | None) -> Decimal | None:
    """Potential accounts x ACV: 10,000 x 9,600 = 96,000,000.

    The standard bottom-up market size. The common shorthand multiplies existing customers by the average selling
    price instead, by this same formula: that is today's revenue, and is shown as what it is.
    """
    return None if acv is None else accounts * acv


def engaged_share(engaged: int, accounts: int) -> Decimal | None:
    """Engaged accounts of those in the market: 300 / 2,000 = 15% (account engagement rate; TOPO, 2018)."""
    return ratio(engaged, accounts)


def win_rate(won: int, lost: int) -> Decimal | None:
    """won / (won + lost): 30 / 90 = 33.3%. Open deals are in neither: they are not decided."""
    return ratio(won, won + lost)


def conversion(conversions: int, interactions: int) -> Decimal | None:
    """Conversions of interactions with engaged accounts: 10 / 100 = 10%. How ABM handbooks tell the win rate."""
    return ratio(conversions, interactions)


def acv(contract_value: Decimal, one_time_fees: Decimal, years: Decimal) -> Decimal | None:
    """(contract value - one-time fees) / years: 500,000 / 5 = 100,000; (10,900 - 100) / 3 = 3,600."""
    return ratio(contract_value - one_time_fees, years)


def lifetime_value(value: Decimal | None, lifespan: Decimal | None, margin: Decimal | None = None) -> Decimal | None:
    """Value x lifespan: 300 a month x 24 months = 7,200. With margin: 24,000 x 0.8 x 3 = 57,600.

    Value and lifespan in one unit of time, either months or years.
    """
    if value is None or lifespan is None:
        return None
    return value * lifespan * (1 if margin is None else margin)


def lifetime_value_by_churn(revenue: Decimal | None, margin: Decimal | None, churn: Decimal | None) -> Decimal | None:
    """Revenue per account x gross margin / churn: 2,000 x 0.75 / 0.02 = 75,000; 500 x 0.75 / 0.05 = 7,500.

    The usual formula of subscriptions: 1 / churn is the lifespan to be expected. Revenue and churn are of one month.
    """
    if revenue is None or margin is None or not churn:
        return None
    return revenue * margin / churn


def acquisition_cost(spend: Decimal, new_customers: int, *more: Decimal) -> Decimal | None:
    """Spend of sales and marketing / new customers: 135,000 / 1,500 = 90.

    In full with salaries, tools, events and extra support: 120 + 80 + 40 + 25 + 15 = 280 for one customer, not 120.
    """
    return ratio(spend + sum(more), new_customers)


def velocity(
    opportunities: int, deal: Decimal | None, rate: Decimal | None, cycle_days: Decimal | None
) -> Decimal | None:
    """Opportunities x deal x win rate / cycle days: 200 x 50,000 x 0.25 / 90 = 27,777.78 a day."""
    if deal is None or rate is None or not cycle_days:
        return None
    return opportunities * deal * rate / cycle_days


def pipeline_coverage(open_amount: Decimal, target_amount: Decimal | None) -> Decimal | None:
    """Open pipeline for each unit of the revenue still to win: 9.3 M / 2 M = 4.65. What it takes is 1 / win rate."""
    return ratio(open_amount, target_amount) if target_amount else None
