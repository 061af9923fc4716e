"""The API on one page for people, written from the same document that machines read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

Json = Mapping[str, Any]

VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of what is sent or answered; `place` is query, header, path or body."""

    name: str
    kind: str
    place: str
    about: str
    is_required: bool


@dataclass(frozen=True)
class Operation:
    verb: str
    path: str
    about: str
    asked: list[Field]
    answered: list[Field]
    success: str
    errors: list[str]

    @property
    def anchor(self) -> str:
        """Where a link to it points, such as `post-api-v1-tasks-id-claim`."""
        return "-".join([self.verb.lower(), *(part.strip("{}") for part in self.path.strip("/").split("/"))])


@require_safe
def show_reference(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"resources": resources()})


@lru_cache(maxsize=1)
def resources() -> list[tuple[str, list[Operation]]]:
    """The operations by resource. They change with the code alone, so they are worked out once."""
    document: Json = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {}
    for path, verbs in document["paths"].items():
        resource = path.split("/")[3].capitalize()
        operations = [_operation(document, verb, path, verbs[verb]) for verb in VERBS if verb in verbs]
        found.setdefault(resource, []).extend(operations)
    return list(found.items())


def _operation(document: Json, verb: str, path: str, told: Json) -> Operation:
    success = next(status for status in told["responses"] if status.startswith("2"))
    asked = [
        Field(
            name=each["name"],
            kind=_kind(document, each["schema"]),
            place=each["in"],
            about=each.get("description", ""),
            is_required=each.get("required", False),
        )
        for each in told.get("parameters", ())
    ]
    if "requestBody" in told:
        asked += _fields(document, _schema(told["requestBody"]))
    return Operation(
        verb=verb.upper(),
        path=path,
        about=("One of: " if verb == "get" and path.endswith("{id}/") else "") + told.get("description", ""),
        asked=asked,
        answered=list(_fields(document, _schema(told["responses"][success]))),
        success=f"{success} {HTTPStatus(int(success)).phrase}",
        errors=[f"{status} {HTTPStatus(int(status)).phrase}" for status in told["responses"] if status != success],
    )


def _schema(message: Json) -> Json:
    """What is sent in the one way in which it may be, a form with a file included; of an empty answer, nothing."""
    ways = iter(message.get("content", {}).values())
    return next((way["schema"] for way in ways), {})


def _resolved(document: Json, schema: Json) -> Json:
    """The schema itself, where it is only referred to."""
    if "allOf" in schema:
        return _resolved(document, schema["allOf"][0])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _resolved(document, document["components"]["schemas"][name])
    return schema


def _fields(document: Json, schema: Json, prefix: str = "") -> Iterator[Field]:
    """The fields in their order; those of an object inside follow it, as `outer.inner` or `outer[].inner`."""
    resolved = _resolved(document, schema)
    for name, field in resolved.get("properties", {}).items():
        yield Field(
            name=prefix + name,
            kind=_kind(document, field),
            place="body",
            about=field.get("description", ""),
            is_required=name in resolved.get("required", ()) and not field.get("readOnly", False),
        )
        inner = _resolved(document, field)
        if inner.get("type") == "array":
            yield from _fields(document, inner["items"], f"{prefix}{name}[].")
        else:
            yield from _fields(document, inner, f"{prefix}{name}.")


def _kind(document: Json, schema: Json) -> str:
    """What a value is, in a few words: `integer`, `decimal or null`, `list of integer`, `one of open, done`."""
    resolved = _resolved(document, schema)
    if "oneOf" in resolved:
        kind = _kind(document, resolved["oneOf"][0])
    elif choices := resolved.get("enum"):
        kind = "one of " + ", ".join(str(choice) for choice in choices)
    elif resolved.get("type") == "array":
        kind = "list of " + _kind(document, resolved["items"])
    else:
        kind = str(resolved.get("format") or resolved.get("type", "any"))
    return f"{kind} or null" if schema.get("nullable") else kind
