"""The one way in which pages answer somebody to whom something is not allowed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.defaults import permission_denied

from abmhub.core.refusals import NotAllowed


class Forbidding:
    """Middleware: a NotAllowed that a view lets through becomes the page of a 403, which says its sentence.

    The API has its own door for it, abmhub.api.errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return permission_denied(request, exception) if isinstance(exception, NotAllowed) else None
