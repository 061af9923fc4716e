"""One person at an account: all that is known of them, and every change that is made to it by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reselect, reswap, retarget

from abmhub.campaigns.models import Channel
from abmhub.committee import actions, privacy
from abmhub.committee.models import SUGGESTED, BuyingRole, Contact, Persona
from abmhub.core.refusals import Refused
from abmhub.users.verbs import may
from abmhub.web.committee import EDIT, crumbs_of
from abmhub.web.committee_map import meaningful_events, suggestions_for
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.timeline import timeline_of

ERASE = "committee.erase"
STANCES = 20
TYPED = "erase"
# PostgreSQL keeps no text with this character in it, and refuses to look for one.
NUL = "\0"

Row = TypeVar("Row", BuyingRole, Channel)


@dataclass(frozen=True)
class OptedOut:
    """A channel, and since when the person does not want to hear from us in it."""

    code: str
    name: str
    at: datetime | None = None
    source: str = ""


class StanceForm(forms.Form):
    """Where somebody stands, and what shows it. What was never said cannot be taken back."""

    stance = forms.ChoiceField(choices=Contact.Stance.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=300,
        label="What shows it?",
        help_text="A sentence they said, or something they did. The next rep reads it too.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "textarea"}),
    )

    def __init__(self, contact: Contact, data: Any) -> None:
        super().__init__(
            data,
            initial={"stance": contact.stance, "note": contact.stance_note},
            auto_id=f"stance-{contact.pk}-%s",
        )
        if contact.stance:
            stance = self.fields["stance"]
            stance.required = False
            stance.choices = [*Contact.Stance.choices, ("", "Take it back")]  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """The facts of a person. Each field also sends what was there when the form was opened."""

    name = forms.CharField(max_length=150)
    title = forms.CharField(max_length=200, required=False)
    email = forms.EmailField(required=False)
    phone = forms.CharField(max_length=40, required=False)
    buying_role = forms.ModelChoiceField(BuyingRole.objects.order_by("position", "pk"), required=False)
    persona = forms.ModelChoiceField(Persona.objects.order_by("name"), required=False)
    seniority = forms.ChoiceField(choices=[("", "Not known"), *Contact.Seniority.choices], required=False)
    department = forms.CharField(max_length=100, required=False)
    locale = forms.CharField(
        max_length=10, required=False, label="Language", help_text="For example en, ar or zh-Hant."
    )
    time_zone = forms.CharField(max_length=40, required=False, help_text="For example Asia/Taipei.")

    def __init__(self, contact: Contact, data: Any) -> None:
        initial = {name: getattr(contact, name) for name in type(self).base_fields}
        super().__init__(data, initial=initial, auto_id=f"person-{contact.pk}-%s")
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            if name in contact.suggested_fields:
                field.help_text = "Suggested by the title. Changed here, it is yours."
        self.fields["buying_role"].empty_label = "No role yet"  # type: ignore[attr-defined]
        self.fields["persona"].empty_label = "No persona"  # type: ignore[attr-defined]

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields that were changed, and what the person saw in them before."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        return changed, {name: self._seen(name) for name in changed}

    def _seen(self, name: str) -> Any:
        """What no browser would send was seen by nobody: it equals nothing that is there."""
        try:
            return self.fields[name].to_python(self.data.get(self.add_initial_prefix(name), ""))
        except forms.ValidationError:
            return ""


class EraseForm(forms.Form):
    """The word that nobody types by accident."""

    typed = forms.CharField(label=f"Type “{TYPED}” to confirm", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip().casefold() != TYPED:
            raise forms.ValidationError(f"Type the word {TYPED}, or go back.")
        return typed


@require_GET
def show_person(request: Request, pk: int) -> HttpResponse:
    return _page(request, _person_of(request, pk))


@require_POST
def settle_suggestions(request: Request, pk: int) -> HttpResponse:
    """Confirm or dismiss what the title suggests; `confirm` and `dismiss` name the fields that were shown."""
    contact = _person_to_edit(request, pk)
    for name, action in (("confirm", actions.confirm), ("dismiss", actions.dismiss)):
        fields = [field for field in request.POST.get(name, "").split() if field in SUGGESTED]
        if fields:
            said = f"{contact}: {'confirmed' if name == 'confirm' else 'dismissed'}."
            return _act(request, contact, action, said, fields=fields)
    return redirect(_back(request, contact))


@require_http_methods(["GET", "POST"])
def set_stance(request: Request, pk: int) -> HttpResponse:
    contact = _person_to_edit(request, pk)
    form = StanceForm(contact, request.POST if request.method == "POST" else None)
    return _fill_in(request, contact, form, "stance", lambda: (actions.set_stance, form.cleaned_data))


@require_http_methods(["GET", "POST"])
def edit_person(request: Request, pk: int) -> HttpResponse:
    contact = _person_to_edit(request, pk)
    form = PersonForm(contact, request.POST if request.method == "POST" else None)

    def filled_in() -> tuple[Callable[..., Any], dict[str, Any]]:
        changed, seen = form.changes()
        return actions.edit_contact, {"changes": changed, "seen": seen}

    return _fill_in(request, contact, form, "edit", filled_in)


@require_POST
def move_person(request: Request, pk: int) -> HttpResponse:
    """Give the person another buying role; none takes it away."""
    contact = _person_to_edit(request, pk)
    role = _called(BuyingRole.objects.all(), request.POST.get("role", ""))
    said = f"{contact} has the role {role} now." if role else f"{contact} has no role now."
    return _act(request, contact, actions.decide, said, buying_role=role)


@require_POST
def opt_person(request: Request, pk: int) -> HttpResponse:
    """Write down that the person wants to hear no more in a channel (or at all), or does again."""
    contact = _person_to_edit(request, pk)
    code = request.POST.get("channel", "")
    channel = _called(Channel.objects.all(), code)
    is_out = request.POST.get("out") == "1"
    about = channel.name.lower() if channel else "anything"
    said = f"{contact} gets {'no more' if is_out else 'again'}: {about}."
    return _act(request, contact, actions.opt_out if is_out else actions.opt_in, said, channel=code)


@require_GET
def export_person(request: Request, pk: int) -> HttpResponse:
    """All that we hold of the person, as a file to hand over."""
    contact = _person_of(request, pk)
    must_be_allowed(request, ERASE)
    response = JsonResponse(privacy.export_person(contact, by=request.user), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{slugify(contact.name) or "person"}.json"'
    return response


@require_http_methods(["GET", "POST"])
def erase_person(request: Request, pk: int) -> HttpResponse:
    """Say what will happen, and do it once the word is typed."""
    contact = _person_of(request, pk)
    must_be_allowed(request, ERASE)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = contact.account
        privacy.erase(contact=contact, by=request.user, at=timezone.now())
        messages.success(request, "The person is erased. No file brings them back.")
        return redirect("committee-show", account.pk)
    crumbs = [*_crumbs(contact), (contact.name, reverse("person-show", args=[pk]))]
    context = {"contact": contact, "form": form, "breadcrumbs": crumbs}
    return render(request, "committee/erase.html", context, status=422 if form.is_bound else 200)


def _person_of(request: Request, pk: int) -> Contact:
    """The person, if the user may see their account and they were not erased; else there is none."""
    people = Contact.objects.visible_to(request.user).filter(erased_at=None)
    return get_object_or_404(people.select_related("account", "buying_role", "persona"), pk=pk)


def _person_to_edit(request: Request, pk: int) -> Contact:
    contact = _person_of(request, pk)
    must_be_allowed(request, EDIT)
    return contact


def _called(rows: QuerySet[Row], code: str) -> Row | None:
    """The one of that code, which a form named; nothing for an empty one. Another is not found."""
    return get_object_or_404(rows, code=code.replace(NUL, " ")) if code else None


def _back(request: Request, contact: Contact) -> str:
    return way_back(request, reverse("person-show", args=[contact.pk]))


def _opened_from(request: Request, contact: Contact) -> str:
    """The map when its card was opened there, else the person's own page."""
    if request.GET.get("from") == "map":
        return reverse("committee-show", args=[contact.account_id])
    return reverse("person-show", args=[contact.pk])


