"""OFX, QFX and QBO: the statements that banks hand to Quicken, QuickBooks and Money, as they really write them.

Sources: Open Financial Exchange 1.0.2 and 1.6 (SGML) and 2.2 (XML), chapters 2 (headers, special characters), 3.2.8
(dates), 3.2.9 (amounts), 5 (currencies, encodings), 11.3 (accounts), 11.4 (statements of banks and cards), 13.9
(investments). The chapters have the same numbers in all three.

``tokens`` cuts a text into tags, ``document`` finds statements and transactions in it, ``encoding`` reads the header,
``values`` dates and amounts, ``reader`` is the importer.
"""

from fininit.importers.ofx.reader import Ofx

__all__ = ["Ofx"]
