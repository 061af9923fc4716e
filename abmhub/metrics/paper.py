"""The monthly report as a PDF: A4, ink on paper, readable without colour.

Drawn by fpdf2 (https://py-pdf.github.io/fpdf2/) with the typefaces that the set-up cut: Latin, Greek, Cyrillic,
Vietnamese, Arabic and Hebrew. Letters of other scripts are question marks: no package that is kept up has a typeface
for Chinese, Japanese and Korean of bearable size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import category, normalize

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from abmhub.campaigns.models import Motion
from abmhub.core.numbers import money_text, percent
from abmhub.core.refusals import Refused
from abmhub.metrics.report import Line, Report, Step
from abmhub.metrics.words import written

FACE = "Inter"
# Each in two weights; the letters that the first has not are taken from the others.
FACES = (FACE, "Noto Sans Arabic", "Heebo")
WEIGHTS = {"": 400, "B": 650}
INK, SOFT, FAINT, RULE, BAR, ACCENT = (
    (32, 34, 40),
    (86, 89, 97),
    (112, 115, 122),
    (214, 212, 207),
    (226, 229, 240),
    (43, 69, 156),
)
MARGIN, WIDTH, LAST_LINE = 16.0, 178.0, 274.0
LINE = 4.4
SPARK_WIDTH, SPARK_HEIGHT = 22.0, 3.6
MOTIONS = {Motion.ABM: "ABM: accounts that we chose", Motion.DEMAND_GEN: "Demand gen: people who came"}


class NoTypeface(Refused):
    """The set-up has not cut the typeface."""


@dataclass(frozen=True)
class Column:
    """One column of a table; `share` of the width, numbers to the right."""

    title: str
    share: float
    is_number: bool = True

    @property
    def width(self) -> float:
        return self.share * WIDTH

    @property
    def align(self) -> Align:
        return Align.R if self.is_number else Align.L


class Paper(FPDF):
    """Sheets with our margins, a line at the foot, and text in whatever our typeface holds."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4")
        self.known: set[int] = set()
        for face in FACES:
            self.take_in(face)
        self.set_fallback_fonts(list(FACES[1:]))
        self.set_text_shaping(use_shaping_engine=True)
        self.foot = f"{report.company}, {report.name}. As known in the night of {report.on:%-d %B %Y}."
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=297 - LAST_LINE)
        self.add_page()

    def take_in(self, face: str) -> None:
        """Take in a typeface in both weights. Raises NoTypeface."""
        for style, weight in WEIGHTS.items():
            file = settings.BASE_DIR / "static" / "build" / f"{face.lower().replace(' ', '-')}-{weight}.ttf"
            if not file.exists():
                raise NoTypeface("The typefaces for paper are missing: run python -m abmhub.web.assets.")
            self.add_font(face, style, file)
        self.known.update(self.fonts[face.lower()].cmap)  # type: ignore[union-attr]

    def footer(self) -> None:
        self.set_y(-14)
        self.ink(FAINT, 7.5)
        self.cell(WIDTH - 20, LINE, self.held(self.foot))
        self.cell(20, LINE, f"{self.page_no()} of {{nb}}", align=Align.R)

    def ink(self, colour: tuple[int, int, int], size: float, *, bold: bool = False) -> None:
        """Write what follows in this colour and size."""
        self.set_text_color(*colour)
        self.set_font(FACE, "B" if bold else "", size)

    def held(self, text: str) -> str:
        """The text on one line, without what the typefaces cannot set; marks that nobody sees go without a trace."""
        letters = normalize("NFC", " ".join(text.split()))
        shown = (each for each in letters if ord(each) in self.known or category(each) != "Cf")
        return "".join(each if ord(each) in self.known else "?" for each in shown)

    def say(self, text: str, *, room: float = 2.0) -> None:
        """A paragraph over the whole width."""
        self.multi_cell(WIDTH, LINE + 0.6, self.held(text), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(room)

    def heading(self, text: str, about: str = "", *, needs: float = 30.0) -> None:
        """A heading that stays with at least so much of what follows."""
        if self.will_page_break(needs):
            self.add_page()
        self.ln(3)
        self.ink(INK, 12, bold=True)
        self.start_section(text)
        self.cell(WIDTH, 6, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if about:
            self.ink(SOFT, 8.5)
            self.say(about, room=1.0)

    def head(self, columns: Sequence[Column]) -> None:
        """The titles of a table."""
        self.ink(FAINT, 7.5)
        for column in columns:
            self.cell(column.width, 5, column.title, align=column.align)
        self.ln(5)
        self.rule()

    def row(self, columns: Sequence[Column], cells: Sequence[str], *, height: float = 6.4, about: str = "") -> None:
        """One row; its first cell names it, with what it is `about` on a second line."""
        if self.will_page_break(height + (3.4 if about else 0)):
            self.add_page()
            self.head(columns)
        top = self.get_y()
        for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self.ink(INK if cell != "–" else FAINT, 9, bold=place == 0)
            self.cell(column.width, height, self.fitting(cell, column.width), align=column.align)
        if about:
            self.set_xy(MARGIN, top + height - 1.0)
            self.ink(SOFT, 7.5)
            self.cell(WIDTH, 3.6, self.fitting(about, WIDTH))
        self.set_xy(MARGIN, top + height + (3.4 if about else 0))
        self.rule()

    def fitting(self, text: str, width: float) -> str:
        """As much of a text as stands in a cell."""
        text = self.held(text)
        room = width - 2 * self.c_margin
        if self.get_string_width(text) <= room:
            return text
        while text and self.get_string_width(f"{text}…") > room:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def rule(self) -> None:
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())

    def spark(self, left: float, top: float, values: Sequence[float]) -> None:
        """A trend without axes, its last point marked; nothing where there are fewer than two."""
        if len(values) < 2:
            return
        low, span = min(values), max(values) - min(values)
        step = SPARK_WIDTH / (len(values) - 1)
        points = [
            (left + place * step, top + SPARK_HEIGHT * (1 - ((value - low) / span if span else 0.5)))
            for place, value in enumerate(values)
        ]
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.35)
        self.polyline(points)
        self.set_fill_color(*ACCENT)
        self.circle(*points[-1], 0.6, style="F")


