"""Write tests/vectors/item_keys.json: events and the item keys they have (docs/spec.md §12), by field and in all.

    python -m scripts.make_item_key_vectors           write it
    python -m scripts.make_item_key_vectors --check   exit 1 if it would change

The keys are written out by hand, check digits by the sum of GS1 General Specifications §7.9; none comes from the code
under test.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "tests" / "vectors" / "item_keys.json"

ABOUT = (
    "Events, or the part of one that is shown, with their item keys, docs/spec.md §12: by field in the order of the "
    "elements, and in all, distinct and ascending by code point. identifiers: what somebody may ask for, with its key."
)
GS1 = "https://id.gs1.org/"
GTIN = "04012345111224"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PALLET = f"{GS1}00/340123450000000017"

Case = dict[str, Any]


def case(name: str, by_field: dict[str, list[str]], **members: Any) -> Case:
    """Return one vector: the members, and what they come to."""
    keys = sorted({key for keys in by_field.values() for key in keys})
    return {"name": name, "event": members, "byField": by_field, "itemKeys": keys}


def vectors() -> Case:
    """Return the content of item_keys.json."""
    return {
        "format": "tradeledger-vectors/item-keys/1",
        "about": ABOUT,
        "events": [*single_items(), *classes(), *kinds_of_event(), *what_gives_none()],
        "identifiers": [{"identifier": given, "itemKey": key} for given, key in IDENTIFIERS.items()],
    }


IDENTIFIERS = {
    "urn:epc:id:sgtin:4012345.011122.7": f"{GS1}01/{GTIN}/21/7",
    "https://brand.example/shop/01/4012345111224/10/L1/21/7?3103=000123#top": f"{GS1}01/{GTIN}/21/7",
    "http://brand.example/gtin/04012345111224": f"{GS1}01/{GTIN}",
    "urn:epc:idpat:sgtin:4012345.011122.*": f"{GS1}01/{GTIN}",
    "urn:epc:class:lgtin:4012345.011122.L%2F1": f"{GS1}01/{GTIN}/10/L%2F1",
    "urn:epc:id:sscc:4012345.3000000001": PALLET,
    "urn:uuid:0a1b": "urn:uuid:0a1b",
    "gs1:Product": "https://ref.gs1.org/voc/Product",
    "example:thing": "example:thing",
    "urn:epc:id:sgtin:broken": "urn:epc:id:sgtin:broken",
    "+007.50": "7.5",
}


def single_items() -> list[Case]:
    """Return events that name items one by one."""
    twice = ["urn:epc:id:sgtin:4012345.011122.7", "https://brand.example/01/04012345111224/21/7"]
    one = f"{GS1}01/{GTIN}/21/7"
    return [
        case("urn-and-link-are-one-item", {"epcList": [one, one]}, epcList=twice),
        case("white-space-around", {"epcList": [one]}, epcList=[f" {twice[0]}\t"]),
        case(
            "ascending-by-code-point",
            {"epcList": ["urn:b", "urn:\uffee", "urn:\U00010000", "urn:B"]},
            epcList=["urn:b", "urn:\uffee", "urn:\U00010000", "urn:B"],
        ),
    ]


def classes() -> list[Case]:
    """Return events that name classes and lots."""
    quantities = [
        {"epcClass": "urn:epc:class:lgtin:4012345.011122.L1", "quantity": 5, "uom": "KGM"},
        {"epcClass": "urn:epc:idpat:sgtin:4012345.011122.*"},
    ]
    keys = [f"{GS1}01/{GTIN}/10/L1", f"{GS1}01/{GTIN}"]
    lists = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
    return [case(name, {name: keys}, **{name: quantities}) for name in lists]


def kinds_of_event() -> list[Case]:
    """Return events with several fields, and one whose context redefines a prefix."""
    child, other = "urn:epc:id:sgtin:4012345.011122.8", "urn:epc:id:sgtin:4012345.011122.9"
    child_key, other_key = f"{GS1}01/{GTIN}/21/8", f"{GS1}01/{GTIN}/21/9"
    return [
        case(
            "aggregation",
            {"parentID": [PALLET], "childEPCs": [child_key]},
            type="AggregationEvent", parentID="urn:epc:id:sscc:4012345.3000000001", childEPCs=[child],
        ),
        case(
            "transformation",
            {"inputEPCList": [child_key], "outputEPCList": [other_key]},
            type="TransformationEvent", inputEPCList=[child], outputEPCList=[other],
        ),
        case(
            "prefixes-of-the-event",
            {"epcList": ["https://ref.gs1.org/own/a", "https://ref.gs1.org/voc/b", "other:c"]},
            **{"@context": [CONTEXT, {"own": "https://ref.gs1.org/own/", "gs1": "urn:no:", "other": "urn:other:"}]},
            epcList=["own:a", "gs1:b", "other:c"],
        ),
    ]  # fmt: skip


def what_gives_none() -> list[Case]:
    """Return events, or parts of one, with members that give no key."""
    place = {"id": "urn:epc:id:sgln:4012345.00001.0"}
    return [
        case("nothing", {}),
        case("places-and-documents", {}, readPoint=place, bizLocation=place,
             bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:4012345000016:1"}]),
        case("master-data", {}, ilmd={"cbvmda:lotNumber": "L1"}),
        case("empty-lists", {}, epcList=[], quantityList=[]),
        case("wrong-shapes", {"childEPCs": ["urn:x:1"]}, parentID=7, epcList="urn:x:0", childEPCs=[1, None, "urn:x:1"],
             quantityList=[{"quantity": 1}, "urn:x:2", {"epcClass": 3}]),
    ]  # fmt: skip


def main(arguments: list[str]) -> int:
    """Write the vectors, or with ``--check`` say whether they are fresh."""
    text = json.dumps(vectors(), indent=1) + "\n"
    if arguments == ["--check"]:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
