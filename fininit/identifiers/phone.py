"""Phone numbers in free text, written plainly or hidden, for stated regions only.

A number is taken when the numbering plan of a stated region has it (:mod:`fininit.identifiers.numbering`), its trunk
prefix written where the plan prints one, or when it is international and valid; and when it stands in the text as one
number. Nothing is repaired: masked digits, local numbers without area code and half numbers are no identifiers.

The text is folded (:mod:`fininit.identifiers.obfuscation`) and cut into runs (:mod:`fininit.identifiers.runs`). There
every stretch of groups that is a valid number is a candidate; which of them stands is decided by the gaps: inside a
number they are smaller than around it, or its groups are those its country prints, or it is the whole run. No group of
digits is ever cut in two. A stretch has at most :data:`MOST_DIGITS` digits, so the work is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from fininit.identifiers import number_words as words
from fininit.identifiers.email import find_emails
from fininit.identifiers.found import Found, Remark, Scan, cut, in_order
from fininit.identifiers.iban_text import find_ibans
from fininit.identifiers.numbering import Number, about, groupings, region_codes, resolve
from fininit.identifiers.obfuscation import folded, is_plain_number
from fininit.identifiers.runs import FAR, LINK, TAKEN, Run, Text, Token, ready, runs
from fininit.identifiers.wallet import find_wallets

MOST_DIGITS: Final = 19
"""15 of E.164, and the longest dial-out prefix before them."""

FEWEST_DIGITS: Final = 7

_MESSENGER: Final = re.compile(
    r"(?:wa\.me/|whatsapp\.com/send/?\?(?:[a-z_]{1,20}=[^\s&]{0,200}&(?:amp;)?){0,3}phone=|whatsapp://send/?\?phone="
    r"|viber://(?:chat|add)/?\?number=|signal\.me/\#p/|t\.me/(?=\+|  \+))"
    r"(?P<number>(?:[ ]{0,2}\+|00)?[0-9]{7,15})(?![0-9])"
)
"""Links of messengers that hold an international number, its plus sign left out or not."""

_DAY: Final = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{0,2}"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}"
)
_SHORT, _LONG = 8, 12
"""Digits behind the country code (taken as two) outside of which a number is believed only where it is announced."""

_CALLED: Final = re.compile(r"(?:tel|sms|callto|facetime|smsto):(?=[ +(0-9])")
_LAST_WORD: Final = re.compile(r"(?:(?P<before>[^\W\d_]+)[^\w]{0,2} )?(?P<last>[^\W\d_]+)(?P<gap>[^\w]{0,6})\Z")
_PHONE_SIGNS: Final = frozenset("☎☏📞📱📲✆🕿")
_NUMBERED: Final = frozenset(words.listed("no nr number num nummer numero code"))
_CUES: Final = frozenset(words.CUES)
_ID_WORDS: Final = frozenset(words.ID_WORDS)
_REACH: Final = 36
"""Characters before a number in which it may be announced."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of a run that is a valid number; ``tier`` says how well the gaps bear it out."""

    tokens: tuple[Token, ...]
    numbers: tuple[Number, ...]
    tier: int
    whole: bool
    canonical: bool
    inner: int
    edge: int
    outside: int
    """The digits of its run that it leaves out."""

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    @property
    def rank(self) -> tuple[int, ...]:
        ends = self.tokens[0].weak + self.tokens[-1].weak
        mixed = len({t.written for t in self.tokens}) - 1
        return (-self.tier, ends, -int(self.whole), -int(self.canonical), mixed, self.inner, self.start)


class _Window(NamedTuple):
    first: int
    last: int
    inner: int
    digits: str
    plus: bool


