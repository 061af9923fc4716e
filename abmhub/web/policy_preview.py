"""What a draft of the tier policy would do in the next night: who moves and why, money, places, open orders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.core.refusals import Refused
from abmhub.orders.models import OrderLine
from abmhub.scoring import actions
from abmhub.scoring.entitlement import entitlement_by_tier
from abmhub.scoring.models import PolicyMove, PolicyPreview, TierPolicy
from abmhub.scoring.policy_data import digest
from abmhub.scoring.policy_preview import Moving, matrix, waiting
from abmhub.web.export import csv_response
from abmhub.web.paging import capped_count, page_of, path_with
from abmhub.web.policies import PUBLISH, SEE, policy_of
from abmhub.web.requests import Request, must_be_allowed

HERE = 120_000
"""So many accounts are worked out while the page waits; with more a worker does it."""

NO_TIER = 0
"""No tier, in an address."""

ORDERED_AT_ONCE = 8
ROWS = 25
BESIDE = ("account__owner", "from_tier", "to_tier", "earned_tier")
ORDER = ("-priority", "-account_id")
NARROWING = ("from", "to", "waits", "anyway")


@dataclass(frozen=True)
class Cell:
    """The accounts that go from one tier to another; `path` leads to them, and is empty for those that stay.

    Of `anyway` many the policy in force does the same.
    """

    accounts: int
    anyway: int
    path: str
    rises: bool
    is_shown: bool


@dataclass(frozen=True)
class Line:
    """A tier before and after: its accounts, and what their menus come to in a quarter."""

    tier: Tier | None
    cells: tuple[Cell, ...]
    before: int
    after: int
    amount_each: Decimal

    @property
    def amount_before(self) -> Decimal:
        return self.before * self.amount_each

    @property
    def amount_after(self) -> Decimal:
        return self.after * self.amount_each


@require_http_methods(["GET", "POST"])
def show_preview(request: Request, pk: int) -> HttpResponse:
    """What was found, with the accounts that move a page at a time. Asking for it anew is a POST."""
    must_be_allowed(request, SEE)
    policy = policy_of(pk)
    if request.method == "POST":
        must_be_allowed(request, PUBLISH)
        return _start(request, policy)
    preview = PolicyPreview.objects.filter(policy=policy).select_related("asked_by").first()
    context = {
        "policy": policy,
        "preview": preview,
        "breadcrumbs": [("Tier policies", reverse("policy-list")), (str(policy), reverse("policy-show", args=[pk]))],
    }
    if request.htmx and request.htmx.target == "progress":
        response = render(request, "policies/preview_progress.html", context)
        if preview is None or preview.finished_at:
            response["HX-Refresh"] = "true"
        return response
    if preview and preview.finished_at and not preview.error:
        context |= _found(request, policy, preview)
    return render(request, "policies/preview.html", context)


@require_GET
def export_preview(request: Request, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The accounts that move, or those that the address asks for, as a file."""
    must_be_allowed(request, SEE)
    policy = policy_of(pk)
    preview = PolicyPreview.objects.filter(policy=policy).exclude(finished_at=None).first()
    if preview is None:
        messages.info(request, "There is nothing to export: preview it first.")
        return redirect("policy-preview", pk)
    header = ("Account", "Domain", "Owner", "From", "To", "By the rules", "Held by", "Rule", "Reason", "Anyway")
    return csv_response(f"policy-{policy.version}-moves.csv", header, _lines(_chosen(request, preview)))


