"""What a layout may say of its header, of files without one, and of what stands beside the table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fininit.errors import DialectError
from fininit.importers.base import Options, Reading, Source
from fininit.importers.dialect import Dialect
from fininit.importers.heading import Fit, fit, in_form, rows_at
from fininit.importers.registry import Declared

TWO = """
name = "xx_two"
[match]
header = ["Day", "In {currency}", "Out {currency}", "Text", ""]
variants = [["Tag", "Haben {currency}", "Soll {currency}", "Zweck", ""]]
[format]
date = "%d.%m.%Y"
[columns]
booking_date = "Day"
amount = { credit = "In {currency}", credit_sign = "positive", debit = "Out {currency}", debit_sign = "positive" }
remittance_info = "Text"
status = "#5"
[values.status]
"" = "booked"
wait = "pending"
"""

BARE = """
name = "xx_bare"
currency = "EUR"
[match]
container = "text"
header = ["Account", "Date", "Amount", "Balance"]
rows = ['[0-9]{4}', '[0-9]{2}/[0-9]{2}/[0-9]{4}', '-?[0-9]+,[0-9]{2}', '-?[0-9]+,[0-9]{2}']
above = ['Made-up bank [0-9]+']
proof = "balance"
[account]
from_column = "Account"
prefix = "acct:xx"
[format]
delimiter = ";"
date = "%d/%m/%Y"
decimal = ","
[columns]
booking_date = "Date"
amount = "Amount"
balance_after = "Balance"
"""

PAID = """
name = "xx_paid"
[match]
header = ["Date", "Sum", "From", "From account", "To", "To account"]
[account]
country = "PL"
[format]
date = "%Y-%m-%d"
decimal = ","
affixes = ["PLN", "EUR"]
[columns]
booking_date = "Date"
amount = "Sum"
currency = "Sum"
payer_name = "From"
payer_account = "From account"
payee_name = "To"
payee_account = "To account"
"""

STATED = """
name = "xx_stated"
[match]
header = ["Date", "Sum", "First", "Last"]
[format]
date = "%Y-%m-%d"
[columns]
booking_date = "Date"
amount = "Sum"
[stated]
opening_column = "First"
closing = '^End (?P<amount>\\S+)$'
currency = '^In (?P<currency>\\S+)$'
[values.currency]
euros = "EUR"
[[skip]]
Date = "End"
"""


def read(toml: str, text: str) -> Reading:
    made = Declared(Dialect.from_toml(toml, "xx.toml"))
    source = Source.from_bytes("x.csv", text.encode())
    assert made.matches(source)
    return made.read(source, Options())


def known(toml: str, text: str) -> bool:
    return Declared(Dialect.from_toml(toml, "xx.toml")).matches(Source.from_bytes("x.csv", text.encode()))


def sums(r: Reading) -> list[tuple[str, str]]:
    return [(str(a.normalize()), c) for a, c in r.entries.select("amount", "currency").iter_rows()]


# -------------------------------------------------------------------------------------------------------------- header


def test_a_currency_in_the_header_is_one_code_and_the_same_everywhere() -> None:
    headers = [["Day", "In {currency}", "Out {currency}"]]
    assert fit(headers, ["Day", " In CHF", "Out CHF "]) == Fit(0, "CHF")
    assert fit(headers, ["Day", "In CHF", "Out EUR"]) is None
    assert fit(headers, ["Day", "In QQQ", "Out QQQ"]) is None
    assert fit(headers, ["Day", "In chf", "Out chf"]) is None
    assert fit(headers, ["Day", "In {currency}", "Out {currency}"]) is None


def test_a_variant_has_the_same_columns_and_takes_its_currency() -> None:
    for head, code in (("Day,In GBP,Out GBP,Text,", "GBP"), ("Tag,Haben CHF,Soll CHF,Zweck,", "CHF")):
        r = read(TWO, f"{head}\n03.02.2031,12.00,,a,\n04.02.2031,,5.00,b,wait\n")
        assert sums(r) == [("12", code), ("-5", code)]
        assert r.entries["status"].to_list() == ["booked", "pending"]
    assert not known(TWO, "Tag,In CHF,Out CHF,Zweck,\n")


def test_a_column_without_a_name_must_be_there() -> None:
    assert not known(TWO, "Day,In GBP,Out GBP,Text\n03.02.2031,12.00,,a\n")


def test_issues_name_columns_as_the_file_does() -> None:
    r = read(TWO, "Tag,Haben CHF,Soll CHF,Zweck,\n03.02.2031,x,,a,\n31.02.2031,1,,a,\n")
    assert sorted((i.code, i.column) for i in r.issues if i.kind == "refused") == [
        ("bad-amount", "Haben CHF"),
        ("bad-date", "Tag"),
    ]


# ----------------------------------------------------------------------------------------------------- without a header


ROWS = ("0001;03/02/2031;-5,00;95,00", "0001;04/02/2031;-15,00;80,00", "0001;05/02/2031;20,00;100,00")


def test_rows_are_known_by_their_form() -> None:
    text = "\n".join(["Made-up bank 7;;;", *ROWS]) + "\n"
    r = read(BARE, text)
    assert (r.status, r.rows.total, r.rows.entries) == ("read", 3, 3)
    assert r.entries["row"].to_list() == [2, 3, 4]
    assert r.entries["account"].unique().to_list() == ["acct:xx:0001"]
    assert r.entries["raw"].to_list() == list(ROWS)
    assert r.statements["closing"].item() == Decimal(100)


@pytest.mark.parametrize(
    "lines",
    [
        ROWS,
        ("Another bank 7", *ROWS),
        ("Made-up bank 7", ROWS[0], "0001;04/02/2031;-15.00;80,00"),
        ("Made-up bank 7", ROWS[0], "Total;;;80,00"),
        ("Made-up bank 7", ROWS[0] + ";"),
        ("Made-up bank 7",),
    ],
)
def test_a_row_that_is_not_in_form_makes_it_another_layout(lines: tuple[str, ...]) -> None:
    assert not known(BARE, "\n".join(lines) + "\n")


def test_a_row_far_below_that_is_not_in_form_is_refused_alone() -> None:
    text = BARE.replace('proof = "balance"', "").replace("above = ['Made-up bank [0-9]+']", "")
    many = [ROWS[0]] * 250
    r = read(text, "\n".join([*many, "0001;04/02/31;-15,00;80,00", "1;2"]) + "\n")
    assert r.rows.entries == 250
    assert sorted((i.code, i.row) for i in r.issues if i.kind == "refused") == [
        ("field-count", 252),
        ("unlike-format", 251),
    ]


def test_what_the_balance_does_not_bear_out_is_not_read() -> None:
    good = ["Made-up bank 7", *ROWS]
    assert read(BARE, "\n".join(good) + "\n").status == "read"
    for old, new in (("-15,00", "15,00"), ("-15,00", "-15,10"), ("100,00", "101,00")):
        r = read(BARE, "\n".join(good).replace(old, new) + "\n")
        assert (r.status, r.entries.height) == ("needs-decision", 0)
    alone = read(BARE, "\n".join(good[:2]) + "\n")
    assert (alone.status, alone.entries.height) == ("needs-decision", 0)


HELD = TWO.replace("variants", "holds = { Text = 'POS[0-9]{2} .*' }\nvariants")


def test_a_header_that_others_use_needs_a_row_that_only_this_bank_writes() -> None:
    head = "Tag,Haben GBP,Soll GBP,Zweck,"
    assert known(HELD, f"{head}\n03.02.2031,1,,a,\n04.02.2031,1,,POS04 shop,\n")
    assert not known(HELD, f"{head}\n03.02.2031,1,,a,\n04.02.2031,1,,at POS04 shop,\n")
    assert not known(HELD, f"POS04 x,POS04 x,POS04 x,POS04 x\n{head}\n")


def test_what_ends_the_table_ends_it() -> None:
    text = "Day,In GBP,Out GBP,Text,\n03.02.2031,1.00,,a,\nEnd of list\nThis is no statement\n04.02.2031,2.00,,b,\n"
    r = read(TWO + '[footer]\nstarts = ["Sum"]\nends = ["End of"]\n', text.replace("End", "Sum,1.00\nEnd"))
    assert (r.rows.entries, r.rows.skipped, r.rows.refused) == (1, 4, 0)
    assert read(TWO, text).rows.refused == 2


def test_forms_hold_for_whole_cells() -> None:
    assert in_form([" 12 "], ["[0-9]{2}"])
    assert not in_form(["123"], ["[0-9]{2}"])
    assert rows_at([("a", "1"), ("b", "2")], ["[a-z]", "[0-9]"], []) == 0
    assert rows_at([], ["[a-z]"], []) is None


# --------------------------------------------------------------------------------------------------- who pays, currency


def test_the_sign_says_who_is_the_holder() -> None:
    polish = "61 1090 1014 0000 0712 1981 2874"  # the Polish example of the IBAN registry
    rows = [
        f'2031-02-03,"-5,00 PLN",Ada Example,{polish},Shop,00 1',
        f'2031-02-04,"7,50 EUR",Work,,Ada Example,{polish}',
        f'2031-02-05,"0,00 EUR",Work,,Ada Example,{polish}',
    ]
    r = read(PAID, "Date,Sum,From,From account,To,To account\n" + "\n".join(rows) + "\n")
    assert sums(r) == [("-5", "PLN"), ("7.5", "EUR"), ("0", "EUR")]
    mine = "iban:PL61109010140000071219812874"
    assert r.entries["account"].to_list() == [mine, mine, None]
    assert r.entries["account_name"].to_list() == ["Ada Example", "Ada Example", None]
    assert r.entries["counterparty_name"].to_list() == ["Shop", "Work", None]
    assert r.entries["counterparty_account"].to_list() == ["acct:001", None, None]


def test_what_stands_beside_the_table() -> None:
    text = "In euros\nDate,Sum,First,Last\n2031-02-03,-5.00,10.00,\n2031-02-04,2.00,10.00,\nEnd,7.00,,\n"
    r = read(STATED, text)
    row = r.statements.row(0, named=True)
    assert (row["currency"], row["opening"], row["closing"], row["balance"]) == ("EUR", Decimal(10), Decimal(7), "ok")
    assert (r.rows.entries, r.rows.skipped) == (2, 1)
    broken = read(STATED, text.replace("End,7.00", "End,8.00"))
    assert broken.statements["balance"].to_list() == ["broken"]
    two = read(STATED, text.replace("-5.00,10.00", "-5.00,11.00"))
    assert "stated-balance-unread" in {i.code for i in two.issues}
    asks = read(STATED, text.replace("In euros\n", "In euros\nIn CHF\n"))
    assert "currency-not-named" in {i.code for i in asks.issues}
    assert asks.entries["currency"].null_count() == asks.entries.height


# ------------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        (TWO, '"Zweck", ""]]', '"Zweck"]]', "as many columns"),
        (BARE, 'container = "text"', "", "without a header"),
        (BARE, "'[0-9]{4}', ", "", "one form for each name"),
        (BARE, "'[0-9]{4}'", "'[0-9'", "not a regular expression"),
        (BARE, 'balance_after = "Balance"', 'ignore = ["Balance"]', "needs balance_after"),
        (TWO, 'status = "#5"', 'status = "#4"', "no column"),
        (PAID, 'country = "PL"', 'country = "Poland"', "two capital letters"),
        (PAID, 'payer_name = "From"', 'counterparty_name = "From"', "say who the counterparty is"),
        (HELD, "{ Text =", "{ Txt =", "no column 'Txt'"),
        (STATED, 'opening_column = "First"', 'opening_column = "Firts"', "Did you mean 'First'"),
    ],
)
def test_mistakes_are_named(text: str, old: str, new: str, says: str) -> None:
    assert old in text
    with pytest.raises(DialectError) as e:
        Dialect.from_toml(text.replace(old, new), "xx.toml")
    assert says in f"{e.value.message} {e.value.hint}"


@pytest.mark.parametrize("text", [TWO, HELD, BARE, PAID, STATED, TWO + '[footer]\nends = ["End"]\n'])
def test_all_of_it_survives_being_written_out(text: str) -> None:
    d = Dialect.from_toml(text, "xx.toml")
    assert Dialect.from_toml(d.to_toml(), "xx.toml") == d
