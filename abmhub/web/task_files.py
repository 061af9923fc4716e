"""Files of a task: added, handed out so that no browser runs them, and taken away."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.models import Task, TaskFile
from abmhub.web.requests import Request, must_be_allowed, way_back
from abmhub.web.task_forms import FileForm

ADD = "orders.add_file"


@require_POST
def add_file(request: Request, pk: int) -> HttpResponse:
    """Keep an uploaded file with the task."""
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=pk)
    must_be_allowed(request, ADD)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, "Choose a file first. An empty one is not kept.")
    else:
        try:
            kept = actions.add_file(task=task, file=form.cleaned_data["file"], by=request.user, at=timezone.now())
        except Refused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, f"{kept.name} is kept with the task.")
    return redirect(way_back(request, _files_of(task.pk)))


@require_POST
def remove_file(request: Request, pk: int) -> HttpResponse:
    """Take a file away."""
    file = get_object_or_404(TaskFile.objects.visible_to(request.user).select_related("by"), pk=pk)
    must_be_allowed(request, ADD)
    try:
        actions.remove_file(file=file, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, f"{file.name} is removed.")
    return redirect(way_back(request, _files_of(file.task_id)))


@require_GET
def show_file(request: Request, pk: int) -> FileResponse:
    """The file, to be kept; with `preview` a picture is shown in place. Whatever is in it, nothing of it runs."""
    file = get_object_or_404(TaskFile.objects.visible_to(request.user), pk=pk)
    is_shown = file.is_picture and bool(request.GET.get("preview"))
    try:
        content = default_storage.open(file.path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=not is_shown, filename=file.name, content_type=file.kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    return response


def _files_of(task: int) -> str:
    return f"{reverse('task-show', args=[task])}#files"
