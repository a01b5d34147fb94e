"""The errors a user may meet: each says what happened, and what to do next.

A message names files, rows, columns and rules; it never carries the value of a cell, because messages end up in
logs and terminals and the value may be a victim's name or number.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line. They are part of the contract and do not change."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_UNDERSTOOD = 3
    """At least one file was not understood; the others went on."""
    REFUSED_ROWS = 4
    """Everything was read, some rows were refused, and ``--strict`` was given."""
    INTERRUPTED = 130


class FininitError(Exception):
    """Base of every error fininit raises on purpose.

    ``message`` is one sentence for a person; ``hint`` says what to type or look at next; ``code`` is a stable word
    for scripts; ``exit_code`` is what the command line ends with.
    """

    code = "error"
    exit_code: Exit = Exit.ERROR

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(FininitError):
    """The call itself is wrong: an option, a name, a combination."""

    code = "usage"
    exit_code = Exit.USAGE


class ValueRefused(FininitError):  # noqa: N818  (named for what happened, as the reports word it)
    """A text is not the value it should be, or could be two values. Raised by ``fininit.values`` for one cell."""

    code = "bad-value"


class SourceRefused(FininitError):  # noqa: N818
    """A whole file cannot be read. It stops only itself; other files go on."""

    code = "source-refused"
    exit_code = Exit.NOT_UNDERSTOOD


class NeedsDecision(FininitError):  # noqa: N818
    """A file could mean several things and only a person can say which."""

    code = "needs-decision"
    exit_code = Exit.NOT_UNDERSTOOD


class DialectError(FininitError):
    """A TOML dialect is not valid: names the file, the table and the key."""

    code = "bad-dialect"


class CaseError(FininitError):
    """A case folder is missing, damaged, locked, of a newer version, or open to others."""

    code = "case"
