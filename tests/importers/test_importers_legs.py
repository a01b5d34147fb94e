"""Rows that move several things: every row counts once, every asset moves, and a fee falls on who bears it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect
from fininit.importers.registry import Declared

TRADES = """
name = "xx_trades"
kind = "crypto"
[match]
header = ["Time", "Type", "Buy", "Cur", "Sell", "Cur", "Fee", "Cur", "State"]
[format]
datetime = "%Y-%m-%d %H:%M"
decimal = "."
[columns]
booked_at = "Time"
amount = "Buy"
currency = "Cur#1"
transaction_code = "Type"
status = "State"
[values.status]
done = "booked"
open = "pending"
lost = "failed"
[values.currency]
XBT = "BTC"
"*" = "*"
[[legs]]
amount = "Sell"
sign = "inverted"
currency = "Cur#2"
[[legs]]
fee = "Fee"
currency = "Cur#3"
where = { Type = ["trade", "out"] }
"""
HEAD = "Time,Type,Buy,Cur,Sell,Cur,Fee,Cur,State\n"

CHAIN = """
name = "xx_chain"
kind = "crypto"
sides = "two"
currency = "ETH"
[match]
header = ["Time", "From", "To", "In", "Out", "Fee", "State"]
[account]
prefix = "eth"
[format]
datetime = "%Y-%m-%d %H:%M"
[columns]
booked_at = "Time"
amount = { debit = "Out", debit_sign = "positive", credit = "In", credit_sign = "positive" }
account = "From"
counterparty_account = "To"
fee = "Fee"
status = "State"
[fees]
when_failed = true
[values.status]
ok = "booked"
failed = "failed"
wait = "pending"
"""

WALLET = """
name = "xx_wallet"
kind = "crypto"
currency = "BTC"
[match]
header = ["Time", "Type", "Amount", "Fee", "Address", "State"]
[account]
wallet = true
others = "chain"
[format]
datetime = "%s"
zone = "UTC"
places = 8
[columns]
booked_at = "Time"
amount = { unsigned = "Amount", flag = "Type", also = "State", plus = ["in"], minus = ["out *"], still = ["self"] }
fee = "Fee"
payee_account = "Address"
[fees]
within = true
by_payer = true
[pending]
State = "new"
"""

Row = tuple[int, str, str, Decimal, Decimal | None]


def read(toml: str, text: str, **options: str) -> Reading:
    dialect = Declared(Dialect.from_toml(toml))
    return dialect.read(Source.from_bytes("a.csv", text.encode()), Options(**options))


def entries(reading: Reading) -> list[Row]:
    return reading.entries.select("row", "status", "currency", "amount", "fee").rows()


def ids(reading: Reading) -> list[str]:
    return [i.rpartition(":")[2] for i in reading.entries["entry_id"]]


def test_a_trade_is_two_entries_of_one_row_and_its_fee_a_third() -> None:
    got = read(TRADES, HEAD + "2024-06-01 10:00,trade,0.5,XBT,1000.25,EUR,2,USDX,done\n")
    assert entries(got) == [
        (2, "booked", "BTC", Decimal("0.5"), None),
        (2, "booked", "EUR", Decimal("-1000.25"), None),
        (2, "booked", "USDX", Decimal(0), Decimal(2)),
    ]
    assert ids(got) == ["2", "2.1", "2.2"]
    assert got.entries["raw"].n_unique() == 1
    assert got.entries["channel"].to_list() == [None, None, "fee"]


def test_a_row_counts_once_in_the_file_and_in_the_statements() -> None:
    text = HEAD + (
        "2024-06-01 10:00,trade,0.5,XBT,1000,EUR,2,EUR,done\n"
        "2024-06-02 10:00,in,100,EUR,,,,,done\n"
        "2024-06-03 10:00,out,,,50,EUR,1,EUR,done\n"
        "2024-06-04 10:00,trade,1,XBT,2000,EUR,,,open\n"
        "2024-06-05 10:00,trade,,,,,,,done\n"
        "2024-06-06 10:00,trade,x,XBT,5,EUR,,,done\n"
        "2024-06-07 10:00,trade,1,XBT,y,EUR,,,done\n"
        "2024-06-08 10:00,trade,1,XBT,1,EUR,z,EUR,done\n"
    )
    got = read(TRADES, text)
    r = got.rows
    assert (r.total, r.entries, r.skipped, r.refused) == (8, 4, 0, 4)
    assert got.entries.height == r.entries + got.legs == 8
    booked = got.entries.filter(pl.col("status") == "booked")
    assert got.statements["entries"].sum() == booked["row"].n_unique() == 3
    assert dict(got.statements.select("currency", "sum").iter_rows()) == {"BTC": Decimal("0.5"), "EUR": Decimal(-953)}
    refused = [(i.row, i.code) for i in got.issues if i.kind == "refused"]
    assert sorted(refused) == [(6, "no-amount"), (7, "bad-amount"), (8, "bad-amount"), (9, "bad-amount")]


def test_a_reading_that_counts_its_legs_wrongly_is_not_made() -> None:
    got = read(TRADES, HEAD + "2024-06-01 10:00,trade,0.5,XBT,1000,EUR,,,done\n")
    assert got.legs == 1
    with pytest.raises(AssertionError, match="conservation of rows"):
        replace(got, legs=0)


def test_a_leg_stands_only_where_its_words_say_so() -> None:
    got = read(TRADES, HEAD + "2024-06-01 10:00,gift,1,XBT,,,0.1,XBT,done\n")
    assert [(a, f) for _, _, _, a, f in entries(got)] == [(Decimal(1), None)]


def test_nothing_is_an_entry_only_where_the_row_has_no_other() -> None:
    got = read(TRADES, HEAD + "2024-06-01 10:00,trade,0,XBT,5,EUR,0,EUR,done\n2024-06-02 10:00,in,0,EUR,,,,,done\n")
    assert entries(got) == [(2, "booked", "EUR", Decimal(-5), None), (3, "booked", "EUR", Decimal(0), None)]
    assert ids(got) == ["2", "3"]


def test_the_order_of_rows_and_repeated_reading_change_nothing() -> None:
    rows = [f"2024-06-0{n} 10:00,trade,{n},XBT,{n}0,EUR,1,EUR,done\n" for n in range(1, 6)]
    one, other = (read(TRADES, HEAD + "".join(r)) for r in (rows, rows[::-1]))
    keep = ("amount", "currency", "fee", "booking_date")
    assert one.entries.select(keep).sort(keep).equals(other.entries.select(keep).sort(keep))
    assert one.statements.drop("source").equals(other.statements.drop("source"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('[[legs]]\namount = "Sell"\n', "needs currency"),
        ('[[legs]]\namount = "Sell"\nfee = "Fee"\ncode = "EUR"\n', "either amount or fee"),
        ('[[legs]]\ncode = "EUR"\n', "either amount or fee"),
        ('[[legs]]\namount = "Nothing"\ncode = "EUR"\n', "no column 'Nothing'"),
        ('[[legs]]\namount = "Sell"\ncode = "EUR"\nremittance_info = "Type"\n', "unknown key"),
        ('[[legs]]\namount = "Sell"\ncode = "EUR"\nwhere = { Kind = ["x"] }\n', "no column 'Kind'"),
        ('[[legs]]\namount = "Sell"\ncode = "eur"\n', "not an ISO 4217 code"),
        ("[fees]\nnever = true\n", "unknown key"),
        ('[legs]\namount = "Sell"\n', "must be tables"),
    ],
)
def test_a_mistake_in_a_leg_is_named(wrong: str, says: str) -> None:
    head = TRADES.partition("[[legs]]")[0]
    with pytest.raises(DialectError, match=says):
        Dialect.from_toml(head + wrong)


def test_a_leg_survives_being_written_out() -> None:
    for toml in (TRADES, CHAIN, WALLET):
        d = Dialect.from_toml(toml)
        assert Dialect.from_toml(d.to_toml()) == d


# ---------------------------------------------------------------------------------------------------------------- fees

ME, YOU = "0x" + "0" * 38 + "aa", "0x" + "0" * 38 + "bb"


def test_a_failed_payment_moves_nothing_and_its_gas_moves() -> None:
    text = (
        "Time,From,To,In,Out,Fee,State\n"
        f"2024-06-01 10:00,{ME},{YOU},0,2,0.001,failed\n"
        f"2024-06-02 10:00,{ME},{YOU},0,0.000000000000000001,0.002,ok\n"
        f"2024-06-03 10:00,{YOU},{ME},3,0,0.004,ok\n"
        f"2024-06-04 10:00,{ME},{YOU},0,5,0.008,wait\n"
        f"2024-06-05 10:00,{ME},{YOU},0,6,,failed\n"
    )
    got = read(CHAIN, text)
    assert entries(got) == [
        (2, "failed", "ETH", Decimal(2), None),
        (2, "booked", "ETH", Decimal(0), Decimal("0.001")),
        (3, "booked", "ETH", Decimal("0.000000000000000001"), Decimal("0.002")),
        (4, "booked", "ETH", Decimal(3), Decimal("0.004")),
        (5, "pending", "ETH", Decimal(5), Decimal("0.008")),
        (6, "failed", "ETH", Decimal(6), None),
    ]
    assert ids(got) == ["2", "2.1", "3", "4", "5", "6"]
    assert (got.rows.total, got.rows.entries, got.statements["entries"].to_list()) == (5, 5, [3])
    assert got.entries["account"].to_list() == [f"eth:{a}" for a in (ME, ME, ME, YOU, ME, ME)]


def test_a_fee_in_the_amount_is_taken_out_and_the_receiver_pays_none() -> None:
    kiosk, friend = "148UA4rjEAJFPnKSAQEucVjCQiDZFrLefA", "1JjHxX4aKPDHsvkaEgjpQRbnu21sg7uuow"
    text = (
        "Time,Type,Amount,Fee,Address,State\n"
        f"1717243200,in,50000000,2000,{kiosk},\n"
        f"1717243201,out,10002100,2100,{friend},done\n"
        f"1717243202,self,1000,850,{kiosk},\n"
        f"1717243203,out,10,11,{friend},done\n"
        f"1717243204,out,100,1,{kiosk},new\n"
        f"1717243205,in,0.5,,{kiosk},\n"
    )
    got = read(WALLET, text)
    assert [(r, s, a, f) for r, s, _, a, f in entries(got)][:2] == [
        (2, "booked", Decimal("0.5"), None),
        (3, "booked", Decimal("-0.1"), Decimal("0.000021")),
    ]
    assert got.entries["counterparty_account"].to_list()[:2] == [None, f"btc:{friend}"]
    assert got.entries.filter(pl.col("status") == "pending")["row"].to_list() == [6]
    assert got.entries.filter(pl.col("flags") == "own-address")["row"].to_list() == [6]
    assert [(i.row, i.code) for i in got.issues if i.kind == "refused"] == [
        (4, "fee-exceeds-amount"),
        (5, "fee-exceeds-amount"),
        (7, "bad-value"),
    ]


# ----------------------------------------------------------------------------------------------------------- contracts

TOKENS = """
name = "xx_tokens"
kind = "crypto"
sides = "two"
contracts = "eth"
[match]
header = ["Time", "From", "To", "Value", "Contract", "Symbol"]
[account]
prefix = "eth"
[format]
datetime = "%Y-%m-%d %H:%M"
[columns]
booked_at = "Time"
amount = "Value"
currency = "Contract"
original_amount = "Value"
original_currency = "Symbol"
account = "From"
counterparty_account = "To"
"""


def test_a_token_is_its_contract_whatever_it_calls_itself() -> None:
    true, false = "0x" + "0" * 38 + "01", "0x" + "0" * 38 + "02"
    text = "Time,From,To,Value,Contract,Symbol\n" + "".join(
        f"2024-06-01 10:00,{ME},{YOU},1,{contract},{symbol}\n"
        for contract, symbol in (
            (true, "USDT"),
            (false, "USDT"),
            (true.upper().replace("X", "x"), "Tether"),
            ("USDT", ""),
        )
    )
    got = read(TOKENS, text)
    assert [c for _, _, c, _, _ in entries(got)] == [f"eth:{true}", f"eth:{false}", f"eth:{true}"]
    assert got.entries["original_currency"].to_list() == ["USDT", "USDT", "Tether"]
    assert [(i.row, i.code) for i in got.issues if i.kind == "refused"] == [(5, "unknown-currency")]
    with pytest.raises(DialectError, match="is one of eth, tron"):
        Dialect.from_toml(TOKENS.replace('"eth"\n[match]', '"sol"\n[match]'))


def test_a_token_that_nobody_identifies_adds_up_with_nothing() -> None:
    toml = TOKENS.replace('contracts = "eth"\n', "").replace('"Symbol"]', '"Symbol", "Hash"]')
    toml = toml.replace('currency = "Contract"', 'currency = "Contract"\ntx_hash = "Hash"')
    toml += '[values.currency]\ncoin = "ETH"\ntoken = "?"\n'
    rows = (("coin", "h1"), ("token", "h2"), ("token", "h3"), ("token", "h2"), ("token", ""), ("?", "h4"))
    head = "Time,From,To,Value,Contract,Symbol,Hash\n"
    got = read(
        toml, head + "".join(f"2024-06-01 10:00,{ME},{YOU},{n},{k},USDT,{h}\n" for n, (k, h) in enumerate(rows, 1))
    )
    first, *tokens = [c for _, _, c, _, _ in entries(got)]
    assert first == "ETH"
    assert all(t.startswith("eth:?") and "h" not in t.removeprefix("eth:") for t in tokens)
    assert tokens[0] == tokens[2] != tokens[1]
    assert got.entries["flags"].to_list() == [None, *["asset-not-named"] * 3]
    refused = [(i.row, i.code) for i in got.issues if i.kind == "refused"]
    assert refused == [(6, "unknown-currency"), (7, "unknown-code")]
