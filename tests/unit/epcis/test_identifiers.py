"""GS1 keys: every scheme's URN and its canonical link, the finest level of links, the digits of a prefix."""

from __future__ import annotations

import pytest

from ledger.epcis.epc_urn import format_epc_urn, parse_epc_urn
from ledger.epcis.identifiers import (
    Gs1Key,
    canonical_digital_link,
    check_digit_holds,
    format_gs1_key,
    gs1_key_digits,
    parse_gs1_key,
)

# One row per scheme: URN, the path of its canonical link, the 13 digits that hold the company prefix.
SCHEMES = [
    ("urn:epc:id:sgtin:0614141.112345.400", "01/10614141123459/21/400", "0614141123459"),
    ("urn:epc:idpat:sgtin:0614141.112345.*", "01/10614141123459", "0614141123459"),
    ("urn:epc:class:lgtin:9521141.012345.L-7", "01/09521141123454/10/L-7", "9521141123454"),
    ("urn:epc:id:upui:9521141.089456.51qIgY)%3C%26", "01/09521141894569/235/51qIgY)%3C%26", "9521141894569"),
    ("urn:epc:idpat:upui:9521141.089456.*", "01/09521141894569", "9521141894569"),
    ("urn:epc:id:sscc:9521141.1234567890", "00/195211412345678900", "9521141234567"),
    ("urn:epc:id:sgln:9521141.11111.0", "414/9521141111116", "9521141111116"),
    ("urn:epc:id:sgln:9521141.11111.dock%2F4", "414/9521141111116/254/dock%2F4", "9521141111116"),
    ("urn:epc:id:pgln:9521141.89012", "417/9521141890127", "9521141890127"),
    ("urn:epc:id:pgln:952114189012.", "417/9521141890127", "9521141890127"),
    ("urn:epc:id:grai:9521141.12345.400", "8003/09521141123454400", "9521141123454"),
    ("urn:epc:idpat:grai:9521141.12345.*", "8003/09521141123454", "9521141123454"),
    ("urn:epc:id:giai:9521141.12345400", "8004/952114112345400", "9521141123454"),
    ("urn:epc:id:giai:9521141.A-1", "8004/9521141A-1", "9521141000000"),
    ("urn:epc:id:gdti:9521141.12345.006847", "253/9521141123454006847", "9521141123454"),
    ("urn:epc:idpat:gdti:9521141.12345.*", "253/9521141123454", "9521141123454"),
    ("urn:epc:id:sgcn:9521141.67890.04711", "255/952114167890904711", "9521141678909"),
    ("urn:epc:idpat:sgcn:9521141.67890.*", "255/9521141678909", "9521141678909"),
    ("urn:epc:id:gsrn:9521141.1234567890", "8018/952114112345678906", "9521141123456"),
    ("urn:epc:id:gsrnp:9521141.1234567890", "8017/952114112345678906", "9521141123456"),
    ("urn:epc:id:ginc:9521141.xyz47%2F11", "401/9521141xyz47%2F11", "9521141000000"),
    ("urn:epc:id:gsin:9521141.123456789", "402/95211411234567892", "9521141123456"),
    ("urn:epc:id:cpi:9521141.5PQ7%2FZ43.12345", "8010/95211415PQ7%2FZ43/8011/12345", "9521141500000"),
    ("urn:epc:idpat:cpi:9521141.5PQ7%2FZ43.*", "8010/95211415PQ7%2FZ43", "9521141500000"),
    ("urn:epc:id:itip:9521141.012345.01.02.987", "8006/095211411234540102/21/987", "9521141123454"),
    ("urn:epc:idpat:itip:9521141.012345.01.02.*", "8006/095211411234540102", "9521141123454"),
]

