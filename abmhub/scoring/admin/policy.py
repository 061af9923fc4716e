"""The tier policies: a draft is written on one page, what was published is only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Standing, Tier
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.scoring import actions, coverage_check
from abmhub.scoring.admin.policy_rows import LIMITS, PolicyRows
from abmhub.scoring.admin.policy_subjects import Subject, subjects
from abmhub.scoring.admin.versions import VersionAdmin
from abmhub.scoring.coverage_check import written_rules
from abmhub.scoring.linter import ORDER, Remark
from abmhub.scoring.models import TierPolicy
from abmhub.scoring.policy_data import NotAPolicy, digest
from abmhub.users.models import User

SAVE, SAVE_AND_PREVIEW, COUNT = "save", "save-and-preview", "count"
COUNTED = 200_000
"""With more accounts than that they are counted only when somebody asks."""


@dataclass(frozen=True)
class NumberField:
    """A number of the policy as the page shows it."""

    name: str
    label: str
    unit: str
    help_text: str
    value: str
    problem: str


@admin.register(TierPolicy)
class TierPolicyAdmin(VersionAdmin):
    """Saving writes the whole draft at once; all other buttons of its page only change what is typed."""

    actions = ("publish", "copy", "restore")
    list_display = ("name", "version", "status", "rule_count", "published_at", "published_by", "origin")
    list_filter = ("status",)
    list_select_related = ("published_by",)
    search_fields = ("name",)
    ordering = ("-version",)
    fields = ("name",)

    def publish_one(self, row: TierPolicy, by: User) -> TierPolicy:
        return actions.publish_policy(policy=row, by=by, at=timezone.now())

    def copy_one(self, row: TierPolicy) -> TierPolicy:
        return actions.copy_policy(policy=row)

    @admin.action(description="Return to it: publish a copy", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[TierPolicy]) -> None:
        by = cast(User, request.user)

        def return_to(row: TierPolicy) -> TierPolicy:
            return actions.restore_policy(policy=row, by=by, at=timezone.now())

        self._one(request, queryset, return_to, "{} is in force from the next night on.")

    def save_model(self, request: HttpRequest, obj: TierPolicy, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.version = actions.next_version()
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: TierPolicy, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(_page_of(obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierPolicy]:
        policies: QuerySet[TierPolicy] = super().get_queryset(request)
        return policies.annotate(rules_written=Count("rules"))

    @admin.display(description="Rules", ordering="rules_written")
    def rule_count(self, policy: Any) -> int:
        written: int = policy.rules_written
        return written

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        policy: TierPolicy | None = admin.ModelAdmin.get_object(self, request, object_id)
        if policy is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, policy):
            raise PermissionDenied
        if not self.has_change_permission(request, policy):
            if request.method == "POST":
                raise PermissionDenied
            return self._read(request, policy)
        return self._write(request, policy)

    def _read(self, request: HttpRequest, policy: TierPolicy) -> HttpResponse:
        rules = written_rules(policy)
        context = {
            **self._context(request, policy),
            "rules": rules,
            "remarks": coverage_check.remarks(rules, list(Tier.objects.order_by("level"))),
            "capacities": policy.capacities.select_related("tier").order_by("tier"),
        }
        return TemplateResponse(request, "admin/scoring/tierpolicy/read.html", context)

    def _write(self, request: HttpRequest, policy: TierPolicy) -> HttpResponse:
        levels = {str(each.level): each for each in Tier.objects.order_by("level")}
        known = subjects(policy)
        was = digest(policy)
        if request.method != "POST":
            rows = PolicyRows.of(policy, known, levels)
            rows.check(levels)
            return self._editor(request, policy, rows, known, levels, was=was)
        rows = PolicyRows.posted(request.POST, known, levels)
        button, was = request.POST.get("do", ""), request.POST.get("was", "")
        rows.press(button, known)
        is_whole = rows.check(levels)
        if button not in (SAVE, SAVE_AND_PREVIEW):
            return self._editor(request, policy, rows, known, levels, was=was)
        problem = "Nothing is saved yet: mend what is marked below." if not is_whole else ""
        if is_whole:
            try:
                actions.write_policy(policy=policy, data=rows.as_data(), was=was, by=cast(User, request.user))
            except actions.ChangedMeanwhile as refused:
                problem = f"{refused.message} What you wrote is kept here: save again to put it in place of theirs."
                was = digest(policy)
            except (NotAPolicy, Refused) as refused:
                problem = refused.message
        if problem:
            return self._editor(request, policy, rows, known, levels, was=was, problem=problem, status=422)
        self.log_change(request, policy, "Rules written.")
        messages.success(request, f"{rows.name} (version {policy.version}) is saved.")
        to_preview = button == SAVE_AND_PREVIEW
        return HttpResponseRedirect(reverse("policy-preview", args=[policy.pk]) if to_preview else _page_of(policy))

    def _editor(
        self,
        request: HttpRequest,
        policy: TierPolicy,
        rows: PolicyRows,
        known: Mapping[str, Subject],
        levels: Mapping[str, Tier],
        *,
        was: str,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        told = bool(problem) or (request.method == "POST" and request.POST.get("told") == "yes")
        is_counted = request.POST.get("do") == COUNT or Standing.objects.order_by()[: COUNTED + 1].count() <= COUNTED
        context = {
            **self._context(request, policy),
            "rows": rows,
            "numbers": _numbers(rows, levels),
            "subjects": list(known.values()),
            "levels": levels,
            "remarks": self._remarks(rows, list(levels.values()), is_counted=is_counted),
            "is_counted": is_counted,
            "was": was,
            "problem": problem,
            "told": told,
        }
        return TemplateResponse(request, "admin/scoring/tierpolicy/editor.html", context, status=status)

    def _remarks(self, rows: PolicyRows, levels: Sequence[Tier], *, is_counted: bool) -> list[Remark]:
        """What there is to say about the rules that are whole; each is told how many accounts it takes."""
        written = rows.written
        if rows.rules and not written:
            return []
        found = coverage_check.remarks(written, levels)
        if is_counted:
            counts = coverage_check.counts(written, business_day(timezone.now()))
            for row, taken in zip((row for row in rows.rules if row.said), counts.taken, strict=True):
                row.takes = taken
            found += coverage_check.said_by_accounts(written, counts)
        return sorted(found, key=lambda remark: ORDER.index(remark.severity))

    def _context(self, request: HttpRequest, policy: TierPolicy) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(policy),
            "policy": policy,
            "original": policy,
            "has_delete_permission": self.has_delete_permission(request, policy),
        }


def _page_of(policy: TierPolicy) -> str:
    return reverse("admin:scoring_tierpolicy_change", args=[policy.pk])


def _numbers(rows: PolicyRows, levels: Mapping[str, Tier]) -> list[NumberField]:
    words = {
        "promote_band": ("Promote band", "points"),
        "demote_band": ("Demote band", "points"),
        "minimum_stay_days": ("Minimum stay", "days"),
    }
    limits = [
        NumberField(
            name,
            *words[name],
            _help_of(name),
            rows.limits[name],
            rows.problems.get(name, ""),
        )
        for name in LIMITS
    ]
    places = [
        NumberField(
            f"capacity-{level}",
            f"{tier} per rep",
            "accounts",
            "Empty: as many as the rules give. Who has the lowest priority waits.",
            rows.capacities[level],
            rows.problems.get(f"capacity-{level}", ""),
        )
        for level, tier in levels.items()
    ]
    return [*limits, *places]


def _help_of(name: str) -> str:
    return str(getattr(TierPolicy._meta.get_field(name), "help_text", "")).partition(". ")[2]
