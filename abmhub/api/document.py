"""What the generators of the OpenAPI document leave to be put right."""

import re
from typing import Any

ROW = "INDEX"
"""What stands in the document where an answer has the number of a row, as in `lines.INDEX.goal`."""


def number_the_rows(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Says of fields inside a list that their errors carry the row's number: `lines.2.goal`."""
    for schema in result["components"]["schemas"].values():
        attr = schema.get("properties", {}).get("attr", {})
        [name] = attr["enum"] if len(attr.get("enum", ())) == 1 else [""]
        if ROW in name.split("."):
            pattern = re.escape(name).replace(ROW, r"\d+")
            schema["properties"]["attr"] = {"type": "string", "pattern": f"^{pattern}$"}
        # A discriminator chooses by equal names alone.
        if any(ROW in name.split(".") for name in schema.get("discriminator", {}).get("mapping", ())):
            del schema["discriminator"]
    return result