def _rows(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """For each token the first and last of the row it stands in: single digits with one mark between all of them."""
    out: list[tuple[int, int]] = []
    first = 0
    for k, token in enumerate(tokens):
        last = tokens[k - 1] if k else token
        alike = k and len(token.digits) == len(last.digits) == 1 and not token.soft and token.plus < 0
        if not alike or not token.gap or token.inner or last.inner or (k - 1 > first and token.mark != last.mark):
            out += [(first, k - 1)] * (k - first)
            first = k
    return out + [(first, len(tokens) - 1)] * (len(tokens) - first)


def _windows(tokens: Sequence[Token]) -> Iterator[_Window]:
    """Stretches of groups that could be a number by their count of digits alone.

    A stretch of a longer row of single digits is none: nothing says where in the row it would begin or end.
    """
    rows = _rows(tokens)
    for i, first in enumerate(tokens):
        row = rows[i]
        digits, inner, spoken, leet = "", 0, first.spoken, 0
        for j in range(i, len(tokens)):
            token = tokens[j]
            if j > i:
                if token.plus >= 0:
                    break
                inner = max(inner, token.gap)
            if len(digits) + len(token.digits) > MOST_DIGITS:
                break
            digits += token.digits
            leet += token.leet
            if token.spoken is not None:
                spoken = token.spoken if spoken is None else spoken & token.spoken
                if not spoken:
                    break  # words of two languages
            if j <= row[1] and (i, j) != row and i != j:
                continue
            if len(digits) >= FEWEST_DIGITS and leet <= 3 * len(digits):
                yield _Window(i, j, inner, digits, first.plus >= 0)


def _alone(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token has separators on both sides."""
    return tokens[at].gap > 0 and (at + 1 == len(tokens) or tokens[at + 1].gap > 0)


def _edge(tokens: Sequence[Token], inside: int, outside: int, uniform: str, marks: set[str]) -> int:
    """How clearly the token at ``outside`` stands apart from its neighbour ``inside``, the first or last of a stretch.

    ``uniform`` is the one mark that separates the groups of the stretch, if there is one: another mark sets apart. So,
    by one step, does a wide one that is not among the ``marks`` of the stretch.
    """
    if outside < 0 or outside >= len(tokens):
        return FAR
    between, other = tokens[max(inside, outside)], tokens[outside]
    gap = between.gap
    if gap == 0:
        return 0
    if other.weak and _alone(tokens, outside):
        return max(gap, 4)  # if it is not a digit of this number, it is a word
    if uniform and between.mark != uniform:
        return FAR
    if (other.soft and len(other.digits) <= 3) or (outside > inside and other.plus >= 0):
        gap = max(gap, 3)
    return gap + 1 if gap >= 2 and between.mark not in marks else gap


def _in_a_row(tokens: Sequence[Token], left: int, right: int, marks: set[str]) -> bool:
    """Whether a cut between two tokens would part what is made alike: single digits in a row, or groups that one sign
    joins (738-3021430-96)."""
    if left < 0 or right >= len(tokens) or tokens[left].soft or tokens[right].soft:
        return False
    if len(tokens[left].digits) == len(tokens[right].digits) == 1:
        return True
    return tokens[right].mark in marks and not tokens[right].mark.isspace()


def _uniform(within: Sequence[Token]) -> str:
    """The mark between all groups of a stretch where it is one and the same, no single blank, and stands twice."""
    marks = [t.mark for t in within[1:] if t.gap > 0]
    return marks[0] if len(marks) >= 2 and len(set(marks)) == 1 and marks[0] != " " else ""


def _canonical(within: Sequence[Token], e164: str) -> bool:
    """Whether the groups are those that the country prints, looking at one kind of mark at a time."""
    shapes = groupings(e164)
    marks = sorted({t.mark for t in within[1:] if t.gap > 0})
    splits = [_split(within, set(marks)), *(_split(within, {mark}) for mark in marks)]
    return any(len(split) == 1 or any(_refines(split, shape) for shape in shapes) for split in splits[: 1 + _MARKS])


_MARKS: Final = 6
"""Kinds of marks in one number that are looked at."""


def _refines(split: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether groups are those of ``shape``, or those with one of them written as two (07700 900 123)."""
    if split == shape:
        return True
    if len(split) != len(shape) + 1 or min(split) < 3:
        return False
    return {sum(shape[:k]) for k in range(len(shape))} <= {sum(split[:k]) for k in range(len(split))}


def _split(within: Sequence[Token], marks: set[str]) -> tuple[int, ...]:
    """Digits by group, a new one beginning behind each of ``marks``."""
    groups = [0]
    for k, token in enumerate(within):
        if k and token.gap > 0 and token.mark in marks:
            groups.append(0)
        groups[-1] += len(token.digits)
    return tuple(groups)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Without the words at the ends that are a digit only between digits: *for*, *to*."""
    first, last = 0, len(tokens)
    while first < last and tokens[first].weak and tokens[first].inner and _alone(tokens, first):
        first += 1
    while last > first and tokens[last - 1].weak and tokens[last - 1].inner and _alone(tokens, last - 1):
        last -= 1
    return tokens[first:last]


class _Finder:
    """Candidates of one text, judged and chosen."""

    def __init__(self, text: Text, regions: tuple[str, ...]) -> None:
        self.text, self.chars, self.regions = text, text.chars, regions
        self.loose = 0  # digits of the run at hand that no unit stands beside

    # ------------------------------------------------------------------------------------------------ what stands near

    def _announced(self, start: int) -> bool:
        """Whether the words before say that a number to call follows."""
        before = self.chars[max(0, start - _REACH) : start]
        if _PHONE_SIGNS & set(before[-8:]) or _CALLED.search(before[-12:] + self.chars[start : start + 1]):
            return True
        return any(w in _CUES for w in re.findall(r"[^\W\d_]+", before)[-4:])

    def _other_kind(self, start: int) -> bool:
        """Whether the word right before says that it is the number of something else."""
        m = _LAST_WORD.search(self.chars[max(0, start - _REACH) : start])
        if m is None or "\n\n" in m["gap"]:
            return False
        if m["last"] in _NUMBERED and m["last"] != "code":
            return m["before"] in _ID_WORDS
        if m["last"] == "code":
            return m["before"] not in ("area", "dial")
        return m["last"] in _ID_WORDS

    # ------------------------------------------------------------------------------------------------------ judging

    def _masked(self, tokens: Sequence[Token], run: Run, window: _Window) -> bool:
        """Whether signs in the stretch or stuck to it stand for digits: with them filled in it is a number as well."""
        within = tokens[window.first : window.last + 1]
        last = window.last + 1 == len(tokens)
        behind = run.behind if last else tokens[window.last + 1].masked
        if not (behind or any(t.masked for t in within)):
            return False
        if last and run.kisses and len(window.digits) >= 10 and not any(t.masked for t in within):
            return False
        for fill in "0159":
            filled = "".join(fill * t.masked + t.digits for t in within) + fill * behind
            if len(filled) <= MOST_DIGITS and resolve(filled, window.plus, self.regions):
                return True
        return False

    @staticmethod
    def _a_list(within: Sequence[Token]) -> bool:
        """Whether the groups are a row of prices or of years, or somebody counts."""
        groups = [t.digits for t in within]
        if len(groups) < 2 or any(t.plus >= 0 for t in within):
            return False
        if len(groups) >= 5 and all(int(b) - int(a) == 1 for a, b in pairwise(groups)):
            return True
        prices = all(2 <= len(g) <= 4 and g.endswith("0") and g[0] != "0" for g in groups)
        years = all(len(g) == 4 and g[:2] in ("19", "20") for g in groups)
        return prices or years

    @staticmethod
    def _a_reference(within: Sequence[Token]) -> bool:
        """Whether one group of digits is a day, or begins with one: 20260531, 31052026, 2026053107."""
        return len(within) == 1 and within[0].plus < 0 and _DAY.fullmatch(within[0].digits) is not None

    @staticmethod
    def _a_row(within: Sequence[Token], canonical: bool) -> bool:
        """Whether the groups are fields with commas between them rather than a number."""
        written = [t for t in within if t.written]
        return not canonical and len(written) == len(within) > 1 and any(set(",;") & set(t.mark) for t in within[1:])

    def _judge(self, tokens: Sequence[Token], run: Run, window: _Window) -> _Candidate | None:
        within = tuple(tokens[window.first : window.last + 1])
        uniform = _uniform(within)
        marks = {t.mark for t in within[1:]}
        edge = min(
            _edge(tokens, window.first, window.first - 1, uniform, marks),
            _edge(tokens, window.last, window.last + 1, uniform, marks),
        )
        if edge == 0 or any(t.stuck or t.priced for t in within):
            return None
        whole = window.first == 0 and window.last + 1 == len(tokens)
        outside = self.loose - sum(len(t.digits) for t in within if not t.soft)
        if not whole and window.inner > edge and outside > 4:
            return None
        numbers = resolve(window.digits, window.plus, self.regions)
        if not numbers and window.plus and within[0].wide_plus:
            numbers = resolve(window.digits, False, self.regions)  # "+ 202 555 …": the sign may be an "and"
        if not numbers:
            return None
        canonical = _canonical(within, numbers[0].e164)
        announced = self._announced(within[0].start)
        arbitrary = _in_a_row(tokens, window.first - 1, window.first, marks) or _in_a_row(
            tokens, window.last, window.last + 1, marks
        )
        if whole or window.inner < edge:
            tier = 4
        elif window.inner == edge and canonical:
            tier = 3
        elif arbitrary:
            return None
        elif (canonical and outside <= 4) or (window.inner == edge and (announced or outside <= 4)):
            tier = 2
        elif announced and window.first == 0 and outside <= 3:
            tier = 1
        else:
            return None
        if not announced:
            if self._a_list(within) or self._a_reference(within) or self._a_row(within, canonical):
                return None
            if not 3 + _SHORT <= len(numbers[0].e164) <= 3 + _LONG:
                return None
        if window.first == 0 and self._other_kind(within[0].start):
            return None
        if self._masked(tokens, run, window):
            return None
        if self.text.zones[within[0].start] == LINK and len(window.digits) < 9:
            return None  # numbers of pages have seven or eight digits
        return _Candidate(within, numbers, tier, whole, canonical, window.inner, edge, outside)

    # ------------------------------------------------------------------------------------------------------ choosing

    def candidates(self, run: Run) -> list[_Candidate]:
        """What stands in one run: the candidates that are left when of two that overlap the better one stays."""
        tokens = _trimmed(run.tokens)
        self.loose = sum(len(t.digits) for t in tokens if not t.soft)
        found = [c for w in _windows(tokens) if (c := self._judge(tokens, run, w)) is not None]
        bridged = _bridged(tokens)
        if bridged is not None:
            again = [c for w in _windows(bridged) if (c := self._judge(bridged, run, w)) is not None]
            found += [replace(c, tier=0) for c in again if c.inner >= 4]
        found = [c for c in found if not (c.whole and any(_truer(c, d) for d in found))]
        free = _Free()
        return [c for c in sorted(found, key=lambda c: (c.rank, -c.end)) if free.take(c.start, c.end)]

    def wanting(self, run: Run) -> tuple[int, int] | None:
        """The span of a run that is announced as a number and would need a region to be one."""
        digits = "".join(t.digits for t in run.tokens)
        if self.regions or not 8 <= len(digits) <= 12 or run.tokens[0].plus >= 0:
            return None
        if any(t.stuck or t.priced or t.masked for t in run.tokens) or not self._announced(run.tokens[0].start):
            return None
        return None if self._other_kind(run.tokens[0].start) else (run.tokens[0].start, run.tokens[-1].end)


class _Free:
    """Spans that are taken already; asks and answers in the logarithm of their number."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Take a span if nothing of it is taken."""
        at = bisect_left(self.starts, start)
        if at and self.ends[at - 1] > start:
            return False
        if at < len(self.starts) and self.starts[at] < end:
            return False
        self.starts.insert(at, start)
        self.ends.insert(at, end)
        return True


def _truer(whole: _Candidate, part: _Candidate) -> bool:
    """Whether a part of a run is the number rather than all of it, where the plan allows both lengths."""
    if part.whole or part.tier < 3:
        return False
    if part.tier == 4:
        return (part.outside <= 2 and part.edge >= 2) or whole.inner >= 4
    national = len(part.numbers[0].e164) - 3
    return part.canonical and not whole.canonical and national >= 10 and part.outside <= 3


def _bridged(tokens: Sequence[Token]) -> list[Token] | None:
    """The tokens without the free-standing words that only sound like a digit, or None when there are none."""
    out: list[Token] = []
    dropped = False
    gone = False
    for k, token in enumerate(tokens):
        if token.weak and _alone(tokens, k):
            dropped = gone = True
            continue
        out.append(replace(token, gap=max(token.gap, 4) if out else FAR) if gone else token)
        gone = False
    return out if dropped and out else None


# ------------------------------------------------------------------------------------------------------------ the text


def _why(tokens: Sequence[Token], shown: str) -> list[str]:
    """What had to be undone to read a number."""
    notes = []
    if any(t.spoken is not None or t.weak for t in tokens):
        notes.append("spelled-out")
    if any(t.leet for t in tokens):
        notes.append("letters-for-digits")
    if any(ch.isdigit() and not ch.isascii() for ch in shown) or "\u20e3" in shown:
        notes.append("other-digits")
    return notes


def scan_phones(text: str, regions: str | Iterable[str] | None = None) -> Scan:
    """Every phone number in ``text``, each time it stands there, and remarks.

    ``regions``: where national numbers are dialled, as stated (:func:`~fininit.identifiers.numbering.region_codes`);
    none stated: international numbers only. A national number that is a different one in two of them is not found: the
    remark ``phone-fits-two-regions`` names them. Raises :class:`~fininit.errors.ValueRefused` for an unknown region.
    """
    codes = region_codes(regions)
    head, upto = cut(text)
    fold = folded(head)
    taken = [(f.start, f.end) for finder in (find_emails, find_ibans, find_wallets) for f in finder(head)]
    made = ready(fold, ((fold.place(start), fold.place(end)) for start, end in taken))
    found: list[Found] = []
    remarks: list[Remark] = []
    for m in _MESSENGER.finditer(made.chars):
        numbers = resolve(m["number"].strip(" +").removeprefix("00"), True, ())
        made.zones[m.start() : m.end()] = bytes([TAKEN]) * (m.end() - m.start())
        if numbers:
            start, end = fold.span(m.start("number"), m.end("number"))
            pivot, kind = about(numbers[0].e164)
            found.append(Found("phone", numbers[0].e164, start, end, True, pivot, " ".join(["link", kind]).strip()))
    finder = _Finder(made, codes)
    for run in runs(made):
        chosen = finder.candidates(run)
        for c in chosen:
            first = c.tokens[0]
            start, end = fold.span(first.plus if first.plus >= 0 else first.start, c.end)
            if text[start - 1 : start] == "(" and ")" in text[start:end].partition("(")[0]:
                start -= 1
            if len(c.numbers) > 1:
                remarks.append(Remark("phone-fits-two-regions", start, end, tuple(n.region for n in c.numbers)))
                continue
            e164 = c.numbers[0].e164
            shown = text[start:end]
            plainly = is_plain_number(shown)
            pivot, kind = about(e164)
            notes = [] if plainly else _why(c.tokens, shown)
            link = ["link"] if made.zones[first.start] == LINK else []
            found.append(Found("phone", e164, start, end, plainly, pivot, " ".join([*link, *notes, kind]).strip()))
        if not chosen and (span := finder.wanting(run)) is not None:
            remarks.append(Remark("phone-needs-region", *fold.span(*span)))
    return Scan(
        tuple(f for f in in_order(found) if f.end <= upto),
        tuple(r for r in sorted(remarks, key=lambda r: (r.start, r.end, r.code)) if r.end <= upto),
    )


def find_phones(text: str, regions: str | Iterable[str] | None = None) -> list[Found]:
    """The numbers of :func:`scan_phones`."""
    return list(scan_phones(text, regions).found)
