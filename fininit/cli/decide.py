"""``fininit decide CASE [SOURCE]``: what waits for a person, and the decision that settles it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fininit.cli import options, terminal
from fininit.errors import Exit, UsageError

if TYPE_CHECKING:
    from fininit.case import Case
    from fininit.evidence.redaction import Policy


@click.command("decide")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="CASE")
@click.argument("which", metavar="SOURCE", required=False)
@options.reading
@click.option("--by", metavar="NAME", help="Who decides.")
@click.option("--why", metavar="TEXT", help="The reason: what shows that it is so.")
@click.option("--handling", metavar="CODES", help="Include sources under these codes: fiu, sar, privileged, treaty.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON on stdout.")
def command(
    folder: Path, which: str | None, as_json: bool, by: str | None, why: str | None, handling: str | None, **values: Any
) -> int:
    """Settle what a file leaves open; without options, list what is open and the question of each.

    SOURCE is an exhibit number, a file name, or the beginning of a hash. The file is read again from its copy in the
    case with what you state; who decided, when and why goes into the action log and into case.toml. One question may
    follow another. Exit code 3: something is still open.

    \b
    Examples:
      fininit decide op-lantern
      fininit decide op-lantern A-7 --date dmy --by "A. Analyst" --why "The bank's letter of 3 May says so"
      fininit decide op-lantern 3f9a02 --columns booking_date=A,amount=D --sign holder --by "A. Analyst" --why "…"
    """
    from dataclasses import asdict, replace

    from fininit.case import Case
    from fininit.evidence.redaction import Policy

    policy = Policy.stated(None, None, handling)
    case = Case(folder)
    stated = options.stated(values)
    if all(v is None for v in asdict(stated).values()):
        return _list(case, policy, which, folder, as_json=as_json)
    if which is None or not by or not why:
        raise UsageError(
            "A decision needs the file, who takes it and why.",
            hint='fininit decide CASE SOURCE --date dmy --by "A. Analyst" --why "The bank\'s letter says so"',
        )
    done = case.decide(which, stated, by=by, why=why, formats=values["folders"], policy=policy)
    done = replace(done, name=case.door(policy).render(done.name, "filename"))
    terminal.broken_formats(values["folders"])
    terminal.outcomes([done])
    if done.state in ("again", "restated"):
        terminal.say("It was read this way before; no decision was logged.")
    if done.state == "kept":
        terminal.say("It cannot be read this way; nothing was decided, and what is in the case stays.")
    if as_json:
        answer = {
            "name": done.name,
            "state": done.state,
            "status": done.status,
            "format": done.format,
            "rows": done.rows,
            "issues": [terminal.issue(i) for i in done.issues],
            "question": done.question,
        }
        click.echo(json.dumps(answer, indent=1))
    return int(Exit.OK if done.understood and done.state != "kept" else Exit.NOT_UNDERSTOOD)


def _list(case: Case, policy: Policy, which: str | None, folder: Path, *, as_json: bool) -> int:
    """What is open, with the question of each file and everything else it leaves open."""
    t = terminal
    door = case.door(policy)
    number = {s: str(n) for n, s in enumerate(case.sources(policy).sort("source")["source"].to_list(), 1)}
    waiting = case.undecided(policy)
    if which is not None:
        one = case.source(which, policy)["source"]
        waiting = [r for r in waiting if r["source"] == one]
    answer = [
        {
            "exhibit": door.render(r["exhibit_no"], "reference") or number[r["source"]],
            "name": door.render(r["name"], "filename"),
            "source": r["source"],
            "question": r["question"],
            "stated": {k: ("stated" if k == "account" else v) for k, v in sorted(r["options"].items())},
            "open": [t.issue(i) for i in case.issues_of(r["source"]) if i.kind == "refused"],
        }
        for r in waiting
    ]
    if as_json:
        click.echo(json.dumps(answer, indent=1))
        return int(Exit.NOT_UNDERSTOOD if answer else Exit.OK)
    for r in answer:
        click.echo(f"{t.plain(r['exhibit'])}  {t.plain(r['name'])}  {r['source'][:12]}")
        click.echo(f"  {t.plain(r['question'])}")
        for i in r["open"][1:]:
            click.echo(f"  Then: {t.plain(i['message'])} {t.plain(i['hint'])}")
    if answer:
        first = answer[0]
        name = first["source"][:12]
        t.say(f'Answer one at a time: fininit decide {folder} {name} --… --by NAME --why "…"')
    else:
        t.say("Nothing is open.")
    return int(Exit.NOT_UNDERSTOOD if answer else Exit.OK)
