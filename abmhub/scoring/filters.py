"""What accounts can be narrowed to: one set of filters for the page, the export and the API."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef

from abmhub.accounts.models import Account, AccountQuerySet, Segment, Territory
from abmhub.committee.models import Contact
from abmhub.users.models import SALES_ROLES, User

SURGING_FROM = 60
"""An intent of this or more (0-100) counts as surging: the threshold of the Goldilocks tiers, and far above
the 50 that signals/intent.py gives at most to interest that does not surge."""

DECISION_MAKER = "decision_maker"


def _owners(request: Any) -> Any:
    return User.objects.filter(role__in=SALES_ROLES).order_by("name", "pk")


def _territories(request: Any) -> Any:
    return Territory.objects.order_by("name")


class AccountFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every field may be left out; `tier=0` asks for the accounts in no tier."""

    tier = django_filters.NumberFilter(method="in_tier", min_value=0, max_value=99, label="Tier")
    owner = django_filters.ModelChoiceFilter(queryset=_owners, label="Owner", empty_label="Any owner")
    territory = django_filters.ModelChoiceFilter(queryset=_territories, label="Territory", empty_label="Any territory")
    segment = django_filters.ChoiceFilter(choices=Segment.choices, label="Segment", empty_label="Any segment")
    surging = django_filters.BooleanFilter(method="surging_only", label="Surging")
    no_decision_maker = django_filters.BooleanFilter(method="without_decision_maker", label="No decision maker")

    # Last: it looks at no more than a few hundred of the accounts that pass the others.
    q = django_filters.CharFilter(method="search", max_length=100, label="Name or domain")

    class Meta:
        model = Account
        fields = ("industry", "country")

    def search(self, accounts: AccountQuerySet, _name: str, words: str) -> AccountQuerySet:
        # Asking the other filters once more of those few would only cost.
        return Account.objects.filter(pk__in=accounts.keys_matching(words))

    def in_tier(self, accounts: AccountQuerySet, _name: str, level: int) -> AccountQuerySet:
        return accounts.in_tier(int(level))

    def surging_only(self, accounts: AccountQuerySet, _name: str, wanted: object) -> AccountQuerySet:
        return accounts.filter(standing__intent__gte=SURGING_FROM) if wanted else accounts

    def without_decision_maker(self, accounts: AccountQuerySet, _name: str, wanted: object) -> AccountQuerySet:
        decision_makers = Contact.objects.filter(account=OuterRef("pk"), buying_role__code=DECISION_MAKER)
        return accounts.exclude(Exists(decision_makers)) if wanted else accounts
