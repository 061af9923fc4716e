"""The menus: what each tier may order, on one page."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from abmhub.core.admin import SharedChoices, WritesOnlyChanges
from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.menus import drafts
from abmhub.menus.models import ChannelStep, MenuDraft, MenuItem, Play, PlayStep, TierMenu
from abmhub.menus.stages import FunnelStage
from abmhub.users.models import User


class ItemForm(ModelForm[MenuItem]):
    stages = forms.MultipleChoiceField(
        choices=FunnelStage.choices, required=False, widget=forms.SelectMultiple(attrs={"size": 3})
    )

    class Meta:
        model = MenuItem
        fields = "__all__"  # noqa: DJ007 - the draft is no field of a form, and the rest is all shown


class ItemsInline(SharedChoices[MenuItem]):
    model = MenuItem
    form = ItemForm
    exclude: ClassVar[tuple[str, ...]] = ("draft",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuItem]:
        return super().get_queryset(request).in_force().select_related("tier", "tactic", "territory")  # type: ignore[attr-defined, no-any-return]


class ItemInline(ItemsInline):
    extra = 1
    ordering = ("tactic__category__position", "tactic__name")


@admin.register(TierMenu)
class TierMenuAdmin(admin.ModelAdmin[TierMenu]):
    """One page per tier with everything that it may order; the tiers themselves are made elsewhere."""

    list_display = ("name", "motto", "treatment", "item_count")
    fields = ("name", "motto", "treatment")
    readonly_fields = ("name", "motto", "treatment")
    ordering = ("level",)
    inlines = (ItemInline,)
    save_on_top = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierMenu]:
        return super().get_queryset(request).annotate(item_count=Count("menu", filter=Q(menu__draft=None)))

    @admin.display(description="Tactics", ordering="item_count")
    def item_count(self, tier: Any) -> int:
        count: int = tier.item_count
        return count

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DraftItemInline(ItemInline):
    exclude = ("tier", "valid_from_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MenuItem]:
        return super(ItemsInline, self).get_queryset(request).select_related("tactic", "territory")


@admin.register(MenuDraft)
class MenuDraftAdmin(WritesOnlyChanges[MenuDraft]):
    """The next menu of a tier: begun as a copy of today's, looked at as a rep will see it, published whole."""

    list_display = ("name", "tier", "valid_from_on", "state", "preview")
    list_filter = ("tier",)
    list_select_related = ("tier",)
    ordering = ("-pk",)
    actions = ("publish",)
    inlines = (DraftItemInline,)
    save_on_top = True
    fields = ("tier", "name", "valid_from_on", "state", "preview", "what_changes")
    readonly_fields = ("state", "preview", "what_changes")

    def get_fields(self, request: HttpRequest, obj: MenuDraft | None = None) -> Any:
        return self.fields if obj else ("tier", "name", "valid_from_on")

    def get_readonly_fields(self, request: HttpRequest, obj: MenuDraft | None = None) -> Any:
        return (*self.readonly_fields, "tier") if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: MenuDraft | None) -> Any:
        return self.inlines if obj and obj.published_at is None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published is a record."""
        return super().has_change_permission(request, obj) and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)

    def save_model(self, request: HttpRequest, obj: MenuDraft, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change:
            drafts.fill(draft=obj, day=business_day(timezone.now()))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        """A tactic that is added belongs to the tier of the draft."""
        for row in formset.forms:
            if isinstance(row.instance, MenuItem):
                row.instance.tier = form.instance.tier
        super().save_formset(request, form, formset, change)

    def response_add(self, request: HttpRequest, obj: MenuDraft, post_url_continue: str | None = None) -> HttpResponse:
        messages.info(request, f"The draft holds what {obj.tier} may order today. Change it, preview it, publish it.")
        return HttpResponseRedirect(reverse("admin:menus_menudraft_change", args=[obj.pk]))

    @admin.display(description="State")
    def state(self, draft: MenuDraft) -> str:
        return f"Published {business_day(draft.published_at):%-d %B %Y}" if draft.published_at else "Draft"

    @admin.display(description="Preview", empty_value="")
    def preview(self, draft: MenuDraft) -> str | None:
        if draft.published_at:
            return None
        return format_html('<a href="{}?draft={}">See it as a rep does</a>', reverse("menu-preview"), draft.pk)

    @admin.display(description="What it changes")
    def what_changes(self, draft: MenuDraft) -> str:
        """Against the menu of its first day; of what was published, what that changed then."""
        is_open = draft.published_at is None
        changes = drafts.changes_of(draft, day=business_day(timezone.now())) if is_open else draft.changes
        if not changes:
            return "Nothing"
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((change,) for change in changes)))

    @admin.action(description="Publish: put it in force from its day on", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[MenuDraft]) -> None:
        for draft in queryset.order_by("pk"):
            try:
                published = drafts.publish(draft=draft, by=cast(User, request.user), at=timezone.now())
            except Refused as refused:
                self.message_user(request, refused.message, messages.ERROR)
            else:
                said = f"{published} is the menu from {published.valid_from_on:%-d %B %Y} on."
                self.message_user(request, said, messages.SUCCESS)


@admin.register(ChannelStep)
class ChannelStepAdmin(WritesOnlyChanges[ChannelStep]):
    """How many channels an account should be reached through, stage by stage."""

    list_display = ("stage", "channels")
    list_editable = ("channels",)
    ordering = ("channels", "pk")


class PlayForm(ModelForm[Play]):
    only_stages = forms.MultipleChoiceField(
        choices=FunnelStage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: at every stage.",
    )
    stop_rules = forms.MultipleChoiceField(
        choices=Play.StopRule.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What cancels the lines that nobody has begun.",
    )

    class Meta:
        model = Play
        fields = ("name", "description", "tiers", "only_stages", "stop_rules", "archived_at")
        widgets = {"tiers": forms.CheckboxSelectMultiple}


class PlayStepInline(SharedChoices[PlayStep]):
    model = PlayStep
    extra = 1
    ordering = ("offset_days", "pk")
    verbose_name = "tactic"
    verbose_name_plural = "tactics, and when each begins"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlayStep]:
        return super().get_queryset(request).select_related("tactic")


@admin.register(Play)
class PlayAdmin(WritesOnlyChanges[Play]):
    """Tactics that a rep orders together."""

    form = PlayForm
    list_display = ("name", "step_count", "archived_at")
    list_filter = ("tiers",)
    search_fields = ("name", "description")
    ordering = ("name",)
    inlines = (PlayStepInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Play]:
        return super().get_queryset(request).annotate(step_count=Count("steps"))

    @admin.display(description="Tactics", ordering="step_count")
    def step_count(self, play: Any) -> int:
        count: int = play.step_count
        return count
