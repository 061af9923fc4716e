"""How ABM Hub writes icons, money, moments, shares and bars. Load with {% load abmhub %}."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from abmhub.core.numbers import compact, money_text, percent
from abmhub.orders.addresses import token_of
from abmhub.orders.models import AddressRequest
from abmhub.web.export import exports_of
from abmhub.web.paging import capped

register = template.Library()

UNKNOWN = mark_safe('<span class="faint" title="Not known">–</span>')
# Icons that point along the reading direction; they turn round in a right-to-left language.
DIRECTIONAL = ("arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left", "chevrons-right")

# A page has a hundred icons: what styles/components/controls.css says of all of them need not stand in each.
SAID_IN_STYLES = (
    ' width="16" height="16"',
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"',
)
DRAWING = re.compile(r"(<svg[^>]*>)(.*)(</svg>)")

TONES = {
    "ok": ("done", "delivered", "approved", "accepted", "finished", "published", "won", "active"),
    "info": ("in_progress", "in_production", "running", "claimed"),
    "warn": ("due_soon", "due_today", "late", "needs_approval", "awaiting_approval", "requested"),
    "danger": ("overdue", "failed", "rejected", "refused", "declined", "lost", "blocked"),
}
TONE_OF_STATE = {state: tone for tone, states in TONES.items() for state in states}


@register.simple_tag
def icon(name: str, css: str = "", label: str = "", *, once: bool = False) -> str:
    """A Lucide icon. Without a label it is decoration, silent to a screen reader. What is drawn `once` on a page
    may be had again there by `icon_again`."""
    drawn = _icon(str(name), str(css), str(label))
    return SafeString(DRAWING.sub(rf'\1<g id="icon-{name}">\2</g>\3', drawn)) if once else drawn


@register.simple_tag
def icon_again(name: str) -> str:
    """An icon that stands on the page already, drawn `once`: a third as long as another drawing."""
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag
def icon_shared(name: str, *, first: object = None) -> str:
    """An icon of what stands on every page twice: drawn where it stands `first`, had again at the other place."""
    return icon(name, once=True) if first else icon_again(name)


@register.simple_tag
def symbol(name: str, called: str = "") -> str:
    """An icon for others to `use`, as #icon-name or by what it is `called`: nothing to see where it stands."""
    drawn = DRAWING.sub(r"\2", _icon(name, "", ""))
    return format_html('<symbol id="icon-{}" viewBox="0 0 24 24">{}</symbol>', called or name, SafeString(drawn))


@lru_cache(maxsize=512)
def _icon(name: str, css: str, label: str) -> SafeString:
    classes = " ".join(filter(None, ["icon", "icon-directional" if name in DIRECTIONAL else "", css]))
    spoken = {"role": "img", "aria-label": label} if label else {"aria_hidden": "true"}
    drawn: str = lucide(name, size=16, **{"class": classes}, **spoken)
    for said in SAID_IN_STYLES:
        drawn = drawn.replace(said, "", 1)
    return SafeString(re.sub(r"\s+(?=/>)|\n *", "", drawn))


@register.simple_tag
def money(amount: Decimal | float | None, currency: str = "USD", *, short: bool = False) -> str:
    """Money with its currency; cents only where there are any. `short` gives $1.2M, exact on hover."""
    if amount is None:
        return UNKNOWN
    exact = money_text(amount, currency)
    if short and abs(float(amount)) >= 10_000:
        return format_html('<bdi class="money" title="{}">{}</bdi>', exact, money_text(amount, currency, short=True))
    return format_html('<bdi class="money">{}</bdi>', exact)


@register.inclusion_tag("funnel/exports.html", takes_context=True)
def table_files(context: template.Context, table: str = "") -> dict[str, object]:
    """A table of this page as files: {% table_files "slices" %}."""
    return {"exports": exports_of(context["request"], table)}


register.simple_tag(money_text)
register.filter(compact)
register.filter(percent)


