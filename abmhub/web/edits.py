"""Changing accounts by hand: one fact on the account page, some facts of many, and taking it back."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from abmhub.accounts.editing import MOST_ACCOUNTS, StaleForm, confirm_facts, edit_accounts, edit_field, undo_edit
from abmhub.accounts.facts import Fact, facts, written
from abmhub.accounts.models import Account, AccountEdit
from abmhub.accounts.reassignment import reassignments_of
from abmhub.core.refusals import Refused
from abmhub.users.models import Role
from abmhub.users.verbs import may
from abmhub.web.fact_fields import field_of
from abmhub.web.facts import changes_of, shown_fact
from abmhub.web.listing import listing_of
from abmhub.web.paging import page_of
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.toasts import with_button

EDIT = "accounts.edit"
LEAVE = "Leave as it is"
ACCOUNTS_SHOWN = 100
CHANGES_SHOWN = 50
NAMES_TOLD = 3


class FactForm(forms.Form):
    """One fact: what the form showed, and what it shall be."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, fact: Fact, account: Account, request: Request, data: Any) -> None:
        present = fact.value_of(account)
        shown = "yes" if present is True else "no" if present is False else present
        super().__init__(data, initial={"value": shown, "was": written(present)})
        self.fields["value"] = field_of(fact, request.user, account=account)

    def clean_was(self) -> Any:
        try:
            return json.loads(self.cleaned_data["was"], parse_float=Decimal)
        except ValueError:
            raise forms.ValidationError("Load the page again: the form is not whole.") from None

    def now_shows(self, present: str) -> None:
        """Show what was typed still, as an answer to what the fact is now."""
        self.data = {"was": present, "value": self.data.get("value", "")}


class BulkForm(forms.Form):
    """Facts for many accounts; what stays empty is left as it is, `clear` makes unknown."""

    clear = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Make unknown")

    def __init__(self, request: Request, known: dict[str, Fact], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clear = self.fields.pop("clear")
        for code, fact in known.items():
            self.fields[code] = field_of(fact, request.user, empty=LEAVE)
            if isinstance(self.fields[code], forms.ModelChoiceField):
                self.fields[code].empty_label = LEAVE  # type: ignore[attr-defined]
        clearable = {code: fact.label for code, fact in known.items() if code not in ("is_target", "currency")}
        clear.choices = clearable.items()  # type: ignore[attr-defined]
        self.fields["clear"] = clear

    def clean(self) -> None:
        if not self.errors and not self.changes:
            raise forms.ValidationError("Choose at least one fact to change.")

    @property
    def changes(self) -> dict[str, Any]:
        given = {code: value for code, value in self.cleaned_data.items() if code != "clear"}
        changes = {code: value for code, value in given.items() if value not in (None, "", [])}
        nothing: dict[str, Any] = {"technologies": []}
        for code in self.cleaned_data.get("clear", ()):
            is_text = isinstance(given.get(code), str) and not code.startswith("attributes.")
            changes.setdefault(code, nothing.get(code, "" if is_text else None))
        return changes


@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    """Say that the facts of the account are right."""
    account = get_object_or_404(Account.objects.visible_to(request.user).select_related("standing"), pk=pk)
    must_be_allowed(request, EDIT)
    confirm_facts(account=account, by=request.user, at=timezone.now())
    standing = getattr(account, "standing", None)
    stale = " From the next night on it may rise again." if standing and standing.stale_since_on else ""
    messages.success(request, f"The facts of {account} are confirmed.{stale}")
    return redirect("account-show", pk)


@require_http_methods(["GET", "POST"])
def edit_fact(request: Request, pk: int, code: str) -> HttpResponse:
    """One fact of one account: a page, and for HTMX the place of the fact on the account page."""
    account = get_object_or_404(
        Account.objects.visible_to(request.user).select_related("owner", "territory", "standing"), pk=pk
    )
    fact = facts().get(code)
    if fact is None:
        raise Http404("No such fact.")
    must_be_allowed(request, fact.verb)
    form = FactForm(fact, account, request, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            edit = edit_field(
                account=account,
                field=code,
                was=form.cleaned_data["was"],
                value=form.cleaned_data["value"],
                by=request.user,
                at=timezone.now(),
            )
        except StaleForm as stale:
            status = 409
            form.add_error("value", stale.message)
            form.now_shows(stale.present)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _changed(request, pk, fact, edit)
    context = {
        "account": account,
        "shown": shown_fact(fact, account, request.user),
        "form": form,
        "breadcrumbs": [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))],
    }
    template = "accounts/fact_form.html" if request.htmx else "accounts/fact_page.html"
    if request.htmx and "cancel" in request.GET:
        template = "accounts/fact.html"
    return render(request, template, context, status=status)


def _changed(request: Request, pk: int, fact: Fact, edit: AccountEdit | None) -> HttpResponse:
    if edit is not None:
        messages.success(request, _with_undo(request, edit, f"{edit.summary}."))
    account = Account.objects.visible_to(request.user).filter(pk=pk).first()
    if not request.htmx:
        return redirect("account-show", pk) if account else redirect("account-list")
    if account is None or fact.code == "name":
        return HttpResponse(
            headers={"HX-Redirect": reverse("account-list") if account is None else reverse("account-show", args=[pk])}
        )
    context: dict[str, Any] = {"account": account, "shown": shown_fact(fact, account, request.user), "is_answer": True}
    return render(request, "accounts/fact.html", context)


