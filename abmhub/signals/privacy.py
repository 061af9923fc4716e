"""What engagement says of people."""

from abmhub.accounts.domains import registrable
from abmhub.committee.privacy import Keys, Person, Room, register, scrub_rows
from abmhub.signals.models import EngagementEvent, UnplacedEvent


def forget(person: Person) -> Keys:
    scrub_rows(person, EngagementEvent.objects.filter(account__in=person.accounts), "detail")
    domains = filter(None, map(registrable, person.emails))
    scrub_rows(person, UnplacedEvent.objects.filter(domain__in=list(domains)), "detail")
    return ()


register(Room(forget=forget))
