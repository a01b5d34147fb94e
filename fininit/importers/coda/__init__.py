"""CODA, the coded statement of account of Belgian banks: 128 columns a line, versions 1 and 2.

``fields`` reads what stands in columns, ``movement`` puts the records of one booking together, ``reader`` goes through
a file and is the importer.

Source: Febelfin, *Coded statement of account (CODA)*, versions 2.3 to 2.6: records 0, 1, 2.1 to 2.3, 3.1 to 3.3, 4, 8
and 9, annex II (coding of the transactions) and annex III (structured communications).
"""

from fininit.importers.coda.reader import Coda

__all__ = ["Coda"]
