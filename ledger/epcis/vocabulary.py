"""The standard words of CBV 2.0 and the GS1 Web Vocabulary, in their three forms.

::

    bare word   shipping                                    (JSON)
    URN         urn:epcglobal:cbv:bizstep:shipping          (XML)
    IRI         https://ref.gs1.org/cbv/BizStep-shipping    (canonical)

A bare word means something only in its own field: ``location`` is a source or destination type, never a business step.
Measurement types, sensor alerts and components have no URN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CBV: Final = "https://ref.gs1.org/cbv/"
GS1_WEB_VOCABULARY: Final = "https://ref.gs1.org/voc/"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The standard words of one field. ``iris`` maps each bare word to its IRI."""

    name: str
    iri_prefix: str
    urn_prefix: str | None
    words: frozenset[str]
    iris: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "iris", {word: self.iri_prefix + word for word in self.words})

    def iri(self, word: str) -> str:
        """Return the canonical IRI of a bare word; `KeyError` if it is not of this vocabulary."""
        return self.iris[word]

    def urn(self, word: str) -> str | None:
        """Return the URN of a bare word, or None if the vocabulary has none; `KeyError` if the word is not its own."""
        return None if self.urn_prefix is None else self.urn_prefix + self.iris[word].removeprefix(self.iri_prefix)

    def word(self, value: str) -> str | None:
        """Return the bare word that ``value`` (word, URN or IRI) stands for, or None if it is not a standard one."""
        for prefix in (self.iri_prefix, self.urn_prefix):
            if prefix is not None and value.startswith(prefix):
                value = value[len(prefix) :]
                break
        return value if value in self.words else None

    def is_long_form(self, value: str) -> bool:
        """Return whether ``value`` is written as URN or IRI of this vocabulary, known or not."""
        return value.startswith(self.iri_prefix) or (self.urn_prefix is not None and value.startswith(self.urn_prefix))


def _cbv(name: str, iri: str, urn: str | None, words: str) -> Vocabulary:
    return Vocabulary(name, CBV + iri, None if urn is None else f"urn:epcglobal:cbv:{urn}:", frozenset(words.split()))


def _gs1(name: str, words: str) -> Vocabulary:
    return Vocabulary(name, GS1_WEB_VOCABULARY, None, frozenset(words.split()))


# CBV 2.0 §7.1
BIZ_STEPS: Final = _cbv(
    "bizStep", "BizStep-", "bizstep",
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing
    reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing
    transporting unloading unpacking void_shipping""",
)  # fmt: skip

# CBV 2.0 §7.2
DISPOSITIONS: Final = _cbv(
    "disposition", "Disp-", "disp",
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
    mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
    partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible
    stolen unavailable unknown""",
)  # fmt: skip

# CBV 2.0 §7.3
BIZ_TRANSACTION_TYPES: Final = _cbv(
    "bizTransaction type", "BTT-", "btt",
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt",
)  # fmt: skip

# CBV 2.0 §7.4
SOURCE_DESTINATION_TYPES: Final = _cbv(
    "source or destination type", "SDT-", "sdt", "location owning_party possessing_party"
)

# CBV 2.0 §7.5
ERROR_REASONS: Final = _cbv("error reason", "ER-", "er", "did_not_occur incorrect_data")

COMPONENTS: Final = _cbv(
    "component", "Comp-", None,
    """altitude axial_distance azimuth easting elevation_angle geocoordinate height latitude longitude northing
    polar_angle spherical_radius x y z""",
)  # fmt: skip

MEASUREMENT_TYPES: Final = _gs1(
    "measurement type",
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Activity Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration
    MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power
    Pressure RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume
    Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
    VolumetricFlux Wavenumber""",
)

SENSOR_ALERTS: Final = _gs1("sensor alert", "ALARM_CONDITION ERROR_CONDITION")

CBV_URN_PREFIXES: Final = tuple(
    (vocabulary.urn_prefix, vocabulary.iri_prefix)
    for vocabulary in (BIZ_STEPS, DISPOSITIONS, BIZ_TRANSACTION_TYPES, SOURCE_DESTINATION_TYPES, ERROR_REASONS)
    if vocabulary.urn_prefix is not None
)
"""Each URN prefix of the CBV with the IRI prefix that replaces it."""
