"""Our templates reach browsers without what is only for whoever writes them."""

from pathlib import Path

import pytest
from django.template import Context, Engine

WRITTEN = """<ul>
  {% for word in words %}
    {% if word %}
      <li>{{ word }}
        {{ word }}</li>
    {% endif %}
  {% endfor %}
</ul>
"""


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("page.html", "<ul>\n<li>a\n  b\na\n  b</li>\n</ul>\n"),
        ("letter.txt", "<ul>\n  \n    \n      <li>a\n  b\n        a\n  b</li>\n    \n  \n</ul>\n"),
    ],
)
def test_a_page_loses_its_indentation_and_neither_words_nor_what_people_wrote(
    tmp_path: Path, name: str, sent: str
) -> None:
    (tmp_path / name).write_text(WRITTEN)
    engine = Engine(dirs=[str(tmp_path)], loaders=["abmhub.web.loading.Loader"])
    assert engine.get_template(name).render(Context({"words": ["a\n  b"]})) == sent
