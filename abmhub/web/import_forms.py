"""The forms of a file on its way in: which one it is, and how it is read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.utils.html import format_html

from abmhub.imports import actions
from abmhub.imports.cells import DateOrder
from abmhub.imports.columns import Facts
from abmhub.imports.kinds import GROUPS, INTAKES
from abmhub.imports.mapping import ColumnMapping, NotMapped, Unit
from abmhub.imports.models import ImportRun, Kind, SavedMapping
from abmhub.imports.reading import DELIMITERS, ENCODINGS, MAX_FILE_BYTES, Shape
from abmhub.imports.vocabulary import choices_of
from abmhub.imports.words import UnknownWord

GUESS = "guess"
READ_AS = "read_as"


def kinds() -> list[tuple[str, Any]]:
    """The kinds under their headings, after the wish to have it guessed."""
    groups = [(title, [(kind, Kind(kind).label) for kind in group if kind in INTAKES]) for title, group in GROUPS]
    return [(GUESS, "Tell from its columns"), *((title, found) for title, found in groups if found)]


class FileForm(forms.Form):
    """A file, and what it is."""

    file = forms.FileField(
        label="File",
        help_text=(
            f"CSV or Excel workbook, packed with gzip or not, up to {MAX_FILE_BYTES // 1024**2} MB and 1,000,000 rows. "
            "Its first line names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.gz,text/csv,application/gzip"}),
    )
    source = forms.CharField(
        max_length=60,
        required=False,
        label="Where does it come from?",
        help_text=(
            "The name of the system, for example Salesforce; empty: what the columns tell. "
            "A later file of the same source updates these rows."
        ),
    )
    kind = forms.ChoiceField(label="What are its rows?", choices=kinds, widget=forms.RadioSelect)

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        return "" if kind == GUESS else kind


@dataclass(frozen=True)
class Vocabulary:
    """The words of one vocabulary that the file uses and we do not know, each with the field that settles it."""

    name: str
    label: str
    words: list[tuple[UnknownWord, forms.BoundField]]


class ReadingForm(forms.Form):
    """How a draft is read: its encoding, what each column is, and what its values mean."""

    sheet = forms.ChoiceField(label="Sheet")
    read_as = forms.ChoiceField(label="Columns are named as in", required=False)
    date_order = forms.ChoiceField(
        label="10/11/2016 means",
        choices=[(DateOrder.DAY_FIRST, "10 November 2016"), (DateOrder.MONTH_FIRST, "11 October 2016")],
        widget=forms.RadioSelect,
    )
    revenue_unit = forms.ChoiceField(label="Annual revenue is written in", choices=[(unit, unit) for unit in Unit])
    encoding = forms.ChoiceField(choices=[(name, name) for name in ENCODINGS])
    delimiter = forms.ChoiceField(label="Columns are separated by", choices=list(DELIMITERS.items()))

    def __init__(self, run: ImportRun, look: actions.Look, data: Any = None) -> None:
        mapping = ColumnMapping.from_json(run.mapping)
        initial = {
            "sheet": run.sheet,
            "encoding": run.encoding,
            "delimiter": run.delimiter,
            "revenue_unit": mapping.revenue_unit,
            "date_order": mapping.date_order,
        }
        super().__init__(data, initial=initial)
        self.run, self.look, self.origin = run, look, mapping.origin
        self._add_columns(mapping)
        self._add_words()
        self._choose_from(mapping)

    def _add_columns(self, mapping: ColumnMapping) -> None:
        meant = {column: name for name, column in mapping.columns.items()}
        choices = [("", "Leave out"), *((known.name, known.label) for known in self.look.fields)]
        for position, column in enumerate(self.run.columns):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=meant.get(column, ""),
                widget=forms.Select(attrs={"class": "select"}),
            )

    def _add_words(self) -> None:
        choices = {word.vocabulary: choices_of(word.vocabulary) for word in self.look.words}
        for word in self.look.words:
            self.fields[_name_of(word)] = _field_for(word, choices[word.vocabulary])

    def _choose_from(self, mapping: ColumnMapping) -> None:
        """Only what there is to choose."""
        if self.run.format == ImportRun.Format.XLSX:
            del self.fields["encoding"], self.fields["delimiter"]
        if len(self.run.sheets) > 1:
            self._choice("sheet").choices = [(sheet, sheet) for sheet in self.run.sheets]
        else:
            del self.fields["sheet"]
        saved = SavedMapping.objects.filter(kind=self.run.kind).order_by("is_shipped", "name")
        names = [(each, each) for each in saved.values_list("name", flat=True)]
        self._choice(READ_AS).choices = [("", "The columns on this page"), *names]
        if not any(known.has_unit for known in self.look.fields):
            del self.fields["revenue_unit"]
        elif because := self.look.guess.revenue_unit_because:
            self.fields["revenue_unit"].help_text = format_html("A guess: {}.", because)
        if not self.look.asks_date_order and mapping.date_order is None:
            del self.fields["date_order"]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        return field

    def columns(self) -> Iterator[tuple[forms.BoundField, Facts]]:
        """Each column of the file with what its values look like."""
        for position, facts in enumerate(self.look.facts):
            yield self[f"column_{position}"], facts

    def vocabularies(self) -> Iterator[Vocabulary]:
        """The unknown words, under the name of what they should be."""
        for vocabulary, words in groupby(self.look.words, key=lambda word: word.vocabulary):
            found = [(word, self[_name_of(word)]) for word in words]
            yield Vocabulary(vocabulary, found[0][0].label, found)

    def settlements(self) -> Iterator[tuple[str, UnknownWord, str]]:
        """Field, word and meaning of each word that somebody gave a meaning."""
        for word in self.look.words:
            name = _name_of(word)
            if meaning := self.cleaned_data.get(name, ""):
                yield name, word, meaning

    def clean(self) -> dict[str, Any]:
        """No two columns are one field, and a row has what it cannot do without."""
        found: dict[str, str] = {}
        for position, column in enumerate(self.run.columns):
            name = self.cleaned_data.get(f"column_{position}", "")
            if name and name in found:
                self.add_error(f"column_{position}", f"“{found[name]}” is that already: leave one of them out.")
            elif name:
                found[name] = column
        self.mapping = ColumnMapping(
            found,
            revenue_unit=Unit(self.cleaned_data.get("revenue_unit") or Unit.ONES),
            date_order=DateOrder(order) if (order := self.cleaned_data.get("date_order")) else None,
            origin=self.origin,
        )
        try:
            self.mapping.check(self.look.fields, self.run.columns)
        except NotMapped as refusal:
            self.add_error(None, refusal.message)
        return self.cleaned_data

    @property
    def shape(self) -> Shape | None:
        """How the file is written, when that was changed: then it has other columns too."""
        if "encoding" not in self.fields:
            return None
        asked = Shape(self["encoding"].value(), self["delimiter"].value())
        known = asked.encoding in ENCODINGS and asked.delimiter in DELIMITERS
        return asked if known and asked != actions.shape_of(self.run) else None

    @property
    def other_sheet(self) -> str:
        """The sheet that is asked for instead of the one that was read."""
        asked = self["sheet"].value() if "sheet" in self.fields else ""
        return asked if asked in self.run.sheets and asked != self.run.sheet else ""

    @property
    def other_mapping(self) -> str:
        """The saved mapping that is asked for."""
        return str(self[READ_AS].value() or "")


def _name_of(word: UnknownWord) -> str:
    """The same in every request, whichever other words there are."""
    return f"word_{hashlib.blake2b(f'{word.vocabulary} {word.value}'.encode(), digest_size=8).hexdigest()}"


def _field_for(word: UnknownWord, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    called = dict(choices).get(word.suggestion, word.suggestion)
    likely = [(word.suggestion, f"Perhaps {called}")] if word.suggestion else []
    others = [choice for choice in choices if choice[0] != word.suggestion]
    return forms.ChoiceField(
        label=f"What {word.value} means",
        choices=[("", "Keep it as it came"), *likely, *others],
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )
