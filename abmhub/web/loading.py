"""Reads our templates without the indentation, which is for whoever writes them: it is a tenth of a page."""

import re

from django.template import Origin
from django.template.loaders import filesystem

# A line with nothing but a tag that writes nothing: the line's own end would be all that is left of it.
SILENT = re.compile(
    r"^(\{% (?:if|elif|else|endif|for|empty|endfor|with|endwith|load|comment|endcomment)\b[^%]*%\})\n", re.MULTILINE
)


class Loader(filesystem.Loader):
    """For pages only: in a letter of plain text every blank counts."""

    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        if not origin.name.endswith(".html"):
            return contents
        return SILENT.sub(r"\1", re.sub(r"^[ \t]+", "", contents, flags=re.MULTILINE))
