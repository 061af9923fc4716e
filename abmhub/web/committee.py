"""The buying committee: who decides, who is missing? And people added to it without leaving the page."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from abmhub.accounts.models import Account
from abmhub.committee.actions import Added, NewPerson, add_contacts
from abmhub.committee.models import BuyingRole, TitleReader
from abmhub.committee.paste import MOST_CHARACTERS, MOST_PEOPLE, Paste, read_people
from abmhub.committee.scraps import Pasted
from abmhub.core.days import business_day
from abmhub.users.verbs import may
from abmhub.web.committee_map import committee_of, has_open_deal
from abmhub.web.requests import Request, must_be_allowed, way_back

EDIT = "committee.edit"
IMPORT = "imports.import_files"
FIELDS = ("name", "title", "email", "phone")


@dataclass(frozen=True)
class Row:
    """Somebody to be added, as the form shows them."""

    number: int
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    role: str = ""
    suggested: str = ""
    is_ticked: bool = True
    problem: str = ""
    left_over: str = ""


class PasteForm(forms.Form):
    """Text with people in it."""

    text = forms.CharField(
        max_length=MOST_CHARACTERS,
        label="Paste names and titles",
        help_text="One person a line, rows of a spreadsheet, search results of a network, or an email signature.",
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "data-focus": True,
                "placeholder": "Dana Whitfield, Chief Financial Officer\nIvo Petrov - Operations - ivo@acme.example",
            }
        ),
        error_messages={"max_length": "This is too much at once: paste it in parts, or import it as a file."},
    )


@require_GET
def show_committee(request: Request, pk: int) -> HttpResponse:
    account: Any = _account_of(request, pk, "standing__tier", has_open_deal=has_open_deal())
    at = timezone.now()
    committee = committee_of(account, at, has_open_deal=account.has_open_deal, day=business_day(at))
    context = {
        "account": account,
        "standing": getattr(account, "standing", None),
        "committee": committee,
        "roles": [seat.coverage.role for seat in committee.seats],
        "may_edit": may(request.user, EDIT),
        "may_import": may(request.user, IMPORT),
        "form": PasteForm(auto_id="paste_%s"),
        "breadcrumbs": crumbs_of(account),
    }
    return render(request, "committee/show.html", context)


@require_http_methods(["GET", "POST"])
def add_people(request: Request, pk: int) -> HttpResponse:
    """Text in, a table to look over, people in the committee.

    Posted with `text` it is read and nothing is written; with rows those that are ticked are added.
    """
    account = _account_of(request, pk)
    must_be_allowed(request, EDIT)
    if request.method == "GET":
        return _form(request, account, PasteForm(auto_id="paste_%s"))
    if "text" in request.POST:
        return _look_over(request, account)
    return _add(request, account)


def crumbs_of(account: Account, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        ("Accounts", reverse("account-list")),
        (account.name, reverse("account-show", args=[account.pk])),
        *more,
    ]


def _account_of(request: Request, pk: int, *related: str, **beside: Exists) -> Account:
    accounts = Account.objects.visible_to(request.user).select_related(*related).annotate(**beside)
    account: Account = get_object_or_404(accounts, pk=pk)
    return account


def _form(request: Request, account: Account, form: PasteForm, *, status: int = 200, **more: Any) -> HttpResponse:
    committee = reverse("committee-show", args=[account.pk])
    context = {
        "account": account,
        "form": form,
        "roles": BuyingRole.objects.order_by("position", "pk"),
        "may_import": may(request.user, IMPORT),
        "next": way_back(request, committee),
        "breadcrumbs": crumbs_of(account, ("Buying committee", committee)),
        **more,
    }
    return render(request, "committee/add.html", context, status=status)


def _look_over(request: Request, account: Account) -> HttpResponse:
    form = PasteForm(request.POST, auto_id="paste_%s")
    if not form.is_valid():
        return _form(request, account, form, status=422)
    found = read_people(form.cleaned_data["text"])
    if not found.people:
        form.add_error(
            "text", "Nobody's name was found in this. Write one person a line: the name, a comma, the title."
        )
        return _form(request, account, form, status=422)
    return _form(request, account, form, rows=_rows_of(account, found), paste=found)


def _rows_of(account: Account, found: Paste) -> list[Row]:
    """Those who are at the account already are shown, and not ticked."""
    here = list(account.contacts.values_list("name", "email"))
    names = {_plain(name): name for name, _ in here}
    emails = {email.lower(): name for name, email in here if email}
    reader = TitleReader.load()
    roles = dict(BuyingRole.objects.values_list("pk", "name"))
    rows = []
    for number, person in enumerate(found.people):
        same = emails.get(person.email.lower()) or names.get(_plain(person.name))
        rows.append(
            Row(
                number=number,
                **{field: getattr(person, field) for field in ("name", "title", "email")},
                phone=person.phone or person.mobile,
                suggested=roles.get(reader.suggest(person.title).buying_role or 0, ""),
                is_ticked=not same,
                problem=f"{same} is in the committee already." if same else "",
                left_over=", ".join(_left_over(person)),
            )
        )
        names.setdefault(_plain(person.name), person.name)
        if person.email:
            emails.setdefault(person.email.lower(), person.name)
    return rows


def _left_over(person: Pasted) -> list[str]:
    """What was read and has no place on a contact, and what could not be read."""
    second = person.mobile if person.phone else ""
    return [part for part in (person.company, second, person.url, *person.unread) if part]


def _add(request: Request, account: Account) -> HttpResponse:
    rows = _sent(request)
    ticked = [row for row in rows if row.is_ticked]
    if not ticked:
        return _form(
            request, account, PasteForm(auto_id="paste_%s"), status=422, rows=rows, refusal="Tick whom you want to add."
        )
    roles = {str(role.pk): role for role in BuyingRole.objects.all()}
    people = [NewPerson(row.name, row.title, row.email, row.phone, buying_role=roles.get(row.role)) for row in ticked]
    added = add_contacts(account=account, people=people, by=request.user, at=timezone.now())
    if added.contacts:
        messages.success(request, f"{_names(added)} in the committee of {account} now.")
    if added.refused:
        left = [_refused(ticked[place], problem) for place, problem in added.refused.items()]
        return _form(request, account, PasteForm(auto_id="paste_%s"), status=422, rows=left, was_added=added.contacts)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(way_back(request, reverse("committee-show", args=[account.pk])))


def _names(added: Added) -> str:
    if len(added.contacts) == 1:
        return f"{added.contacts[0]} is"
    return f"{len(added.contacts)} people are"


def _refused(row: Row, problem: str) -> Row:
    told = {field: getattr(row, field) for field in (*FIELDS, "number", "role")}
    return Row(**told, problem=problem, is_ticked=False)


def _sent(request: Request) -> list[Row]:
    """The rows of the table as they were sent; what is longer than its column is refused with them."""
    rows = []
    for number in range(MOST_PEOPLE):
        if f"name-{number}" not in request.POST:
            continue
        values = {field: request.POST.get(f"{field}-{number}", "").replace("\0", "").strip() for field in FIELDS}
        is_ticked = f"add-{number}" in request.POST
        rows.append(Row(number=number, role=request.POST.get(f"role-{number}", ""), is_ticked=is_ticked, **values))
    return rows


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
