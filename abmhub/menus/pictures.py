"""Pictures of tactics: what is taken in, so that nothing but a picture is ever handed out."""

from hashlib import sha256

from abmhub.core.refusals import Refused
from abmhub.menus.models import Tactic, TacticPicture

LARGEST_BYTES = 600_000
Kind = TacticPicture.Kind


class NotAPicture(Refused):
    """It is too large, or no picture of a kind that we show."""


def kind_of(content: bytes) -> str:
    """What the first bytes say it is, whatever its name; empty when it is nothing that we show.

    Drawings (SVG) are left out on purpose: they may carry scripts.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.WEBP
    return ""


def check(content: bytes) -> str:
    """The kind of the picture. Raises NotAPicture."""
    if len(content) > LARGEST_BYTES:
        raise NotAPicture(f"The picture is larger than {LARGEST_BYTES // 1000} kB: make it smaller, 800 pixels do.")
    kind = kind_of(content)
    if not kind:
        raise NotAPicture("This is no PNG, JPEG or WebP picture: export it as one of them.")
    return kind


def set_picture(*, tactic: Tactic, content: bytes) -> TacticPicture:
    """Show this picture of the tactic from now on. Raises NotAPicture."""
    picture, _ = TacticPicture.objects.update_or_create(
        tactic=tactic, defaults={"kind": check(content), "content": content, "digest": sha256(content).hexdigest()}
    )
    return picture


def remove_picture(*, tactic: Tactic) -> None:
    """Show the icon of the category again."""
    TacticPicture.objects.filter(tactic=tactic).delete()
