"""GS1 keys: what holds for every URN, every link and every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis.check_digit import check_digit, has_valid_check_digit
from ledger.epcis.epc_urn import format_epc_urn, parse_epc_urn
from ledger.epcis.identifiers import (
    canonical_digital_link,
    check_digit_holds,
    format_gs1_key,
    gs1_key_digits,
    parse_gs1_key,
)

DIGITS = "0123456789"
SERIAL = st.text("!'()*+,-.0123456789:;=ABCXYZ_abcxyz", min_size=1, max_size=16)


@st.composite
def epc_urns(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a URN with its company prefix."""
    prefix = draw(st.text(DIGITS, min_size=6, max_size=12))
    scheme, digits = draw(
        st.sampled_from([("sgtin", 13), ("sscc", 17), ("sgln", 12), ("grai", 12), ("gdti", 12), ("giai", 0)])
    )
    if scheme == "giai":
        return f"urn:epc:id:giai:{prefix}.{draw(SERIAL)}", prefix
    width = digits - len(prefix)
    reference = draw(st.text(DIGITS, min_size=width, max_size=width))
    tail = "" if scheme == "sscc" else f".{draw(SERIAL)}"
    return f"urn:epc:id:{scheme}:{prefix}.{reference}{tail}", prefix


@given(st.text(DIGITS, min_size=1, max_size=17))
def test_the_check_digit_completes_the_weighted_sum_to_a_multiple_of_ten(digits: str) -> None:
    whole = digits + check_digit(digits)
    # The definition, place by place from the right: weights 1, 3, 1, 3, …
    assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(whole))) % 10 == 0
    assert has_valid_check_digit(whole)


@given(epc_urns())
def test_every_urn_has_a_link_that_is_its_own_and_holds_its_check_digit(drawn: tuple[str, str]) -> None:
    urn, prefix = drawn
    link, epc, key = canonical_digital_link(urn), parse_epc_urn(urn), parse_gs1_key(urn)
    assert link is not None
    assert epc is not None
    assert key is not None
    assert canonical_digital_link(link) == link
    assert format_epc_urn(epc) == urn
    assert epc.company_prefix == prefix
    assert format_gs1_key(key) == link
    assert check_digit_holds(key)


@given(epc_urns(), st.sampled_from(["https://brand.example", "http://a.b.example:8080/x/y", "https://id.gs1.org"]))
def test_the_lookup_digits_lie_in_the_prefix_interval_in_every_form(drawn: tuple[str, str], domain: str) -> None:
    urn, prefix = drawn
    link = canonical_digital_link(urn)
    assert link is not None
    digits = gs1_key_digits(urn)
    assert digits is not None
    assert digits.startswith(prefix)
    assert len(digits) == 13
    assert gs1_key_digits(domain + link.removeprefix("https://id.gs1.org")) == digits


@given(st.text() | st.from_regex(r"(https?://|urn:epc:)[!-~]{0,60}", fullmatch=True))
def test_every_text_is_judged(text: str) -> None:
    link = canonical_digital_link(text)
    assert (parse_gs1_key(text) is None) == (link is None)
    assert gs1_key_digits(text) is None or link is not None
    assert link is None or canonical_digital_link(link) == link
