"""CAMT.052, CAMT.053 and CAMT.054: account reports, statements and notifications in ISO 20022 XML, all versions.

``stream`` cuts a file into statements and entries, ``party`` and ``detail`` read one transaction of an entry,
``statement`` reads account, balances and totals, ``reader`` puts entries together and is the importer.

Sources: ISO 20022 message definitions BankToCustomerAccountReport (camt.052.001), BankToCustomerStatement
(camt.053.001) and BankToCustomerDebitCreditNotification (camt.054.001), versions 01 to 14, business domain Cash
Management; ISO 20022 external code sets EntryStatus, BalanceType and BankTransactionCode.
"""

from fininit.importers.camt.reader import Camt

__all__ = ["Camt"]
