"""Mail addresses, also as people hide them: ``name (at) example (dot) com``, ``name at example dot com``.

The grammar is the part of RFC 5321 that is in use: ASCII letters, digits and ``._%+-`` before the sign, host names
behind it. Canonical is lower case; nothing else is made equal (no points taken out of a name, no tag cut off).
A bare word *at* is a sign only where the host is written with a word *dot* too, or is a well-known mail host: "look at
example.com" is not an address.
"""

from __future__ import annotations

import re
from typing import Final

from fininit.identifiers.found import Found, apart, cut
from fininit.identifiers.number_words import listed
from fininit.identifiers.obfuscation import plain

_AT_WORDS: Final = "at|aet|ät|arroba|chiocciola|arobase|malpa|małpa|klammeraffe|affe"
_DOT_WORDS: Final = "dot|punkt|point|punto|ponto|kropka|punct|d0t"

_AT: Final = re.compile(
    rf"(?P<sign>[ \t]{{0,2}}@[ \t]{{0,2}})"
    rf"|(?P<boxed>[ \t]{{0,3}}[(\[{{<*_-][ \t]{{0,2}}(?:{_AT_WORDS}|@)[ \t]{{0,2}}[)\]}}>*_-][ \t]{{0,3}})"
    rf"|(?P<bare>[ \t]{{1,3}}(?:{_AT_WORDS})[ \t]{{1,3}})",
    re.IGNORECASE,
)
_LOCAL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?\Z")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DOT: Final = re.compile(
    r"(?P<sign>\.)"
    rf"|(?P<boxed>[ \t]{{0,3}}[(\[{{<*_-][ \t]{{0,2}}(?:{_DOT_WORDS}|\.)[ \t]{{0,2}}[)\]}}>*_-][ \t]{{0,3}})"
    rf"|(?P<bare>[ \t]{{1,3}}(?:{_DOT_WORDS})[ \t]{{1,3}})|(?P<wide>[ \t]\.[ \t])",
    re.IGNORECASE,
)
_TOP: Final = re.compile(r"[A-Za-z]{2,24}")

_TOPS: Final = frozenset(
    listed(
        "com net org info biz io me co de at ch uk fr es it nl be pl ro ru ua cz sk hu bg gr pt se no dk fi "
        "ie us ca au nz eu br mx in za tr xyz online site example test"
    )
)
"""Ends of host names that are believed where a point had to be read out of a word or a blank."""

_HOSTS: Final = frozenset(
    listed(
        "gmail.com googlemail.com hotmail.com outlook.com live.com yahoo.com icloud.com aol.com "
        "protonmail.com proton.me tutanota.com tuta.io gmx.de gmx.at gmx.net web.de mail.ru yandex.ru "
        "hotmail.co.uk yahoo.co.uk wp.pl o2.pl"
    )
)
"""Mail hosts for which a bare *at* is enough."""

_NOBODY: Final = frozenset(
    ("noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "abuse", "webmaster")
)

_MOST_LABELS: Final = 8


def _host(text: str, at: int) -> tuple[list[str], int, bool, bool] | None:
    """Labels from ``at`` on, where they end, whether a point stood as a word, and whether all points are plain."""
    labels: list[str] = []
    end, word, plainly = at, False, True
    while len(labels) < _MOST_LABELS:
        label = _LABEL.match(text, at, at + 63)
        if label is None:
            break
        labels.append(label.group())
        end = label.end()
        dot = _DOT.match(text, end, end + 16)
        if dot is None:
            break
        following = _LABEL.match(text, dot.end(), dot.end() + 63)
        if following is None:
            break
        if dot.lastgroup != "sign":
            # a sentence may go on behind an address; only an end of a host name makes the next word part of it
            if following.group().lower() not in _TOPS and not _DOT.match(text, following.end(), following.end() + 16):
                break
            plainly = False
            word = word or dot.lastgroup in ("bare", "boxed")
        at = dot.end()
    if len(labels) > 2 and plainly and labels[-1][0].isupper() and labels[-2].lower() in _TOPS:
        end -= len(labels.pop()) + 1  # "jane@example.com.Call me": no blank behind the full stop
    if len(labels) < 2 or not _TOP.fullmatch(labels[-1]):
        return None
    return labels, end, word, plainly


def find_emails(text: str) -> list[Found]:
    """Every mail address in ``text``; ``pivot`` is False for those behind which nobody sits (no-reply, postmaster)."""
    head, upto = cut(text)
    fold = plain(head)
    chars = fold.chars
    out = []
    for sign in _AT.finditer(chars):
        left = max(0, sign.start() - 64)
        local = _LOCAL.search(chars[left : sign.start()][_tail(chars, left, sign.start()) :])
        host = _host(chars, sign.end())
        if local is None or host is None:
            continue
        labels, behind, word, plainly = host
        name = local.group()
        before = sign.start() - len(name)
        if before > 0 and (chars[before - 1].isalnum() or chars[before - 1] in "@."):
            continue
        at = sign.group()
        domain = ".".join(labels).lower()
        if sign.lastgroup == "bare" and not word and domain not in _HOSTS:
            continue
        if sign.lastgroup == "sign" and at != "@" and plainly and not _believed(at, labels):
            continue
        start, end = fold.span(before, behind)
        if end > upto:
            continue
        as_written = text[start:end] == f"{name}@{'.'.join(labels)}"
        pivot = name.lower() not in _NOBODY
        out.append(Found("email", f"{name.lower()}@{domain}", start, end, as_written, pivot))
    return apart(out)


def _tail(chars: str, left: int, right: int) -> int:
    """Where in ``chars[left:right]`` the last run of name characters begins."""
    at = right
    while at > left and (chars[at - 1].isascii() and (chars[at - 1].isalnum() or chars[at - 1] in "._%+-")):
        at -= 1
    return at - left


def _believed(at: str, labels: list[str]) -> bool:
    """With blanks around the sign it is an address where the host ends as hosts do: ``me @ home.tonight`` is none."""
    return labels[-1].lower() in _TOPS
