"""Saved views of a list: its filters, its order and its columns under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Kind:
    """A list whose looks can be kept. `parameter` names the present view in its address, `routes` begin the names of
    the URLs of its views; with the shape "board" a list of tasks is a board."""

    title: str
    about: str
    parameter: str
    routes: str
    path_name: str
    shapes: tuple[tuple[str, str], ...] = ()

    def path(self, query: QueryDict) -> str:
        """Where the list, in the shape that the address asks for, is found."""
        return reverse(dict(self.shapes).get(query.get("shape", ""), self.path_name))

    def route(self, verb: str, *args: Any) -> str:
        return reverse(f"{self.routes}-{verb}", args=args)


KINDS = {
    SavedView.List.ACCOUNTS: Kind(
        "Accounts", "Filters, order and columns of the account list, under a name.", "view", "account-view",
        "account-list",
    ),
    SavedView.List.TASKS: Kind(
        "Tasks", "Filters and order of the queue, as a list or as a board, under a name.", "saved", "task-view",
        "task-list", (("board", "task-board"),),
    ),
}  # fmt: skip


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
    """The list as the view has it."""
    kind, query = _kind_of(view), _kept_query(view)
    query[kind.parameter] = str(view.pk)
    return f"{kind.path(query)}?{query.urlencode()}"


def _kind_of(view: SavedView) -> Kind:
    return KINDS[SavedView.List(view.of)]


def _kept_query(view: SavedView) -> QueryDict:
    query = QueryDict(view.query, mutable=True)
    query.setlist("column", view.columns)
    return query


@require_GET
def list_views(request: Request, of: str) -> HttpResponse:
    """The views that one keeps or others share: a page, and for HTMX the sheet under the button."""
    kind = KINDS[SavedView.List(of)]
    views = SavedView.objects.visible_to(request.user).filter(of=of).select_related("by").order_by("name", "pk")
    context = {
        "views": [(view, kind.route("show", view.pk)) for view in views],
        "kind": kind,
        "save_path": kind.route("save"),
        "query": query_of(request, kind.parameter),
        "breadcrumbs": [(kind.title, reverse(kind.path_name))],
    }
    if (view := view_in(request, of)) is not None:
        own = {verb: kind.route(verb, view.pk) for verb in ("update", "share", "delete")}
        context |= {"view": view, "own_paths": own if view.by_id == request.user.pk else None}
    return render(request, "views/sheet.html" if request.htmx else "views/page.html", context)


def view_in(request: Request, of: str) -> SavedView | None:
    """The view that the address names, if this person may see it."""
    key = request.GET.get(KINDS[SavedView.List(of)].parameter, "")
    if not key.isdecimal() or len(key) > 18:
        return None
    return SavedView.objects.visible_to(request.user).filter(pk=key, of=of).first()


@require_GET
def show_view(request: Request, pk: int, of: str) -> HttpResponse:
    """The address of a view, to be sent to others: it leads to the list as the view has it now."""
    return redirect(address_of(get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk, of=of)))


@require_POST
def save_view(request: Request, of: str) -> HttpResponse:
    """Keep the list as it is under a new name."""
    return _kept(request, SavedView(by=request.user, of=of), request.POST, "Saved. It is under Views.")


@require_POST
def update_view(request: Request, pk: int, of: str) -> HttpResponse:
    """Keep the list as it is now under the name that the view has."""
    view = _own(request, pk, of)
    data = {"name": view.name, "is_shared": view.is_shared, "query": request.POST.get("query", "")}
    return _kept(request, view, data, f"“{view.name}” is this list now.")


@require_POST
def share_view(request: Request, pk: int, of: str) -> HttpResponse:
    """Let everybody use the view, or nobody else any more."""
    view = _own(request, pk, of)
    view.is_shared = not view.is_shared
    view.save(update_fields=["is_shared"])
    messages.success(
        request, f"Everybody finds “{view.name}” under Views now." if view.is_shared else "It is private now."
    )
    return redirect(address_of(view))


@require_POST
def delete_view(request: Request, pk: int, of: str) -> HttpResponse:
    """Forget the view; the toast brings it back."""
    view = _own(request, pk, of)
    kind, query = _kind_of(view), _kept_query(view)
    again = {"name": view.name, "query": query.urlencode(), **({"is_shared": "on"} if view.is_shared else {})}
    view.delete()
    messages.success(request, with_button(request, f"“{view.name}” is deleted.", "Undo", kind.route("save"), again))
    return redirect(f"{kind.path(query)}?{again['query']}")


def _own(request: Request, pk: int, of: str) -> SavedView:
    """A view is changed by whoever made it; the others, of whom some may use it, save one of their own."""
    return get_object_or_404(SavedView, pk=pk, of=of, by=request.user)


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
    query = QueryDict(data.get("query", ""))
    return redirect(f"{_kind_of(view).path(query)}?{query.urlencode()}")
