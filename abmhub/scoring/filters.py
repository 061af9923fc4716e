"""What accounts can be narrowed to: one set of filters for the page, the export, saved views and the API."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import django_filters
from django.db.models import BooleanField, CharField, DecimalField, F, Func, OuterRef, QuerySet, Subquery
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from abmhub.accounts.attributes import expression_of
from abmhub.accounts.facts import ATTRIBUTE_PREFIX
from abmhub.accounts.models import Account, AccountQuerySet, Attribute, Segment, Territory
from abmhub.committee.models import BuyingRole, Contact, RoleCount
from abmhub.users.models import SALES_ROLES, User

SURGING_FROM = 60
"""An intent of this or more (0-100) counts as surging: the threshold of the Goldilocks tiers, and far above
the 50 that signals/intent.py gives at most to interest that does not surge."""

DECISION_MAKER = "decision_maker"


def _owners(request: Any) -> Any:
    return User.objects.filter(role__in=SALES_ROLES).order_by("name", "pk")


def _roles(request: Any) -> Any:
    return BuyingRole.objects.order_by("position", "pk")


def _territories(request: Any) -> Any:
    return Territory.objects.order_by("name")


class AccountFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every field may be left out; `tier=0` asks for the accounts in no tier.

    A custom attribute that is offered as a filter is asked for as `attributes.code`; what is measured, and a
    date, as `attributes.code.min` and `attributes.code.max`.
    """

    tier = django_filters.NumberFilter(method="in_tier", min_value=0, max_value=99, label="Tier")
    owner = django_filters.ModelChoiceFilter(queryset=_owners, label="Owner", empty_label="Any owner")
    territory = django_filters.ModelChoiceFilter(queryset=_territories, label="Territory", empty_label="Any territory")
    segment = django_filters.ChoiceFilter(choices=Segment.choices, label="Segment", empty_label="Any segment")
    is_customer = django_filters.BooleanFilter(label="Customer")
    surging = django_filters.BooleanFilter(method="surging_only", label="Surging")
    no_decision_maker = django_filters.BooleanFilter(method="without_decision_maker", label="No decision maker")
    stale = django_filters.BooleanFilter(method="stale_only", label="Stale facts")
    source = django_filters.CharFilter(field_name="refreshed_from", max_length=60, label="Last confirmed by")
    missing_role = django_filters.ModelChoiceFilter(
        queryset=_roles, to_field_name="code", method="without_role", label="Nobody in the role", empty_label="Any role"
    )
    missing_level = django_filters.ChoiceFilter(
        choices=(("reachable", "Reachable"), ("engaged", "Engaged")),
        method="with_role",
        label="Who counts in that role",
        empty_label="Everybody known",
    )

    # Last: it looks at no more than a few hundred of the accounts that pass the others.
    q = django_filters.CharFilter(method="search", max_length=100, label="Name or domain")

    class Meta:
        model = Account
        fields = ("industry", "country")

    def __init__(self, *args: Any, attributes: Iterable[Attribute] | None = None, **kwargs: Any) -> None:
        """`attributes` are those in use, by whoever has read them already."""
        super().__init__(*args, **kwargs)
        search = self.filters.pop("q")
        for attribute in Attribute.objects.in_use() if attributes is None else attributes:
            for name, found in _filters_of(attribute) if attribute.is_filter else ():
                found.parent, found.model = self, Account
                self.filters[name] = found
        self.filters["q"] = search

    def search(self, accounts: AccountQuerySet, _name: str, words: str) -> AccountQuerySet:
        # Asking the other filters once more of those few would only cost.
        return Account.objects.filter(pk__in=accounts.keys_matching(words))

    def in_tier(self, accounts: AccountQuerySet, _name: str, level: int) -> AccountQuerySet:
        return accounts.in_tier(int(level))

    def surging_only(self, accounts: AccountQuerySet, _name: str, wanted: object) -> AccountQuerySet:
        return accounts.filter(standing__intent__gte=SURGING_FROM) if wanted else accounts

    def stale_only(self, accounts: AccountQuerySet, _name: str, wanted: object) -> AccountQuerySet:
        return accounts.filter(standing__stale_since_on__isnull=False) if wanted else accounts

    def without_decision_maker(self, accounts: AccountQuerySet, _name: str, wanted: object) -> AccountQuerySet:
        role = BuyingRole.objects.filter(code=DECISION_MAKER).values("pk")[:1]
        decision_makers = Contact.objects.filter(account=OuterRef("pk"), buying_role=Subquery(role))
        return accounts.filter(_none_of(decision_makers)) if wanted else accounts

    def without_role(self, accounts: AccountQuerySet, _name: str, role: BuyingRole) -> AccountQuerySet:
        """As the last night counted, so that the accounts behind a number of the heat map are just as many."""
        level = self.form.cleaned_data.get("missing_level") or "known"
        somebody = RoleCount.objects.filter(account=OuterRef("pk"), buying_role=role, **{f"{level}__gt": 0})
        return accounts.filter(_none_of(somebody))

    def with_role(self, accounts: AccountQuerySet, _name: str, _level: str) -> AccountQuerySet:
        """The level narrows nothing by itself: see `without_role`."""
        return accounts


def _none_of(people: QuerySet[Any]) -> Func:
    """Whether an account has none of them. Each is asked by itself: an EXISTS would tempt the database to read
    every contact first."""
    return Func(
        Subquery(people.order_by().values("pk")[:1]),
        template="(%(expressions)s > 0) IS NOT TRUE",
        output_field=BooleanField(),
    )


def _filters_of(attribute: Attribute) -> Iterator[tuple[str, django_filters.Filter]]:
    name, label, kind = f"{ATTRIBUTE_PREFIX}{attribute.code}", attribute.label, attribute.kind
    ask = partial(_ask, attribute)
    if attribute.is_measured:
        yield f"{name}.min", django_filters.NumberFilter(method=ask(GreaterThanOrEqual), label=f"{label}, from")
        yield f"{name}.max", django_filters.NumberFilter(method=ask(LessThanOrEqual), label=f"{label}, to")
    elif kind == Attribute.Kind.DATE:
        yield f"{name}.min", django_filters.DateFilter(method=ask(GreaterThanOrEqual), label=f"{label}, from")
        yield f"{name}.max", django_filters.DateFilter(method=ask(LessThanOrEqual), label=f"{label}, to")
    elif kind == Attribute.Kind.TEXT:
        yield name, django_filters.CharFilter(method=ask(Exact), label=label, max_length=200)
    else:
        choices = [("yes", "Yes"), ("no", "No")] if kind == Attribute.Kind.YES_NO else attribute.choices
        pairs = [choice if isinstance(choice, tuple) else (choice, choice) for choice in choices]
        yield name, django_filters.ChoiceFilter(method=ask(Exact), label=label, choices=pairs, empty_label="Any")


def _ask(attribute: Attribute, comparison: Any) -> Callable[[AccountQuerySet, str, Any], AccountQuerySet]:
    def narrowed(accounts: AccountQuerySet, _name: str, wanted: Any) -> AccountQuerySet:
        value = wanted if attribute.is_measured else str(wanted)
        return accounts.filter(comparison(typed(attribute), value))

    return narrowed


def typed(attribute: Attribute) -> Func:
    """The value of a custom attribute, written just as its index has it."""
    written = expression_of(attribute).as_string(None)
    template = written.replace("%", "%%").replace('"account"."attributes"', "%(expressions)s")
    kind = DecimalField() if attribute.is_measured else CharField()
    return Func(F("attributes"), template=template, output_field=kind)
