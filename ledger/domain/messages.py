"""What a verification says to people, in English and Chinese: a key and values, turned into words only at the edge.

Both tables hold the same keys with the same placeholders; a test compares them. No sentence claims anything of the
goods, and none says "not corrected" or "not revoked" without naming as of when. Values are technical or registered
names, never translated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from ledger.domain.messages_custody_en import CUSTODY_ENGLISH
from ledger.domain.messages_custody_zh import CUSTODY_CHINESE
from ledger.domain.messages_en import ENGLISH
from ledger.domain.messages_zh import CHINESE

Language: TypeAlias = Literal["en", "zh-CN"]

MESSAGES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {"en": ENGLISH | CUSTODY_ENGLISH, "zh-CN": CHINESE | CUSTODY_CHINESE}
)


_PLAIN: Final = re.compile(r"[\w@:.,/#~+-]*", re.ASCII)


def quoted(name: str) -> str:
    """Return a name or pointer from outside as it may stand in a sentence: in quotes if it could be read as one."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet in any language."""

    key: str
    values: Mapping[str, str | Message] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """Return the sentence in this language; a message among the values stands in it without its full stop."""
        values = {
            name: value.text(language).rstrip(".。") if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return MESSAGES[language][self.key].format_map(values)