NOT_KEYS = {
    "empty": "",
    "bare digits": "4012345111118",
    "transaction of a party": "urn:epcglobal:cbv:bt:4012345000009:ASN1099",
    "uuid": "urn:uuid:11111111-1111-4111-8111-111111111111",
    "place on earth": "geo:47.506694,11.104301",
    "unknown scheme": "urn:epc:id:adi:2S194.12345.X",
    "one digit short": "urn:epc:id:sgtin:4012345.01111.9876",
    "one digit long": "urn:epc:id:sscc:4012345.31111111111",
    "company prefix too short": "urn:epc:id:sgtin:40123.01234567.1",
    "company prefix too long": "urn:epc:id:pgln:4012345678901.",
    "no serial": "urn:epc:id:sgtin:4012345.011111.",
    "serial too long": "urn:epc:id:sgtin:4012345.011111.123456789012345678901",
    "serial with a bad escape": "urn:epc:id:sgtin:4012345.011111.%2",
    "serial with a space": "urn:epc:id:sgtin:4012345.011111.a b",
    "pattern with a serial": "urn:epc:idpat:sgtin:4012345.011111.1",
    "letters in the item": "urn:epc:id:sgtin:4012345.01111A.1",
    "trailing line break": "urn:epc:id:sgtin:4012345.011111.1\n",
    "other web page": "https://transaction.example/po/12345678",
    "GTIN of nine digits": "https://id.gs1.org/01/123456789",
    "unknown key": "https://id.gs1.org/99/9780345418913",
    "unknown qualifier": "https://id.gs1.org/01/09780345418913/99/x",
    "qualifier of another key": "https://id.gs1.org/00/340123453111111115/21/x",
    "qualifier without a value": "https://id.gs1.org/01/09780345418913/21",
    "qualifiers out of order": "https://id.gs1.org/01/09780345418913/21/s/10/l",
    "qualifier twice": "https://id.gs1.org/01/09780345418913/21/s/21/t",
    "ITIP of a GTIN's length": "https://id.gs1.org/8006/04012345123456/10/XYZ",
    "key in the query": "https://example.com/shop?x=/01/09780345418913",
    "another protocol": "ftp://id.gs1.org/01/09780345418913",
    "no path": "https://id.gs1.org",
    "GIAI that starts with letters": "https://id.gs1.org/8004/ABCDEFG",
}

LINKS = {
    "https://id.gs1.org/01/09780345418913": "01/09780345418913",
    "http://id.gs1.org/gtin/9780345418913": "01/09780345418913",
    "https://brand.example/some/where/01/09780345418913/21/x1": "01/09780345418913/21/x1",
    "https://brand.example/gtin-8/01/97803111": "01/00000097803111",
    "https://brand.example/01/001122334455/ser/GHB": "01/00001122334455/21/GHB",
    "https://brand.example/01/09780345418913/22/cpv/10/lot/21/ser?17=261231#top": "01/09780345418913/21/ser",
    "https://brand.example/gtin/09780345418913/cpv/344/lot/1223": "01/09780345418913/10/1223",
    "https://brand.example/01/09780345418913/235/tpx": "01/09780345418913/235/tpx",
    "https://brand.example/01/09780345418913/22/cpv": "01/09780345418913",
    "https://brand.example/01/09780345418913/": "01/09780345418913",
    "https://brand.example/8006/040123451234560102/10/L/21/s": "8006/040123451234560102/21/s",
    "https://brand.example/gln/9521141111116/glnx/4": "414/9521141111116/254/4",
    "https://brand.example/party/4226350800008": "417/4226350800008",
    "https://brand.example/8018/385888700111111111/8019/12": "8018/385888700111111111",
    "https://brand.example/8010/0628165987/cpsn/9876": "8010/0628165987/8011/9876",
    "https://brand.example/01/09780345418913/21/a%2Fb!()": "01/09780345418913/21/a%2Fb!()",
    "https://user@brand.example:8443/01/09780345418913": "01/09780345418913",
}


@pytest.mark.parametrize(("urn", "path", "digits"), SCHEMES)
def test_every_scheme_has_its_link_and_digits(urn: str, path: str, digits: str) -> None:
    assert canonical_digital_link(urn) == f"https://id.gs1.org/{path}"
    assert gs1_key_digits(urn) == digits


@pytest.mark.parametrize(("urn", "path", "digits"), SCHEMES)
def test_a_canonical_link_of_any_domain_is_its_own_link_and_has_the_same_digits(
    urn: str, path: str, digits: str
) -> None:
    del urn
    for domain in ("https://id.gs1.org", "http://brand.example/a/b"):
        assert canonical_digital_link(f"{domain}/{path}") == f"https://id.gs1.org/{path}"
        assert gs1_key_digits(f"{domain}/{path}") == digits


