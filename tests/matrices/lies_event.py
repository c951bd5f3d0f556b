"""Lies about the event: another value, another form of it, a part hidden that must be shown. Checks 3, 4, 11 and 13."""

# ruff: noqa: E501  one lie a line

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ledger.domain.receipt import EvidenceOnly, RoleView, WholeEvent
from ledger.types import Seed
from tests.builders import hash_of, nothing_shown
from tests.matrices.lies import HOLDER, NFC, OPERATOR, PARTY, Base, Files, Lie, Scene

Change: TypeAlias = Callable[[Any], object]
"""Changes the event, or the role view, in place; ``False`` says that it gives no occasion."""

DIGEST = ("event-digest", "event-digest.invalid")
FOREIGN = "urn:epc:id:sgtin:4099999.011122.7"


def shown(event: Change | None = None, view: Change | None = None) -> Callable[[Base], Files | None]:
    """Tell a lie by changing what the receipt shows, whole or in a view."""

    def tell(base: Base) -> Files | None:
        scene = Scene.of(base)
        whole, part = scene.shown is None, scene.shown
        if whole and event is not None:
            changed = copy.deepcopy(scene.logged.event)
            return None if event(changed) is False else scene.files(shown=WholeEvent(changed, scene.logged.seed))
        if isinstance(part, RoleView) and view is not None:
            changed = copy.deepcopy(part.view)
            return None if view(changed) is False else scene.files(shown=RoleView(changed))
        return None

    return tell


def in_both(name: str, value: object) -> Callable[[Base], Files | None]:
    """Another value for a member, wherever it is shown."""

    def in_view(view: Any) -> bool:
        if name not in view["members"]:
            return False
        view["members"][name]["value"] = value
        return True

    return shown(lambda event: event.update({name: value}), in_view)


def table(change: Callable[[Any], object]) -> Change:
    """A change of the table that a view shows."""
    return lambda view: change(view["members"]["epcList"]) if "epcList" in view["members"] else False


def move_element(part: Any) -> None:
    index, element = next(iter(part["elements"].items()))
    del part["elements"][index]
    part["elements"]["1" if index != "1" else "2"] = element


def swap_elements(part: Any) -> None:
    elements = part["elements"]
    if len(elements) < 2:
        move_element(part)
    else:
        elements["0"], elements["1"] = elements["1"], elements["0"]


def other_element(part: Any) -> None:
    next(iter(part["elements"].values()))["value"] = "urn:epc:id:sgtin:4012345.011122.9"


def drop_element(part: Any) -> None:
    part["count"] -= 1
    part["elements"].pop("3", None)


def drop_hidden(view: Any) -> object:
    return view["hidden"].pop() if view["hidden"] else False


def another_event(base: Base) -> Files | None:
    scene = Scene.of(base)
    return scene.files(shown=WholeEvent(scene.other.event, scene.other.seed)) if scene.shown is None else None


def another_seed(base: Base) -> Files | None:
    scene = Scene.of(base)
    other = WholeEvent(scene.logged.event, Seed(hash_of("another seed")))
    return scene.files(shown=other) if scene.shown is None else None


def stripped_declaration(base: Base) -> Files | None:
    scene = Scene.of(base)
    return scene.files(shown=nothing_shown()) if "errorDeclaration" in base.members else None


def signed(**members: Any) -> Callable[[Base], Files | None]:
    """Tell a lie by signing and logging an event that has these members."""

    def tell(base: Base) -> Files | None:
        if isinstance(Scene.of(base).shown, EvidenceOnly):
            return None
        return Scene.play(base, members=members).files()

    return tell


def foreign_items(base: Base) -> Files | None:
    scene = Scene.play(base, members={"epcList": [FOREIGN] * 4})
    are_shown = not isinstance(scene.shown, RoleView) or "epcList" in str(scene.shown.view["members"])
    return scene.files() if are_shown and not isinstance(scene.shown, EvidenceOnly) else None


