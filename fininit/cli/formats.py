"""``fininit formats [NAME]``: what can be read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fininit.cli import terminal
from fininit.errors import Exit


@click.command("formats")
@click.argument("name", required=False)
@click.option(
    "--formats",
    "folders",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder with further TOML dialects.",
)
@click.option("--json", "as_json", is_flag=True, help="The list as JSON on stdout.")
def command(name: str | None, folders: tuple[Path, ...], as_json: bool) -> int:
    """List the formats that can be read, or show one.

    A new bank is one TOML file: copy the nearest with "fininit formats NAME > formats/my_bank.toml".

    \b
    Examples:
      fininit formats
      fininit formats gb_starling
    """
    from fininit.importers.registry import get, importers
    from fininit.listings.importer import TITLES

    if name in TITLES:
        click.echo(f"{name}: {TITLES[name]} (docs/listings-and-links.md lists its columns)")
        return int(Exit.OK)
    if name:
        one = get(name, folders)
        text = getattr(one, "toml", "")
        click.echo(text if text else f"{one.name}: {one.title} (read by code)", nl=not text)
        return int(Exit.OK)
    terminal.broken_formats(folders)
    known = [(i.name, i.kind, i.title) for i in importers(folders)]
    known += [(form, "listings", title) for form, title in TITLES.items()]
    if as_json:
        keys = ("name", "kind", "title")
        click.echo(json.dumps([dict(zip(keys, one, strict=True)) for one in known], indent=1))
    else:
        terminal.table((("name", "left"), ("kind", "left"), ("title", "left")), known)
        terminal.say("Any other table is read when its meaning can be proved from the whole file: fininit inspect FILE")
    return int(Exit.OK)
