"""The history of what is configured says who changed it, and where."""

from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from abmhub.menus.models import Tactic
from abmhub.users.models import User


def test_a_change_in_the_admin_remembers_who_made_it(as_admin: Client, admin: User, tactic: Tactic) -> None:
    path = reverse("admin:menus_tactic_changelist")
    as_admin.post(path, {"action": "archive", "_selected_action": [tactic.pk]})
    tactic.refresh_from_db()
    assert tactic.archived_at is not None
    context = Context.objects.get()
    assert context.metadata == {"user": admin.pk, "url": path}
