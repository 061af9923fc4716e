"""Programs sign in with a token that an administrator makes for a person."""

from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    """`Authorization: Bearer TOKEN`, as RFC 6750 has it."""

    keyword = "Bearer"
