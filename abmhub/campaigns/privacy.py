"""What touches say of people."""

from abmhub.campaigns.models import Touch
from abmhub.committee.privacy import Keys, Person, Room, register, scrub_rows


def forget(person: Person) -> Keys:
    scrub_rows(person, Touch.objects.filter(account__in=person.accounts), "summary")
    return ()


register(Room(forget=forget))
