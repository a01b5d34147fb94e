"""Open-banking JSON: lists of transactions as banks and account information services hand them out under PSD2.

``document`` reads JSON without a float and with the text of every record, ``values`` reads single values, ``berlin``,
``obie`` and ``truelayer`` know one shape each, ``reader`` is the importer.

Sources: The Berlin Group, NextGenPSD2 XS2A Framework, Implementation Guidelines, version 1.3 (reading transactions of
accounts and card accounts; data types *Transactions*, *Card Transactions*, *Entry Details*, *Balance*); GoCardless Bank
Account Data, *Account Transactions Output*; STET PSD2 API, version 1.4 (*AccountTransactions*); Open Banking Limited,
Account and Transaction API, versions 3.1 and 4.0 (*OBReadTransaction6*); TrueLayer Data API v1 (*Transaction*).
"""

from fininit.importers.openbanking.reader import OpenBanking

__all__ = ["OpenBanking"]
