"""Both verifiers over files spoilt by chance: they must come to the same outcome, check by check.

`python -m tests.web.differential --rounds N` is the long form.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.web import events, worlds
from tests.web.mutate import Json, bytes_of, spoil_bytes, spoil_value
from tests.web.stranger import Answer, Native, Stranger, warn

VECTORS = Path(__file__).parent.parent / "vectors"


@dataclass(frozen=True, slots=True)
class Question:
    """A file to judge. ``kind`` says how it was made."""

    kind: str
    what: str
    data: bytes
    trust_root: bytes
    now: int


class Corpus:
    """The vectors, and questions made from them."""

    def __init__(self, stranger: Stranger) -> None:
        vectors = json.loads((VECTORS / "receipts.json").read_text("utf-8"))
        self.trust_roots = {name: text.encode() for name, text in vectors["trustRoots"].items()}
        self.receipts = vectors["receipts"]
        self.breaches = vectors["breaches"]
        self.stranger = stranger
        self.sound = [entry for entry in self.receipts if entry["outcome"] in {"verified", "not-final", "withdrawn"}]

    def question(self, rng: Random) -> Question:
        """Return a question that ``rng`` decides."""
        makers: list[Callable[[Random], Question]] = [self.bytes, self.value, self.value, self.breach]
        makers += [self.event, self.event, self.event, self.view, self.trust_root, self.world, self.world]
        return rng.choice(makers)(rng)

    def _entry(self, rng: Random) -> tuple[dict[str, Any], Json]:
        entry = rng.choice(self.sound)
        return entry, json.loads(entry["receipt"])

    def _ask(self, kind: str, entry: dict[str, Any], data: bytes, what: str = "receipt") -> Question:
        return Question(kind, what, data, self.trust_roots[entry["trustRoot"]], entry["now"])

    def bytes(self, rng: Random) -> Question:
        entry = rng.choice(self.receipts)
        data = entry["receipt"].encode() if "receipt" in entry else b64decode(entry["receiptBase64"])
        return self._ask("bytes", entry, spoil_bytes(data, rng))

    def value(self, rng: Random) -> Question:
        entry, value = self._entry(rng)
        for _ in range(rng.choice([1, 1, 2])):
            value = spoil_value(value, rng)
        return self._ask("value", entry, bytes_of(value, rng))

    def breach(self, rng: Random) -> Question:
        entry = rng.choice(self.breaches)
        data = entry["breach"].encode()
        if rng.random() < 0.3 or entry["name"] in {"truncated", "duplicate-member"}:
            return self._ask("breach-bytes", entry, spoil_bytes(data, rng), "breach")
        return self._ask("breach-value", entry, bytes_of(spoil_value(json.loads(data), rng), rng), "breach")

    def event(self, rng: Random) -> Question:
        entry, value = self._entry(rng)
        while "event" not in value:
            entry, value = self._entry(rng)
        value["event"] = events.event(rng) if rng.random() < 0.7 else spoil_value(value["event"], rng)
        answer = self.stranger.ask("digest", event=value["event"], seed=value["seed"])
        value["statement"]["eventDigest"] = answer.get("digest", value["statement"]["eventDigest"])
        if "errorDeclaration" in value["event"]:
            value["statement"]["act"] = "declare error"
        return self._ask("event", entry, bytes_of(value, rng))

    def view(self, rng: Random) -> Question:
        entry, value = self._entry(rng)
        while "view" not in value:
            entry, value = self._entry(rng)
        under = rng.choice([("view",), ("view", "members")])
        value = spoil_value(value, rng, under)
        answer = self.stranger.ask("view", view=value.get("view"))
        value["statement"]["eventDigest"] = answer.get("digest", value["statement"]["eventDigest"])
        return self._ask("view", entry, bytes_of(value, rng))

    def trust_root(self, rng: Random) -> Question:
        entry = rng.choice(self.sound)
        value = json.loads(self.trust_roots[entry["trustRoot"]])
        for _ in range(rng.choice([1, 1, 2])):
            value = spoil_value(value, rng, rng.choice([(), *[(name,) for name in value]]))
        if rng.random() < 0.9:
            sealed = self.stranger.ask("seal", trustRoot=value)
            value = value if "crash" in sealed else sealed
        now = entry["now"] + rng.choice([0, 0, 0, 10**7, -(10**6)])
        return Question("trust-root", "receipt", entry["receipt"].encode(), bytes_of(value, rng), now)

    def world(self, rng: Random) -> Question:
        wish = worlds.wish(rng)
        made = self.stranger.ask("world", **wish)
        if "crash" in made:
            return self.value(rng)
        receipt = made["receipt"]
        if rng.random() < 0.1:
            receipt = spoil_value(receipt, rng)
        return Question("world", "receipt", bytes_of(receipt, rng), bytes_of(made["trustRoot"], rng), worlds.NOW)


def compare(question: Question, stranger: Stranger, native: Native) -> tuple[Answer, Answer, bool]:
    """Return both answers, and whether they agree."""
    if question.what == "breach":
        theirs = stranger.breach(question.data, question.trust_root, question.now)
        ours = native.breach(question.data, question.trust_root, question.now)
        return theirs, ours, theirs.get("outcome") == ours["outcome"]
    theirs = stranger.verify(question.data, question.trust_root, question.now)
    ours = native.verify(question.data, question.trust_root, question.now)
    return theirs, ours, all(theirs.get(name) == ours[name] for name in ("outcome", "checks", "warnings"))


def run(rounds: int, seed: int) -> Iterator[tuple[int, Question, Answer, Answer, bool]]:
    """Yield each round's question and answers."""
    with Stranger() as stranger:
        corpus, native = Corpus(stranger), Native()
        for number in range(seed, seed + rounds):
            question = corpus.question(Random(number))
            yield number, question, *compare(question, stranger, native)


def main() -> None:
    """Run the long form; exit with 1 when the two disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20, help="disagreements to show")
    arguments = parser.parse_args()
    start, disagreements = time.monotonic(), 0
    kinds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for number, question, theirs, ours, agree in run(arguments.rounds, arguments.seed):
        kinds[question.kind] += 1
        outcomes[ours["outcome"]] += 1
        if not agree:
            disagreements += 1
            if disagreements <= arguments.show:
                text = question.data.decode("utf-8", "replace")
                warn(f"--- round {number}, {question.kind}\n{text}\ntheirs {theirs}\nours   {ours}")
    seconds = time.monotonic() - start
    warn(
        f"{arguments.rounds} rounds in {seconds:.0f} s, {disagreements} disagreements; {dict(kinds)}; {dict(outcomes)}"
    )
    sys.exit(1 if disagreements else 0)


if __name__ == "__main__":
    main()