def _crumbs(contact: Contact) -> list[tuple[str, str]]:
    return crumbs_of(contact.account, ("Buying committee", reverse("committee-show", args=[contact.account_id])))


def _act(request: Request, contact: Contact, action: Callable[..., object], said: str, **values: Any) -> HttpResponse:
    """Do it, and go back to where the person was looked at."""
    try:
        action(contact=contact, by=request.user, at=timezone.now(), **values)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(_back(request, contact))


def _fill_in(
    request: Request,
    contact: Contact,
    form: forms.Form,
    name: str,
    filled_in: Callable[[], tuple[Callable[..., Any], dict[str, Any]]],
) -> HttpResponse:
    """A form about the person: its page, which HTMX puts into the card on the map, and what is sent."""
    if form.is_valid():
        action, values = filled_in()
        try:
            action(contact=contact, by=request.user, at=timezone.now(), **values)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{contact}: saved.")
            return redirect(_back(request, contact))
    context = {
        "contact": contact,
        "form": form,
        "next": way_back(request, _opened_from(request, contact)),
        "breadcrumbs": [*_crumbs(contact), (contact.name, reverse("person-show", args=[contact.pk]))],
    }
    response = render(request, f"committee/{name}.html", context, status=422 if form.is_bound else 200)
    if request.htmx and form.is_bound:
        response = reswap(reselect(retarget(response, f"#more-{contact.pk}"), "#person-form"), "innerHTML")
    return response


def _page(request: Request, contact: Contact) -> HttpResponse:
    channels = {channel.code: channel.name for channel in Channel.objects.order_by("name")}
    opted_out = _opted_out(contact, channels)
    left = set(channels) - {each.code for each in opted_out}
    context = {
        "contact": contact,
        "account": contact.account,
        "is_engaged": meaningful_events(timezone.now(), contact=contact.pk).exists(),
        "suggestions": suggestions_for(contact),
        "timeline": timeline_of(contact.account, contact=contact, before=request.GET.get("before", "")),
        "is_first_page": not request.GET.get("before"),
        "stances": contact.stance_changes.select_related("by").order_by("-changed_at", "-pk")[:STANCES],
        "opted_out": opted_out,
        "channels": [OptedOut(code, name) for code, name in channels.items() if code in left],
        "may_edit": may(request.user, EDIT),
        "may_erase": may(request.user, ERASE),
        "breadcrumbs": _crumbs(contact),
    }
    return render(request, "committee/person.html", context)


def _opted_out(contact: Contact, channels: dict[str, str]) -> list[OptedOut]:
    """From everything first, then from single channels by name."""
    found = [
        OptedOut(each.channel, channels.get(each.channel, each.channel), each.opted_out_at, each.source)
        for each in contact.opt_outs.all()
    ]
    found.sort(key=lambda opted_out: opted_out.name)
    if contact.opted_out_at is None:
        return found
    return [OptedOut("", "Everything", contact.opted_out_at, contact.opted_out_source), *found]
