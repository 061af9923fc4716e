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
        ("{% tier_badge level name by_hand %}", '{% include "parts/tier_badge.html" with held_by=by_hand %}'),
        (
            "{% tier_badge none held_by=by_hand %}",
            '{% include "parts/tier_badge.html" with level=none name=none held_by=by_hand %}',
        ),
    ],
)
def test_a_tag_writes_what_its_part_writes(tag: str, part: str) -> None:
    context = {"by_hand": "override", "level": 2, "none": None, "name": "O'Neill & <Sons>"}

    def words(html: str) -> str:
        return "".join(html.split())

    assert words(rendered(tag, **context)) == words(rendered(part, **context))


def test_a_person_is_named_and_the_initials_are_for_the_styles() -> None:
    assert rendered("{% person name %}", name="O'Neill & <Sons>") == (
        '<span class="person-lean" data-initials="O&lt;">O&#x27;Neill &amp; &lt;Sons&gt;</span>'
    )


def test_scores_are_numbers_and_bars_and_unknown_is_a_dash() -> None:
    html = rendered("{% score_trio 70 none 0 %}", none=None)
    assert "<b>70</b>" in html
    assert '<rect width="70%"/>' in html
    assert "<b>–</b>" in html
    assert "<b>0</b>" in html


def test_every_dot_is_drawn_somewhere_and_all_are_told_in_words() -> None:
    levels = ("engaged", "reachable", "known", "missing")
    roles = [SimpleNamespace(level=level) for level in levels]
    html = rendered("{% committee_dots roles name %}", roles=roles, name="<3 of 4")
    assert 'role="img" title="&lt;3 of 4"' in html
    drawn = rendered('{% include "parts/dots.html" %}')
    for level in levels:
        assert f'<use href="#{level}"/>' in html
        assert f'<symbol id="{level}"' in drawn
