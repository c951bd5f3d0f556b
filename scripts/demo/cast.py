"""Who plays in the demo. Every authority is simulated and every key is a demo key; the names say so.

Company prefixes and GLNs lie in GS1's range for demonstrations (952).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """One party of the lane: its word in the story, its registered name, and what it is registered for."""

    word: str
    name: str
    role: str
    jurisdiction: str
    prefix: str
    gln: str
    custodial: bool = False


MAKER = Actor("maker", "DEMO Jingdezhen Kettle Works", "manufacturer", "CN", "9521141", "9521141000014")
INSPECTOR = Actor("inspector", "DEMO Ganjiang Test Laboratory", "assessor", "CN", "9521250", "9521250000011")
CARRIER = Actor("carrier", "DEMO East Sea Lines", "carrier", "CN", "9521360", "9521360000017")
EXPORT_CUSTOMS = Actor("export customs", "DEMO Customs CN (simulated)", "customs", "CN", "9521470", "9521470000013")
IMPORT_CUSTOMS = Actor("import customs", "DEMO Customs DE (simulated)", "customs", "DE", "9521580", "9521580000019")
WAREHOUSE = Actor("bonded warehouse", "DEMO Hamburg Bonded Storage", "warehouse", "DE", "9521690", "9521690000015")
COURIER = Actor("courier", "DEMO Elbe Courier", "carrier", "DE", "9521700", "9521700000011", custodial=True)

ACTORS = (MAKER, INSPECTOR, CARRIER, EXPORT_CUSTOMS, IMPORT_CUSTOMS, WAREHOUSE, COURIER)

OPERATOR_NAME = "DEMO Trade Ledger Operator"
AUTHORITIES = {"CN": "DEMO Accreditation Authority CN (simulated)", "DE": "DEMO Accreditation Authority DE (simulated)"}
