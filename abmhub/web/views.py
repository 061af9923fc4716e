"""Saved views of the account list: filters, order and columns under a name."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from abmhub.accounts.models import SavedView
from abmhub.web.listing import query_of
from abmhub.web.requests import Request
from abmhub.web.toasts import with_button


class ViewForm(forms.ModelForm[SavedView]):
    """A view as the list sends it: its address, of which the columns are kept apart."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "query")

    def clean(self) -> None:
        super().clean()
        query = QueryDict(self.cleaned_data.get("query", ""), mutable=True)
        self.instance.columns = query.pop("column", [])
        self.cleaned_data["query"] = query.urlencode()


def address_of(view: SavedView) -> str:
    """The account list as the view has it."""
    query = QueryDict(view.query, mutable=True)
    query.setlist("column", view.columns)
    query["view"] = str(view.pk)
    return f"{reverse('account-list')}?{query.urlencode()}"


@require_GET
def list_views(request: Request) -> HttpResponse:
    """The views that one keeps or others share: a page, and for HTMX the sheet under the button."""
    views = SavedView.objects.visible_to(request.user).select_related("by").order_by("name", "pk")
    context = {
        "views": list(views),
        "view": view_in(request),
        "query": query_of(request),
        "breadcrumbs": [("Accounts", reverse("account-list"))],
    }
    return render(request, "accounts/view_sheet.html" if request.htmx else "accounts/view_page.html", context)


def view_in(request: Request) -> SavedView | None:
    """The view that the address names, if this person may see it."""
    key = request.GET.get("view", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    return SavedView.objects.visible_to(request.user).filter(pk=key).first()


@require_GET
def show_view(request: Request, pk: int) -> HttpResponse:
    """The address of a view, to be sent to others: it leads to the list as the view has it now."""
    return redirect(address_of(get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)))


@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep the list as it is under a new name."""
    return _kept(request, SavedView(by=request.user), request.POST, "Saved. It is under Views.")


@require_POST
def update_view(request: Request, pk: int) -> HttpResponse:
    """Keep the list as it is now under the name that the view has."""
    view = _own(request, pk)
    data = {"name": view.name, "is_shared": view.is_shared, "query": request.POST.get("query", "")}
    return _kept(request, view, data, f"“{view.name}” is this list now.")


@require_POST
def share_view(request: Request, pk: int) -> HttpResponse:
    """Let everybody use the view, or nobody else any more."""
    view = _own(request, pk)
    view.is_shared = not view.is_shared
    view.save(update_fields=["is_shared"])
    messages.success(
        request, f"Everybody finds “{view.name}” under Views now." if view.is_shared else "It is private now."
    )
    return redirect(address_of(view))


@require_POST
def delete_view(request: Request, pk: int) -> HttpResponse:
    """Forget the view; the toast brings it back."""
    view = _own(request, pk)
    query = QueryDict(view.query, mutable=True)
    query.setlist("column", view.columns)
    again = {"name": view.name, "query": query.urlencode(), **({"is_shared": "on"} if view.is_shared else {})}
    view.delete()
    messages.success(
        request, with_button(request, f"“{view.name}” is deleted.", "Undo", reverse("account-view-save"), again)
    )
    return redirect(f"{reverse('account-list')}?{again['query']}")


def _own(request: Request, pk: int) -> SavedView:
    """A view is changed by whoever made it; the others, of whom some may use it, save one of their own."""
    return get_object_or_404(SavedView, pk=pk, by=request.user)


def _kept(request: Request, view: SavedView, data: Mapping[str, Any], sentence: str) -> HttpResponse:
    form = ViewForm(data, instance=view)
    try:
        with transaction.atomic():
            found = form.save() if form.is_valid() else None
    except IntegrityError:
        form.add_error("name", "You have a view of this name already.")
    else:
        if found:
            messages.success(request, sentence)
            return redirect(address_of(found))
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect(f"{reverse('account-list')}?{data.get('query', '')}")
