"""@ and a name in a comment: whom it means, and who may be meant."""

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from abmhub.accounts.models import Account
from abmhub.core.refusals import Refused
from abmhub.orders.models import Task
from abmhub.users.models import SALES_ROLES, Role, User

_AT = re.compile(r"(?<![\w@.])@(\w[\w.'’-]*)")
MOST = 10
"""How many people one comment may mention."""
OFFERED = 8
LOOKED_AT = 40


class NotMentionable(Refused):
    """Somebody is mentioned who may not see the task, or it is not clear who is meant."""


def people_who_see(task: Task) -> QuerySet[User]:
    """Everybody in office who may know of the task, and who therefore may be mentioned."""
    account = task.line.order.account
    return User.objects.filter(is_active=True).filter(~Q(role__in=SALES_ROLES) | Q(pk__in=_sellers_of(account)))


def _sellers_of(account: Account) -> set[int]:
    """The sales people who may see the account: what `Account.objects.visible_to` asks, from the other side."""
    around = {account.owner_id, *account.team_members.values_list("user", flat=True)}
    if account.territory_id:
        around |= set(User.objects.filter(territories=account.territory_id).values_list("pk", flat=True))
    people = {pk for pk in around if pk}
    managers = User.objects.filter(role=Role.SALES_MANAGER, managed_teams__members__in=people)
    return people | set(managers.values_list("pk", flat=True))


def offered(task: Task, beginning: str, *, without: User) -> list[User]:
    """People whose name, or a word of it, begins so, for a list to choose from."""
    named = Q(name__istartswith=beginning) | Q(name__icontains=f" {beginning}")
    return list(people_who_see(task).exclude(pk=without.pk).filter(named).order_by("name")[:OFFERED])


def people_in(text: str, task: Task) -> list[User]:
    """Whom a text mentions, by full name or by a first name that only one of those who may see the task has.

    What stands behind @ and is nobody's name is left alone. Raises NotMentionable.
    """
    found: dict[int, User] = {}
    starts = [(match.start(1), match[1]) for match in _AT.finditer(text)]
    if not starts:
        return []
    named = _named({word.rstrip(".'’-") for _, word in starts})
    seeing = set(people_who_see(task).filter(pk__in=[user.pk for user in named]).values_list("pk", flat=True))
    for start, word in starts:
        if user := _meant(text[start:], word.rstrip(".'’-"), named, seeing):
            found[user.pk] = user
    if len(found) > MOST:
        raise NotMentionable(f"A comment may mention {MOST} people; this one mentions {len(found)}.")
    return list(found.values())


def _named(words: Iterable[str]) -> list[User]:
    condition = Q(pk__in=())
    for word in words:
        condition |= Q(name__istartswith=word)
    return list(User.objects.filter(condition, is_active=True).order_by("pk")[: LOOKED_AT * MOST])


def _meant(text: str, word: str, named: Iterable[User], seeing: set[int]) -> User | None:
    """The longest name that the text goes on with; else the only one of that first name."""
    full = [user for user in named if re.match(rf"{re.escape(user.name)}(?!\w)", text, re.IGNORECASE)]
    first = [user for user in named if user.get_short_name().casefold() == word.casefold()]
    fits = sorted(full, key=lambda user: len(user.name), reverse=True)[:1] or first
    if not fits:
        return None
    allowed = [user for user in fits if user.pk in seeing]
    if not allowed:
        raise NotMentionable(f"{fits[0]} may not see this task, so nobody was told anything: take the mention out.")
    if len(allowed) > 1:
        names = " or ".join(f"@{user.name}" for user in allowed[:3])
        raise NotMentionable(f"Several people are called {word}: write {names}.")
    return allowed[0]