@require_http_methods(["GET", "POST"])
def edit_many(request: Request) -> HttpResponse:
    """Some facts of the accounts that were ticked, or of all that the list shows."""
    must_be_allowed(request, EDIT)
    back = request.GET.get("back", "")
    is_all = "all" in request.GET
    if is_all:
        accounts = listing_of(request, QueryDict(back)).accounts
    else:
        keys = [int(key) for key in request.GET.getlist("account")[:MOST_ACCOUNTS] if key.isdecimal() and len(key) < 19]
        accounts = Account.objects.visible_to(request.user).filter(pk__in=keys)
    known = {code: fact for code, fact in facts().items() if code != "name" and may(request.user, fact.verb)}
    form = BulkForm(request, known, request.POST if request.method == "POST" else None)
    list_path = f"{reverse('account-list')}?{back}"
    if form.is_valid():
        try:
            edit = edit_accounts(accounts=accounts, changes=form.changes, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            if edit is None:
                messages.info(request, "All of them were so already.")
            else:
                count = edit.accounts.count()
                done = f"{count:,} account{'s'[: count != 1]} changed. {edit.summary}."
                messages.success(request, _with_undo(request, edit, done))
            return redirect(list_path)
    number = accounts.order_by().values("pk")[: MOST_ACCOUNTS + 1].count()
    context = {
        "form": form,
        "number": number,
        "is_too_many": number > MOST_ACCOUNTS,
        "most": MOST_ACCOUNTS,
        "names": accounts.order_by().values_list("name", flat=True)[:5],
        "list_path": list_path,
        "breadcrumbs": [("Accounts", list_path)],
    }
    return render(request, "accounts/edit_many.html", context, status=422 if form.is_bound else 200)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take an edit back, as far as nobody has changed the accounts since."""
    edit = get_object_or_404(_edits_of(request), pk=pk)
    try:
        undone = undo_edit(edit=edit, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(way_back(request, reverse("account-edit-list")))
    given_back = f"Taken back on {undone.given_back:,} account{'s'[: undone.given_back != 1]}."
    if undone.overtaken:
        names = list(undone.overtaken.values())
        more = f" and {len(names) - NAMES_TOLD:,} more" if len(names) > NAMES_TOLD else ""
        messages.warning(
            request,
            f"{given_back} Somebody has changed {', '.join(names[:NAMES_TOLD])}{more} since: they stay as they are.",
        )
        return redirect("account-edit-show", pk)
    messages.success(request, given_back)
    return redirect(way_back(request, reverse("account-edit-show", args=[pk])))


@require_GET
def list_edits(request: Request) -> HttpResponse:
    """What one changed by hand, or an administrator all did; the newest first."""
    must_be_allowed(request, EDIT)
    edits = _edits_of(request).select_related("by", "undone_by").annotate(count=Count("accounts"))
    page = page_of(edits, request, by=("-edited_at", "-pk"), size=30)
    crumbs = [("Accounts", reverse("account-list"))]
    return render(request, "accounts/edits.html", {"page": page, "breadcrumbs": crumbs})


@require_GET
def show_edit(request: Request, pk: int) -> HttpResponse:
    """One edit, account by account."""
    edit = get_object_or_404(_edits_of(request).select_related("by", "undone_by"), pk=pk)
    # Those that were not given back come first.
    edited = edit.accounts.select_related("account").order_by(F("undone_at").asc(nulls_first=True), "pk")
    number = edit.accounts.count()
    context = {
        "edit": edit,
        "changes": changes_of(list(edited[:ACCOUNTS_SHOWN])),
        "number": number,
        "not_shown": max(number - ACCOUNTS_SHOWN, 0),
        "breadcrumbs": [("Accounts", reverse("account-list")), ("Changes", reverse("account-edit-list"))],
    }
    return render(request, "accounts/edit.html", context)


@require_GET
def show_changes(request: Request, pk: int) -> HttpResponse:
    """What became of one account: changes by hand, and who worked it."""
    account = get_object_or_404(Account.objects.visible_to(request.user).select_related("owner", "territory"), pk=pk)
    edited = account.edits.select_related("edit__by").order_by("-pk")[:CHANGES_SHOWN]
    mine = request.user.role == Role.ADMIN
    context = {
        "account": account,
        "changes": [
            replace(change, may_undo=mine or change.edited.edit.by == request.user)
            for change in changes_of(list(edited))
        ],
        "reassignments": reassignments_of(account),
        "breadcrumbs": [("Accounts", reverse("account-list")), (account.name, reverse("account-show", args=[pk]))],
    }
    return render(request, "accounts/changes.html", context)


def _edits_of(request: Request) -> Any:
    if request.user.role == Role.ADMIN:
        return AccountEdit.objects.all()
    return AccountEdit.objects.filter(by=request.user)


def _with_undo(request: Request, edit: AccountEdit, sentence: str) -> Any:
    return with_button(request, sentence, "Undo", reverse("account-edit-undo", args=[edit.pk]), {"next": request.path})
