"""The one table of everything that reads bytes from outside."""

from __future__ import annotations

from tests.property.fuzz.codec_parsers import CODEC
from tests.property.fuzz.outside_parsers import NODE, OWN
from tests.property.fuzz.parser import Parser
from tests.property.fuzz.trade_parsers import EPCIS, EVIDENCE, INTAKE

PARSERS: dict[str, Parser] = {each.name: each for each in (*CODEC, *EPCIS, *EVIDENCE, *INTAKE, *NODE, *OWN)}
