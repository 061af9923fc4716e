"""When deals came to which stage: each stage once a day, in the order of the moments, whatever the order of rows."""

from typing import Any, ClassVar

from abmhub.core import sql
from abmhub.core.days import business_day
from abmhub.imports import journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.imports.moments import moment
from abmhub.pipeline.actions import add_stage
from abmhub.pipeline.models import Stage, StageChange


class StageHistory(Intake):
    kind = Kind.STAGE_HISTORY
    model = StageChange
    fields = (
        Field(
            "opportunity", "Key of the opportunity", "opportunityid dealid oppid opportunity deal id", required=True,
        ),
        Field(
            "stage", "Stage", "stagename stage dealstage tostage newstage newvalue value stageid dealpipelinestageid",
            required=True, vocabulary="stage",
        ),
        Field(
            "entered_at", "Entered",
            "dateentered enteredon enteredat entered changedon changedat changedate fivetranstart createddate "
            "createdat timestamp date lastmodifieddate systemmodstamp",
            required=True, is_date=True,
        ),
    )  # fmt: skip
    columns = ("opportunity_external_id", "stage_name", "entered_at", "entered_on")
    sample: ClassVar = (
        ("opportunity_id", "stage", "entered_on"),
        ("D-1001", "Engaging", "2026-01-12"),
        ("D-1001", "Negotiation", "2026-02-09"),
        ("D-1001", "Won", "2026-03-02"),
    )

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        entered_at = row.read("entered_at", lambda cell: moment(cell, row.reading.mapping.date_order))
        stage = row.settled("stage", row.text("stage", 60))
        return row.text("opportunity"), stage, entered_at, entered_at and business_day(entered_at)

    def targets(self) -> Any:
        return super().targets().select_related("stage")

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        sql.run("imports/stage_history/find_opportunities", source=reading.source)
        sql.run("imports/stage_history/skip_repeats")
        with journal.watching(Stage):
            for unknown in sql.rows("imports/opportunities/unknown_stages"):
                add_stage(name=unknown["name"])
        sql.run("imports/stage_history/find_stages")
        sql.run("imports/stage_history/match")
        sql.run("imports/stage_history/new_targets")

    def write(self, reading: Reading) -> None:
        expect(journal.write(StageChange, "pipeline/import_stage_history"), "create")
