"""The standard words: as many as the standard has, and each the same in its three forms."""

from __future__ import annotations

import pytest

from ledger.epcis import vocabulary
from ledger.epcis.vocabulary import BIZ_STEPS, COMPONENTS, DISPOSITIONS, MEASUREMENT_TYPES, Vocabulary

# CBV 2.0 §7; the measurement types are those of the EPCIS 2.0 context.
COUNTS = {
    "BIZ_STEPS": 41,
    "DISPOSITIONS": 33,
    "BIZ_TRANSACTION_TYPES": 13,
    "SOURCE_DESTINATION_TYPES": 3,
    "ERROR_REASONS": 2,
    "COMPONENTS": 15,
    "MEASUREMENT_TYPES": 72,
    "SENSOR_ALERTS": 2,
}


@pytest.mark.parametrize("name", COUNTS)
def test_each_vocabulary_is_complete(name: str) -> None:
    words: Vocabulary = getattr(vocabulary, name)
    assert len(words.words) == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_word_urn_and_iri_say_the_same(name: str) -> None:
    words: Vocabulary = getattr(vocabulary, name)
    for word in words.words:
        assert words.word(word) == word
        assert words.word(words.iri(word)) == word
        urn = words.urn(word)
        assert urn is None or words.word(urn) == word


def test_forms_are_those_of_the_standard() -> None:
    assert BIZ_STEPS.iri("shipping") == "https://ref.gs1.org/cbv/BizStep-shipping"
    assert BIZ_STEPS.urn("shipping") == "urn:epcglobal:cbv:bizstep:shipping"
    assert DISPOSITIONS.iri("in_transit") == "https://ref.gs1.org/cbv/Disp-in_transit"
    assert MEASUREMENT_TYPES.iri("Temperature") == "https://ref.gs1.org/voc/Temperature"
    assert COMPONENTS.iri("latitude") == "https://ref.gs1.org/cbv/Comp-latitude"
    assert COMPONENTS.urn("latitude") is None


@pytest.mark.parametrize(
    "value", ["", "Shipping", "in_transit", "urn:epcglobal:cbv:disp:shipping", BIZ_STEPS.iri_prefix]
)
def test_what_is_no_word_of_the_field_is_none(value: str) -> None:
    assert BIZ_STEPS.word(value) is None


def test_an_unknown_word_has_no_form() -> None:
    with pytest.raises(KeyError):
        BIZ_STEPS.iri("teleporting")
    with pytest.raises(KeyError):
        BIZ_STEPS.urn("teleporting")