@pytest.mark.parametrize(("urn", "path", "digits"), SCHEMES)
def test_urns_and_keys_are_parsed_and_formatted_back(urn: str, path: str, digits: str) -> None:
    del digits
    epc, key = parse_epc_urn(urn), parse_gs1_key(urn)
    assert epc is not None
    assert key is not None
    assert format_epc_urn(epc) in {urn, urn.removesuffix(".")}
    assert format_gs1_key(key) == f"https://id.gs1.org/{path}"
    assert check_digit_holds(key)


def test_a_key_names_its_parts() -> None:
    assert parse_gs1_key("urn:epc:id:sgtin:0614141.112345.400") == Gs1Key("01", "10614141123459", "21", "400")
    assert parse_gs1_key("urn:epc:id:sscc:9521141.1234567890") == Gs1Key("00", "195211412345678900", "", "")


@pytest.mark.parametrize("link", [link for link, path in LINKS.items() if path.startswith(("01/097", "01/000011"))])
def test_a_wrong_check_digit_is_seen_but_keeps_nothing_from_being_a_key(link: str) -> None:
    key = parse_gs1_key(link)
    assert key is not None
    wrong = Gs1Key(key.ai, key.value[:-1] + str((int(key.value[-1]) + 1) % 10), key.qualifier_ai, key.qualifier)
    assert check_digit_holds(key)
    assert not check_digit_holds(wrong)
    assert parse_gs1_key(format_gs1_key(wrong)) == wrong


@pytest.mark.parametrize("name", NOT_KEYS)
def test_what_is_no_key_has_neither_link_nor_digits(name: str) -> None:
    text = NOT_KEYS[name]
    assert canonical_digital_link(text) is None
    assert gs1_key_digits(text) is None
    assert parse_gs1_key(text) is None
    assert parse_epc_urn(text) is None


@pytest.mark.parametrize("link", LINKS)
def test_links_are_brought_to_the_finest_level(link: str) -> None:
    assert canonical_digital_link(link) == f"https://id.gs1.org/{LINKS[link]}"


def test_digits_lie_in_the_interval_of_the_company_prefix_whatever_its_length() -> None:
    for length in range(6, 13):
        prefix = "952114112345"[:length]
        start = int(prefix.ljust(13, "0"))
        end = start + 10 ** (13 - length)
        rest = "0" * (13 - length - 1)
        for urn in (
            f"urn:epc:id:sgtin:{prefix}.7{rest}.1",
            f"urn:epc:id:sscc:{prefix}.3{'9' * (16 - length)}",
            f"urn:epc:id:sgln:{prefix}.{'9' * (12 - length)}.0",
            f"urn:epc:id:gsrn:{prefix}.{'9' * (17 - length)}",
            f"urn:epc:id:giai:{prefix}.X9",
            f"urn:epc:id:grai:{prefix}.{'9' * (12 - length)}.A",
        ):
            digits = gs1_key_digits(urn)
            assert digits is not None, urn
            assert start <= int(digits) < end, urn


def test_the_case_of_scheme_and_namespace_hides_no_key() -> None:
    for text in ("URN:EPC:id:sgtin:0614141.112345.400", "HTTPS://brand.example/01/10614141123459/21/400"):
        assert canonical_digital_link(text) == "https://id.gs1.org/01/10614141123459/21/400"
        assert gs1_key_digits(text) == "0614141123459"


def test_free_keys_with_too_few_digits_name_no_company() -> None:
    assert canonical_digital_link("https://id.gs1.org/8004/40123ABC") == "https://id.gs1.org/8004/40123ABC"
    assert gs1_key_digits("https://id.gs1.org/8004/40123ABC") is None


def test_a_path_of_a_million_characters_is_judged_at_once() -> None:
    assert canonical_digital_link("https://a.example" + "/01/09780345418913" * 60_000 + "/x") is None
    assert canonical_digital_link("https://a.example/01/" + "9" * 1_000_000) is None
    assert canonical_digital_link("urn:epc:id:giai:9521141." + "A" * 1_000_000) is None
