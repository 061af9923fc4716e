"""Where and when a tactic may be used at all, whoever pays for it."""

from datetime import date
from typing import NamedTuple

from abmhub.accounts import countries
from abmhub.accounts.models import Account
from abmhub.menus.models import Tactic

SET_BY = "An administrator sets these limits."


class Limit(NamedTuple):
    """What stands in the way, and what would change that."""

    problem: str
    remedy: str


def limit_of(tactic: Tactic, *, account: Account, day: date) -> Limit | None:
    """The first limit that keeps the account from the tactic on that day; None without one."""
    if tactic.valid_from_on and day < tactic.valid_from_on:
        return Limit(f"Not to be had before {tactic.valid_from_on:%-d %B %Y}.", "Order it from that day on.")
    if tactic.valid_until_on and day > tactic.valid_until_on:
        return Limit(f"It could be ordered until {tactic.valid_until_on:%-d %B %Y}.", "Choose another tactic.")
    if tactic.only_countries and account.country not in tactic.only_countries:
        where = _listed([countries.name_of(code) for code in tactic.only_countries])
        if not account.country:
            return Limit(
                f"Only for accounts in {where}, and this one has no country yet.",
                "Enter the country among the facts of the account.",
            )
        return Limit(f"Only for accounts in {where}; this one is in {countries.name_of(account.country)}.", SET_BY)
    industry = account.industry.casefold()
    if industry and industry in tactic.barred_industries:
        return Limit(f"Not for accounts of the industry {account.industry}.", SET_BY)
    return None


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
