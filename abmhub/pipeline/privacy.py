"""Leads are people too: the same person, when it is the same address."""

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from abmhub.committee.privacy import ERASED, LEADS, Keys, Person, Room, Rows, register, scrub_rows, told_of
from abmhub.pipeline.models import Lead, Opportunity


def _leads(person: Person) -> QuerySet[Lead]:
    same = Q(pk__in=())
    for email in person.emails:
        same |= Q(email__iexact=email)
    return Lead.objects.filter(same).order_by("pk")


def tell(person: Person) -> Rows:
    return {"leads": told_of(_leads(person))}


def forget(person: Person) -> Keys:
    """Leads stay without a name, because the funnel counts them."""
    leads = _leads(person)
    keys = [(LEADS, source, key) for source, key in leads.values_list("source", "external_id")]
    nobody = Concat(Value("erased-"), Cast(F("pk"), CharField()))
    leads.update(name=ERASED, email="", external_id=nobody)
    scrub_rows(person, Opportunity.objects.filter(account__in=person.accounts), "name")
    return keys


register(Room(tell=tell, forget=forget))
