"""What files said of people: rows that were not taken, dry runs, and the journal by which an import is undone."""

from django.db.models import Q

from abmhub.committee.models import Contact
from abmhub.committee.privacy import Keys, Person, Room, Rows, register, scrub_rows, told_of
from abmhub.imports.models import ExpectedRow, ImportChange, ImportRemark

NAMED = {
    ImportRemark: ("reason", "value", "suggestion", "cells"),
    ExpectedRow: ("label", "reason", "doubts", "changes"),
}
"""Where the rows of files may hold a name, an address or a number."""


def tell(person: Person) -> Rows:
    remarks = ImportRemark.objects.filter(person.named_in(*NAMED[ImportRemark])).order_by("pk")
    return {"rows of files that were not simply taken": told_of(remarks)}


def forget(person: Person) -> Keys:
    """The whole row of a file goes, because it holds more of them than we know; an undo leaves them alone."""
    for remark in ImportRemark.objects.filter(person.named_in(*NAMED[ImportRemark])).iterator():
        remark.reason, remark.value, remark.suggestion = person.scrub(remark.reason), "", ""
        remark.cells = [""] * len(remark.cells)
        remark.save(update_fields=["reason", "value", "suggestion", "cells"])
    scrub_rows(person, ExpectedRow.objects.all(), *NAMED[ExpectedRow])
    about_them = Q(table=Contact._meta.db_table, key__in=person.contacts)
    ImportChange.objects.filter(about_them | person.named_in("before", "after")).delete()
    return ()


register(Room(tell=tell, forget=forget))
