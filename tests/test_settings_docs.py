"""docs/operations.md lists every setting, and no other."""

import ast
import os
import re
import subprocess
import sys

import pytest

from abmhub.embedded.home import PROJECT


def settings_read() -> dict[str, str | None]:
    """Each variable that settings.py reads, with its default where that is a plain value."""
    found: dict[str, str | None] = {"ABMHUB_HOME": None}
    for call in ast.walk(ast.parse((PROJECT / "abmhub" / "settings.py").read_text())):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "env"
        ):
            name, *rest = (argument.value if isinstance(argument, ast.Constant) else None for argument in call.args)
            found[str(name)] = str(rest[0]) if rest and rest[0] is not None else found.get(str(name))
    return found


def settings_documented() -> dict[str, str]:
    """Each variable of the table, with what stands in the column of defaults."""
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) \| .+ \|$", (PROJECT / "docs" / "operations.md").read_text(), re.MULTILINE
    )
    assert len(rows) == len(dict(rows)), "a setting has two rows"
    return dict(rows)


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    assert settings_documented().keys() == settings_read().keys()


def test_the_defaults_are_those_of_the_code() -> None:
    words = {"True": "yes", "False": "no"}
    documented = settings_documented()
    for name, default in settings_read().items():
        if default:
            assert words.get(default, default) in documented[name].strip("`"), name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ABMHUB_HTTPS", "perhaps"),
        ("ABMHUB_PROXIES", "-1"),
        ("ABMHUB_LOG_LEVEL", "LOUD"),
        ("ABMHUB_BUSINESS_CURRENCY", "dollars"),
        ("DATABASE_URL", "somewhere"),
        ("EMAIL_URL", "mail.example.com"),
        ("ABMHUB_TIME_ZONE", "Middle/Earth"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_in_a_sentence(name: str, value: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import abmhub.settings"],
        cwd=PROJECT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 1
    assert "docs/operations.md" in loaded.stderr
    assert "Traceback" not in loaded.stderr
    assert name in loaded.stderr
