"""Write tests/vectors/receipts.json: receipts, trust roots and breach files for any verifier, in any language.

python -m scripts.make_receipt_vectors           write it
python -m scripts.make_receipt_vectors --check   exit 1 if it would change
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.receipt_vectors import breaches, custody_cases, form_faults, log_faults, sound, succession, trust_roots
from scripts.receipt_vectors.expected import RESTS_ON
from scripts.receipt_vectors.story import Story
from scripts.receipt_vectors.succession import Succession
from tests.builders import DAY

TARGET = Path(__file__).parents[1] / "tests" / "vectors" / "receipts.json"

ABOUT = (
    "Verification, docs/spec.md §10 and §6.2. A receipt (text, or base64 where it is no UTF-8) is verified with the "
    "file of trustRoots that it names, at now by the verifier's clock, final or not. outcome is the verdict; checks "
    "has the checks that are not VALID; warnings are deviation, stale (the trust root) and compromised (the key, "
    "later); custodian is the name that check 12 gives. All keys are derived from names and for tests only."
)


def render() -> str:
    """Return the text of the file."""
    story, logs = Story(), Succession()
    rooms = (sound, custody_cases, form_faults, log_faults, trust_roots)
    receipts = [case.to_json(story.published.issued_at + DAY) for room in rooms for case in room.cases(story)]
    receipts += [case.to_json(logs.a_day_later) for case in succession.cases(logs)]
    following = {name: trust_roots.in_one_line(root) for name, root in logs.trust_roots().items()}
    vectors = {
        "format": "tradeledger-vectors/receipts/1",
        "about": ABOUT,
        "checks": list(RESTS_ON),
        "trustRoots": trust_roots.files(story) | following,
        "receipts": receipts,
        "breaches": [case.to_json(story.published.issued_at + DAY) for case in breaches.cases(story)],
    }
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the vectors, or with ``--check`` say whether they are fresh."""
    text = render()
    if arguments == ["--check"]:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
