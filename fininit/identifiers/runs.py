"""A text cut into runs: groups of digits, number words and what stands for digits, with the gaps between them.

An ordinary word ends a run, and so does what is plainly another kind of number: a date, a time, a price, a size, a card
number, a mail address, an IBAN. Work is linear in the text: one pass of a lexer, and patterns without nested repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from fininit.identifiers import number_words as words
from fininit.identifiers.obfuscation import Folded

FAR: Final = 9
"""The gap at the ends of a run."""

BROKEN: Final = 5
"""A gap this wide ends a run. 0: none; 1: one blank or mark; 2: a few; 3: a line, a comma, a picture; 4: words."""

TAKEN, LINK = 1, 2
"""Zones of a text: already something else, or inside a link."""


@dataclass(frozen=True, slots=True)
class Token:
    """One group of digits, by its place in the folded text.

    ``gap`` is how far it stands from the group before it, ``mark`` what lies between, ``masked`` how many masking signs
    of it. ``plus`` is where its plus sign stands, or -1 (``wide_plus``: with a blank behind it). ``spoken`` are the
    languages of a number word, ``weak`` marks a word that may be a digit or just a word (``inner``: a digit between
    digits only), ``leet`` weighs letters in place of digits, ``soft`` says that a unit or an age stands beside it,
    ``stuck`` that letters of a code do, ``priced`` a currency sign.
    """

    digits: str
    start: int
    end: int
    gap: int = FAR
    mark: str = ""
    masked: int = 0
    plus: int = -1
    wide_plus: bool = False
    spoken: frozenset[str] | None = None
    weak: bool = False
    inner: bool = False
    leet: int = 0
    soft: bool = False
    stuck: bool = False
    priced: bool = False

    @property
    def written(self) -> bool:
        """Whether it stands there in digits."""
        return self.spoken is None and not self.weak and not self.leet


@dataclass(slots=True)
class Run:
    """Tokens that belong to one stretch; ``behind`` counts the masking signs that follow its last one, ``kisses`` says
    that they are the letter x behind a blank, with which people sign."""

    tokens: list[Token] = field(default_factory=list)
    behind: int = 0
    kisses: bool = False


_LEX: Final = re.compile(r"(?P<d>[0-9]+)|(?P<w>[^\W\d_]+)|(?P<s>\s+)|(?P<o>.)", re.DOTALL)

_CURRENCY: Final = frozenset("$€£¥₽₹₩฿₺₴₪₫₦¢💲💵💶💷💴")
_MASKS: Final = frozenset("*•●∙█▇■░▒▓✱∗×#_")
_SMALL: Final = frozenset(" \u00a0\u2007\u2009\u202f\t-\u2010\u2011\u2012\u2013\u2014.·/()_[]")
_NO_BRACKETS: Final = str.maketrans("", "", "()[]{}")
_LEET: Final = {
    "o": "0",
    "l": "1",
    "i": "1",
    "s": "5",
    "b": "8",
    "z": "2",
    "e": "3",
    "a": "4",
    "t": "7",
    "о": "0",
    "ο": "0",
}
_ROUND: Final = "oli"
"""The letters that anybody takes for digits."""

_AS_LETTERS: Final = str.maketrans("0134578", "oieastb")
_IN_LINKS: Final = frozenset("/?&=#:;,%@")

LONGEST_CHUNK: Final = 48
"""Letters and digits without a separator that are looked into; what is longer is a key or a hash."""

_TAG: Final = re.compile(
    r"</?(?:b|i|u|s|em|strong|span|font|br|wbr|p|div|small|big|sub|sup|li|td)(?:\s[^<>]{0,100})?/?>"
)

_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_ALONE: Final = r"(?<![0-9])(?<![0-9][ .,/-])"
_SIGNS: Final = "[$€£¥₽₹₩฿₺₴₪₫₦]"
_CODES: Final = "(?:eur|euros?|usd|gbp|chf|aud|cad|nzd|pln|huf|ron|czk|sek|nok|dkk)"

_DISTRACTORS: Final = tuple(
    re.compile(p)
    for p in (
        # days: 2026-05-31 with or without a time, 31.05.2026, 5/31/2026
        rf"(?<![0-9]){_YEAR}(?P<x>[-./]){_MONTH}(?P=x){_DAY}(?![0-9]|[-./][0-9])"
        r"(?:[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]{1,9})?z?)?",
        rf"(?<![0-9])(?<![0-9][-./]){_DAY}(?P<x>[-./]){_DAY}(?P=x){_YEAR}(?![0-9]|[-./][0-9])",
        # times of day
        r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])(?:[ ]?(?:am|pm|uhr|h)(?![a-z]))?",
        rf"{_ALONE}[0-2]?[0-9](?:[.][0-5][0-9])?[ ]?(?:am|pm|a\.m\.|p\.m\.|uhr)(?![a-z])",
        r"(?<![0-9])24[ ]?[/x-][ ]?7(?![0-9])(?:[ ]?[/x-][ ]?365(?![0-9]))?",
        # prices: the currency before, or behind
        rf"(?:{_SIGNS}|(?<![a-z]){_CODES})[ ]?[0-9]{{1,6}}(?:[.,][0-9]{{3}}){{0,3}}(?:[.,](?:[0-9]{{1,2}}|-))?"
        r"(?:[ ]?[-/–][ ]?[0-9]{1,4})?(?![0-9])(?![-.][0-9])",
        rf"{_ALONE}[0-9]{{1,6}}(?:[.,][0-9]{{3}}){{0,3}}(?:[.,](?:[0-9]{{1,2}}|-))?[ ]?"
        rf"(?:{_SIGNS}|(?:{_CODES}|dollars?|bucks|roses?|zl|lei|kc|ft)(?![a-z]))(?![ ]?[0-9])",
        # decimals: 0.0523, -12.50, 1234.56
        r"(?<![0-9.,])-?0[.,][0-9]{2,18}(?![0-9]|[.,-][0-9])",
        r"(?<![0-9a-z])(?<![0-9][ ./])-[0-9]{1,9}[.,][0-9]{2}(?![0-9]|[.-][0-9])",
        rf"(?<![a-z]){_ALONE}[0-9]{{1,6}}\.[0-9]{{2}}(?![0-9a-z]|[ .-][0-9a-z])",
        # feet and inches, inches, three sizes, two dimensions, percent
        r"(?<![0-9])[3-7][ ]?['’′`´][ ]?[0-9]{0,2}(?:[ ]?(?:[\"”″]|''))?(?![0-9])",
        r"(?<![0-9])[0-9]{1,3}[ ]?[\"”″](?![0-9])",
        r"(?<![0-9])(?<![0-9][-–/ .])(?<![0-9] [-–/] )[0-9]{2,3}[a-h]{0,3}[ ]?[-–/][ ]?[0-9]{2}[ ]?[-–/][ ]?"
        r"[0-9]{2,3}(?![0-9])(?![ ]?[-–/.]?[ ]?[0-9])",
        r"(?<![0-9x×])[0-9]{2,4}[ ]?[x×][ ]?[0-9]{2,4}(?![0-9x×])(?![ ][0-9])",
        r"(?<![0-9])[0-9]{1,3}(?:[.,][0-9]{1,2})?[ ]?%",
        # a card number in fours
        r"(?<![0-9])[3-6][0-9]{3}(?P<x>[ -])[0-9]{4}(?P=x)[0-9]{4}(?P=x)[0-9]{4}(?![0-9])",
        # co-ordinates
        r"(?<![0-9.])[0-9]{1,3}\.[0-9]{4,9}[ ]?[°ns]?[ ]?[,;][ ]?-?[0-9]{1,3}\.[0-9]{4,9}(?![0-9])",
    )
)

_LINKED: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{1,2000}"
    r"|(?<![a-z0-9.@-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?:/[^\s<>\"']{0,2000}|(?<=\.com|\.net|\.org))(?![a-z0-9])"
)


def _doubt(letters: str) -> int:
    """How far letters are from digits: 4 for one that looks like a digit, 6 for one that must be thought of as one."""
    return sum(4 if ch in _ROUND else 6 for ch in letters)


class Text(NamedTuple):
    """A folded text made ready: markup blanked, percent-coded plus signs plain (same length), and its zones."""

    fold: Folded
    chars: str
    zones: bytearray


_MARKUP: Final = "\x1f"
"""Fills the place of markup: blank, as the lexer sees it, however long it is."""


def _blank(m: re.Match[str]) -> str:
    return _MARKUP * (m.end() - m.start())


def ready(fold: Folded, taken: Iterable[tuple[int, int]]) -> Text:
    """``fold`` with its zones; ``taken`` are spans of the folded text that are something else already."""
    chars = fold.chars
    if "<" in chars:
        chars = _TAG.sub(_blank, chars)
    if "&" in chars:
        chars = re.sub(r"&(?:nbsp|thinsp|ensp|emsp|#160|#xa0|zwnj|shy);", _blank, chars)
    if "%2" in chars:
        chars = re.sub(r"%2b(?=[0-9])", "  +", chars)
        chars = re.sub(r"%20", "   ", chars)
    zones = bytearray(len(chars))
    for m in _LINKED.finditer(chars):
        zones[m.start() : m.end()] = bytes([LINK]) * (m.end() - m.start())
    for pattern in _DISTRACTORS:
        for m in pattern.finditer(chars):
            if not any(zones[m.start() : m.end()]):
                zones[m.start() : m.end()] = bytes([TAKEN]) * (m.end() - m.start())
    for start, end in taken:
        zones[start:end] = bytes([TAKEN]) * (end - start)
    return Text(fold, chars, zones)


class _Lexed(NamedTuple):
    kind: str
    start: int
    end: int


class _Cutter:
    """Walks over the lexed text once and hands out the runs."""

    def __init__(self, text: Text) -> None:
        self.chars, self.zones = text.chars, text.zones
        self.lexed = [_Lexed(str(m.lastgroup), m.start(), m.end()) for m in _LEX.finditer(self.chars)]
        self.done: list[Run] = []
        self.run = Run()
        self._reset()
        self.times = 0
        self.soft_next = False

    def _reset(self) -> None:
        """Forget the gap: the next token stands right behind what came last."""
        self.gap: list[str] = []
        self.spaced_x = 0
        self.word_count = 0
        self.plus = -1
        self.priced = False

    def _end(self) -> None:
        """The run ends here; what is masked right behind it is noted."""
        if self.run.tokens:
            gap = "".join(self.gap)
            stuck = len(gap) - len(gap.lstrip("".join(_MASKS)))
            self.run.behind = stuck if stuck >= 2 else self.spaced_x
            self.run.kisses = not stuck and self.spaced_x > 0
            self.done.append(self.run)
        self.run = Run()
        self._reset()
        self.times = 0

    def cut(self) -> list[Run]:
        """All runs of the text."""
        at = 0
        while at < len(self.lexed):
            kind, start, end = self.lexed[at]
            if self.zones[start] == TAKEN:
                self._end()
                self.soft_next = False
                at += 1
            elif kind in "dw":
                at = self._chunk(at)
            else:
                self._separator(kind, start, end)
                at += 1
        self._end()
        return self.done

    # ------------------------------------------------------------------------------------------------- separators

    def _separator(self, kind: str, start: int, end: int) -> None:
        text = self.chars[start:end]
        if kind == "s":
            self.gap.append(text)
            return
        if text in _CURRENCY:
            self._end()
            self.priced = True
            return
        if text == "%" or (self.zones[start] == LINK and text in _IN_LINKS):
            self._end()
            return
        self.priced = False
        if text == "+":
            self.plus = start
        elif text not in "([ ":
            self.plus = -1
        self.gap.append(text)

    def _distance(self, gap: str) -> int:
        """How far apart two groups are that ``gap`` lies between."""
        if self.word_count:
            return 4 if self.word_count <= 3 and len(gap) <= 24 else BROKEN
        if not gap:
            return 0
        gap = gap.replace(_MARKUP, "") or " "
        gap = gap.translate(_NO_BRACKETS) or "("
        if gap.isspace():
            if "\n" in gap or "\r" in gap:
                return 3 if len(gap) <= 12 else BROKEN
            return 1 if len(gap) == 1 else 2 if len(gap) <= 12 else BROKEN
        if all(ch in _SMALL for ch in gap):
            return min(len(gap), 2) if len(gap) <= 3 else 3 if len(gap) <= 10 else BROKEN
        if len(gap) == 1 and gap not in ",;:":
            return 2
        return 3 if len(gap) <= 10 else BROKEN

    def _masked(self, gap: str) -> int:
        count, at = self.spaced_x, 0
        while at < len(gap):
            run = at + 1
            while run < len(gap) and gap[run] == gap[at]:
                run += 1
            if gap[at] in _MASKS and run - at >= 2:
                count += run - at
            at = run
        return count

    # ----------------------------------------------------------------------------------------------------- tokens

    def _add(self, digits: str, start: int, end: int, **about: object) -> None:
        gap = "".join(self.gap)
        if self.times > 1:
            digits = digits[0] * (self.times - 1) + digits
            self.times = 0
        plus = self.plus
        if plus >= 0 and self.run.tokens:
            # a plus sign begins a number, unless it stands between two groups like any other mark
            if gap == "+":
                plus = -1
            else:
                self._end_keeping_gap()
        distance = self._distance(gap) if self.run.tokens else FAR
        if distance >= BROKEN and self.run.tokens:
            self._end_keeping_gap()
            distance = FAR
        wide = plus >= 0 and any(c.isspace() for c in self.chars[plus:start])
        token = Token(
            digits,
            start,
            end,
            gap=distance,
            mark=gap,
            masked=self._masked(gap) if distance != FAR else self._stuck_before(gap),
            plus=plus,
            wide_plus=wide,
            soft=self.soft_next,
            priced=self.priced and not gap,
        )
        self.run.tokens.append(replace(token, **about))  # type: ignore[arg-type]
        self.soft_next = False
        self._reset()

    def _end_keeping_gap(self) -> None:
        gap, plus, priced, x = self.gap, self.plus, self.priced, self.spaced_x
        self._end()
        self.gap, self.plus, self.priced, self.spaced_x = gap, plus, priced, x

    @staticmethod
    def _stuck_before(gap: str) -> int:
        stuck = len(gap) - len(gap.rstrip("".join(_MASKS)))
        return stuck if stuck >= 2 else 0

    def _soften(self) -> None:
        """A unit follows: the last group is measured, if nothing but a blank stands between."""
        if self.run.tokens and len("".join(self.gap)) <= 1:
            self.run.tokens[-1] = replace(self.run.tokens[-1], soft=True)

    # ----------------------------------------------------------------------------------------------------- chunks

    def _chunk(self, at: int) -> int:
        """Letters and digits without a separator between them, from ``lexed[at]`` on; gives where they end."""
        end = at + 1
        while end < len(self.lexed) and self.lexed[end].kind in "dw" and self.zones[self.lexed[end].start] != TAKEN:
            end += 1
        parts = self.lexed[at:end]
        if len(parts) == 1:
            kind, first, last = parts[0]
            if kind == "d":
                self._add(self.chars[first:last], first, last)
                return end
            return self._word(at)
        if parts[-1].end - parts[0].start > LONGEST_CHUNK:
            self._end()
            return end
        self._mixed(parts)
        return end

    def _mixed(self, parts: list[_Lexed]) -> None:
        texts = [self.chars[p.start : p.end] for p in parts]
        letters = [t for t, p in zip(texts, parts, strict=True) if p.kind == "w"]
        numbers = [t for t, p in zip(texts, parts, strict=True) if p.kind == "d"]
        # 90hr, 34dd, 5ft4in; one letter is a unit only at the end (36c, not 4l5)
        units = all(t in words.UNITS and (len(t) > 1 or len(parts) == 2) for t in letters)
        if units and parts[0].kind == "d" and all(len(n) <= 4 and n[0] != "0" for n in numbers):
            self._end()
            return
        read = [self._read(t) if p.kind == "w" else None for t, p in zip(texts, parts, strict=True)]
        leet = sum(_doubt(t) for t, r in zip(texts, read, strict=True) if r is not None and r.leet)
        known = all(r is not None or p.kind == "d" for r, p in zip(read, parts, strict=True))
        if known and (leet <= 18 * len("".join(numbers)) or not "".join(letters).strip(_ROUND)):
            for t, r, p in zip(texts, read, parts, strict=True):
                if r is None:
                    self._add(t, p.start, p.end)
                elif r.mask:
                    self.spaced_x += len(t)
                    self.gap.append(t)
                else:
                    self._add(r.digits, p.start, p.end, spoken=r.spoken, weak=r.weak, leet=_doubt(t) if r.leet else 0)
            return
        whole = words.segment("".join(texts).translate(_AS_LETTERS))
        if whole is not None:
            self._add(whole[0], parts[0].start, parts[-1].end, spoken=whole[1])
            return
        self._loose(parts, texts)

    def _loose(self, parts: list[_Lexed], texts: list[str]) -> None:
        """Digits with ordinary words stuck to them (``call2025550147now``): each word ends a run."""
        codes = len(parts) > 3 or any(
            p.kind == "w" and len(t) < 3 and t not in words.CUES for t, p in zip(texts, parts, strict=True)
        )
        for t, p in zip(texts, parts, strict=True):
            if p.kind == "w":
                self._end()
            else:
                self._add(t, p.start, p.end, stuck=codes)

    class _Reading(NamedTuple):
        digits: str
        spoken: frozenset[str] | None = None
        weak: bool = False
        leet: bool = False
        mask: bool = False

    def _read(self, text: str) -> _Reading | None:
        """Letters between digits as digits: number words, words that sound like one, letters that look like one."""
        if not text.strip("x"):
            return self._Reading("", mask=True)
        if text in words.WEAK:
            return self._Reading(words.WEAK[text], weak=True)
        got = words.segment(text)
        if got is None:
            got = words.segment(text, weak=True)
            if got is not None:
                return self._Reading(got[0], got[1])
        if got is not None:
            return self._Reading(*got)
        if all(ch in _LEET for ch in text) and (len(text) <= 3 or not text.strip(_ROUND)):
            return self._Reading("".join(_LEET[ch] for ch in text), leet=True)
        return None

    # ------------------------------------------------------------------------------------------------------ words

    def _word(self, at: int) -> int:
        """One word that no digit is stuck to; gives where the phrase ends that it begins."""
        _, start, end = self.lexed[at]
        text = self.chars[start:end]
        phrase = self._phrase(at, text)
        if phrase is not None:
            digits, spoken, upto = phrase
            self._add(digits, start, self.lexed[upto - 1].end, spoken=spoken)
            return upto
        if text in words.TIMES:
            self.times = words.TIMES[text]
            return at + 1
        if text in words.WEAK:
            self._add(words.WEAK[text], start, end, weak=not self.times, inner=text in words.INNER)
            return at + 1
        got = words.segment(text)
        if got is not None:
            self._add(got[0], start, end, spoken=got[1])
            return at + 1
        self.times = 0
        if 2 <= len(text) <= 4 and not text.strip(_ROUND):
            self._add("".join(_LEET[ch] for ch in text), start, end, weak=True, leet=_doubt(text))
            return at + 1
        if text == "plus" and self._digits_follow(at):
            self._end()
            self.plus = start
            return at + 1
        if not text.strip("x"):
            self.spaced_x += len(text)
            self.gap.append(text)
            return at + 1
        if text in words.SPACED_UNITS:
            self._soften()
        if text in words.FILLERS:
            self.word_count += 1
            self.gap.append(text)
            return at + 1
        self._end()
        self.soft_next = text in words.AGE_WORDS
        return at + 1

    def _phrase(self, at: int, text: str) -> tuple[str, frozenset[str], int] | None:
        """The longest number phrase that begins at ``lexed[at]``: digits, languages, where it ends."""
        for said, digits, spoken in words.phrases().get(text, ()):
            upto = at + 2 * len(said) - 1
            if upto > len(self.lexed):
                continue
            rest = self.lexed[at + 1 : upto]
            blanks = all(self.chars[p.start : p.end] in (" ", "-") for p in rest[0::2])
            if blanks and all(self.chars[p.start : p.end] == w for p, w in zip(rest[1::2], said[1:], strict=True)):
                following = self.lexed[upto] if upto < len(self.lexed) else None
                if following is not None and following.kind in "dw":
                    continue
                return digits, spoken, upto
        return None

    def _digits_follow(self, at: int) -> bool:
        for p in self.lexed[at + 1 : at + 4]:
            text = self.chars[p.start : p.end]
            if p.kind == "d" or text in words.phrases() or words.segment(text) is not None:
                return True
            if p.kind == "w":
                return False
        return False


def runs(text: Text) -> Iterator[Run]:
    """The runs of a text that hold enough digits to be looked at, in order."""
    for run in _Cutter(text).cut():
        if sum(len(t.digits) for t in run.tokens) >= 7:
            yield run