def about_whole_and_view() -> Iterator[Lie]:
    """Yield lies that change what was signed, in the whole event or in a view of it."""
    for sentence, teller, tell in (
        ("the step of business is another", HOLDER, in_both("bizStep", "shipping")),
        ("the event is back-dated", HOLDER, in_both("eventTime", "2020-01-01T00:00:00.000Z")),
        ("the event is given another eventID", OPERATOR, in_both("eventID", f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 12}")),
        ("the items are deleted, not added", OPERATOR, in_both("action", "DELETE")),
        ("a name is shown in decomposed Unicode (NFD)", OPERATOR, in_both("example:dairy", unicodedata.normalize("NFD", NFC))),
        ("a name is shown in compatibility characters", OPERATOR, in_both("example:dairy", NFC.replace("Z", "Ｚ"))),
        ("a letter is a look-alike of another script", HOLDER, in_both("example:dairy", NFC.replace("e", "е"))),
        ("a character that shows nothing is inserted", HOLDER, in_both("example:dairy", NFC + "\u200b")),
        ("a space that does not break takes the place of one", HOLDER, in_both("example:dairy", NFC.replace(" ", "\u00a0"))),
        ("two serials are swapped", OPERATOR, shown(lambda e: e["epcList"].reverse(), table(swap_elements))),
        ("a serial is another", HOLDER, shown(lambda e: e["epcList"].__setitem__(2, FOREIGN), table(other_element))),
        ("a serial is dropped", HOLDER, shown(lambda e: e["epcList"].pop(), table(drop_element))),
        ("a serial is inserted", HOLDER, shown(lambda e: e["epcList"].append(FOREIGN), table(lambda t: t.update(count=5)))),
        ("a member is dropped", HOLDER, shown(lambda e: e.pop("example:price"), lambda v: v["manifest"]["names"].remove("example:price"))),
        ("a member is inserted", HOLDER, shown(lambda e: e.update({"example:organic": True}), lambda v: v["manifest"]["names"].append("example:organic"))),
        ("the words of the context are given another meaning", OPERATOR, in_both("@context", ["https://example.org/other.jsonld"])),
    ):  # fmt: skip
        yield Lie(sentence, teller, *DIGEST, tell)


def about_one_form() -> Iterator[Lie]:
    """Yield lies that only a whole event, or only a view, gives occasion for."""
    for sentence, tell in (
        ("a price is another", shown(lambda e: e.update({"example:price": 19.6}))),
        ("a number is shown as text", shown(lambda e: e.update({"example:price": "19.5"}))),
        ("the seed of the salts is another", another_seed),
        ("the event is that of another record of the party", another_event),
        ("a salt is another", shown(None, lambda v: v["members"]["bizStep"].update(salt="A" * 22))),
        ("a member that must be shown is hidden", shown(None, lambda v: v["members"].pop("bizStep"))),
        ("the error declaration is hidden", shown(None, lambda v: v["members"].pop("errorDeclaration", False))),
        ("the manifest of names is in another order", shown(None, lambda v: v["manifest"]["names"].reverse())),
        ("the manifest names a member twice", shown(None, lambda v: v["manifest"]["names"].insert(0, v["manifest"]["names"][0]))),
        ("the manifest has another salt", shown(None, lambda v: v["manifest"].update(salt="A" * 22))),
        ("a member is shown that the manifest does not name", shown(None, lambda v: v["members"].update(more={"salt": "A" * 22, "value": 1}))),
        ("a hidden hash is left out", shown(None, drop_hidden)),
        ("a decoy is put among the hidden hashes", shown(None, lambda v: v["hidden"].append(v["hidden"][0]) if v["hidden"] else False)),
        ("the hidden hashes are in another order", shown(None, lambda v: v["hidden"].reverse() if len(v["hidden"]) > 1 else False)),
        ("one serial is shown at another place of the list", shown(None, table(move_element))),
        ("one serial is shown as two", shown(None, table(lambda t: t["elements"].update({"07": next(iter(t["elements"].values()))})))),
        ("a table is shown as a plain value", shown(None, lambda v: v["members"].update(epcList={"salt": "A" * 22, "value": []}) if "epcList" in v["members"] else False)),
    ):  # fmt: skip
        yield Lie(sentence, HOLDER, *DIGEST, tell)
    yield Lie("the error declaration is taken out of the event", HOLDER, *DIGEST, shown(lambda e: e.pop("errorDeclaration", False)))  # fmt: skip
    stripped = "a correction is shown without its event, to pass for a plain record"
    yield Lie(stripped, HOLDER, "correction", "correction.declared", stripped_declaration, "withdrawn")


def about_form() -> Iterator[Lie]:
    """Yield events that were signed as shown and are none, or name what is another's."""
    for sentence, members in (
        ("what was signed has no time that can be read", {"eventTime": "yesterday"}),
        ("what was signed brings its own time of recording", {"recordTime": "2026-09-21T14:10:00Z"}),
        ("what was signed has no context of its own", {"@context": "urn:nothing"}),
        ("what was signed is of no kind of event", {"type": "Nothing"}),
    ):
        yield Lie(sentence, PARTY, "event-form", "event-form.invalid", signed(**members))
    new = "serials are brought into being under another party's company prefix"
    yield Lie(new, PARTY, "identifiers", "identifiers.foreign", foreign_items, "signer-unknown")


LIES = (*about_whole_and_view(), *about_one_form(), *about_form())
