"""The next menu of a tier: written as a draft, published whole, with a sentence for everything that it changes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.menus.models import MenuDraft, MenuItem
from abmhub.users.models import User
from abmhub.users.verbs import require

COPIED = ("tactic_id", "quota", "quota_days", "stages", "territory_id")


class AlreadyPublished(Refused):
    """The draft is in force, or was."""


class EmptyMenu(Refused):
    """The draft would leave the tier without anything to order."""


@transaction.atomic
def fill(*, draft: MenuDraft, day: date) -> None:
    """Begin a draft with what the tier may order on that day.

    An end that is there only because another menu follows is not part of what is copied.
    """
    following = set(MenuItem.objects.in_force().filter(tier=draft.tier).values_list("valid_from_on", flat=True))
    for item in MenuItem.objects.on(day).filter(tier=draft.tier):
        until = item.valid_until_on
        is_of_its_own = until is not None and until + timedelta(days=1) not in following
        terms = {name: getattr(item, name) for name in COPIED}
        draft.items.create(tier=draft.tier, valid_until_on=until if is_of_its_own else None, **terms)


def changes_of(draft: MenuDraft, *, day: date) -> list[str]:
    """What the draft would change, were it published on that day."""
    standing = MenuItem.objects.on(_first_day(draft, day)).filter(tier=draft.tier)
    old, new = (
        {item.tactic_id: item for item in items.select_related("tactic", "territory")}
        for items in (standing, draft.items.all())
    )
    return sorted(_differences(old, new))


def _first_day(draft: MenuDraft, day: date) -> date:
    return max(draft.valid_from_on or day, day)


def _differences(old: dict[int, MenuItem], new: dict[int, MenuItem]) -> Iterator[str]:
    for pk in old.keys() - new.keys():
        yield f"{old[pk].tactic} leaves the menu."
    for pk in new.keys() - old.keys():
        yield f"{new[pk].tactic} comes on the menu: {_terms(new[pk])}."
    for pk in new.keys() & old.keys():
        before, after = _terms(old[pk]), _terms(new[pk])
        if before != after:
            yield f"{new[pk].tactic}: {after}, until now {before}."


def _terms(item: MenuItem) -> str:
    """How often it may be ordered, and by whom."""
    said = [f"{item.quota} in {item.quota_days} days"]
    if item.stages:
        said.append("at " + ", ".join(item.stage_names))
    if item.territory:
        said.append(f"in {item.territory}")
    if item.valid_until_on:
        said.append(f"until {item.valid_until_on:%-d %B %Y}")
    return " ".join(said)


@transaction.atomic
def publish(*, draft: MenuDraft, by: User, at: datetime) -> MenuDraft:
    """Put the draft in force from its day on: what is on the menu until then ends the day before.

    Orders that were placed are not touched. Raises NotAllowed, AlreadyPublished or EmptyMenu.
    """
    require(by, "menus.publish")
    draft = MenuDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.published_at:
        raise AlreadyPublished(f"{draft} was published on {business_day(draft.published_at):%-d %B %Y}: copy it anew.")
    if not draft.items.exists():
        raise EmptyMenu(f"{draft} is empty: {draft.tier} could order nothing. Put a tactic on it first.")
    first = _first_day(draft, business_day(at))
    draft.changes = [change[:200] for change in changes_of(draft, day=first)]
    standing = MenuItem.objects.in_force().filter(tier=draft.tier)
    standing.filter(valid_from_on__gte=first).delete()
    lasting = standing.filter(Q(valid_until_on=None) | Q(valid_until_on__gte=first))
    lasting.update(valid_until_on=first - timedelta(days=1))
    draft.items.update(draft=None, valid_from_on=first)
    draft.valid_from_on, draft.published_at, draft.published_by = first, at, by
    draft.save(update_fields=["valid_from_on", "published_at", "published_by", "changes"])
    return draft
