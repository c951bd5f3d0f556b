"""The digits that an identifier must be looked up by to know whose company prefix it names, well-formed or not.

A slip in the form (a serial too long, a foreign qualifier, an escaped digit, a letter in upper case) makes it none of
GS1's, but people still read the company prefix in it: a slip is no way around the party that holds the prefix. What is
well-formed is left to `identifiers`.
"""

from __future__ import annotations

import re
from typing import Final

from ledger.epcis.digital_link import first_key
from ledger.epcis.identifiers import LOOKUP_DIGITS, gs1_key_digits

_URN: Final = re.compile(r"(?i)urn:epc:[a-z]+:([a-z]+)(?::|-[0-9]+:[0-9]\.)([0-9]{4,12})(?:\.([0-9]*))?")
_INDICATOR_FIRST: Final = frozenset({"sgtin", "lgtin", "upui", "itip", "sscc"})
"""EPC schemes whose reference begins with a digit that stands before the company prefix in the key."""
_UNRESERVED: Final = re.compile(r"(?i)%(?:2D|2E|3[0-9]|4[1-9A-F]|5[0-9A]|5F|6[1-9A-F]|7[0-9A]|7E)")  # RFC 3986 §2.3


def digits_named(identifier: str) -> str | None:
    """Return the 13 digits to look up, as `gs1_key_digits` does, also for an identifier that only resembles a key."""
    if "%" in identifier:  # RFC 3986 §6.2.2.2: these escapes are other spellings of the same URI
        identifier = _UNRESERVED.sub(lambda escape: chr(int(escape[0][1:], 16)), identifier)
    return gs1_key_digits(identifier) or _digits_of_urn(identifier) or _digits_of_link(identifier)


def _digits_of_urn(identifier: str) -> str | None:
    match = _URN.match(identifier)
    if match is None:
        return None
    scheme, company_prefix, reference = match[1].lower(), match[2], match[3] or ""
    digits = company_prefix + (reference[1:] if scheme in _INDICATOR_FIRST else reference)
    return digits[:LOOKUP_DIGITS].ljust(LOOKUP_DIGITS, "0")


def _digits_of_link(identifier: str) -> str | None:
    link = first_key(identifier)
    return None if link is None else gs1_key_digits(link)
