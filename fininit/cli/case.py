"""``fininit case new|show|verify``."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from fininit.cli import coverage, options, terminal
from fininit.errors import Exit


@click.group("case")
def command() -> None:
    """Make, show or verify a case folder."""


@command.command("new")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="Name of the case (default: the folder's).")
@click.option("--jurisdiction", default="", help="Where it is investigated.")
@click.option("--zone", default="", help="Time zone of the case, e.g. Europe/Vienna.")
@click.option("--base-currency", default="", help="Currency of its thresholds, e.g. EUR.")
@click.option("--region", default="", help="Country of its phone numbers, e.g. AT.")
@click.option("--contact", default="", help="Whom to call when something must be referred now.")
def new(folder: Path, name: str | None, **settings: str) -> int:
    """Make a case folder, private to you.

    \b
    Example:
      fininit case new op-lantern --zone Europe/Vienna --region AT
    """
    from fininit.case import Case

    case = Case.new(folder, name, **settings)
    terminal.say(f"Made the case {case.settings.name}. Next: fininit import {folder} FILES…")
    click.echo(str(folder))
    return int(Exit.OK)


@command.command("show")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@options.leaving
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON on stdout.")
def show(
    folder: Path, as_json: bool, identify: str | None, reason: str | None, handling: str | None, key: Path | None
) -> int:
    """What is in a case: exhibits, statements, whether they add up, what is missing, whom to ask next.

    \b
    Example:
      fininit case show op-lantern
    """
    from fininit.case import Case
    from fininit.evidence.redaction import Policy

    policy = Policy.stated(identify, reason, handling)
    case = Case(folder, key=key)
    model = case.model(policy=policy)
    if policy.roles:
        case.manifest.append(
            "identify", {"roles": sorted(policy.roles), "reason": policy.reason, "output": "case show"}
        )
    asked = {"identify": identify, "reason": reason, "handling": handling}
    tables = {name: case.frame(name, **asked) for name in ("coverage", "missing", "next_requests")}
    if as_json:
        from fininit.report.summary import write_summary

        answer = json.loads(write_summary(model)) | {name: coverage.values(f) for name, f in tables.items()}
        click.echo(json.dumps(answer, indent=1))
        return int(Exit.OK)
    t = terminal
    click.echo(f"Case         {t.plain(case.settings.name)}")
    click.echo(f"Fingerprint  {model.facts.fingerprint}")
    click.echo(f"Log head     {case.manifest.head()}")
    t.table(
        (
            ("exhibit", "left"),
            ("file", "left"),
            ("format", "left"),
            ("", "whole"),
            ("rows", "right"),
            ("read", "right"),
            ("not trans.", "right"),
            ("not read", "right"),
            ("sha-256", "whole"),
        ),
        [
            (
                r["exhibit"],
                r["name"],
                r["format"],
                r["status"],
                *(t.number(r[f"rows_{k}"]) for k in ("total", "entries", "skipped", "refused")),
                r["sha256"][:12],
            )
            for r in model.sources.iter_rows(named=True)
        ],
    )
    t.statements(model.statements.iter_rows(named=True))
    coverage.show(*tables.values())
    return int(Exit.OK)


@command.command("verify")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--head", help="Hash that the last line of the log must have, as pinned elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON on stdout.")
def verify(folder: Path, head: str | None, as_json: bool) -> int:
    """Check evidence, segments and action log against each other.

    A log that was cut short still fits together: give --head with the hash you wrote down elsewhere.

    \b
    Example:
      fininit case verify op-lantern --head 3f9a…
    """
    from fininit.case import Case
    from fininit.errors import CaseError

    case = Case(folder)
    found = case.verify()
    last = None
    with suppress(CaseError):  # verify() has said it
        last = case.manifest.head()
    if head is not None and last is not None and head.strip().lower() != last:
        found.append("The log's last line is not the one pinned elsewhere: lines were added or cut off.")
    answer: dict[str, Any] = {"ok": not found, "found": found, "head": last}
    if as_json:
        click.echo(json.dumps(answer, indent=1))
    else:
        for sentence in found:
            click.echo(terminal.plain(sentence))
        if not found:
            click.echo(f"All of it fits together. Log head {last}")
    return int(Exit.ERROR if found else Exit.OK)
