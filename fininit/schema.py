"""Every table of fininit and every column in it, declared once.

JSON Schemas (``schemas/``), the column tables in ``docs/columns.md``, empty frames, readers, and what redaction does to
a column are all derived from this module; a test holds them equal. Names follow ISO 20022 in snake_case where it has
one, because camt statements and open-banking interfaces share them and because they state the direction of money.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

Type = Literal["text", "int", "decimal", "date", "instant", "bool"]

Protect = Literal["", "account", "name", "phone", "email", "handle", "reference", "text", "filename", "place"]
"""How the one door (``fininit.evidence.redaction``) treats a column; empty means it may leave as it is."""

HANDLING = ("open", "restricted", "fiu", "sar", "privileged", "treaty")
"""Handling codes of a source, least to most closed. The last four never leave unless asked for by name (law 12)."""

CONFIDENTIAL = frozenset({"fiu", "sar", "privileged", "treaty"})

STATUSES = ("booked", "pending", "failed", "reversed")

CHANNELS = (
    "cash",
    "atm",
    "cheque",
    "card",
    "wire",
    "ach",
    "sepa",
    "direct_debit",
    "standing_order",
    "internal",
    "p2p",
    "remittance",
    "crypto",
    "exchange",
    "fee",
    "interest",
    "refund",
    "other",
)

ROLES = ("potential_victim", "victim", "controller", "buyer", "facilitator", "third_party", "unknown")
"""Roles of a party, set by a person and never by a score. ``unknown`` is protected like a potential victim."""

CAPACITIES = ("holder", "joint", "signatory", "authorised_user", "controller")

BREAK_KINDS = (
    "cash-out",
    "account-without-records",
    "unknown-side",
    "fee",
    "overdraft-repaid",
    "out-of-scope",
    "still-held",
)
"""Where a trace can stop. ``still-held`` is the money that never left, as far as the records go."""

LOT_KINDS = ("lot", "before-the-data", "overdraft", "unseen")
"""What a row of ``flow_lots`` changes: a portion that a payment brought; the opening balance; the amount an account is
overdrawn by (``before`` and ``after`` are zero or negative); money that must have been there, though no row shows it.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what it means, and how it is protected when it leaves."""

    name: str
    type: Type
    doc: str
    protect: Protect = ""
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a name, what a row of it is, its columns in order and the columns that identify a row."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """The column called ``name``; raises ``KeyError`` when the table has none."""
        for c in self.columns:
            if c.name == name:
                return c
        raise KeyError(f"{self.name} has no column {name}")

    def polars(self) -> dict[str, pl.DataType]:
        """Column name -> polars type."""
        return dict(_polars_schema(self.name))

    def empty(self) -> pl.DataFrame:
        """A frame with every column and no row."""
        import polars as pl

        return pl.DataFrame(schema=self.polars())

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with exactly this table's columns, in order: missing ones null, types as declared.

        A column the table does not know raises ``KeyError``: a value that nobody declared must not vanish.
        """
        import polars as pl

        unknown = sorted(set(frame.columns) - set(self.names))
        if unknown:
            raise KeyError(f"{self.name} has no column {', '.join(unknown)}")
        have = set(frame.columns)
        return frame.select(
            (pl.col(name) if name in have else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in self.polars().items()
        )

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of one row as it is written in JSON Lines. Amounts are strings, never numbers."""
        properties = {c.name: _json_type(c) for c in self.columns}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:fininit:schema:{self.name}",
            "title": self.name,
            "description": self.doc,
            "type": "object",
            "properties": properties,
            "required": [c.name for c in self.columns if c.required],
            "additionalProperties": False,
        }


@cache
def _polars_schema(name: str) -> tuple[tuple[str, pl.DataType], ...]:
    import polars as pl

    types: dict[Type, pl.DataType] = {
        "text": pl.String(),
        "int": pl.Int64(),
        "decimal": pl.Decimal(38, 18),
        "date": pl.Date(),
        "instant": pl.Datetime("us", "UTC"),
        "bool": pl.Boolean(),
    }
    return tuple((c.name, types[c.type]) for c in TABLES[name].columns)


def _json_type(c: Column) -> dict[str, Any]:
    kinds: dict[Type, dict[str, Any]] = {
        "text": {"type": "string"},
        "int": {"type": "integer"},
        "decimal": {"type": "string", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,18})?$"},
        "date": {"type": "string", "format": "date"},
        "instant": {"type": "string", "format": "date-time"},
        "bool": {"type": "boolean"},
    }
    out: dict[str, Any] = {"description": c.doc} | kinds[c.type]
    if c.values:
        out["enum"] = list(c.values)
    if not c.required:
        out["type"] = [out["type"], "null"]
        if c.values:
            out["enum"] = [*c.values, None]
    if c.protect:
        out["x-protect"] = c.protect
    return out


_ROW = (
    Column("source", "text", "SHA-256 of the file the row stands in, lower-case hex", required=True),
    Column("sheet", "text", "sheet of a workbook or member of an archive; empty for a plain file", protect="reference"),
    Column("row", "int", "the row as a spreadsheet counts it (header = row 1), or the record number", required=True),
)

SOURCES = Table(
    "sources",
    "One file as received, never changed; as an exhibit: who produced it, under what authority, what was asked for.",
    (
        Column("source", "text", "SHA-256 of the bytes, lower-case hex", required=True),
        Column("name", "text", "file name as received, without its folder", protect="filename", required=True),
        Column("bytes", "int", "size in bytes", required=True),
        Column("format", "text", "name of the importer or dialect that read it; null when none did"),
        Column(
            "how",
            "text",
            "declared (a dialect or coded format) or proved (from the whole file)",
            values=("declared", "proved"),
        ),
        Column(
            "status",
            "text",
            "what became of it",
            required=True,
            values=("read", "read-with-refusals", "needs-decision", "refused"),
        ),
        Column("rows_total", "int", "rows in the file", required=True),
        Column("rows_entries", "int", "rows that became an entry, a listing or a record of subscribers", required=True),
        Column("rows_skipped", "int", "rows the format declares not to be transactions", required=True),
        Column("rows_refused", "int", "rows not read, each with a reason", required=True),
        Column("exhibit_no", "text", "exhibit number", protect="reference"),
        Column("producer", "text", "who produced the records (bank, app, agency)"),
        Column("legal_authority", "text", "the power they were obtained under"),
        Column("legal_reference", "text", "reference of the order, request or warrant", protect="reference"),
        Column("received_on", "date", "day of receipt"),
        Column("received_by", "text", "officer who received it", protect="name"),
        Column("period_from", "date", "first day asked for"),
        Column("period_to", "date", "last day asked for"),
        Column("accounts_asked", "text", "accounts asked for, separated by blanks", protect="account"),
        Column("accounts_produced", "text", "accounts produced, separated by blanks", protect="account"),
        Column(
            "handling",
            "text",
            "handling code that every row, link and count of it inherits",
            required=True,
            values=HANDLING,
        ),
    ),
    ("source",),
)

ENTRIES = Table(
    "entries",
    "One row of one source, as the account holder sees it (one-sided) or as printed (two-sided).",
    (
        Column(
            "entry_id",
            "text",
            "16 hex digits of the source, number of the sheet, row, part: <hash>:<sheet>:<row>[.<part>]",
            required=True,
        ),
        *_ROW,
        Column(
            "raw", "text", "the row as it stands in the file; for workbooks its cells as a JSON list", protect="text"
        ),
        Column("statement", "int", "number of the statement within the source, from 1", required=True),
        Column(
            "sides",
            "text",
            "one (a statement: amount as the holder sees it, + is in) or two (payer and beneficiary in one row)",
            required=True,
            values=("one", "two"),
        ),
        Column(
            "account",
            "text",
            "scheme:value. One-sided: whose statement it is. Two-sided: the payer's account",
            protect="account",
            required=True,
        ),
        Column("account_name", "text", "name printed for that account in the row or the statement", protect="name"),
        Column(
            "amount",
            "decimal",
            "signed, in whole units of currency; two-sided: as printed, its sign kept",
            required=True,
        ),
        Column("currency", "text", "ISO 4217 code or asset", required=True),
        Column("booking_date", "date", "day the servicer booked it (posted date)", required=True),
        Column("value_date", "date", "day it counts for interest"),
        Column("booked_at", "instant", "UTC instant, only if the file states the zone or the format declares it"),
        Column("local_time", "text", "local date and time as stated, YYYY-MM-DDTHH:MM[:SS]"),
        Column("local_zone", "text", "zone of local_time as stated or declared"),
        Column(
            "counterparty_account",
            "text",
            "scheme:value of the other side; two-sided: the beneficiary's",
            protect="account",
        ),
        Column("counterparty_name", "text", "name of the other side as printed", protect="name"),
        Column("remittance_info", "text", "payment note, the free text", protect="text"),
        Column("servicer_ref", "text", "the servicer's own reference (bank reference)", protect="reference"),
        Column("end_to_end_id", "text", "the payer's reference, which travels along", protect="reference"),
        Column("transaction_code", "text", "the file's own word or code for the kind of transaction"),
        Column("status", "text", "only booked entries move money", required=True, values=STATUSES),
        Column("balance_after", "decimal", "running balance after this entry, as printed"),
        Column(
            "fee", "decimal", "fee charged to the account on top of amount, positive; balance moves by amount - fee"
        ),
        Column("original_amount", "decimal", "amount in the currency of the purchase, where the file states one"),
        Column("original_currency", "text", "currency of original_amount"),
        Column("tx_hash", "text", "hash of the chain transaction", protect="reference"),
        Column("channel", "text", "how the money moved", values=CHANNELS),
        Column("merchant", "text", "merchant as printed", protect="text"),
        Column("mcc", "text", "ISO 18245 merchant category code"),
        Column("place", "text", "branch, terminal, town", protect="place"),
        Column("cheque_no", "text", "cheque number", protect="reference"),
        Column("card_last4", "text", "last four digits of the card", protect="account"),
        Column("flags", "text", "remarks about the row, kebab-case, separated by blanks"),
    ),
    ("entry_id",),
)

STATEMENTS = Table(
    "statements",
    "What a source states or shows of one account in one currency, and whether the arithmetic holds.",
    (
        Column("source", "text", "SHA-256 of the file", required=True),
        Column("statement", "int", "number of the statement in the file, from 1", required=True),
        Column("account", "text", "scheme:value; null when the file does not name it", protect="account"),
        Column("currency", "text", "ISO 4217 code or asset"),
        Column("entries", "int", "booked entries", required=True),
        Column("sum", "decimal", "their sum, stated fees taken off"),
        Column("opening", "decimal", "opening balance, stated or shown by the running balance"),
        Column("closing", "decimal", "closing balance, stated or shown by the running balance"),
        Column("first", "date", "first booking date"),
        Column("last", "date", "last booking date"),
        Column(
            "balance", "text", "does the bank's own arithmetic hold", required=True, values=("ok", "broken", "absent")
        ),
        Column(
            "stated",
            "text",
            "which of the two balances the file states itself beside its lines; null: only its lines show them",
            values=("opening", "closing", "both"),
        ),
    ),
    ("source", "statement"),
)

ISSUES = Table(
    "issues",
    "Something about a source that a reader must know. Never holds the value of a cell.",
    (
        Column("source", "text", "SHA-256 of the file", required=True),
        Column("kind", "text", "skipped, refused or warning", required=True, values=("skipped", "refused", "warning")),
        Column("code", "text", "stable word, kebab-case", required=True),
        Column("message", "text", "one sentence", required=True),
        Column("sheet", "text", "sheet or member", protect="reference"),
        Column("row", "int", "row as a spreadsheet counts it"),
        Column("column", "text", "declared header or spreadsheet letter"),
        Column("count", "int", "how many rows it stands for", required=True),
        Column("hint", "text", "what to type or look at next"),
    ),
    ("source", "kind", "code", "sheet", "row", "column"),
)

TRANSFERS = Table(
    "transfers",
    "One movement of value, debtor to creditor, positive amount; shown by one or more rows.",
    (
        Column(
            "transfer_id",
            "text",
            "entry_id of the first of its rows in sorted order, prefixed t: (a stated fee: fee:)",
            required=True,
        ),
        Column("debtor_account", "text", "money leaves here (paid by)", protect="account", required=True),
        Column("creditor_account", "text", "money arrives here (paid to)", protect="account", required=True),
        Column("debtor_name", "text", "name printed for the payer", protect="name"),
        Column("creditor_name", "text", "name printed for the payee", protect="name"),
        Column("amount", "decimal", "positive, whole units of currency", required=True),
        Column("currency", "text", "ISO 4217 code or asset", required=True),
        Column("booking_date", "date", "earliest booking date among its rows", required=True),
        Column("value_date", "date", "earliest value date among its rows"),
        Column("booked_at", "instant", "UTC instant where a row states one"),
        Column("remittance_info", "text", "payment note of the first row that has one", protect="text"),
        Column("channel", "text", "how the money moved", values=CHANNELS),
        Column("rows", "int", "how many rows show it", required=True),
        Column("how", "text", "what shows it", required=True, values=("one-side", "both-sides", "two-sided", "fee")),
    ),
    ("transfer_id",),
)

EVIDENCE = Table(
    "evidence",
    "Which rows show which transfer. Every transfer has at least one; a row seen in several files keeps all of them.",
    (
        Column("transfer_id", "text", "the transfer", required=True),
        Column("entry_id", "text", "the entry that shows it", required=True),
        Column(
            "seen_by", "text", "whose record it is", required=True, values=("debtor", "creditor", "both", "duplicate")
        ),
    ),
    ("transfer_id", "entry_id"),
)

PROPOSALS = Table(
    "proposals",
    "Two transfers that look like one, or two rows that look like a repeat: shown to a person, never merged.",
    (
        Column(
            "kind",
            "text",
            "mirror (same payment printed from both ends) or near-duplicate",
            required=True,
            values=("mirror", "near-duplicate"),
        ),
        Column("transfer_a", "text", "one transfer", required=True),
        Column("transfer_b", "text", "the other", required=True),
        Column("reason", "text", "why they look alike", required=True),
    ),
    ("kind", "transfer_a", "transfer_b"),
)

ACCOUNTS = Table(
    "accounts",
    "Every account seen in the transfers.",
    (
        Column("account", "text", "scheme:value", protect="account", required=True),
        Column(
            "scheme",
            "text",
            "iban, acct, app, btc, eth, name (known by its holder's name only), unknown, fee, source",
            required=True,
        ),
        Column("name", "text", "most frequent name printed for it", protect="name"),
        Column("role", "text", "role of its holder, set by a person", required=True, values=ROLES),
        Column("has_records", "bool", "true when a source holds this account's own statement", required=True),
        Column("transfers_in", "int", "transfers received", required=True),
        Column("transfers_out", "int", "transfers sent", required=True),
        Column("first", "date", "first booking date"),
        Column("last", "date", "last booking date"),
    ),
    ("account",),
)

PARTIES = Table(
    "parties",
    "A person or firm tied to an account, a phone or a listing.",
    (
        Column("party_id", "text", "stable id within the case", protect="account", required=True),
        Column("name", "text", "name as printed", protect="name"),
        Column("kind", "text", "person, firm or unknown", required=True, values=("person", "firm", "unknown")),
        Column("role", "text", "role in the case, set by a person", required=True, values=ROLES),
        Column("role_from", "date", "first day the role is held to apply"),
        Column("role_to", "date", "last day"),
        *_ROW,
    ),
    ("party_id", "role_from", "source", "row"),
)

CAPACITIES_TABLE = Table(
    "capacities",
    "In which capacity a party stands to an account, and from when to when. Never one fixed owner.",
    (
        Column("account", "text", "scheme:value", protect="account", required=True),
        Column("party_id", "text", "the party", protect="account", required=True),
        Column(
            "capacity",
            "text",
            "holder, joint, signatory, authorised user, controller",
            required=True,
            values=CAPACITIES,
        ),
        Column("from_date", "date", "first day"),
        Column("to_date", "date", "last day"),
        *_ROW,
    ),
    ("account", "party_id", "capacity", "from_date", "source", "row"),
)

IDENTIFIERS = Table(
    "identifiers",
    "Something found in a row or a listing that can link: a phone, e-mail, handle, IBAN, wallet address.",
    (
        Column(
            "identifier",
            "text",
            "kind:canonical value; of the kind account: the account as other tables name it",
            protect="account",
            required=True,
        ),
        Column(
            "kind",
            "text",
            "what it is",
            required=True,
            values=("phone", "email", "handle", "iban", "account", "card", "wallet", "name", "device", "ip"),
        ),
        Column("as_written", "text", "the text it was read from", protect="text"),
        Column("recovered", "bool", "true when it was hidden in the text and had to be put together", required=True),
        Column("pivot", "bool", "may it link", required=True),
        Column("specificity", "decimal", "how strongly it links, 0 to 1; null when unknown"),
        Column("found_in", "text", "column or field it stood in", required=True),
        Column("start", "int", "offset of its first character in that text"),
        Column("end", "int", "offset after its last character"),
        Column("note", "text", "remarks on it, kebab-case, separated by blanks"),
        Column("account", "text", "account that a record of its servicer states it for, else null", protect="account"),
        Column("from_date", "date", "first day, where such a record states one"),
        Column("to_date", "date", "last day, likewise"),
        *_ROW,
    ),
    ("identifier", "source", "sheet", "row", "found_in", "start"),
)

LISTINGS = Table(
    "listings",
    "One capture of one listing, as a source holds it. Captures of the same content share a listing_id.",
    (
        Column("capture_id", "text", "16 hex digits of the source and the row: <hash>:<row>", required=True),
        Column(
            "listing_id",
            "text",
            "listing: and 16 hex digits of the SHA-256 of what it says: title, text, stated phone, blanks collapsed; "
            "its address or place in the source where it says nothing",
            protect="account",
            required=True,
        ),
        *_ROW,
        Column("raw", "text", "the row as it stands in the file", protect="text"),
        Column("url", "text", "address it stood at", protect="reference"),
        Column("site", "text", "site it stood on, as stated"),
        Column("site_ref", "text", "the site's own number of it", protect="reference"),
        Column("category", "text", "section of the site, as stated", protect="text"),
        Column("title", "text", "its title", protect="text"),
        Column("text", "text", "its text", protect="text"),
        Column("phone", "text", "phone as the source states it apart from the text", protect="phone"),
        Column("place", "text", "place as stated", protect="place"),
        Column("region", "text", "ISO 3166-1 codes of the stated region or regions, separated by blanks"),
        Column("price", "text", "price as stated", protect="text"),
        Column("posted", "text", "when it was posted, as stated", protect="text"),
        Column("posted_on", "date", "day it was posted, where the statement is a day of the declared form"),
        Column("captured", "text", "when it was captured, as stated", protect="text"),
        Column("captured_at", "instant", "UTC instant of the capture, where the zone is stated or declared"),
        Column("captured_by", "text", "who captured it", protect="name"),
        Column("captured_with", "text", "with what it was captured"),
        Column("screenshot_sha256", "text", "SHA-256 of the screenshot, which is kept elsewhere", protect="reference"),
        Column("page_sha256", "text", "SHA-256 of the page, which is kept elsewhere", protect="reference"),
        Column("image_hash", "text", "perceptual hashes of images as stated, separated by blanks", protect="reference"),
        Column("flags", "text", "remarks about the row, kebab-case, separated by blanks"),
    ),
    ("capture_id",),
)

COVERED = ("lines", "none", "not-shown", "gap", "asked")
"""What is known of a month of an account, see :data:`COVERAGE`."""

COVERAGE = Table(
    "coverage",
    "How many statement lines the case holds of an account in one currency, month by month, and what is known of them.",
    (
        Column("account", "text", "scheme:value", protect="account", required=True),
        Column("currency", "text", "ISO 4217 code or asset; null where an account was asked for and has no lines"),
        Column("month", "date", "first day of the month", required=True),
        Column("lines", "int", "booked statement lines, a line that several files show counted once", required=True),
        Column("first", "date", "booking date of the first of them"),
        Column("last", "date", "booking date of the last of them"),
        Column("sources", "int", "files that show lines of the month", required=True),
        Column(
            "state",
            "text",
            "lines: there are some; none: there are none, and balances before and after show that none is missing; "
            "not-shown: there are none, and no balance shows whether any is missing; gap: there are none, and balances "
            "show that some are missing; asked: asked for, before the first or after the last line",
            required=True,
            values=COVERED,
        ),
        Column("breaks", "int", "places in the month where the balances do not follow from each other", required=True),
    ),
    ("account", "currency", "month"),
)

MISSING_KINDS = (
    "not-produced",
    "produced-not-found",
    "gap",
    "overlap-differs",
    "broken",
    "period-without-lines",
    "not-shown",
    "no-balance",
    "ends-not-verified",
)
"""What a row of :data:`MISSING` says, the gravest first."""

MISSING = Table(
    "missing",
    "What is missing of an account, or is not shown to be complete.",
    (
        Column("account", "text", "scheme:value", protect="account", required=True),
        Column("currency", "text", "ISO 4217 code or asset; null where it holds for the account as a whole"),
        Column(
            "kind",
            "text",
            "not-produced: asked for, and the case has no line of it; produced-not-found: stated to be produced, "
            "likewise; gap: a statement does not begin with the balance the one before ended with; overlap-differs: "
            "two statements of the same days do not show the same; broken: the arithmetic of a statement does not "
            "hold; period-without-lines: whole months of the period asked for have no lines; not-shown: no balance "
            "shows whether lines are missing between two statements; no-balance: no balance tests its statements; "
            "ends-not-verified: nothing shows whether lines are missing at an end",
            required=True,
            values=MISSING_KINDS,
        ),
        Column("from_date", "date", "day before which the records are not in question; null: open"),
        Column("to_date", "date", "day from which on they are not; null: open"),
        Column(
            "difference",
            "decimal",
            "what the missing lines must add up to: the balance there is, less the balance there should be",
        ),
        Column("source", "text", "SHA-256 of the file that shows it, or of the later one of two"),
        Column("count", "int", "how many times", required=True),
        Column("what", "text", "in a sentence without values", required=True),
    ),
    ("account", "currency", "kind", "from_date", "to_date", "source", "what"),
)

NEXT_REQUESTS = Table(
    "next_requests",
    "Accounts, phones, mail addresses and handles that payments name and of which the case holds no records.",
    (
        Column("currency", "text", "ISO 4217 code or asset; sums are of this one only", required=True),
        Column("rank", "int", "place in this currency, the most money first", required=True),
        Column("subject", "text", "account, or identifier as in identifiers", protect="account", required=True),
        Column(
            "kind",
            "text",
            "what it is",
            required=True,
            values=("account", "phone", "email", "handle"),
        ),
        Column("money", "decimal", "sum of the transfers that it is an end of or that name it", required=True),
        Column("paid_to", "decimal", "what was paid to it; null where texts name it only"),
        Column("paid_by", "decimal", "what it paid; likewise"),
        Column("transfers", "int", "how many transfers", required=True),
        Column("first", "date", "booking date of the first", required=True),
        Column("last", "date", "booking date of the last", required=True),
        Column(
            "accounts",
            "int",
            "different accounts with records that dealt with it or whose lines name it",
            required=True,
        ),
        Column("listings", "int", "listings that are linked to it", required=True),
        Column("listing", "text", "the listing with the strongest link", protect="account"),
    ),
    ("currency", "subject"),
)

LINK_KINDS = ("contact", "subscriber", "own", "counterparty", "note", "instrument", "capacity", "chain")
"""What ties two ends of a link, see :data:`LINKS`."""

LINK_ENDS = ("listing", "identifier", "account", "party")
"""What a link can end in, in the order in which its ends stand."""

LINKS = Table(
    "links",
    "Two things that belong together as some rows show. A lead with its reason and strength, never a finding.",
    (
        Column(
            "link_id",
            "text",
            "link: and 16 hex digits of the SHA-256 of kind, ends, via, capacity, dates",
            protect="account",
            required=True,
        ),
        Column(
            "kind",
            "text",
            "contact: printed in the listing; subscriber: a record of the servicer states it; own: the identifier is "
            "the account's own number; counterparty: a statement line names it for the other side; note: a payment "
            "note of the payer names it; instrument: a record of the servicer states the one account as linked to the "
            "other; capacity: a record states how the party stands to the account; chain: a listing and an account "
            "through one identifier",
            required=True,
            values=LINK_KINDS,
        ),
        Column("a_kind", "text", "what a is", required=True, values=LINK_ENDS),
        Column("a", "text", "one end", protect="account", required=True),
        Column("b_kind", "text", "what b is", required=True, values=LINK_ENDS),
        Column("b", "text", "the other end", protect="account", required=True),
        Column("via", "text", "identifier that a chain goes through", protect="account"),
        Column("capacity", "text", "capacity of the party", values=CAPACITIES),
        Column("from_date", "date", "first day, where the record states one; else the first day of the rows"),
        Column("to_date", "date", "last day, likewise"),
        Column("reason", "text", "why, in a sentence without values", required=True),
        Column("strength", "decimal", "0 to 1: what shows it, times how specific the identifier is", required=True),
        Column("specificity", "decimal", "0 to 1: 1 where few share the identifier"),
        Column("recovered", "bool", "true when no row shows the identifier as written", required=True),
        Column("rows", "int", "how many rows show it", required=True),
    ),
    ("link_id",),
)

LINK_ROWS = Table(
    "link_rows",
    "Which rows show which link, and where in them. Every link has at least one.",
    (
        Column("link_id", "text", "the link", protect="account", required=True),
        Column("record", "text", "entry_id or capture_id of the row; null for a row of a record of subscribers"),
        *_ROW,
        Column("found_in", "text", "column or field that shows it", required=True),
        Column("start", "int", "offset of the first character of the identifier in it"),
        Column("end", "int", "offset after its last character"),
    ),
    ("link_id", "source", "sheet", "row", "found_in", "start"),
)

EVENTS = Table(
    "events",
    "A dated fact without money: a call, a message, a booking, a log-in.",
    (
        Column("event_id", "text", "<hash>:<sheet>:<row>", required=True),
        Column(
            "kind",
            "text",
            "call, message, booking, login, other",
            required=True,
            values=("call", "message", "booking", "login", "other"),
        ),
        Column("at", "instant", "UTC instant where the file states one"),
        Column("local_time", "text", "local date and time as stated"),
        Column("local_zone", "text", "zone of local_time"),
        Column("subject", "text", "identifier or account that did it", protect="account"),
        Column("object", "text", "identifier or account it was done to", protect="account"),
        Column("place", "text", "where", protect="place"),
        Column("text", "text", "what was written", protect="text"),
        *_ROW,
        Column("raw", "text", "the row as it stands in the file", protect="text"),
    ),
    ("event_id",),
)

_ORDER = Column("order", "int", "place in the order of the trace, from 1; 0 is what was there before", required=True)

_TAG = Column("tag", "text", "label of the start this money comes from (S1, S2 ...); null: not attributed")

FLOW_TAGS = Table(
    "flow_tags",
    "What the money of a trace was tagged with: one row per start. Starts that name the same person share a tag.",
    (
        Column("start", "int", "number of the start as it was asked for, from 1", required=True),
        Column("tag", "text", "label in the other tables of the flow (S1, S2 ...)", required=True),
        Column("whom", "text", "of whom or what the money is alleged proceeds, as a person stated it", protect="name"),
        Column("account", "text", "all credits of this account were tagged", protect="account"),
        Column("transfer_id", "text", "or what this transfer brought"),
        Column("since", "date", "credits from this day on; null: from the first"),
        Column("amount", "decimal", "what this start tagged", required=True),
    ),
    ("start",),
)

FLOW_STEPS = Table(
    "flow_steps",
    "The transfers that carried tagged money, in the order of the trace.",
    (
        _ORDER,
        Column("transfer_id", "text", "the transfer", required=True),
        Column("debtor_account", "text", "money leaves here (paid by)", protect="account", required=True),
        Column("creditor_account", "text", "money arrives here (paid to)", protect="account", required=True),
        Column("currency", "text", "ISO 4217 code or asset", required=True),
        Column("booking_date", "date", "booking date of the transfer", required=True),
        Column("amount", "decimal", "amount of the transfer", required=True),
        Column("traced", "decimal", "how much of it is tagged", required=True),
        Column("started", "decimal", "how much of that was tagged by this very transfer", required=True),
        Column("ended", "decimal", "how much of it the trace stops at here", required=True),
        Column("depth", "int", "payments since the start, the fewest of its portions; 0: the start", required=True),
    ),
    ("order",),
)

FLOW_PORTIONS = Table(
    "flow_portions",
    "What each step is made of, in the order it was taken: from which lot of the payer into which lot of the payee.",
    (
        _ORDER,
        Column("portion", "int", "number of the portion within the step, from 1", required=True),
        Column("transfer_id", "text", "the transfer", required=True),
        _TAG,
        Column("amount", "decimal", "amount of the portion", required=True),
        Column("depth", "int", "payments since the start; null where the money is not attributed"),
        Column("from_lot", "int", "number of the lot in the payer's account; null where no lot covers it"),
        Column("to_lot", "int", "number of the lot in the payee's account; null where it forms none"),
        Column("ended", "text", "the break it ends in, if it does", values=BREAK_KINDS),
    ),
    ("order", "portion"),
)

FLOW_LOTS = Table(
    "flow_lots",
    "Every change of a lot in the accounts that held tagged money: what there was, what changed, what there is.",
    (
        _ORDER,
        Column("line", "int", "number of the row within order and account, from 1", required=True),
        Column("account", "text", "whose lots", protect="account", required=True),
        Column("transfer_id", "text", "the transfer that changed them; null: the opening balance"),
        Column("booking_date", "date", "its booking date"),
        Column("other_account", "text", "paid by or paid to", protect="account"),
        Column("direction", "text", "money in or out", required=True, values=("in", "out")),
        Column("kind", "text", "what changed", required=True, values=LOT_KINDS),
        Column("lot", "int", "number of the lot in the account, from 1 in the order they came; null: no lot"),
        _TAG,
        Column("before", "decimal", "what stood there", required=True),
        Column("change", "decimal", "plus in, minus out", required=True),
        Column("after", "decimal", "what stands there then", required=True),
    ),
    ("order", "account", "line"),
)

FLOW_BREAKS = Table(
    "flow_breaks",
    "Where the trace stops: every tagged unit stands in exactly one row, what is still held included.",
    (
        Column("kind", "text", "why it stops there, as a word", required=True, values=BREAK_KINDS),
        Column("account", "text", "the account it ends at", protect="account", required=True),
        Column("transfer_id", "text", "the transfer it ends with; null: still held"),
        Column("booking_date", "date", "booking date of that transfer"),
        Column("tag", "text", "label of the start this money comes from", required=True),
        Column("amount", "decimal", "how much", required=True),
        Column("why", "text", "why it stops there, in a sentence", required=True),
    ),
    ("transfer_id", "account", "why", "tag"),
)

FLOW_REMAINING = Table(
    "flow_remaining",
    "Tagged money that is still in an account, lot by lot: the rows still-held of flow_breaks in detail.",
    (
        Column("account", "text", "where it is", protect="account", required=True),
        Column("lot", "int", "number of the lot in the account", required=True),
        Column("tag", "text", "label of the start this money comes from", required=True),
        Column("amount", "decimal", "how much", required=True),
        Column("depth", "int", "payments since the start", required=True),
    ),
    ("account", "lot"),
)

FLOW_TOTALS = Table(
    "flow_totals",
    "Traced in = ended + remaining, for each tag and (tag null) together.",
    (
        _TAG,
        Column("currency", "text", "ISO 4217 code or asset", required=True),
        Column("traced_in", "decimal", "what the starts tagged", required=True),
        Column("ended", "decimal", "what ended in a break", required=True),
        Column("remaining", "decimal", "what is still held", required=True),
        Column("difference", "decimal", "traced_in - ended - remaining: always zero", required=True),
    ),
    ("tag",),
)

FLOW_COVERAGE = Table(
    "flow_coverage",
    "How much of each account that held tagged money the case can see.",
    (
        Column("account", "text", "the account", protect="account", required=True),
        Column(
            "followed",
            "text",
            "why money was followed through it: it has records, it is a start, or the trace was told to go on",
            required=True,
            values=("records", "start", "through"),
        ),
        Column("opening", "decimal", "balance before the first known transfer; null when nothing shows it"),
        Column("records_first", "date", "first day of its own lines in this currency"),
        Column("records_last", "date", "last day of its own lines in this currency"),
        Column("transfers", "int", "its transfers in this currency", required=True),
        Column("not_in_own_records", "int", "how many of them only others' records show", required=True),
        Column("gaps", "int", "places where a statement does not begin with the balance the last one ended with"),
        Column("broken", "int", "its statements whose arithmetic does not hold"),
        Column("note", "text", "what a reader must know, in sentences; empty when there is nothing", required=True),
    ),
    ("account",),
)

FLOW_SCHEDULE = Table(
    "flow_schedule",
    "The tracing schedule: for each account that held tagged money its lines, with the lots before and after.",
    (
        Column("account", "text", "the account", protect="account", required=True),
        Column("line", "int", "number of the line within the account, from 1", required=True),
        Column("order", "int", "place in the order of the trace; null: brought forward"),
        Column("transfer_id", "text", "the transfer; null: brought forward"),
        Column("booking_date", "date", "its booking date"),
        Column("direction", "text", "money in or out", required=True, values=("brought-forward", "in", "out")),
        Column("other_account", "text", "paid by or paid to", protect="account"),
        Column("amount", "decimal", "amount of the transfer, or of all lots brought forward", required=True),
        Column("traced", "decimal", "how much of it is tagged", required=True),
        Column("lots", "text", "the lots it changed, each before and after", required=True),
        Column("balance_before", "decimal", "all lots before, less an overdraft", required=True),
        Column("balance", "decimal", "all lots after, less an overdraft", required=True),
        Column("held_before", "decimal", "tagged money in the account before", required=True),
        Column("held", "decimal", "tagged money in the account after", required=True),
    ),
    ("account", "line"),
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        SOURCES,
        ENTRIES,
        STATEMENTS,
        ISSUES,
        TRANSFERS,
        EVIDENCE,
        PROPOSALS,
        ACCOUNTS,
        PARTIES,
        CAPACITIES_TABLE,
        IDENTIFIERS,
        EVENTS,
        LISTINGS,
        LINKS,
        LINK_ROWS,
        COVERAGE,
        MISSING,
        NEXT_REQUESTS,
        FLOW_TAGS,
        FLOW_STEPS,
        FLOW_PORTIONS,
        FLOW_LOTS,
        FLOW_BREAKS,
        FLOW_REMAINING,
        FLOW_TOTALS,
        FLOW_COVERAGE,
        FLOW_SCHEDULE,
    )
}
