"""What stands in every row of a long list, written by Python: includes take longer than the rest of the row.

Load with {% load dense %}. Each tag writes what the part of the same name in templates/parts writes.
"""

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from abmhub.web.templatetags.abmhub import icon, initials

register = template.Library()

# Constants, so there is nothing in them to escape. What a dot looks like stands once, in parts/dots.html.
LEVELS = ("engaged", "reachable", "known", "missing")
DOTS = {level: SafeString(f'<svg><use href="#{level}"/></svg>') for level in LEVELS}
SCORE = "<span><i>{}</i><b>{}</b>{}</span>"
# Where there is no bar the styles draw the ground of it.
BARS = {value: SafeString(f'<svg><rect width="{value}%"/></svg>' if value else "") for value in range(101)}

NO_TIER = SafeString('<span class="tier-badge tier-none">No tier</span>')


class HasLevel(Protocol):
    """A buying role of an account: engaged, reachable, known or missing."""

    @property
    def level(self) -> str: ...


@register.simple_tag
def score_trio(fit: int | None, intent: int | None, engagement: int | None) -> str:
    """Three scores 0-100, or nothing, each a number over its bar: parts/score_trio.html with less around them."""
    scores = (("Fit", fit), ("Intent", intent), ("Engagement", engagement))
    rows = ((label, "–" if value is None else value, BARS.get(min(value or 0, 100), "")) for label, value in scores)
    return format_html('<span class="score-trio score-lean">{}</span>', format_html_join("", SCORE, rows))


@register.simple_tag
def committee_dots(roles: Iterable[HasLevel], summary: str) -> str:
    """A dot for each buying role, and the same in words; parts/dots.html must stand on the page."""
    dots = format_html_join("", "{}", ((DOTS[role.level],) for role in roles))
    return format_html('<span class="dots" role="img" title="{}">{}</span>', summary, dots)


@register.simple_tag
def tier_badge(level: int | None, name: str = "", held_by: str = "") -> str:
    """The tier of an account, as parts/tier_badge.html writes it."""
    mark = icon("hand", label="by hand") if held_by == "override" else ""
    if not level:
        return format_html('<span class="tier-badge tier-none">No tier{}</span>', mark) if mark else NO_TIER
    return format_html('<span class="tier-badge tier-{}">{}{}</span>', level, name or f"Tier {level}", mark)


@register.simple_tag
def person(name: str) -> SafeString:
    """A person, who looks as parts/person.html has them without a note; their initials are drawn by the styles."""
    return format_html('<span class="person-lean" data-initials="{}">{}</span>', initials(name), name)
