"""Options that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fininit.case import Exhibit, Tracing
    from fininit.importers.base import Options

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _all(*options: Decorator) -> Decorator:
    def wrap(f: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            f = option(f)
        return f

    return wrap


reading = _all(
    click.option("--account", help="Whose account it is, where the file does not say (iban:…, acct:bank:number)."),
    click.option("--currency", help="Its currency, where the file does not say (ISO 4217)."),
    click.option("--format", "format_", metavar="NAME", help="Read it as this format (see: fininit formats)."),
    click.option("--encoding", help="Encoding of a text file that is not UTF-8, e.g. cp1252."),
    click.option("--date", type=click.Choice(["dmy", "mdy", "ymd"]), help="Order of its dates, where it proves none."),
    click.option("--decimal", type=click.Choice([".", ","]), help="Its decimal mark, where it proves none."),
    click.option(
        "--sign",
        type=click.Choice(["holder", "inverted"]),
        help="holder: plus is money in. inverted: plus is money out, as many cards print it.",
    ),
    click.option(
        "--columns",
        metavar="NAME=LETTER,…",
        help="What its columns are, where no header says: booking_date=A,amount=C (names: docs/decisions.md).",
    ),
    click.option(
        "--formats",
        "folders",
        multiple=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="A folder with further TOML dialects (also read: ./formats, ~/.config/fininit/formats).",
    ),
)
"""What a person may state about a file."""

exhibit = _all(
    click.option("--exhibit", "exhibit_no", help="Exhibit number."),
    click.option("--producer", help="Who produced the records."),
    click.option("--authority", "legal_authority", help="The power they were obtained under."),
    click.option("--reference", "legal_reference", help="Reference of the order, request or warrant."),
    click.option("--received", "received_on", metavar="YYYY-MM-DD", help="Day of receipt."),
    click.option("--received-by", help="Officer who received them."),
    click.option("--period-from", metavar="YYYY-MM-DD", help="First day asked for."),
    click.option("--period-to", metavar="YYYY-MM-DD", help="Last day asked for."),
    click.option("--accounts-asked", help="Accounts asked for, separated by blanks."),
    click.option("--accounts-produced", help="Accounts produced, separated by blanks."),
    click.option(
        "--code",
        "handling_code",
        help="Handling code: open (default), restricted, fiu, sar, privileged, treaty.",
    ),
)
"""What is recorded of a production."""

leaving = _all(
    click.option(
        "--identify", metavar="ROLES", help="Show names of these roles (comma-separated), or all. Needs --reason."
    ),
    click.option("--reason", help="Why identities are shown; written into the action log."),
    click.option(
        "--handling", metavar="CODES", help="Include sources under these codes: fiu, sar, privileged, treaty."
    ),
    click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="Case key to make pseudonyms with."),
)
"""What may leave."""

grouping = _all(
    click.option(
        "--method",
        type=click.Choice(["leiden", "louvain"]),
        default="leiden",
        show_default=True,
        help="How groups are found.",
    ),
    click.option(
        "--resolution", type=click.FloatRange(0.01, 100), default=1.0, show_default=True, help="Higher: smaller groups."
    ),
    click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of grouping and sampling."),
)
"""How networks are found."""


tracing = _all(
    click.option(
        "--from", "starts", multiple=True, metavar="WHAT", help="Trace from this account or transfer; may be repeated."
    ),
    click.option("--rule", help="The tracing rule. There is no default: it is counsel's choice."),
    click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Tag what an account receives from this day on."),
    click.option(
        "--order",
        type=click.Choice(["as-printed", "credits-first", "debits-first"]),
        default="as-printed",
        show_default=True,
        help="Order of the payments of one day.",
    ),
    click.option("--trace-currency", help="Currency to trace, where the start was paid in several."),
    click.option("--through", is_flag=True, help="Go on through accounts of which the case has no records."),
    click.option("--depth", type=click.IntRange(0), help="Stop after so many payments."),
    click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Stop after this day."),
)
"""A trace: where it starts and how it goes."""


def traced(values: dict[str, Any]) -> Tracing | None:
    """The trace among ``values``, which are taken out of it; None without a start. Raises ``UsageError`` for a rule,
    or another choice, without a start."""
    from fininit.case import Tracing
    from fininit.errors import UsageError

    taken = {
        n: values.pop(n) for n in ("starts", "rule", "since", "order", "trace_currency", "through", "depth", "until")
    }
    if not taken["starts"]:
        usual: dict[str, Any] = {"starts": (), "order": "as-printed", "through": False}
        given = [n for n, v in taken.items() if v != usual.get(n)]
        if given:
            said = "A rule" if "rule" in given else f"--{given[0].replace('_', '-')}"
            raise UsageError(f"{said} needs a start.", hint="Name an account or a transfer with --from.")
        return None
    return Tracing(
        start=tuple(taken["starts"]),
        rule=taken["rule"],
        since=_day(taken["since"]),
        order=taken["order"],
        currency=taken["trace_currency"],
        through=taken["through"],
        depth=taken["depth"],
        until=_day(taken["until"]),
    )


def _day(value: datetime | None) -> date | None:
    return value.date() if value is not None else None


def stated(values: dict[str, Any]) -> Options:
    """The reading options among ``values``."""
    from fininit.importers.base import Options

    names = ("account", "currency", "encoding", "date", "decimal", "sign", "columns")
    return Options(format=values["format_"], **{n: values[n] for n in names})


def production(values: dict[str, Any]) -> Exhibit:
    """The exhibit facts among ``values``. Raises ``UsageError`` for a date or a code that is none."""
    from fininit.case import Exhibit

    facts = {n: values[n] for n in Exhibit.__dataclass_fields__ if n != "handling"}
    return Exhibit(handling=values["handling_code"], **facts)