@register.simple_tag
def moment(value: datetime | date | None, *, now: datetime | None = None) -> str:
    """When: relative within a week, else the date; the exact moment on hover and for machines."""
    if value is None:
        return UNKNOWN
    now = timezone.localtime(now)
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(microsecond=0)
        exact = f"{formats.date_format(value, 'D j M Y, H:i')} {value.tzname()}"
        words = _since(now - value) if value <= now else ""
        words = words or _day_words(value.date(), now.date(), time_of_day=value.time())
    else:
        exact = formats.date_format(value, "l j F Y")
        words = _day_words(value, now.date())
    return format_html('<time class="moment" datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def _since(passed: timedelta) -> str:
    """Minutes and hours ago within half a day; longer ago is a matter of days."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 12 * 60 else ""


def _day_words(day: date, today: date, time_of_day: time | None = None) -> str:
    distance = (day - today).days
    clock = f", {formats.time_format(time_of_day, 'H:i')}" if time_of_day else ""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if distance in near:
        return f"{near[distance]}{clock}"
    if -7 < distance < 0:
        return f"{-distance} days ago"
    if 0 < distance < 7:
        return f"in {distance} days"
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")


@register.simple_tag
def due(on: date | None, *, done: bool = False, again: bool = False, now: datetime | None = None) -> str:
    """A promise: late and today in colour with a word, later ones plain; a kept one is only a date.

    With `again` its icons, clock and alarm-clock, stand on the page already, drawn `once`.
    """
    if on is None:
        return UNKNOWN
    days = (on - timezone.localtime(now).date()).days
    if done or days > 0:
        return moment(on, now=now)
    tone, words = ("warn", "due today") if days == 0 else ("danger", f"{-days} day{'s'[: -days != 1]} late")
    return format_html(
        '<time class="status status-plain status-{}" datetime="{}" title="{}">{}{}</time>',
        tone,
        on.isoformat(),
        formats.date_format(on, "l j F Y"),
        (icon_again if again else icon)("clock" if days == 0 else "alarm-clock"),
        words,
    )


@register.filter
def tone(state: object) -> str:
    """The status tone of a state such as "in_progress": ok, info, warn, danger, or waiting."""
    return TONE_OF_STATE.get(str(state), "waiting")


@register.filter
def filled(cells: Iterable[object]) -> str:
    """The cells that say something, in one line."""
    return " · ".join(str(cell) for cell in cells if cell)


@register.filter
def initials(name: object) -> str:
    """At most two letters of a person's name."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def with_mentions(text: str, people: Iterable[str]) -> SafeString:
    """The text with whom it mentions in a mark of their own."""
    names = {part for person in people for part in (person, person.partition(" ")[0])}
    if not names:
        return conditional_escape(text)
    ways = "|".join(re.escape(str(escape(name))) for name in sorted(names, key=len, reverse=True))
    return mark_safe(  # noqa: S308 - escaped before
        re.sub(rf"@({ways})(?!\w)", r'<span class="mention">@\1</span>', escape(text), flags=re.IGNORECASE)
    )


@register.filter
def address_path(asked: AddressRequest) -> str:
    """Where a recipient says where to send something, with the secret in it."""
    return reverse("address-confirm", args=[asked.pk, token_of(asked)])


@register.filter
def file_size(size: int) -> str:
    """In kB or MB, as people say it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


@register.simple_tag
def bar(value: float | None, of: float = 100, tone: str = "", css: str = "") -> str:
    """A bar of value out of `of`. Silent: the number must stand beside it. Unknown is an empty track."""
    return _bars([(value or 0, tone)], of, css)


@register.simple_tag
def stacked_bar(of: float, *parts: object, css: str = "") -> str:
    """Several lengths in one bar: {% stacked_bar total spent "ok" reserved "info" %}."""
    values, tones = parts[::2], parts[1::2]
    return _bars([(value or 0, str(tone)) for value, tone in zip(values, tones, strict=True)], of, css)  # type: ignore[misc]


@register.filter
def counted(number: int) -> str:
    """What was counted up to a limit, as people read it: "10,000+" beyond."""
    return capped(number)


@register.simple_tag
def threshold_bar(share: float, threshold: float, tone: str = "") -> str:
    """A length with the threshold marked across it, both in percent. Silent, as every bar."""
    return format_html(
        '<svg class="bar-marked" aria-hidden="true"><rect class="bar-track" y="25%" width="100%" height="50%"/>'
        '<rect class="bar-fill{}" y="25%" width="{}%" height="50%"/>'
        '<rect class="bar-mark" x="{}%" width="2" height="100%"/></svg>',
        f" bar-{tone}" if tone else "",
        share,
        min(threshold, 99.0),
    )


@register.simple_tag
def fading_bar(strength: int) -> str:
    """What is left of something that fades, in percent: the less, the shorter and the paler. Silent, as every bar."""
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="bar-track" width="100%" height="100%"/>'
        '<rect class="bar-fill" width="{}%" height="100%" fill-opacity="{}"/></svg>',
        strength,
        f"{0.35 + 0.0065 * strength:.2f}",
    )


def _bars(parts: Iterable[tuple[float, str]], of: float, css: str) -> SafeString:
    offset, rects = 0.0, []
    for value, tone_name in parts:
        share = min(max(float(value) / float(of) * 100 if of else 0.0, 0.0), 100.0 - offset)
        if share:
            rects.append((f"bar-{tone_name}" if tone_name else "", f"{offset:.2f}%", f"{share:.2f}%"))
        offset += share
    drawn = format_html_join("", '<rect class="bar-fill {}" x="{}" width="{}" height="100%"/>', rects)
    return format_html(
        '<svg class="bar {}" aria-hidden="true"><rect class="bar-track" width="100%" height="100%"/>{}</svg>',
        css,
        drawn,
    )
