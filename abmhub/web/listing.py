"""What the address of the account list asks for: the same for the page, the export, saved views and edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import QueryDict

from abmhub.accounts.countries import name_of
from abmhub.accounts.models import Account, Attribute
from abmhub.accounts.scope import Scope
from abmhub.campaigns.models import Touch
from abmhub.scoring.filters import AccountFilter
from abmhub.web.columns import USUAL, Column, columns_of
from abmhub.web.paging import path_with
from abmhub.web.requests import Request


@dataclass(frozen=True)
class Sort:
    """An order of the list: its columns for `page_of`. What of them may be unknown is in `known`: accounts of
    which it is are left out, as `only` says. The filter named in `implied_by` leaves them out already: said twice,
    the planner takes it for two conditions."""

    label: str
    by: tuple[str, ...]
    known: str = ""
    only: str = ""
    implied_by: str = ""


SORTS = {
    "priority": Sort("Highest priority", ("-standing__priority", "-standing__account_id")),
    "name": Sort("Name", ("normalized_name", "pk")),
    "tier_since": Sort(
        "Latest tier change",
        ("-standing__tier_since_on", "-standing__account_id"),
        "standing__tier_since_on",
        "that moved between tiers",
    ),
    "intent": Sort(
        "Highest intent",
        ("-standing__intent", "-standing__account_id"),
        "standing__intent",
        "with known intent",
        "surging",
    ),
    "engagement": Sort(
        "Most engaged", ("-standing__engagement", "-standing__account_id"), "standing__engagement", "that engaged"
    ),
    "acv": Sort("Largest expected ACV", ("-acv_amount", "-pk"), "acv_amount", "with a known expected ACV"),
    "employees": Sort("Most employees", ("-employees", "-pk"), "employees", "with known employees"),
    "stale": Sort(
        "Latest to become stale",
        ("-standing__stale_since_on", "-standing__account_id"),
        "standing__stale_since_on",
        "with stale facts",
        "stale",
    ),
}
USUAL_SORT = "priority"
# These have a place of their own on the page; every other filter in force shows as a chip.
WITHOUT_CHIP = frozenset({"q", "tier", "surging", "no_decision_maker", "stale"})
PLACE = ("after", "before")


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    path: str


@dataclass(frozen=True)
class Listing:
    """A filter that nobody understands is ignored."""

    accounts: QuerySet[Account]
    form: forms.Form
    sort_name: str
    all_columns: dict[str, Column]
    columns: Sequence[Column]

    @property
    def sort(self) -> Sort:
        return SORTS[self.sort_name]

    @cached_property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values())

    @property
    def has_usual_columns(self) -> bool:
        return tuple(column.code for column in self.columns) == USUAL

    @property
    def codes(self) -> set[str]:
        return {column.code for column in self.columns}

    def with_beside(self, accounts: QuerySet[Account]) -> QuerySet[Account]:
        """Accounts with all that the chosen columns show, in no order yet."""
        related = {path for column in self.columns for path in column.related} | {"standing__tier"}
        # Every account has a standing; the filter says so to the database, which may then begin with its index.
        accounts = accounts.filter(standing__priority__gte=0).select_related(*sorted(related))
        if "last_touch" in self.codes:
            touches = Touch.objects.filter(account=OuterRef("pk")).order_by("-occurred_at")
            accounts = accounts.annotate(last_touch_at=Subquery(touches.values("occurred_at")[:1]))
        return accounts

    def chips(self, request: Request) -> Iterator[Chip]:
        for name, field_ in self.form.fields.items():
            value: Any = self.form.cleaned_data.get(name)
            if name in WITHOUT_CHIP or value in (None, ""):
                continue
            yield Chip(str(field_.label or name), _shown(name, field_, value), path_with(request, **{name: ""}))


def _shown(name: str, field_: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "country":
        return name_of(value)
    choices = dict(getattr(field_, "choices", ())) if isinstance(value, str) else {}
    text = str(choices.get(value, value))
    return text.capitalize() if name == "industry" else text


def listing_of(request: Request, query: QueryDict | None = None) -> Listing:
    """The accounts that this person may see, narrowed as the address asks."""
    asked = request.GET if query is None else query
    visible = Scope.of(request.user).accounts()
    attributes = list(Attribute.objects.in_use())
    found = AccountFilter(asked, queryset=visible, request=request, attributes=attributes)
    form = found.form
    form.is_valid()
    wanted = asked.get("sort", "")
    sort_name = wanted if wanted in SORTS else USUAL_SORT
    accounts: QuerySet[Account] = found.filter_queryset(visible)
    sort = SORTS[sort_name]
    if sort.known and not form.cleaned_data.get(sort.implied_by):
        accounts = accounts.filter(_is_known(sort.known))
    every = columns_of(attributes)
    chosen = [code for code in every if code in set(asked.getlist("column"))] or list(USUAL)
    return Listing(accounts, form, sort_name, every, [every[code] for code in chosen])


def _is_known(column: str) -> Q | Func:
    """Whether an account has this value. Of the account itself each is asked: the database would rather read all of the
    index of those that have one, however few accounts pass the filters."""
    if "__" in column:
        return Q(**{f"{column}__isnull": False})
    return Func(IsNull(F(column), False), template="(%(expressions)s) IS TRUE", output_field=BooleanField())


def query_of(request: Request, view: str = "view") -> str:
    """The address of a list after its question mark: filters, order and columns, without the place in it.

    `view` is the parameter that names a saved view.
    """
    query = request.GET.copy()
    for name in (*PLACE, view, "account", "all"):
        query.pop(name, None)
    for name in [name for name, values in query.lists() if not any(values)]:
        del query[name]
    return query.urlencode()
