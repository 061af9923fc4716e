"""The index of Django admin, by what an administrator comes for rather than by the alphabet."""

from typing import Any

from django import template

register = template.Library()

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Rules and offers", ("scoring", "menus", "budgets", "campaigns", "funnel", "alignment")),
    ("People and accounts", ("users", "accounts", "committee")),
    ("Work and records", ("orders", "pipeline", "signals", "imports")),
    ("Machinery", ("core", "nightly", "integrations", "django_celery_beat", "pghistory")),
    ("Sign-in", ("account", "auth", "axes", "authtoken", "mfa")),
)

# What other packages call themselves says little to an administrator.
NAMES = {"authtoken": "API tokens", "axes": "Sign-in attempts", "django_celery_beat": "Schedule"}


@register.filter
def by_group(app_list: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Admin's own list of rooms as (heading, rooms); a room that no group names comes last."""
    left = {app["app_label"]: app | {"name": NAMES.get(app["app_label"], app["name"])} for app in app_list}
    groups = [(heading, [left.pop(label) for label in labels if label in left]) for heading, labels in GROUPS]
    groups.append(("Other", list(left.values())))
    return [(heading, apps) for heading, apps in groups if apps]
