"""People of accounts: recognised by key, then email, then name within their account."""

import re
from datetime import datetime
from typing import Any, ClassVar

from abmhub.committee.models import Contact, OptOut, Persona, StanceChange
from abmhub.committee.suggestion import RoleWords, TitleReader
from abmhub.core import sql
from abmhub.imports import cells, journal
from abmhub.imports.kinds.base import Beside, CellReader, Intake, Reading, expect
from abmhub.imports.kinds.people import SENIORITIES, STANCES, Forgotten, looks_like_an_address, yes
from abmhub.imports.kinds.whom import ACCOUNT_COLUMNS, ACCOUNT_FIELDS, account_words, email_of, find_accounts, name_of
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind
from abmhub.imports.moments import moment
from abmhub.imports.survival import keep_what_survives

CHANNELS_TO_REFUSE = ("email", "phone", "mail")


class Contacts(Intake):
    kind = Kind.CONTACTS
    model = Contact
    unread = frozenset({"decided", "refreshed_at", "created_at", "updated_at"})
    beside = (
        Beside(OptOut, "contact", "channel", "Opted out of"),
        Beside(StanceChange, "contact", "", "Stance history"),
    )
    fields = (
        Field(
            "external_id", "Key in the source",
            "contactid id recordid vid externalid personid prospectid",
            help="Several keys that were merged, separated by semicolons, are one person.",
        ),
        Field("merged_keys", "Keys merged into it", "hscalculatedmergedvids calculatedmergedvids mergedvids mergedids"),
        Field("name", "Name", "name fullname contactname contact person displayname"),
        Field("first_name", "First name", "firstname givenname forename first"),
        Field("last_name", "Last name", "lastname surname familyname last"),
        Field(
            "email", "Email", "email emailaddress workemail businessemail mail contactemail",
            looks_like=looks_like_an_address,
        ),
        Field("title", "Title", "title jobtitle position jobposition role"),
        Field(
            "phone", "Phone",
            "phone phonenumber businessphone workphone telephone mobilephone mobile mobilephonenumber",
        ),
        *ACCOUNT_FIELDS,
        Field("department", "Department", "department jobfunction function team"),
        Field("seniority", "Seniority", "seniority jobseniority joblevel level managementlevel"),
        Field(
            "buying_role", "Buying role", "buyingrole hsbuyingrole contactrole opportunitycontactrole roleinpurchase",
            vocabulary="buying_role",
        ),
        Field("persona", "Persona", "persona hspersona buyerpersona"),
        Field("stance", "Stance", "stance sentiment attitude"),
        Field("locale", "Locale", "locale preferredlanguage hslanguage language"),
        Field("time_zone", "Time zone", "timezone hstimezone timezonesidkey"),
        Field(
            "opted_out", "Opted out", "optedout optout donotcontact unsubscribedfromall",
            help="From everything: yes, or since when.",
        ),
        Field(
            "email_opted_out", "Opted out of email",
            "hasoptedoutofemail emailoptout hsemailoptout optedoutofemail unsubscribedfromallemail unsubscribed",
        ),
        Field("phone_opted_out", "Do not call", "donotcall phoneoptout optedoutofphone calloptout"),
        Field("mail_opted_out", "Do not mail", "donotmail mailoptout directmailoptout"),
    )  # fmt: skip
    survivors = {
        "name": ("name",), "email": ("email",), "title": ("title",), "phone": ("phone",), "account": ("account_id",),
        "department": ("department",), "seniority": ("seniority",), "buying_role": ("buying_role_id",),
        "persona": ("persona_id",), "stance": ("stance",), "locale": ("locale",), "time_zone": ("time_zone",),
    }  # fmt: skip
    columns = (
        "external_id", "merged_keys", "name", "email", "phone", "title", "seniority", "department", "persona_id",
        "buying_role_id", "suggested_seniority", "suggested_department", "suggested_persona_id",
        "suggested_buying_role_id", "stance", "locale", "time_zone", "opted_out_at", "refused_channels", "refused_at",
        *ACCOUNT_COLUMNS,
    )  # fmt: skip
    sample: ClassVar = (
        ("contact_id", "first_name", "last_name", "email", "job_title", "account", "phone"),
        ("C-1", "Ines", "Okafor", "ines.okafor@acme.example", "Chief Information Officer", "Acme Robotics", ""),
        ("C-2", "Tomas", "Varga", "tomas@acme.example", "Head of Procurement", "Acme Robotics", "+1 555 0100"),
        ("C-3", "Noor", "Vik", "noor.vik@borealis.example", "IT Manager", "Borealis Foods", ""),
    )

    def __init__(self) -> None:
        self._titles = TitleReader.load()
        self._roles = RoleWords.load()
        self._personas = {persona.name.casefold(): persona.pk for persona in Persona.objects.all()}
        self._forgotten = Forgotten()

    def forgets(self, row: CellReader) -> bool:
        return self._forgotten.is_named(row)

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        key, merged = self._keys(row)
        email = email_of(row)
        name = name_of(row, email)
        channels, refused_at = self._refused(row)
        title = row.text("title")
        return (
            key,
            merged,
            name,
            email,
            row.text("phone", 40),
            title,
            *self._said(row),
            *self._titles.suggest(title),
            self._stance(row),
            row.text("locale", 10),
            row.text("time_zone", 40),
            self._since(row, "opted_out"),
            channels,
            refused_at,
            *account_words(row, email),
        )

    def _keys(self, row: CellReader) -> tuple[str, list[str]]:
        """The key of the person, and those of the records that the source made one with it."""
        keys = [key.strip() for key in re.split(r"[;|,]", row.text("external_id")) if key.strip()]
        # HubSpot writes when each was merged behind a colon.
        listed = (key.partition(":")[0].strip() for key in row.raw("merged_keys").split(";"))
        merged = dict.fromkeys([*keys[1:], *filter(None, listed)])
        return (keys[0] if keys else ""), [key for key in merged if key != keys[0]] if keys else []

    def _said(self, row: CellReader) -> tuple[str, str, int | None, int | None]:
        """What the file decides of the fields that titles suggest. A word that we do not know decides nothing."""
        seniority, persona, roles = row.raw("seniority"), row.text("persona", 80), row.raw("buying_role")
        if seniority and cells.plain_word(seniority) not in SENIORITIES:
            row.doubt("seniority", seniority, "No seniority is called that; the title decides.")
        if persona and persona.casefold() not in self._personas:
            row.doubt("persona", persona, "No persona has this name; it was left out.")
        return (
            SENIORITIES.get(cells.plain_word(seniority), ""),
            row.text("department", 100),
            self._personas.get(persona.casefold()),
            self._role(row, roles) if roles else None,
        )

    def _role(self, row: CellReader, cell: str) -> int | None:
        """HubSpot gives somebody several roles; the first that we know is taken."""
        words = [word.strip() for word in cell.split(";") if word.strip()]
        known = [self._roles.called(row.settled("buying_role", word), row.reading.source) for word in words]
        found = [called for called in known if called]
        for word in words if not found else ():
            row.doubt("buying_role", word, "No buying role is called that; say what it means.")
        return next((called.buying_role.pk for called in found if called.buying_role), None)

    def _stance(self, row: CellReader) -> str:
        stance = row.choice("stance", STANCES)
        if stance or not row.raw("buying_role"):
            return stance
        said = self._roles.called(row.raw("buying_role"), row.reading.source)
        return said.stance if said else ""

    def _since(self, row: CellReader, field: str) -> datetime | None:
        """Since when somebody wants nothing; the moment of the import when the file says only yes."""

        def read(cell: str) -> datetime | None:
            try:
                return row.reading.at if yes(cell) else None
            except cells.BadCell:
                return moment(cell, row.reading.mapping.date_order)

        return row.read(field, read)

    def _refused(self, row: CellReader) -> tuple[list[str], list[datetime]]:
        """The channels that somebody does not want, and since when; a file lets nobody in again."""
        since = {channel: self._since(row, f"{channel}_opted_out") for channel in CHANNELS_TO_REFUSE}
        refused = {channel: at for channel, at in since.items() if at}
        return list(refused), list(refused.values())

    def resolve(self, reading: Reading) -> None:
        source = reading.source
        sql.run("imports/rows/skip_identical")
        find_accounts(source)
        sql.run("imports/contacts/skip_merged")
        sql.run("imports/contacts/match_by_key", source=source)
        sql.run("imports/contacts/match_by_merged_key", source=source)
        sql.run("imports/contacts/find_by_address")
        sql.run("imports/whom/reject_without_account")
        self._forgotten.skip_by_name()
        sql.run("imports/contacts/identify")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/contacts/doubt_shared_emails")
        sql.run("imports/contacts/match_by_email", source=source)
        sql.run("imports/contacts/match_by_name", source=source)
        sql.run("imports/rows/reject_same_target")
        sql.run("imports/contacts/doubt_taken_emails")
        sql.run("imports/contacts/doubt_doubles", source=source)
        sql.run("imports/rows/new_targets", table="committee_contact")
        keep_what_survives(self, source)
        sql.run("imports/contacts/merge", source=source)
        sql.run("imports/contacts/reject_taken_addresses")

    def write(self, reading: Reading) -> None:
        source, at = reading.source, reading.at
        expect(journal.write(Contact, "committee/import_new", source=source, at=at), "create")
        journal.write(Contact, "committee/import_changes", at=at)
        journal.write(Contact, "committee/import_confirmations", at=at)
        journal.write(OptOut, "committee/import_opt_outs", source=source)
        journal.write(StanceChange, "committee/import_stances", at=at)
