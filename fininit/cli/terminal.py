"""What a person reads at the terminal: tables on stdout, talk on stderr, hostile text made visible."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from fininit.case import Outcome, Progress
    from fininit.issues import Issue

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: object) -> str:
    """``text`` on one line, every control, bidi or invisible character as [U+001B]: none reaches the terminal."""
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in _UNSEEN else c for c in str(text))


def console(*, err: bool = False) -> Console:
    """A rich console without markup, emoji or highlighting of data; obeys NO_COLOR and pipes."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    # Piped output is read by no eye that a line of 80 would help.
    width = None if stream.isatty() else 160
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=width)


def say(text: str = "") -> None:
    """One line of talk, on stderr."""
    click.echo(plain(text) if text else "", err=True)


def complain(message: str, *, hint: str = "") -> None:
    """An error: the sentence, then what to type next."""
    click.echo(click.style("Error: ", fg="red", bold=True) + "\n".join(map(plain, message.splitlines())), err=True)
    if hint:
        click.echo("       " + "\n       ".join(map(plain, hint.splitlines())), err=True)


def table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], *, title: str = "", err: bool = False
) -> None:
    """A table. ``columns``: (heading, ``left`` | ``right`` | ``whole``); the last two are never broken."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    t = Table(
        title=title or None, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False, expand=False
    )
    for heading, side in columns:
        # Numbers and dates are never broken over two lines; sentences are.
        t.add_column(
            heading,
            justify="right" if side == "right" else "left",
            overflow="fold",
            no_wrap=side in ("right", "whole"),
        )
    for row in rows:
        t.add_row(*(Text(plain(cell)) for cell in row))
    console(err=err).print(t)


def statements(rows: Iterable[Mapping[str, Any]], *, unnamed: str = "not named") -> None:
    """What statements say and whether they add up: columns of ``report.model.STATEMENTS`` or of ``inspect --json``."""
    words = {"ok": "adds up", "broken": "does not add up", "absent": "no balance to test"}
    listed = [
        (
            r.get("exhibit", ""),
            r["account"] or unnamed,
            r["currency"] or "",
            number(r["entries"]),
            *(grouped(r[k] or "") for k in ("sum", "opening", "closing")),
            r["first"] or "",
            r["last"] or "",
            words[r["balance"]],
        )
        for r in rows
    ]
    columns = [("exhibit", "left"), ("account", "whole"), ("", "whole"), ("lines", "right"), ("sum", "right")]
    columns += [("opening", "right"), ("closing", "right"), ("first", "whole"), ("last", "whole"), ("balance", "left")]
    first = 0 if any(r[0] for r in listed) else 1
    table(columns[first:], [r[first:] for r in listed])


def number(n: int) -> str:
    """1234567 as 1,234,567."""
    return f"{n:,}"


def grouped(amount: str) -> str:
    """A plain amount with thousands marks for reading; every digit stays."""
    sign, digits = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdigit() else amount


def counted(n: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def issues(found: Iterable[Issue], *, limit: int = 12) -> None:
    """Issues as a table on stderr, refusals first; says how many more there are. Sheet names stay out: they may be
    somebody's."""
    order = {"refused": 0, "warning": 1, "skipped": 2}
    listed = sorted(found, key=lambda i: (order[i.kind], i.row or 0))
    words = {"refused": "not read", "warning": "look at", "skipped": "not a transaction"}
    rows = [
        (words[i.kind], i.row or "", i.column or "", number(i.count), f"{i.message} {i.hint}".strip())
        for i in listed[:limit]
    ]
    if rows:
        columns = (("", "left"), ("row", "right"), ("column", "left"), ("rows", "right"), ("what", "left"))
        keep = [k for k in range(len(columns)) if any(str(r[k]) for r in rows)]
        table([columns[k] for k in keep], [[r[k] for k in keep] for r in rows], err=True)
    if len(listed) > limit:
        say(f"… and {counted(len(listed) - limit, 'more remark')}; --json shows all.")


def issue(one: Issue) -> dict[str, object]:
    """An issue as JSON values. The name of a sheet stays out: it may be somebody's."""
    return {
        "kind": one.kind,
        "code": one.code,
        "message": one.message,
        "row": one.row,
        "column": one.column,
        "count": one.count,
        "hint": one.hint,
    }


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress line on stderr while a block runs; nothing when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Name(TextColumn):
        def render(self, task: object) -> Text:
            return Text(plain(getattr(task, "description", "")))

    bar = Progress(
        SpinnerColumn(),
        Name(""),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(err=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of or None)


def outcomes(done: Sequence[Outcome]) -> None:
    """What became of each file, on stderr; the reasons of those that were not understood below."""
    words = {
        "new": "read",
        "again": "in the case already",
        "restated": "in the case already, facts changed",
        "read-anew": "read anew",
        "unreadable": "cannot be opened",
    }

    def state(o: Outcome) -> str:
        if o.state == "kept":
            return "not understood this way; left as it was"
        if o.status == "needs-decision":
            return "needs a decision"
        return words[o.state] if o.understood or o.state == "unreadable" else "not understood"

    table(
        (
            ("file", "left"),
            ("", "left"),
            ("format", "left"),
            ("rows", "right"),
            ("read", "right"),
            ("not trans.", "right"),
            ("not read", "right"),
        ),
        [
            (o.name, state(o), o.format or "", *(number(o.rows[k]) for k in ("total", "entries", "skipped", "refused")))
            for o in done
        ],
        err=True,
    )
    for o in done:
        if not o.understood:
            if o.question:
                say(f"{o.name}: {o.question}")
                continue
            for i in o.issues[:3]:
                say(f"{o.name}: {i.message} {i.hint}".strip())
    warned = [i for o in done if o.understood for i in o.issues if i.kind == "warning"]
    if warned:
        say(f"{counted(len(warned), 'remark')} on the files read; fininit inspect FILE shows them, as does the report.")


def broken_formats(folders: Sequence[Path]) -> None:
    """Dialects and plug-ins that could not be loaded, on stderr: the reason a file was not recognised may be here."""
    from fininit.importers.registry import problems

    for issue in problems(folders):
        say(f"{issue.message} {issue.hint}".strip())


def exit_code(done: Sequence[Outcome], *, strict: bool) -> int:
    """3 when a file was not understood, 4 under ``--strict`` when rows were refused, else 0."""
    from fininit.errors import Exit

    if any(not o.understood for o in done):
        return int(Exit.NOT_UNDERSTOOD)
    if strict and any(o.rows["refused"] for o in done):
        return int(Exit.REFUSED_ROWS)
    return int(Exit.OK)
