"""A toast with a button, for what can be taken back."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FORM = (
    '<form class="toast-form" method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
    '<span>{}</span><button class="button button-small" type="submit">{}</button></form>'
)


def with_button(
    request: HttpRequest, sentence: str, label: str, action: str, data: Mapping[str, str] | None = None
) -> SafeString:
    """The sentence of a message, and a button that posts to `action`; it works without script too."""
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', (data or {}).items())
    return format_html(FORM, action, get_token(request), hidden, sentence, label)
