"""Personas: what drives each type of buyer, and what speaks to them at which stage."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from abmhub.accounts.scope import Scope
from abmhub.committee.models import Contact, Content, ContentStage, Persona
from abmhub.users.models import Role, User
from abmhub.web.paging import COUNT_LIMIT, capped, capped_count
from abmhub.web.requests import Request

PEOPLE = 12
STAGES = {
    ContentStage.TOFU: "Top of funnel: does not look for anything yet",
    ContentStage.MOFU: "Middle of funnel: compares ways",
    ContentStage.BOFU: "Bottom of funnel: decides",
}


@dataclass(frozen=True)
class Stage:
    """What to say at a stage, and what to show."""

    label: str
    about: str
    message: str
    content: list[Content]


@require_GET
def list_personas(request: Request) -> HttpResponse:
    personas = _with_people(request.user).prefetch_related("content").order_by("buying_role__position", "name")
    cards = [(persona, capped(persona.people)) for persona in personas]
    return render(request, "personas/list.html", {"cards": cards, "may_edit": _may_edit(request)})


@require_GET
def show_persona(request: Request, pk: int) -> HttpResponse:
    content = Prefetch("content", Content.objects.order_by("stage", "title"))
    persona = get_object_or_404(Persona.objects.select_related("buying_role").prefetch_related(content), pk=pk)
    people = _people(request.user).filter(persona=persona)
    context = {
        "persona": persona,
        "stages": list(_stages(persona)),
        "people": people.select_related("account").order_by("-pk")[:PEOPLE],
        "count": capped_count(people),
        "may_edit": _may_edit(request),
        "breadcrumbs": [("Personas", reverse("persona-list"))],
    }
    return render(request, "personas/show.html", context)


def _stages(persona: Persona) -> Iterator[Stage]:
    content = list(persona.content.all())
    for stage, about in STAGES.items():
        message: str = getattr(persona, f"{stage}_message")
        yield Stage(stage.label, about, message, [each for each in content if each.stage == stage])


def _people(user: User) -> QuerySet[Contact]:
    """Just the people of `Contact.objects.visible_to`, in a shape in which the first of millions are found at once."""
    scope = Scope.of(user)
    people = Contact.objects.known()
    return people if scope.is_everything else people.filter(account__in=scope.accounts())


def _with_people(user: User) -> QuerySet[Any]:
    """Each with how many contacts this person may see it has, counted up to the limit, in one query."""
    some = _people(user).filter(persona=OuterRef("pk")).order_by().values("pk")[: COUNT_LIMIT + 1]
    number = Func(ArraySubquery(some), function="cardinality", output_field=IntegerField())
    return Persona.objects.select_related("buying_role").annotate(people=number)


def _may_edit(request: Request) -> bool:
    return request.user.role == Role.ADMIN and request.user.is_staff
