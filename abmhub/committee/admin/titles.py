"""Title rules: try a title, see what a change of them would do, and let it reach everybody."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from abmhub.committee.models import DEPARTMENTS, SUGGESTED, Contact, TitleReader, TitleRule
from abmhub.committee.suggestion import suggest_anew, suggestions_to_change
from abmhub.core.admin import WritesOnlyChanges

AT_ONCE = 20_000
"""With no more contacts than this a changed rule reaches them while its form is saved."""


class PhrasesField(SimpleArrayField):
    """Phrases with room between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class TitleRuleForm(forms.ModelForm[TitleRule]):
    phrases = PhrasesField(
        forms.CharField(max_length=60, required=False),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text=(
            "Whole words, separated by commas: vice president, vp, chief ... officer. Three dots stand for up to four "
            "words. A longer phrase hides a shorter one inside it. What is written in capitals is found in capitals "
            "alone, unless the whole title is in small letters."
        ),
    )

    def clean_phrases(self) -> list[str]:
        phrases = (" ".join(phrase.split()) for phrase in self.cleaned_data["phrases"] or ())
        return list(dict.fromkeys(filter(None, phrases)))


class TryForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label="A title")


@admin.register(TitleRule)
class TitleRuleAdmin(WritesOnlyChanges[TitleRule]):
    form = TitleRuleForm
    change_list_template = "admin/committee/titlerule/change_list.html"
    list_display = ("says", "suggests", "listens_to", "asks", "position")
    list_filter = ("suggests", "seniority", "buying_role")
    list_select_related = ("persona", "buying_role")
    search_fields = ("phrases",)
    search_help_text = "A phrase"
    ordering = ("suggests", "position", "pk")
    fieldsets = (
        (
            None,
            {"fields": ("suggests", "position"), "description": "Of the rules that match, the lowest position speaks."},
        ),
        ("When the title says", {"fields": ("phrases", ("if_seniority", "if_department"))}),
        (
            "Then suggest",
            {
                "fields": (("seniority", "department"), ("buying_role", "persona")),
                "description": f"Fill in one. The shipped rules call departments {', '.join(DEPARTMENTS)}.",
            },
        ),
    )

    @admin.display(description="Suggestion")
    def says(self, rule: TitleRule) -> str:
        return rule.said_for_people

    @admin.display(description="When the title says")
    def listens_to(self, rule: TitleRule) -> str:
        return rule.heard_for_people if rule.phrases else "Anything"

    @admin.display(description="And it was found to be")
    def asks(self, rule: TitleRule) -> str:
        return ", ".join(filter(None, (rule.get_if_seniority_display(), rule.if_department)))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_title)
        return [path("try/", view, name="committee_titlerule_try"), *super().get_urls()]

    def try_title(self, request: HttpRequest) -> HttpResponse:
        """What a title suggests and which rule says so; how many contacts would change; and the button for it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            changed = suggest_anew(at=timezone.now())
            messages.success(request, _sentence(changed))
            return redirect("admin:committee_titlerule_try")
        form = TryForm(request.GET if "title" in request.GET else None)
        reader = TitleReader.load()
        title = form.cleaned_data["title"] if form.is_valid() else ""
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a title",
            "opts": self.opts,
            "form": form,
            "tried": title,
            "answers": _answers(reader, title) if title else (),
            "changes": suggestions_to_change(reader) if "count" in request.GET else None,
        }
        return TemplateResponse(request, "admin/committee/titlerule/try.html", context)

    def response_add(self, request: HttpRequest, obj: TitleRule, *arguments: Any, **options: Any) -> HttpResponse:
        self._reach_contacts(request)
        return super().response_add(request, obj, *arguments, **options)

    def response_change(self, request: HttpRequest, obj: TitleRule, *arguments: Any, **options: Any) -> HttpResponse:
        self._reach_contacts(request)
        return super().response_change(request, obj, *arguments, **options)

    def response_delete(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        self._reach_contacts(request)
        return super().response_delete(request, *arguments, **options)

    def _reach_contacts(self, request: HttpRequest) -> None:
        """Few contacts follow at once; with many, the administrator says when."""
        if Contact.objects.order_by()[: AT_ONCE + 1].count() > AT_ONCE:
            where = reverse("admin:committee_titlerule_try")
            messages.info(request, f"Contacts keep their suggestions until you suggest anew under {where}.")
        else:
            messages.success(request, _sentence(suggest_anew(at=timezone.now())))


def _answers(reader: TitleReader, title: str) -> list[tuple[str, TitleRule | None]]:
    spoken = reader.spoken(title)
    labels = dict(TitleRule.Suggests.choices)
    return [(labels[field], spoken.get(field)) for field in SUGGESTED]


def _sentence(changed: int) -> str:
    if not changed:
        return "No contact changed: the rules say of everybody what is there."
    return f"{changed:,} {'contact follows' if changed == 1 else 'contacts follow'} the rules now."
