"""What stands in every row of a long list, written by Python: includes take longer than the rest of the row.

Load with {% load dense %}. Each tag writes what the part of the same name in templates/parts writes.
"""

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abmhub.web.templatetags.abmhub import initials

register = template.Library()

# Constants, so there is nothing in them to escape.
DOTS = {
    "engaged": SafeString('<svg viewBox="0 0 12 12"><circle class="dot-fill" cx="6" cy="6" r="5.5"/></svg>'),
    "reachable": SafeString(
        '<svg viewBox="0 0 12 12"><circle class="dot-ring" cx="6" cy="6" r="4.75"/>'
        '<path class="dot-fill" d="M6 1.25a4.75 4.75 0 0 0 0 9.5z"/></svg>'
    ),
    "known": SafeString('<svg viewBox="0 0 12 12"><circle class="dot-ring" cx="6" cy="6" r="4.75"/></svg>'),
    "missing": SafeString('<svg viewBox="0 0 12 12"><circle class="dot-missing" cx="6" cy="6" r="4.75"/></svg>'),
}
SCORE = (
    '<span class="score-mini"><span><span class="score-mini-label">{}</span><b>{}</b></span>'
    '<svg class="bar" aria-hidden="true"><rect class="bar-track" width="100%" height="100%"/>'
    '<rect class="bar-fill" width="{}%" height="100%"/></svg></span>'
)


NO_TIER = SafeString('<span class="tier-badge tier-none">No tier</span>')


class HasLevel(Protocol):
    """A buying role of an account: engaged, reachable, known or missing."""

    @property
    def level(self) -> str: ...


@register.simple_tag
def score_trio(fit: int | None, intent: int | None, engagement: int | None) -> str:
    """Three scores 0-100, or nothing, each a number over its bar."""
    scores = (("Fit", fit), ("Intent", intent), ("Engagement", engagement))
    rows = ((label, "–" if value is None else value, min(value or 0, 100)) for label, value in scores)
    return format_html('<span class="score-trio">{}</span>', format_html_join("", SCORE, rows))


@register.simple_tag
def committee_dots(roles: Iterable[HasLevel], summary: str) -> str:
    """A dot for each buying role, and the same in words."""
    dots = format_html_join("", "{}", ((DOTS[role.level],) for role in roles))
    return format_html('<span class="dots" role="img" aria-label="{}" title="{}">{}</span>', summary, summary, dots)


@register.simple_tag
def tier_badge(level: int | None, name: str = "") -> str:
    """The tier of an account, as parts/tier_badge.html writes it."""
    if not level:
        return NO_TIER
    return format_html('<span class="tier-badge tier-{}">{}</span>', level, name or f"Tier {level}")


@register.simple_tag
def person(name: str) -> SafeString:
    """A person, as parts/person.html writes one without a note."""
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true">{}</span>'
        '<span class="person-name">{}</span></span>',
        initials(name),
        name,
    )
