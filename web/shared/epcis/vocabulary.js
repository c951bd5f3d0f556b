/** The closed word lists of the CBV 2.0 and the names under which the standard knows them. */
const words = (text) => new Set(text.trim().split(/\s+/));

export const EVENT_TYPES = words("ObjectEvent AggregationEvent TransactionEvent TransformationEvent AssociationEvent");

export const VOCABULARIES = {
  bizStep: {
    longForms: ["https://ref.gs1.org/cbv/BizStep-", "urn:epcglobal:cbv:bizstep:"],
    words: words(`
      accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
      decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing
      killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling
      sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
      void_shipping`),
  },
  disposition: {
    longForms: ["https://ref.gs1.org/cbv/Disp-", "urn:epcglobal:cbv:disp:"],
    words: words(`
      active available completeness_inferred completeness_verified conformant container_closed container_open damaged
      destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
      mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled
      reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown`),
  },
  bizTransactionType: {
    longForms: ["https://ref.gs1.org/cbv/BTT-", "urn:epcglobal:cbv:btt:"],
    words: words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
  },
  sourceDestinationType: {
    longForms: ["https://ref.gs1.org/cbv/SDT-", "urn:epcglobal:cbv:sdt:"],
    words: words("owning_party possessing_party location"),
  },
  errorReason: {
    longForms: ["https://ref.gs1.org/cbv/ER-", "urn:epcglobal:cbv:er:"],
    words: words("did_not_occur incorrect_data"),
  },
  component: {
    longForms: ["https://ref.gs1.org/cbv/Comp-"],
    words: words(`
      x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude longitude
      altitude geocoordinate`),
  },
  measurementType: {
    longForms: ["https://ref.gs1.org/voc/"],
    words: words(`
      AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Activity Altitude AmountOfSubstance
      AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance
      Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
      ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance
      Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
      MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity
      MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity RelativeHumidity
      Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage
      Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber`),
  },
  sensorException: { longForms: ["https://ref.gs1.org/voc/"], words: words("ALARM_CONDITION ERROR_CONDITION") },
};

const EPCIS = ["https://ref.gs1.org/epcis/", "https://ns.gs1.org/epcis/", "epcis:"];

/** Return the standard event type that `type` names, short or as an IRI; null for any other. */
export function standardType(type) {
  const form = EPCIS.find((prefix) => type.startsWith(prefix)) ?? "";
  const word = type.slice(form.length);
  return EVENT_TYPES.has(word) ? word : null;
}
