"""The one door: every value that leaves fininit passes it, and is a pseudonym unless a person opened it.

Pseudonyms are keyed (HMAC-SHA256, the key kept outside the case folder): a plain hash of a phone number or an IBAN is
undone by trying them all in minutes. They are typed, so that equal digits as a phone and as an account differ, and
stable for a key, so that one account is one pseudonym on page, workbook and summary. Free text (payment notes, raw
rows) cannot be redacted safely and is withheld. Amounts, dates and counts are never touched: redaction hides
identities, never transactions or totals.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from fininit.errors import UsageError
from fininit.schema import ROLES, Protect

_PREFIX: Final[dict[Protect, str]] = {
    "name": "NM",
    "phone": "PH",
    "email": "EM",
    "handle": "HD",
    "reference": "RF",
    "place": "PL",
}

_KINDS: Final = {
    "listing": "LI",
    "phone": "PH",
    "email": "EM",
    "handle": "HD",
    "wallet": "WA",
    "device": "DV",
    "ip": "IP",
    "card": "CD",
    "party": "PA",
    "link": "LK",
}
"""Prefixes of what stands in a column beside accounts, by the part before its first colon. Ids that are a plain hash
of protected values are among them: whoever knows all but one of those finds it by trying."""

TOKEN: Final = r"^[A-Z]{2}-[A-Z2-7]{4}-"
"""How a pseudonym begins, as a regular expression: what fininit names otherwise has a scheme and a colon."""

BRIEF: Final = 12
"""Characters of a pseudonym that stand where there is little room: its prefix and first two groups."""

WITHHELD: Final = "[withheld]"
"""Stands for free text that cannot be redacted safely."""

ALL: Final = "all"

_TABLES: Final = ("csv", "tsv", "txt", "xlsx", "xls", "json", "jsonl", "html", "htm", "pdf", "zip", "xml")
_STATEMENTS: Final = ("sta", "940", "942", "mt940", "ofx", "qfx", "qbo", "qif", "bai", "bai2")
_NATIONAL: Final = ("cod", "cfo", "n43", "csb")
_ENDINGS: Final = frozenset(_TABLES + _STATEMENTS + _NATIONAL)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may leave by name: nothing by default; the holders of ``roles`` (or ``all``) when a reason is given.

    ``handling`` names the confidential handling codes that may be shown (law 12).
    """

    roles: frozenset[str] = frozenset()
    reason: str = ""
    handling: frozenset[str] = frozenset()

    @property
    def redacted(self) -> bool:
        """True when at least someone is protected."""
        return ALL not in self.roles

    @classmethod
    def stated(cls, identify: str | None, reason: str | None, handling: str | None = None) -> Policy:
        """The policy a person states: ``identify`` is a comma-separated list of roles, or ``all``.

        Raises :class:`UsageError` for an unknown role, and when the reason is missing.
        """
        from fininit.schema import CONFIDENTIAL

        codes = frozenset(_words(handling))
        if unknown := sorted(codes - CONFIDENTIAL):
            raise UsageError(
                f"There is no confidential handling code {unknown[0]!r}.",
                hint=f"The codes are: {', '.join(sorted(CONFIDENTIAL))}.",
            )
        if not identify:
            return cls(handling=codes)
        roles = frozenset(_words(identify))
        if unknown := sorted(roles - set(ROLES) - {ALL}):
            raise UsageError(f"There is no role {unknown[0]!r}.", hint=f"The roles are: {', '.join(ROLES)}, or all.")
        if not (reason or "").strip():
            raise UsageError(
                "Showing identities needs a reason; it is written into the action log.",
                hint='Add for example: --reason "hearing of 3 May, order 12/26"',
            )
        return cls(roles=roles, reason=str(reason).strip(), handling=codes)


def _words(text: str | None) -> list[str]:
    return [w.strip().casefold().replace("-", "_") for w in (text or "").split(",") if w.strip()]