def _start(request: Request, policy: TierPolicy) -> HttpResponse:
    try:
        preview = actions.ask_preview(policy=policy, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("policy-show", policy.pk)
    if Standing.objects.order_by()[: HERE + 1].count() <= HERE:
        actions.preview_policy(preview=preview, clock=timezone.now)
    return redirect("policy-preview", policy.pk)


def _found(request: Request, policy: TierPolicy, preview: PolicyPreview) -> dict[str, Any]:
    tiers = list(Tier.objects.order_by("level"))
    moves = _chosen(request, preview)
    page = page_of(moves.select_related(*BESIDE), request, by=ORDER, size=ROWS)
    found = matrix(preview)
    lines = _table(request, found, tiers, entitlement_by_tier(preview.as_of))
    rivals = waiting(preview)
    names = {each.level: each for each in tiers}
    return {
        "is_old": policy.is_draft and digest(policy) != policy.previewed_as,
        "tiers": [*tiers, None],
        "lines": lines,
        "currency": settings.ABMHUB_BUSINESS_CURRENCY,
        "amount_before": sum((line.amount_before for line in lines), Decimal()),
        "amount_after": sum((line.amount_after for line in lines), Decimal()),
        "rising": _together(each for each in found if _place(each.after) < _place(each.before)),
        "falling": _together(each for each in found if _place(each.after) > _place(each.before)),
        "anyway": (anyway := sum(each.anyway for each in found if each.before != each.after)),
        "anyway_path": path_with(request, anyway="no") if anyway and request.GET.get("anyway") != "no" else "",
        "accounts": sum(each.accounts for each in found),
        "waiting": [(each, names[each.tier], path_with(request, waits=str(each.owner))) for each in rivals],
        "waiters": sum(each.waiting for each in rivals),
        **_orders_at_risk(preview),
        "page": page,
        "count": capped_count(moves),
        "words": request.GET.get("q", "").strip(),
        "kept": [(name, request.GET[name]) for name in NARROWING if request.GET.get(name)],
        "all_path": path_with(request, q="", **dict.fromkeys(NARROWING, "")),
        "is_filtered": any(request.GET.get(name) for name in (*NARROWING, "q")),
        "export_path": f"{reverse('policy-preview-export', args=[policy.pk])}?{request.GET.urlencode()}",
    }


def _together(moving: Iterable[Moving]) -> dict[str, Any]:
    moving = list(moving)
    anyway = sum(each.anyway for each in moving)
    note = f"accounts, {anyway:,} of them anyway" if anyway else "accounts"
    return {"accounts": sum(each.accounts for each in moving), "note": note}


def _place(level: int | None) -> int:
    """Where a tier stands among the others: the higher the number the lower the tier, none below all."""
    return 99_999 if level is None else level


def _table(request: Request, found: Sequence[Moving], tiers: Sequence[Tier], amounts: dict[int, Decimal]) -> list[Line]:
    accounts = Counter({(each.before, each.after): each.accounts for each in found})
    anyway = Counter({(each.before, each.after): each.anyway for each in found})
    levels: list[int | None] = [*(tier.level for tier in tiers), None]
    shown = (request.GET.get("from", ""), request.GET.get("to", ""))

    def cell(before: int | None, after: int | None) -> Cell:
        said = {"from": str(before or NO_TIER), "to": str(after or NO_TIER)}
        path = path_with(request, **said, waits="") if before != after and accounts[before, after] else ""
        is_shown = bool(path) and shown == (said["from"], said["to"])
        return Cell(accounts[before, after], anyway[before, after], path, _place(after) < _place(before), is_shown)

    return [
        Line(
            next((tier for tier in tiers if tier.level == level), None),
            tuple(cell(level, after) for after in levels),
            sum(accounts[level, after] for after in levels),
            sum(accounts[before, level] for before in levels),
            amounts.get(level, Decimal()) if level is not None else Decimal(),
        )
        for level in levels
    ]


def _chosen(request: Request, preview: PolicyPreview) -> QuerySet[PolicyMove]:
    """Those that move from and to the tiers that the address names, or wait with one owner; by words in the name.

    With `anyway=no` only what the policy in force would not do.
    """
    moves = PolicyMove.objects.filter(preview=preview)
    owner = request.GET.get("waits", "")
    if owner.isdecimal():
        moves = moves.filter(held_by="capacity", account__owner=int(owner[:18]))
    else:
        moves = moves.exclude(Q(from_tier=F("to_tier")) | Q(from_tier=None, to_tier=None))
    for name, column in (("from", "from_tier"), ("to", "to_tier")):
        level = request.GET.get(name, "")
        if level.isdecimal():
            moves = moves.filter(**{column: int(level[:4]) or None})
    if request.GET.get("anyway") == "no":
        moves = moves.filter(is_anyway=False)
    if words := request.GET.get("q", "").replace("\0", "").strip()[:100]:
        moves = moves.filter(account__in=Account.objects.matching(words).order_by().values("pk"))
    return moves


def _orders_at_risk(preview: PolicyPreview) -> dict[str, Any]:
    """Lines that are not delivered yet, of accounts that would fall; what is ordered is delivered all the same."""
    falling = PolicyMove.objects.filter(preview=preview, from_tier__isnull=False).filter(
        Q(to_tier=None) | Q(to_tier__gt=F("from_tier"))
    )
    lines = OrderLine.objects.filter(
        state__in=(OrderLine.State.ORDERED, OrderLine.State.IN_PRODUCTION),
        order__account__in=falling.values("account"),
    )
    shown = lines.select_related("order__account", "tactic").order_by("promised_on", "pk")
    return {"order_lines": shown[:ORDERED_AT_ONCE], "order_count": lines.count()}


def _lines(moves: QuerySet[PolicyMove]) -> Iterator[Sequence[Any]]:
    for move in moves.select_related(*BESIDE).order_by(*ORDER).iterator(chunk_size=1000):
        yield (
            move.account.name,
            move.account.domain or "",
            move.account.owner.name if move.account.owner else "",
            str(move.from_tier or "No tier"),
            str(move.to_tier or "No tier"),
            str(move.earned_tier or "No tier"),
            move.get_held_by_display() if move.held_by else "",
            move.rule_name,
            move.summary,
            "yes" if move.is_anyway else "no",
        )
