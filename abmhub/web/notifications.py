"""Notifications: what was I told?"""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from abmhub.users.models import MailChoice
from abmhub.web.paging import page_of
from abmhub.web.requests import Request


class MailForm(forms.ModelForm[MailChoice]):
    """When one is written to."""

    class Meta:
        model = MailChoice
        fields = ("when",)
        labels: ClassVar[dict[str, str]] = {"when": "Write to me by email"}


@require_GET
def list_notifications(request: Request) -> HttpResponse:
    """One's own, newest first; the unread ones stand out."""
    page = page_of(request.user.notifications.all(), request, by=("-created_at", "-pk"), size=30)
    choice = MailChoice.objects.filter(user=request.user).first() or MailChoice(user=request.user)
    return render(request, "notifications/list.html", {"page": page, "form": MailForm(instance=choice)})


@require_POST
def choose_mail(request: Request) -> HttpResponse:
    """How one wants to be written to."""
    choice = MailChoice.objects.filter(user=request.user).first() or MailChoice(user=request.user)
    form = MailForm(request.POST, instance=choice)
    if form.is_valid():
        form.save()
        messages.success(request, f"Mail: {choice.get_when_display()}.")
    return redirect("notification-list")


@require_POST
def open_notification(request: Request, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notification = get_object_or_404(request.user.notifications, pk=pk)
    request.user.notifications.unread().filter(pk=pk).update(read_at=timezone.now())
    leads_home = url_has_allowed_host_and_scheme(notification.path, allowed_hosts=None)
    return redirect(notification.path if notification.path and leads_home else "notification-list")


@require_POST
def read_notifications(request: Request) -> HttpResponse:
    """Mark all as read."""
    count = request.user.notifications.unread().update(read_at=timezone.now())
    if count:
        messages.success(request, f"{count} marked as read.")
    return redirect("notification-list")
