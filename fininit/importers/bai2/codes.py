"""Type codes: which way the money went, whether a code is that of one line, and how the money moved.

Source: Cash Management Balance Reporting Specifications, version 2, appendix A. 001 to 099 are balances and other
states, 100 to 399 credits, 400 to 699 debits, 700 to 799 loans, 890 says something without money; of the codes that a
bank defines itself, 900 to 919 are states, 920 to 959 credits and 960 to 999 debits.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENING: Final = "010"
"""Opening ledger balance."""

CLOSING: Final = "015"
"""Closing ledger balance."""

CREDITS: Final = "100"
DEBITS: Final = "400"
"""Total credits and total debits."""

NON_MONETARY: Final = "890"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOTALS: Final = _codes(
    "100 101 105 106 107 109 110 120 130 131 140 146 150 160 162 163 167 170 178 180 182 185 186 188 190 200 205 "
    "207 210 215 230 231 239 245 250 251 256 260 270 271 280 285 294 302 303 304 305 307 309 310 315 316 318 319 "
    "320 321 324 325 326 327 328 329 330 332 336 338 340 341 343 350 352 355 356 360 361 370 385 389 390 "
    "400 401 403 405 406 410 412 416 420 430 446 450 463 465 467 470 471 478 480 482 486 490 500 505 507 510 515 "
    "530 532 534 536 537 539 550 551 556 560 570 580 583 584 585 586 587 588 590 594 596 601 602 610 611 612 613 "
    "614 615 617 618 621 623 625 626 628 630 632 640 646 650 655 665 670 685 689 690"
)
"""Codes of sums over several lines (level *summary*): in a record 16 they may count lines a second time."""

_ITEMS: Final = _codes("116 136 143 156 345 452")
"""Codes of an item within a deposit that another line may hold as a whole."""

Way = Literal["in", "out", "none", "unknown"]


def way(code: str) -> Way:
    """Which way money of this code went, seen by the holder; ``none`` where the code is not one of money that moved."""
    if len(code) != 3 or not (code.isascii() and code.isdigit()):
        return "unknown"
    if "100" <= code < "400" or "720" <= code < "740" or "920" <= code < "960":
        return "in"
    if "400" <= code < "700" or "740" <= code < "800" or code >= "960":
        return "out"
    return "none" if code < "100" or "700" <= code < "720" or "890" <= code < "920" else "unknown"


def doubtful(code: str) -> bool:
    """Whether a line of this code may repeat others: a sum, an item of a deposit, or a part of a loan payment."""
    return code in _TOTALS or code in _ITEMS or "720" <= code < "800"


def _table(**codes: str) -> Mapping[str, str]:
    return MappingProxyType({code: channel for channel, many in codes.items() for code in many.split()})


CHANNELS: Final = _table(
    ach="121 142 143 145 164 165 166 168 169 257 258 421 445 447 451 452 455 462 464 466 468 469 557 558",
    atm="295 595",
    card="147",
    cash="366 666",
    cheque="175 176 255 395 435 472 474 475 484 555",
    fee="564 567 661 698",
    interest="346 354 359 654 659",
    internal="275 277 575 577",
    refund="398",
    standing_order="227 527",
    wire="195 208 493 495 508",
)
"""Type code -> one of ``schema.CHANNELS``, where it says so for certain."""

CHEQUES: Final = _codes("472 474 475 555")
"""Codes whose customer reference is the number of a cheque, when it is a number."""
