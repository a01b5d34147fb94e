"""Currencies and native crypto assets with the number of decimals each may have.

``ISO_4217`` follows ISO 4217 as kept by its maintenance agency (SIX Financial Information): list one for the codes in
use, list three for codes withdrawn, which old records still carry. List three states no minor units: a withdrawn code
has those of its last appearance in list one, and where published tables of them disagree the larger number, since a
limit that is too wide refuses nothing that is right.

``CRYPTO`` holds native assets only, with the decimals that their protocol fixes (satoshi, wei, lamport, drop ...). A
token is not its ticker: it is a chain and a contract, anybody can issue a second ``USDT``, and its decimals are a
property of the contract. Tokens are therefore not listed here, nor is an asset that divides its unit differently from
chain to chain or into more than the 18 decimals that the tables hold.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# code:number, by minor units; ISO 4217 list one with its funds codes (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI, UYW).
# BGN left it on 1 January 2026; nobody else has its number, and statements that give numbers still carry it.
_IN_USE = {
    0: "BIF:108 CLP:152 DJF:262 GNF:324 ISK:352 JPY:392 KMF:174 KRW:410 PYG:600 RWF:646 UGX:800 UYI:940 VND:704 "
    "VUV:548 XAF:950 XOF:952 XPF:953",
    2: "AED:784 AFN:971 ALL:008 AMD:051 AOA:973 ARS:032 AUD:036 AWG:533 AZN:944 BAM:977 BBD:052 BDT:050 BGN:975 "
    "BMD:060 BND:096 BOB:068 BOV:984 BRL:986 BSD:044 BTN:064 BWP:072 BYN:933 BZD:084 CAD:124 CDF:976 CHE:947 CHF:756 "
    "CHW:948 CNY:156 COP:170 COU:970 CRC:188 CUP:192 CVE:132 CZK:203 DKK:208 DOP:214 DZD:012 EGP:818 ERN:232 ETB:230 "
    "EUR:978 FJD:242 FKP:238 GBP:826 GEL:981 GHS:936 GIP:292 GMD:270 GTQ:320 GYD:328 HKD:344 HNL:340 HTG:332 HUF:348 "
    "IDR:360 ILS:376 INR:356 IRR:364 JMD:388 KES:404 KGS:417 KHR:116 KPW:408 KYD:136 KZT:398 LAK:418 LBP:422 LKR:144 "
    "LRD:430 LSL:426 MAD:504 MDL:498 MGA:969 MKD:807 MMK:104 MNT:496 MOP:446 MRU:929 MUR:480 MVR:462 MWK:454 MXN:484 "
    "MXV:979 MYR:458 MZN:943 NAD:516 NGN:566 NIO:558 NOK:578 NPR:524 NZD:554 PAB:590 PEN:604 PGK:598 PHP:608 PKR:586 "
    "PLN:985 QAR:634 RON:946 RSD:941 RUB:643 SAR:682 SBD:090 SCR:690 SDG:938 SEK:752 SGD:702 SHP:654 SLE:925 SOS:706 "
    "SRD:968 SSP:728 STN:930 SVC:222 SYP:760 SZL:748 THB:764 TJS:972 TMT:934 TOP:776 TRY:949 TTD:780 TWD:901 TZS:834 "
    "UAH:980 USD:840 USN:997 UYU:858 UZS:860 VED:926 VES:928 WST:882 XAD:396 XCD:951 XCG:532 YER:886 ZAR:710 ZMW:967 "
    "ZWG:924",
    3: "BHD:048 IQD:368 JOD:400 KWD:414 LYD:434 OMR:512 TND:788",
    4: "CLF:990 UYW:927",
}

# ISO 4217 list three: withdrawn. Their numbers are not mapped, because several were given out again.
_WITHDRAWN = {
    0: "BYB BYR ESP ITL LUF MGF TPE TRL",
    2: "ADP AFA ANG AON AOR ARA ARP ATS AZM BAD BEF BGL BRC BRE BRN BRR CSD CSK CUC CYP DDM DEM ECS EEK FIM FRF GEK "
    "GHC GRD GWP HRD HRK IEP LTL LTT LVL LVR MLF MRO MTL MXP MZM NIC NLG PEI PES PLZ PTE ROL RUR SDD SDP SIT SKK "
    "SLL SRG STD SUR TJR TMM UAK USS UYN UYP VEB VEF XEU YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWD ZWL ZWN ZWR",
}

ISO_4217_WITHOUT_EXPONENT: frozenset[str] = frozenset(
    ("XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XUA")
)
"""Metals, bond-market units and units of account: list one gives them no minor unit ("N.A."), so nothing limits their
decimals. XXX (no currency) and XTS (testing) are no currencies at all and stand nowhere."""

ISO_4217: Mapping[str, int] = MappingProxyType(
    dict(
        sorted(
            [(pair[:3], units) for units, pairs in _IN_USE.items() for pair in pairs.split()]
            + [(code, units) for units, codes in _WITHDRAWN.items() for code in codes.split()]
        )
    )
)
"""ISO 4217 code -> decimals of its minor unit, in use and withdrawn. Read-only."""

ISO_4217_NUMERIC: Mapping[str, str] = MappingProxyType(
    {pair[4:]: pair[:3] for pairs in _IN_USE.values() for pair in sorted(pairs.split())}
)
"""Three-digit ISO 4217 number, as text with its zeros ("978", "036") -> code, for the currencies in use. Read-only."""

CRYPTO: Mapping[str, int] = MappingProxyType(
    {
        "ADA": 6,  # lovelace
        "ALGO": 6,
        "ATOM": 6,
        "AVAX": 18,  # C-chain; the P- and X-chains count in 9
        "BCH": 8,
        "BNB": 18,
        "BSV": 8,
        "BTC": 8,  # satoshi
        "BTG": 8,
        "CELO": 18,
        "DASH": 8,
        "DCR": 8,
        "DOGE": 8,
        "DOT": 10,  # planck
        "ETC": 18,
        "ETH": 18,  # wei
        "FIL": 18,
        "FTM": 18,
        "HBAR": 8,
        "ICP": 8,
        "KSM": 12,
        "LTC": 8,
        "MATIC": 18,
        "POL": 18,
        "SOL": 9,  # lamport
        "SUI": 9,
        "TON": 9,
        "TRX": 6,  # sun
        "XLM": 7,  # stroop
        "XMR": 12,  # piconero
        "XRP": 6,  # drop
        "XTZ": 6,
        "ZEC": 8,
    }
)
"""Ticker of a native asset -> decimals of its smallest unit. No tokens: see the head of this module. Read-only."""


def exponent(code: str) -> int | None:
    """Decimals of the smallest unit of an ISO 4217 currency or a native crypto asset; ``None`` where there is none
    (metals, units of account) or the code is not known."""
    return ISO_4217.get(code, CRYPTO.get(code))


def is_currency(code: str) -> bool:
    """Whether ``code`` is an ISO 4217 currency, in use or withdrawn, or a native crypto asset.

    Exactly as written: a small letter, a blank, or a letter of another script that only looks right makes it none.
    """
    return code in ISO_4217 or code in ISO_4217_WITHOUT_EXPONENT or code in CRYPTO
