"""``fininit run FILES… -o DIR``: everything at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fininit.cli import options, terminal

if TYPE_CHECKING:
    from fininit.case import Report
    from fininit.report.model import ReportModel


@click.command("run")
@click.argument("files", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    "out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the report.",
)
@click.option("--name", help="Title of the report.")
@click.option("--region", help="Country of national phone numbers in notes and listings, e.g. AT.")
@options.grouping
@options.tracing
@options.leaving
@options.reading
@options.exhibit
@click.option("--strict", is_flag=True, help="End with code 4 when a row was not read.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json on stdout.")
def command(files: tuple[Path, ...], out: Path, as_json: bool, strict: bool, **values: Any) -> int:
    """Everything at once: files in, report.html, workbook.xlsx and summary.json out.

    DIR also gets the case folder with the evidence copies, the ledger and the action log (DIR/case). People are
    pseudonymised unless --identify and --reason are given.

    \b
    Examples:
      fininit run returns/*.csv listings.jsonl -o out --region AT
      fininit run export.xlsx -o out --identify all --reason "hearing of 3 May, order 12/26"
    """
    from fininit.case import run

    tracing = options.traced(values)
    with terminal.progress() as step:
        done = run(
            list(files),
            out,
            name=values["name"],
            region=values["region"],
            tracing=tracing,
            options=options.stated(values),
            exhibit=options.production(values),
            formats=values["folders"],
            identify=values["identify"],
            reason=values["reason"],
            handling=values["handling"],
            method=values["method"],
            resolution=values["resolution"],
            seed=values["seed"],
            key=values["key"],
            progress=step,
        )
    terminal.broken_formats(values["folders"])
    terminal.outcomes(done.outcomes)
    found(done.report)
    if as_json:
        click.echo((done.report.folder / "summary.json").read_text(encoding="ascii"), nl=False)
    else:
        click.echo(str(done.report.page))
    return terminal.exit_code(done.outcomes, strict=strict)


def found(report: Report) -> None:
    """What the report says, in five lines, on stderr; rendered values only."""
    t, m = terminal, report.model
    totals = [f"{c} {t.grouped(a)}" for c, _, a in m.totals.iter_rows()]
    rest = f" and {t.counted(len(totals) - 3, 'more currency', 'more currencies')}" if len(totals) > 3 else ""
    rows = m.sources.select("rows_total", "rows_entries", "rows_refused").sum().row(0)
    t.say(
        f"Read       {t.number(rows[1])} of {t.counted(rows[0], 'row')} in {t.counted(m.sources.height, 'file')}"
        f"; {t.number(rows[2])} not read"
    )
    t.say(f"Transfers  {t.number(m.transfers.height)}" + (f", {', '.join(totals[:3])}{rest}" if totals else ""))
    networks = m.networks.height
    first = m.networks.row(0, named=True) if networks else None
    size = f"; {first['label']} comes first, with {t.counted(first['accounts'], 'account')}" if first else ""
    t.say(f"Groups     {t.number(networks)} of connected accounts{size}")
    if m.listings.height:
        linked(m)
    unsure = _unsure(m)
    if unsure:
        taken = f"{t.counted(unsure, 'number')} not taken: right in two countries, or written without its own"
        t.say(f"Phones     {taken}; --region says which")
    for trace in m.traces.iter_rows(named=True):
        t.say(
            f"Trace      {trace['rule']}: {trace['currency']} {t.grouped(trace['traced_in'])} traced in"
            f" = {t.grouped(trace['ended'])} ended + {t.grouped(trace['remaining'])} still held"
        )
    top = [r["label"] for r in m.accounts.head(4).iter_rows(named=True) if r["routes"].strip("0.")]
    if not m.listings.height:
        t.say(f"Routes     most pass through {', '.join(top)}" if top else "Routes     none pass through an account")
    shown = "names shown: " + m.facts.identified if m.facts.identified else "pseudonymised"
    t.say(f"Report     {report.page} ({shown}; leads, not findings)")


def _unsure(model: ReportModel) -> int:
    """Places with a phone number that nobody can take, because its country is not certain."""
    import polars as pl

    codes = ["phone-fits-two-regions", "phone-needs-region"]
    return int(model.issues.filter(pl.col("code").is_in(codes)).get_column("count").sum())


def linked(model: ReportModel) -> None:
    """One line: how listings lead to accounts and groups."""
    import polars as pl

    t = terminal
    chains = model.links.filter(pl.col("kind") == "chain")
    leading, through = chains.get_column("a").n_unique(), chains.get_column("via").n_unique()
    if not leading:
        t.say(f"Links      none of {t.counted(model.listings.height, 'listing')} leads to an account")
        return
    verb = "leads" if leading == 1 else "lead"
    said = f"{t.number(leading)} of {t.counted(model.listings.height, 'listing')} {verb} to "
    said += t.counted(chains.get_column("b").n_unique(), "account")
    said += f" through {t.counted(through, 'phone or address', 'phones and addresses')}"
    first = model.networks.head(1)
    if first.height and first.item(0, "listings"):
        said += f"; {t.number(first.item(0, 'listings'))} to group {first.item(0, 'id')}"
    t.say(f"Links      {said}")
