"""What engagement says of people."""

from abmhub.committee.privacy import Keys, Person, Room, register, scrub_rows
from abmhub.signals.models import EngagementEvent


def forget(person: Person) -> Keys:
    scrub_rows(person, EngagementEvent.objects.filter(account__in=person.accounts), "detail")
    return ()


register(Room(forget=forget))
