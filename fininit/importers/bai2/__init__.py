"""BAI2: the balance and transaction reports of American, British and Canadian banks, comma-separated records.

``records`` cuts a file into records, ``codes`` knows what a type code means, ``detail`` reads amounts, availability and
record 16, ``account`` holds what records 03 and 49 say against the lines between them, ``reader`` goes through a file
and is the importer.

Source: *Cash Management Balance Reporting Specifications*, version 2 (Bank Administration Institute, 2005; since 2008
with ASC X9): record formats, data elements and appendix A, the uniform type codes.
"""

from fininit.importers.bai2.reader import Bai2

__all__ = ["Bai2"]
