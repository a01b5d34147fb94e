"""Messages that M-Pesa of Kenya sends for each payment (SMS), one after another in a text file.

Source: the messages collected by the PesaPi project (https://github.com/pluspeople/pesaPi,
``php/documentation/mpesa_private_examples.txt``). Safaricom publishes no description. Day stands
before month (31/7/13), times are those of East Africa (UTC+3, all year). A cost that a message states was charged on
top of its amount: the new balance shows both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from fininit.errors import SourceRefused, ValueRefused
from fininit.identifiers.account import stated_account
from fininit.importers.base import Entry, Options, RowImporter, Source, refusal
from fininit.importers.stating import app_account
from fininit.issues import Issue
from fininit.values.dates import local_to_utc, parse_datetime
from fininit.values.money import NumberFormat, parse_amount

_ZONE: Final = "Africa/Nairobi"
_NUMBER: Final = NumberFormat(".", (",",))
_BEGINS: Final = re.compile(r"[\"'“]?[A-Za-z0-9]{8,12}\s+[Cc]onfirmed\b")
_OTHER: Final = re.compile(
    r"[\"'“]?(?:[A-Za-z0-9]{8,12}\s+)?(?:Transaction\s+(?:failed|cancelled)|Failed\.|Confirm\s+Fuliza|Dear\s)",
    re.IGNORECASE,
)
_SHILLINGS: Final = r"(?:kes|kshs?)\.?\s?"
_MONEY: Final = rf"{_SHILLINGS}(?P<amount>[0-9][0-9,]*(?:\.[0-9]+)?)"
_WHEN: Final = re.compile(
    r"\bon\s+(?P<day>[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2}))\s+at\s+(?P<time>[0-9]{1,2}:[0-9]{2})"
    r"(?:\s?(?P<half>am|pm))?",
    re.IGNORECASE,
)
_COST: Final = re.compile(rf"transaction\s+cost,?\s*{_SHILLINGS}(?P<cost>[0-9][0-9,]*(?:\.[0-9]+)?)", re.IGNORECASE)
_BALANCE: Final = re.compile(
    rf"(?<!M-Shwari )(?<!M-Shwari account )\b(?:M-PESA|new|account)\s+(?:M-PESA\s+)?(?:account\s+)?balance\s+is\s*"
    rf"{_SHILLINGS}(?P<balance>[0-9][0-9,]*(?:\.[0-9]+)?)",
    re.IGNORECASE,
)
_PHONE: Final = r"(?P<phone>\+?[0-9*]{9,13})"
_NAME: Final = r"(?P<name>.+?)"
_END: Final = r"\.?\s+(?:on\b|new\b|for\b)"


class _Kind(NamedTuple):
    """A kind of message: its word, the form of its text, the way the money goes, the channel, a remark."""

    word: str
    form: re.Pattern[str]
    sign: int
    channel: str
    flag: str = ""


def _kind(word: str, form: str, sign: int, channel: str, flag: str = "") -> _Kind:
    return _Kind(word, re.compile(form, re.IGNORECASE), sign, channel, flag)


_KINDS: Final = (
    _kind(
        "reversal-out",
        rf"\b(?:transaction|reversal of transaction)\s+(?P<undone>[A-Z0-9]{{6,12}})\b.*?\breversed\b.*?"
        rf"{_MONEY}\s+(?:is|has been)\s+debited",
        -1,
        "refund",
        "reversal",
    ),
    _kind(
        "reversal",
        rf"\b(?:transaction|reversal of transaction)\s+(?P<undone>[A-Z0-9]{{6,12}})\b.*?\breversed\b.*?{_MONEY}\s+"
        r"(?:is|has been)\s+(?:credited|returned)",
        1,
        "refund",
        "reversal",
    ),
    _kind("overdraft", rf"\badvanced\s+{_MONEY}\s+to your M-PESA via (?P<name>Fuliza)", 1, "other"),
    _kind("savings-in", rf"\btransferred\s+{_MONEY}\s+from (?:your )?(?P<name>M-Shwari|KCB M-PESA)\b", 1, "internal"),
    _kind("savings-out", rf"{_MONEY}\s+transferred\s+to (?:your )?(?P<name>M-Shwari|KCB M-PESA)\b", -1, "internal"),
    _kind("deposit", rf"(?:\b|[ap]m)give\s+{_MONEY}\s+cash to {_NAME}(?:{_END}|$)", 1, "cash"),
    _kind("deposit", rf"\byou have deposited\s+{_MONEY}\s+to (?:agent )?(?P<place>[0-9]+) - {_NAME}{_END}", 1, "cash"),
    _kind("withdrawal", rf"(?:\b|[ap]m)withdraw\s+{_MONEY}\s+from (?P<place>[0-9]+) - {_NAME}(?:{_END}|$)", -1, "cash"),
    _kind("withdrawal", rf"\byou have withdrawn\s+{_MONEY}\s+from {_NAME}(?: {_PHONE})?{_END}", -1, "cash"),
    _kind("airtime", rf"\byou bought\s+{_MONEY}\s+(?:of\s+)?airtime(?:\s+for\s+{_PHONE})?", -1, "other"),
    _kind("received", rf"\byou have received\s+{_MONEY}\s+from {_NAME} {_PHONE}{_END}", 1, "p2p"),
    _kind("received", rf"\byou have received\s+{_MONEY}\s+from (?:(?P<place>[0-9]+) - )?{_NAME}{_END}", 1, "p2p"),
    _kind("received", rf"{_MONEY}\s+received\s+from {_PHONE} {_NAME}\.?\s+new\b", 1, "p2p"),
    _kind("paybill", rf"{_MONEY}\s+sent to {_NAME} for account\b", -1, "p2p"),
    _kind("paybill", rf"\byou have paid\s+{_MONEY}\s+to {_NAME} for account\b", -1, "p2p"),
    _kind("sent", rf"{_MONEY}\s+sent to {_NAME} {_PHONE}{_END}", -1, "p2p"),
    _kind("sent", rf"{_MONEY}\s+sent to {_NAME}{_END}", -1, "p2p"),
    _kind("sent", rf"\byou have sent\s+{_MONEY}\s+to {_NAME}(?: {_PHONE})?{_END}", -1, "p2p"),
    _kind("paid", rf"{_MONEY}\s+paid to {_NAME}{_END}", -1, "p2p"),
    _kind("paid", rf"\byou have paid\s+{_MONEY}\s+to {_NAME}{_END}", -1, "p2p"),
)
_NOTHING: Final = re.compile(
    r"\btransaction\s+(?:failed|cancelled)\b|\bfailed\.|\bnot sent\b|^confirm fuliza\b|\bbalance was\b|"
    r"\binsufficient funds\b|\bto complete this transaction\b",
    re.IGNORECASE,
)
"""Messages about no movement: what failed or was cancelled, a question, a balance asked for."""


class MpesaMessages(RowImporter):
    """Messages of M-Pesa. Row: the line on which a message begins. Raw: the message as it stands in the file.

    A message ends before the next one, or at a blank line. What stands behind a tab belongs to the list that the
    messages were copied from, and is not read. The account is not named in them.
    """

    name = "ke_mpesa_sms"
    title = "M-Pesa Kenya, messages (SMS) in a text file"
    kind = "app"

    def matches(self, source: Source) -> bool:
        """Yes when one of the first lines begins as such a message does, and names shillings."""
        if source.container != "text":
            return False
        lines = [line for line in source.head(8192).splitlines() if line.strip()][:5]
        return any(_BEGINS.match(line.strip()) for line in lines) and bool(
            re.search(rf"\b{_SHILLINGS}[0-9]", source.head(8192), re.IGNORECASE)
        )

    def rows(self, source: Source, options: Options) -> Iterator[Entry | Issue]:
        """Entries, skipped messages about no movement, and refused ones, in the order of the file."""
        if source.container != "text":
            raise SourceRefused("This is not text.", code="unsupported-type", hint="Ask for the messages as text.")
        text = source.text(filter(None, [options.encoding]))[0].removeprefix("\ufeff")
        account = stated_account(options.account) if options.account else None
        found = 0
        for row, raw in _messages(text):
            message = " ".join(raw.split("\t")[0].split())
            try:
                columns = _columns(message)
            except ValueRefused as e:
                yield refusal(row, e)
                continue
            if columns is None:
                yield Issue("skipped", "no-movement", "The message says that no money moved.", row=row)
                continue
            found += 1
            yield Entry(row, raw, account=account, **columns)
        if found and account is None:
            hint = "State whose telephone they were sent to: --account app:mpesa:+254…"
            yield Issue("warning", "account-not-named", "Messages do not name the account.", count=found, hint=hint)


def _messages(text: str) -> Iterator[tuple[int, str]]:
    """Row and text of each message; a line that belongs to none stands alone."""
    lines: list[str] = []
    start, known = 0, False
    for row, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        begins = _BEGINS.match(line.strip()) is not None or _OTHER.match(line.strip()) is not None
        if lines and (begins or not line.strip() or not known):
            yield start, "\n".join(lines)
            lines = []
        if line.strip():
            if not lines:
                start, known = row, begins
            lines.append(line)
    if lines:
        yield start, "\n".join(lines)


def _columns(message: str) -> dict[str, Any] | None:
    """The columns of one message; None where no money moved. Raises ``ValueRefused``."""
    head = re.match(r"[\"'“]?(?P<code>[A-Za-z0-9]{8,12})\s+confirmed\b\.?", message, re.IGNORECASE)
    if _NOTHING.search(message):
        return None
    if head is None:
        raise ValueRefused("The line is no message of a payment by M-Pesa.", code="unknown-message")
    body = message[head.end() :]
    kind, m = next(((k, m) for k in _KINDS if (m := k.form.search(body)) is not None), (None, None))
    if kind is None or m is None:
        raise ValueRefused("The message is of a kind that is not known.", code="unknown-message")
    when = _WHEN.search(body)
    if when is None:
        raise ValueRefused("The message states no day.", code="bad-date")
    local = _local(when)
    instant = local_to_utc(local, _ZONE)[0]
    said = m.groupdict()
    cost, balance = _COST.search(body), _BALANCE.search(body)
    amount = parse_amount(m["amount"], _NUMBER, currency="KES")
    phone = said.get("phone")
    return {
        "amount": amount if kind.sign > 0 else amount.copy_negate(),
        "currency": "KES",
        "booking_date": local.date(),
        "booked_at": instant.astimezone(UTC) if instant is not None else None,
        "local_time": f"{local:%Y-%m-%dT%H:%M}",
        "local_zone": _ZONE,
        "counterparty_name": said.get("name"),
        "counterparty_account": app_account(phone, "app:mpesa", ("KE",))
        if phone and kind.word != "withdrawal"
        else None,
        "remittance_info": message,
        "servicer_ref": head["code"].upper(),
        "end_to_end_id": (said.get("undone") or "").upper() or None,
        "transaction_code": kind.word,
        "status": "booked",
        "balance_after": parse_amount(balance["balance"], _NUMBER, currency="KES") if balance else None,
        "fee": parse_amount(cost["cost"], _NUMBER, currency="KES") if cost else None,
        "channel": kind.channel,
        "place": said.get("place"),
        "flags": kind.flag or None,
    }


def _local(when: re.Match[str]) -> datetime:
    """Day and time as stated. Raises ``ValueRefused`` (``bad-date``)."""
    year = "%Y" if len(when["day"].rpartition("/")[2]) == 4 else "%y"
    if when["half"]:
        return parse_datetime(f"{when['day']} {when['time']} {when['half'].upper()}", f"%-d/%-m/{year} %-I:%M %p")
    return parse_datetime(f"{when['day']} {when['time']}", f"%-d/%-m/{year} %-H:%M")


__all__ = ["MpesaMessages"]
