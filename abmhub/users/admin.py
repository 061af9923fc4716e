"""Who works here, as what, and how they sign in."""

from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from abmhub.core.admin import ReadOnly
from abmhub.core.refusals import Refused
from abmhub.users import actions
from abmhub.users.models import Absence, Notification, Role, Team, User

# Roles decide; groups of permissions would be a second, quieter answer.
admin.site.unregister(Group)


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    usable_password = forms.ChoiceField(
        label="Password",
        choices=[("true", "Choose one here"), ("false", "None yet: send them a link later")],
        initial="true",
        required=False,
        widget=forms.RadioSelect(attrs={"class": "radiolist inline"}),
    )

    class Meta:
        model = User
        fields = ("name", "email", "role", "team")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name", "email", "role", "team", "password")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}

    def clean_email(self) -> str | None:
        """Nobody and nothing are one: two people without an email do not share it."""
        return self.cleaned_data["email"] or None


class SignInFilter(admin.SimpleListFilter):
    title = "sign-in"
    parameter_name = "sign_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Can sign in"), ("no", "Has no email yet"), ("left", "Has left")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "yes":
                return queryset.filter(is_active=True).exclude(email=None)
            case "no":
                return queryset.filter(is_active=True, email=None)
            case "left":
                return queryset.filter(is_active=False)
        return queryset


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Rooms above add to `inlines` what they know of a person."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("name", "email", "role", "team", "is_active", "last_login")
    list_filter = ("role", SignInFilter, "team")
    list_select_related = ("team",)
    search_fields = ("name", "email")
    search_help_text = "Name or email"
    ordering = ("name", "pk")
    actions = ("send_link", "deactivate", "reactivate")
    autocomplete_fields = ("team",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "source", "external_id", "is_active", "created_at")
    inlines: ClassVar[list[Any]] = []
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("name", "email")}),
        (
            "Work",
            {
                "fields": ("role", "team"),
                "description": "The role decides what somebody may do; team and territories, what sales may see.",
            },
        ),
        (
            "Sign-in",
            {
                "fields": ("password", "is_active", "last_login"),
                "description": "Without an email nobody can sign in. In the list of people: tick somebody, then send "
                "them a link to choose a password, or deactivate who has left.",
            },
        ),
        ("Where they come from", {"fields": ("source", "external_id", "created_at"), "classes": ("collapse",)}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "email", "role", "team", "usable_password", "password1", "password2")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody did stays theirs: a leaver is deactivated."""
        return False

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """The role goes through its action, which also decides about Django admin."""
        role = Role(obj.role)
        if change:
            obj.role = form.initial["role"]
            obj.save(update_fields=set(form.changed_data) & {"name", "email", "team"})
        else:
            obj.email = obj.email or None
            obj.role = Role.SALES_REP
            obj.save()
        if obj.role != role:
            self._attempt(request, actions.change_role, person=obj, role=role)

    def _attempt(self, request: Any, act: Callable[..., object], **wish: Any) -> bool:
        try:
            act(by=request.user, **wish)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return False
        return True

    @admin.action(description="Deactivate: they have left")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = sum(self._attempt(request, actions.deactivate, person=person) for person in queryset)
        self._tell(request, done, "can no longer sign in")

    @admin.action(description="Reactivate: they are back")
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = sum(self._attempt(request, actions.reactivate, person=person) for person in queryset)
        self._tell(request, done, "can sign in again")

    @admin.action(description="Send a link to choose a password")
    def send_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        sent = 0
        for person in queryset:
            form = ResetPasswordForm({"email": person.email})
            if person.is_active and form.is_valid():
                form.save(request)
                sent += 1
            else:
                self.message_user(request, f"{person} has no email, or has left.", messages.ERROR)
        self._tell(request, sent, "got a link by email")

    def _tell(self, request: HttpRequest, count: int, what: str) -> None:
        if count:
            self.message_user(request, f"{count} {'person' if count == 1 else 'people'} {what}.", messages.SUCCESS)


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin[Absence]):
    """Who is away when; people enter their own on the page Absence."""

    list_display = ("person", "starts_on", "ends_on", "delegate")
    list_filter = ("starts_on",)
    list_select_related = ("person", "delegate")
    search_fields = ("person__name", "delegate__name")
    ordering = ("-starts_on", "-pk")
    autocomplete_fields = ("person", "delegate")


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    list_display = ("name", "manager", "calendar", "member_count")
    list_select_related = ("manager", "calendar")
    search_fields = ("name",)
    ordering = ("name",)
    autocomplete_fields = ("manager",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(description="Members", ordering="member_count")
    def member_count(self, team: Any) -> int:
        count: int = team.member_count
        return count


@admin.register(Notification)
class NotificationAdmin(ReadOnly[Notification]):
    """What people were told, and whether they have read it."""

    list_display = ("created_at", "user", "text", "read_at")
    list_select_related = ("user",)
    search_fields = ("user__name", "text")
    ordering = ("-pk",)
    show_full_result_count = False
