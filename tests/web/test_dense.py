"""The tags of long lists say what their parts say."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template


def rendered(text: str, **context: object) -> str:
    return Template("{% load dense %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("tag", "part"),
    [
        ("{% tier_badge level name %}", '{% include "parts/tier_badge.html" %}'),
        ("{% tier_badge none %}", '{% include "parts/tier_badge.html" with level=none name=none %}'),
        ("{% person name %}", '{% include "parts/person.html" %}'),
        ("{% committee_dots roles name %}", '{% include "parts/committee_dots.html" with summary=name %}'),
    ],
)
def test_a_tag_writes_what_its_part_writes(tag: str, part: str) -> None:
    levels = ("engaged", "reachable", "known", "missing")
    context = {
        "level": 2,
        "none": None,
        "name": "O'Neill & <Sons>",
        "roles": [SimpleNamespace(level=level) for level in levels],
    }

    def words(html: str) -> str:
        return "".join(html.split())

    assert words(rendered(tag, **context)) == words(rendered(part, **context))


def test_scores_are_numbers_and_bars_and_unknown_is_a_dash() -> None:
    html = rendered("{% score_trio 70 none 0 %}", none=None)
    assert "<b>70</b>" in html
    assert 'class="bar-fill" width="70%"' in html
    assert "<b>–</b>" in html
    assert "<b>0</b>" in html
