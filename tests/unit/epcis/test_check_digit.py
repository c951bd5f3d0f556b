"""The GS1 check digit, against keys that GS1 publishes."""

from __future__ import annotations

import pytest

from ledger.epcis.check_digit import check_digit, has_valid_check_digit

PUBLISHED = [
    "4006381333931",  # GTIN-13 of the textbooks
    "036000291452",  # the first UPC
    "09780345418913",
    "40170725",  # GTIN-8
    "376104250021234569",  # SSCC of the General Specifications
    "6291041500213",  # GS1's own example of the calculation
]


@pytest.mark.parametrize("key", PUBLISHED)
def test_published_keys_hold(key: str) -> None:
    assert check_digit(key[:-1]) == key[-1]
    assert has_valid_check_digit(key)


@pytest.mark.parametrize("key", PUBLISHED)
def test_every_other_last_digit_is_refused(key: str) -> None:
    wrong = {f"{key[:-1]}{digit}" for digit in "0123456789"} - {key}
    assert not any(has_valid_check_digit(each) for each in wrong)


@pytest.mark.parametrize("key", PUBLISHED)
def test_every_single_wrong_digit_is_seen(key: str) -> None:
    for place, right in enumerate(key):
        for digit in set("0123456789") - {right}:
            assert not has_valid_check_digit(key[:place] + digit + key[place + 1 :])


@pytest.mark.parametrize("text", ["", "0", "123a", "１２３４５６７８９０１２", "-12", "12 "])
def test_what_is_no_row_of_digits_is_refused(text: str) -> None:
    assert not has_valid_check_digit(text)


def test_the_sum_of_ten_gives_zero() -> None:
    assert check_digit("0") == "0"
    assert check_digit("19") == "2"
    assert check_digit("000000000055") == "0"