def printed(report: Report, *, at: datetime) -> bytes:
    """The report as a file. Raises NoTypeface."""
    paper = Paper(report)
    paper.set_title(paper.held(f"{report.company}: {report.name}"))
    paper.set_lang("en")
    paper.set_creation_date(at)
    paper.ink(FAINT, 9)
    paper.cell(WIDTH, 5, paper.held(report.company), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(INK, 22, bold=True)
    paper.cell(WIDTH, 11, report.name, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(SOFT, 9)
    paper.say(f"Monthly report of {report.month:%-d %B} to {report.on:%-d %B %Y}. {report.standing}")
    _metrics(paper, report)
    _funnel(paper, report)
    _changes(paper, report)
    _activities(paper, report)
    _notes(paper, report)
    return bytes(paper.output())


METRICS = (
    Column("Metric", 0.27, is_number=False),
    Column("Month by month", 0.15, is_number=False),
    Column("This month", 0.14),
    Column("Month before", 0.14),
    Column("12 months", 0.14),
    Column("12-month target", 0.16),
)


def _metrics(paper: Paper, report: Report) -> None:
    paper.heading("Metrics", "By the definitions that we agreed on. A dash: something it needs is not known.")
    paper.head(METRICS)
    for line in report.lines:
        ours = line.month.ours.definition
        paper.row(METRICS, _of_metric(line), about=f"{ours.name}: {ours.formula}")
        paper.spark(MARGIN + METRICS[0].width + 1, paper.get_y() - 8.2, line.trend)


def _of_metric(line: Line) -> tuple[str, ...]:
    return line.name, "", line.value, line.before, line.of_year, line.target or "–"


FUNNEL = (
    Column("Stage", 0.24, is_number=False),
    Column("Reached it", 0.12),
    Column("In the month", 0.14),
    Column("Of those before", 0.15),
    Column("95% interval", 0.17),
    Column("Median days", 0.18),
)


def _funnel(paper: Paper, report: Report) -> None:
    paper.heading("Double funnel", report.finding, needs=60)
    for motion, title in MOTIONS.items():
        steps = report.steps(motion)
        if not steps:
            continue
        if paper.will_page_break(45):
            paper.add_page()
        paper.ln(1.5)
        paper.ink(INK, 9.5, bold=True)
        paper.cell(WIDTH, 6, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        paper.head(FUNNEL)
        for step in steps:
            paper.row(FUNNEL, _of_step(step))
        won = steps[-1].cell
        if won.volume and report.funnel:
            paper.ink(SOFT, 8.5)
            paper.ln(1)
            paper.say(f"Won money: {money_text(won.value_amount, report.funnel.currency)}.", room=0.5)


def _of_step(step: Step) -> tuple[str, ...]:
    cell = step.cell
    interval = cell.interval
    return (
        cell.name,
        f"{cell.volume:,}",
        "–" if step.added is None else f"{step.added:+,}".replace("-", "−"),
        percent(cell.conversion),
        f"{percent(interval[0])} to {percent(interval[1])}" if interval else "–",
        "–" if cell.median_days is None else f"{cell.median_days:,.0f}",
    )


def _changes(paper: Paper, report: Report) -> None:
    said = [
        *report.changes,
        *(
            f"{line.name}: over 12 months the target of {line.target.partition(',')[0]} is reached."
            for line in report.lines
            if line.year and line.year.reached
        ),
    ]
    paper.heading("What changed")
    paper.ink(INK, 9)
    for each in said or ["No definition was signed, no target reached, and no account moved between tiers."]:
        paper.say(each, room=0.8)


ACTIVITIES = (
    Column("Activity", 0.34, is_number=False),
    Column("This month", 0.14),
    Column("Goal", 0.12),
    Column("Quality", 0.40),
)
CUSTOMERS = (Column("", 0.48, is_number=False), Column("This month", 0.52))


def _activities(paper: Paper, report: Report) -> None:
    paper.heading("Activity beside its quality")
    paper.head(ACTIVITIES)
    for each in report.activities:
        quality = f"{percent(each.quality)} {each.quality_name}" if each.quality is not None else "–"
        paper.row(ACTIVITIES, (each.figure.name, f"{each.done:,}", f"{each.goal:,}" if each.goal else "–", quality))
    paper.heading("Customers and pipeline")
    paper.head(CUSTOMERS)
    for measure in report.customers:
        paper.row(CUSTOMERS, (measure.name, written(measure.value, measure.unit)), about=measure.note)


def _notes(paper: Paper, report: Report) -> None:
    if not report.notes:
        return
    paper.heading("What no figure tells")
    for note in report.notes:
        paper.ink(INK, 9)
        paper.say(f"{note.about}: {note.text}", room=0)
        paper.ink(SOFT, 8)
        paper.say(f"{note.by.name}, {note.on:%-d %B}", room=1.2)
