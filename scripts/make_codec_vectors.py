"""Write tests/vectors/{statement,disclosure,record,promise}.json, read by pytest, the browser and any other verifier.

python -m scripts.make_codec_vectors           write them
python -m scripts.make_codec_vectors --check   exit 1 if one would change
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.codec_vectors import disclosure, promise, record, statement

TARGET = Path(__file__).parents[1] / "tests" / "vectors"


def render() -> dict[Path, str]:
    """Return the text of each file."""
    files = {
        "statement": statement.vectors(),
        "disclosure": disclosure.vectors(),
        "record": record.vectors(),
        "promise": promise.vectors(),
    }
    return {TARGET / f"{name}.json": json.dumps(content, indent=1) + "\n" for name, content in files.items()}


def is_fresh(path: Path, text: str) -> bool:
    """Say whether the file is there and holds this text."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write the vectors, or with ``--check`` say whether they are fresh."""
    files = render()
    if arguments == ["--check"]:
        return 0 if all(is_fresh(path, text) for path, text in files.items()) else 1
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
