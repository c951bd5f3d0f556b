"""The canonical text of single values: one row per rule of the Event Hash ID that concerns a value."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.epcis.canonical import Namespaces, canonical_time, canonical_value
from ledger.errors import MalformedError

NAMES = Namespaces([{"ex": "https://ns.example.com/epcis/", "voc": "https://ref.gs1.org/voc/"}])

TIMES = {
    # rules 8 and 9: UTC, milliseconds
    "2020-03-04T11:00:30.000+01:00": "2020-03-04T10:00:30.000Z",
    "2020-03-04T10:00:30Z": "2020-03-04T10:00:30.000Z",
    "2020-03-04T10:00:30.1Z": "2020-03-04T10:00:30.100Z",
    "2020-03-04T10:00:30.116000Z": "2020-03-04T10:00:30.116Z",
    "2020-01-01T00:30:00+01:00": "2019-12-31T23:30:00.000Z",
    "2019-12-31T23:30:00-14:00": "2020-01-01T13:30:00.000Z",
    "2020-02-29T00:00:00-00:00": "2020-02-29T00:00:00.000Z",
    " 2020-03-04T10:00:30Z ": "2020-03-04T10:00:30.000Z",
    # half-up on the fourth decimal, and only on it
    "2023-02-02T11:04:03.1415Z": "2023-02-02T11:04:03.142Z",
    "2023-02-02T11:04:03.1414Z": "2023-02-02T11:04:03.141Z",
    "2023-02-02T11:04:03.1425Z": "2023-02-02T11:04:03.143Z",
    "2023-02-02T11:04:03.14149999999Z": "2023-02-02T11:04:03.141Z",
    "2023-02-02T11:04:03.9996Z": "2023-02-02T11:04:04.000Z",
    "2023-12-31T23:59:59.9995Z": "2024-01-01T00:00:00.000Z",
    "2023-02-02T11:04:03.000000000000000000001Z": "2023-02-02T11:04:03.000Z",
}

BAD_TIMES: dict[str, Any] = {
    "no zone": "2020-03-04T10:00:30",
    "no time": "2020-03-04",
    "no such day": "2023-02-29T00:00:00Z",
    "no such month": "2023-13-01T00:00:00Z",
    "no such hour": "2023-01-01T24:00:00Z",
    "no such second": "2023-01-01T00:00:60Z",
    "no such zone": "2023-01-01T00:00:00+15:00",
    "before the calendar": "0001-01-01T00:00:00+14:00",
    "beyond the calendar": "9999-12-31T23:59:59.9999Z",
    "fraction without digits": "2023-01-01T00:00:00.Z",
    "lower case": "2023-01-01t00:00:00z",
    "other digits": "٢٠٢٣-01-01T00:00:00Z",
    "number": 1_700_000_000,
    "array": [],
}

VALUES: dict[str, tuple[Any, str]] = {
    # rule 5
    "trimmed": ("  some text\n", "some text"),
    "only blanks": (" \t ", ""),
    # rule 6
    "integer": (600, "600"),
    "float that is whole": (25.0, "25"),
    "float": (0.3434, "0.3434"),
    "small float": (1e-7, "0.0000001"),
    "large float": (1e17, "100000000000000000"),
    "negative": (-12.50, "-12.5"),
    "twenty digits stay": (12345678901234567890, "12345678901234567890"),
    "numeric string": ("23.0", "23"),
    "leading zeros": ("001", "1"),
    "leading zeros of a fraction": ("000.500", "0.5"),
    "plus": ("+5", "5"),
    "no whole part": (".5", "0.5"),
    "no fraction": ("5.", "5"),
    "zero": ("0.000", "0"),
    "minus zero": ("-0.0", "-0"),
    "string of thirty digits": ("012345678901234567890123456789.10", "12345678901234567890123456789.1"),
    "exponent in a string": ("12E34", "12E34"),
    "underscore": ("1_000", "1_000"),
    "infinity by name": ("Infinity", "Infinity"),
    "not a number by name": ("nan", "nan"),
    "two points": ("1.2.3", "1.2.3"),
    "sign alone": ("-", "-"),
    "date": ("2019-10-21", "2019-10-21"),
    "other digits": ("١٢", "١٢"),
    "true": (True, "true"),
    "false": (False, "false"),
    # rule 14
    "CBV URN": ("urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"),
    "CBV URN of a disposition": ("urn:epcglobal:cbv:disp:in_transit", "https://ref.gs1.org/cbv/Disp-in_transit"),
    "CBV URN of a transaction type": ("urn:epcglobal:cbv:btt:po", "https://ref.gs1.org/cbv/BTT-po"),
    "CBV URN of a party type": ("urn:epcglobal:cbv:sdt:location", "https://ref.gs1.org/cbv/SDT-location"),
    "CBV URN of a reason": ("urn:epcglobal:cbv:er:did_not_occur", "https://ref.gs1.org/cbv/ER-did_not_occur"),
    "transaction of a party": ("urn:epcglobal:cbv:bt:4012345000009:A1", "urn:epcglobal:cbv:bt:4012345000009:A1"),
    # rule 15
    "compact IRI of the CBV": ("cbv:BizStep-receiving", "https://ref.gs1.org/cbv/BizStep-receiving"),
    "compact IRI of GS1": ("gs1:Temperature", "https://ref.gs1.org/voc/Temperature"),
    "GS1 under another prefix": ("voc:Temperature", "https://ref.gs1.org/voc/Temperature"),
    "compact IRI of a user": ("ex:someProperty", "ex:someProperty"),
    "unknown prefix": ("geo:47.5,11.1", "geo:47.5,11.1"),
    # rules 17 and 18
    "EPC URN": ("urn:epc:id:sgtin:0614141.112345.400", "https://id.gs1.org/01/10614141123459/21/400"),
    "malformed EPC URN": ("urn:epc:id:sgtin:0614141.400", "urn:epc:id:sgtin:0614141.400"),
    "Digital Link": ("https://a.example/01/10614141123459/10/L/21/4?x=1", "https://id.gs1.org/01/10614141123459/21/4"),
    "web page": ("https://a.example/po/12", "https://a.example/po/12"),
}

BAD_VALUES: dict[str, Any] = {
    "null": None,
    "object": {},
    "array": [],
    "infinity": float("inf"),
    "not a number": float("nan"),
    "beyond a double": 10**400,
    "of so many digits that Python refuses to write it": 10**5000,
}


@pytest.mark.parametrize("sent", TIMES)
def test_times_are_utc_with_milliseconds(sent: str) -> None:
    assert canonical_time(sent) == TIMES[sent]


@pytest.mark.parametrize("name", BAD_TIMES)
def test_what_is_no_time_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        canonical_time(BAD_TIMES[name])


@pytest.mark.parametrize("name", VALUES)
def test_values_have_one_text(name: str) -> None:
    sent, text = VALUES[name]
    assert canonical_value(sent, NAMES) == text


@pytest.mark.parametrize("name", VALUES)
def test_a_canonical_text_is_its_own(name: str) -> None:
    text = VALUES[name][1]
    assert canonical_value(text, NAMES) == text


@pytest.mark.parametrize("name", BAD_VALUES)
def test_what_is_no_value_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        canonical_value(BAD_VALUES[name], NAMES)


@pytest.mark.parametrize(
    ("context", "name", "key"),
    [
        (None, "cbvmda:lotNumber", "{urn:epcglobal:cbv:mda}lotNumber"),
        ({"cbvmda": "urn:epcglobal:cbv:mda:"}, "cbvmda:lotNumber", "{urn:epcglobal:cbv:mda:}lotNumber"),
        ({"gs1": "https://gs1.org/voc/"}, "gs1:x", "{https://ref.gs1.org/voc/}x"),
        ({"ex": "https://ns.example.com/epcis"}, "ex:a:b", "{https://ns.example.com/epcis}a:b"),
        ({"ex": "https://ns.example.com/epcis"}, "ex", "ex"),
        ({"ex": "https://ns.example.com/epcis"}, "other:a", "other:a"),
        (None, "https://ns.example.com/a", "https://ns.example.com/a"),
    ],
)
def test_names_of_extensions_carry_their_namespace(context: Any, name: str, key: str) -> None:
    assert Namespaces(context).key(name) == key
