"""QIF, the Quicken Interchange Format: what programs for household accounts and older banks write.

There is no specification that all follow. Sources: Intuit's description of QIF for Quicken ("Quicken Interchange Format
(QIF) files"), and the notes on what programs really write in GnuCash (``import-export/qif-imp/file-format.txt``).

``records`` cuts a file into sections and records, ``accounts`` says which account is meant, ``reader`` is the importer.
"""

from fininit.importers.qif.reader import Qif

__all__ = ["Qif"]
