"""MT940, MT942 and MT950: the statements that banks send in the SWIFT tag format, in the dialects they really write.

``tags`` cuts a file into messages and fields, ``line`` reads field 61, ``details`` field 86, ``reader`` puts a
statement together and is the importer.
"""

from fininit.importers.mt940.reader import Mt940

__all__ = ["Mt940"]