@dataclass
class Door:
    """Renders values under one policy and one key. ``withheld`` counts the cells it replaced.

    ``roles`` maps accounts to the role of their holder. A role opens what is known to be its holder's: an account in
    ``roles``, or a value that comes with a role. Free text, and whatever has no known holder, opens with ``all`` only:
    a controller's payment note may name a victim.
    """

    policy: Policy
    key: bytes = field(repr=False)
    roles: Mapping[str, str] = field(default_factory=dict, repr=False)
    withheld: int = 0

    def token(self, value: str, protect: Protect) -> str:
        """The pseudonym of ``value``: a typed prefix and 80 bits of a keyed hash in base 32."""
        prefix = _KINDS.get(value.partition(":")[0], "AC") if protect == "account" else _PREFIX[protect]
        mac = hmac.new(self.key, f"fininit/v1|{protect}|{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        body = base64.b32encode(mac.digest()[:10]).decode("ascii")
        return f"{prefix}-{body[:4]}-{body[4:8]}-{body[8:12]}-{body[12:]}"

    def open_for(self, role: str | None) -> bool:
        """May a value of a holder with this role leave as it is? ``None``: nobody knows whose it is."""
        return ALL in self.policy.roles or role in self.policy.roles

    def role_of(self, account: str) -> str | None:
        """Role of whom an account id tells about. The open sides of an account (``unknown:``, ``fee:``) tell about its
        holder; a name scoped to a statement tells about two people, and so about nobody in particular."""
        scheme, _, rest = account.partition(":")
        if scheme in ("unknown", "fee"):
            return self.role_of(rest)
        return None if scheme == "name" and "@" in rest else self.roles.get(account)

    def render(self, value: str | None, protect: Protect, role: str | None = None) -> str:
        """``value`` as it may leave. Empty stays empty; an unprotected kind (``""``) passes."""
        if not value:
            return ""
        if protect == "account":
            role = self.role_of(value)
        if not protect or self.open_for(None if protect == "text" else role):
            return value
        self.withheld += 1
        return self._closed(value, protect)

    def _closed(self, value: str, protect: Protect) -> str:
        if protect == "text":
            return WITHHELD
        if protect == "filename":
            # A known ending says what the file is; any other could be a name.
            ending = value.rpartition(".")[2].lower()
            return f"{WITHHELD}.{ending}" if "." in value and ending in _ENDINGS else WITHHELD
        if protect == "account":
            return self._account(value)
        return self.token(value, protect)

    def _account(self, value: str) -> str:
        """Pseudonym of an account id. Derived nodes (``unknown:``, ``fee:``) keep their tie to the account's own."""
        scheme, _, rest = value.partition(":")
        if scheme in ("unknown", "fee") and rest:
            return f"{scheme}:{self._account(rest)}"
        return self.token(value, "account")

    def column(self, values: pl.Series, protect: Protect, roles: pl.Series | None = None) -> pl.Series:
        """A text column as it may leave, nulls as ``""``. ``roles`` gives each row's holder role (null: not known);
        an account's own role is looked up in :attr:`roles`."""
        text = values.cast(pl.String).fill_null("")
        if not protect or ALL in self.policy.roles:
            return text
        shut = text != ""
        if self.policy.roles and protect == "account":
            held = [v for v in text.unique() if self.role_of(v) in self.policy.roles]
            shut &= ~text.is_in(held)
        elif self.policy.roles and protect != "text" and roles is not None:
            shut &= ~roles.is_in(sorted(self.policy.roles)).fill_null(False)
        self.withheld += int(shut.sum())
        if protect == "text":
            return pl.select(pl.when(shut).then(pl.lit(WITHHELD)).otherwise(text).alias(values.name)).to_series()
        closed = {v: self._closed(v, protect) for v in text.filter(shut).unique()}
        frame = pl.DataFrame({"v": text, "shut": shut})
        mapped = frame["v"].replace_strict(closed, default=None, return_dtype=pl.String)
        return pl.select(pl.when(shut).then(mapped).otherwise(text).alias(values.name)).to_series()
