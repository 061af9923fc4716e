"""The facts of an account as its page shows them, and what people changed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html

from abmhub.accounts.facts import RELATED, Fact, facts
from abmhub.accounts.models import Account, EditedAccount, Territory
from abmhub.users.models import User
from abmhub.users.verbs import may
from abmhub.web.templatetags.abmhub import UNKNOWN, money

# Owner and territory stand at the head of the page and have a form of their own; the name is its title.
ELSEWHERE = frozenset({"owner", "territory", "name", "currency"})
MONEY = frozenset({"annual_revenue_amount", "acv_amount"})


@dataclass(frozen=True)
class ShownFact:
    """A fact with its value for people, and whether this person may change it."""

    fact: Fact
    html: Any
    may_edit: bool

    @property
    def is_known(self) -> bool:
        return self.html is not UNKNOWN


@dataclass(frozen=True)
class Change:
    """What one edit did to one account."""

    edited: EditedAccount
    lines: list[tuple[str, str, str]]
    may_undo: bool = False

    @property
    def at(self) -> datetime:
        return self.edited.edit.edited_at


def facts_of(account: Account, by: User) -> list[ShownFact]:
    """All facts in their order; what is unknown only for somebody who may fill it in. One query."""
    shown = (shown_fact(fact, account, by) for code, fact in facts().items() if code not in ELSEWHERE)
    return [each for each in shown if each.may_edit or each.is_known]


def shown_fact(fact: Fact, account: Account, by: User) -> ShownFact:
    value = fact.value_of(account)
    html: Any = fact.shown(value) or UNKNOWN
    if fact.code in RELATED and (related := getattr(account, fact.code)):
        html = str(related)
    if fact.code in MONEY:
        html = UNKNOWN if value is None else money(value, account.currency, short=fact.code != "acv_amount")
    elif fact.code == "industry" and value:
        html = value[:1].upper() + value[1:]
    elif fact.code == "domain" and value:
        html = format_html("<bdi>{}</bdi>", value)
    return ShownFact(fact, html, may(by, fact.verb))


def changes_of(edited: Sequence[EditedAccount]) -> list[Change]:
    """What was before and after, in words; three queries, however many."""
    by_key = {fact.key: fact for fact in facts().values()}
    names = _names(edited)
    return [Change(each, list(_lines(each, by_key, names))) for each in edited]


def _lines(edited: EditedAccount, by_key: dict[str, Fact], names: dict[tuple[str, int], str]) -> Any:
    for key, after in edited.after.items():
        # An attribute that is archived, and the name as it is searched for, have no words.
        if fact := by_key.get(key):
            yield fact.label, fact.shown(edited.before.get(key), names), fact.shown(after, names)


def _names(edited: Sequence[EditedAccount]) -> dict[tuple[str, int], str]:
    """The people and territories that stand in these by their keys."""
    sides = [side for each in edited for side in (each.before, each.after)]
    found: dict[tuple[str, int], str] = {}
    for code, model in (("owner", User), ("territory", Territory)):
        keys = {side[f"{code}_id"] for side in sides if side.get(f"{code}_id")}
        if keys:
            rows = model.objects.filter(pk__in=keys).values_list("pk", "name")
            found |= {(code, pk): name for pk, name in rows}
    return found
