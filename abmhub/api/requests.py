"""What an API view reads from its request."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from abmhub.users.models import User

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A UUID of yours. Sent again with the same order it returns the first one; nothing is ordered twice.",
)


def user_of(request: Request) -> User:
    """Whoever signed in; views behind IsAuthenticated always have one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    return user


def idempotency_key_of(request: Request) -> UUID:
    """The key that the client chose. Raises ValidationError when it is missing or no UUID."""
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        raise ValidationError(
            {"Idempotency-Key": "Send a UUID of your own in this header, the same one when you retry."}
        ) from None
