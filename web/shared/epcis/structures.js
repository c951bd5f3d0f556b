/** The structures of EPCIS 2.0 inside an event: which members each has, of which form, and which it must have. */
import { HIDDEN } from "../disclosure.js";
import * as fields from "../fields.js";
import { jcs } from "../json.js";
import { Refusal, below } from "../refusal.js";
import * as values from "./values.js";
import { VOCABULARIES } from "./vocabulary.js";

const { uri, time, number, string, word } = values;

/** Return a reader for an object of these members, and of extensions unless it is closed. */
const structure =
  (members, required = [], isClosed = false) =>
  (value, pointer, reading) => {
    fields.object(value, pointer);
    for (const name of required) {
      if (!(name in value))
        throw new Refusal("event-form", { pointer: below(pointer, name), expected: "this member", found: "none" });
    }
    readMembers(value, pointer, members, reading, isClosed);
  };

/** Read the members of a structure, or of an event: those of the standard by their form, the others by their name. */
export function readMembers(value, pointer, members, reading, isClosed = false) {
  for (const [name, inner] of Object.entries(value)) {
    const inside = below(pointer, name);
    reading.names.check(name, inside);
    if (inner === HIDDEN) continue;
    if (Object.hasOwn(members, name)) members[name](inner, inside, reading);
    else if (isClosed || name.indexOf(":") < 1)
      reading.deviate(inside, "a member neither of the standard nor named with a prefix");
  }
}

/** Return a reader for an array, of at least `least` elements, that should differ where `unique`. */
const list =
  (element, { least = 0, unique = false } = {}) =>
  (value, pointer, reading) => {
    if (value.length < least)
      throw new Refusal("event-form", { pointer, expected: `at least ${least} elements`, found: "fewer" });
    fields.array(value, pointer, (inner, inside) => inner === HIDDEN || element(inner, inside, reading));
    const shown = value.filter((inner) => inner !== HIDDEN);
    if (unique && new Set(shown.map(jcs)).size < shown.length) reading.deviate(pointer, "repeated values");
  };

const checked = (read) => (value, pointer, reading) => read(value, pointer, reading.deviations);
const arrayOf = (element, options) => {
  const read = list(element, options);
  return (value, pointer, reading) => {
    fields.array(value, pointer, () => null);
    read(value, pointer, reading);
  };
};

const Uri = checked(uri);
const Time = checked(time);
const Numeric = checked(number);
const Text = checked(string);
const Word = (name) => checked(word(VOCABULARIES[name]));

const quantity = structure({ epcClass: Uri, quantity: Numeric, uom: checked(values.uom) }, ["epcClass"], true);
const place = structure({ id: Uri }, ["id"]);
const party = (name) => structure({ type: Word("sourceDestinationType"), [name]: Uri }, ["type", name], true);
const device = { deviceID: Uri, deviceMetadata: Uri, rawData: Uri, dataProcessingMethod: Uri, time: Time };
const numbers = ["value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"];
const sensorReport = structure({
  ...device,
  type: Word("measurementType"),
  exception: Word("sensorException"),
  ...Object.fromEntries(numbers.map((name) => [name, Numeric])),
  microorganism: Uri,
  chemicalSubstance: Uri,
  component: Word("component"),
  stringValue: Text,
  booleanValue: checked(values.boolean),
  hexBinaryValue: checked(values.hexBinary),
  uriValue: Uri,
  uom: checked(values.uom),
  coordinateReferenceSystem: Uri,
});
const sensorMetadata = structure({ ...device, startTime: Time, endTime: Time, bizRules: Uri });
const sensorElement = structure({ sensorMetadata, sensorReport: arrayOf(sensorReport, { least: 1 }) }, [
  "sensorReport",
]);
const dispositions = arrayOf(Word("disposition"), { unique: true });
const errorDeclaration = structure(
  { declarationTime: Time, reason: Word("errorReason"), correctiveEventIDs: arrayOf(Uri) },
  ["declarationTime"],
);

function persistentDisposition(value, pointer, reading) {
  structure({ set: dispositions, unset: dispositions }, [], true)(value, pointer, reading);
  if (!("set" in value || "unset" in value))
    throw new Refusal("event-form", { pointer, expected: "set or unset", found: "neither" });
}

const epcs = arrayOf(Uri);
const quantities = arrayOf(quantity);

function certificationInfo(value, pointer, reading) {
  if (Array.isArray(value)) epcs(value, pointer, reading);
  else Uri(value, pointer, reading);
}

function ilmd(value, pointer, reading) {
  readMembers(fields.object(value, pointer), pointer, {}, reading);
}

/** The members of the standard, and their forms, on whichever event they stand. */
export const MEMBERS = {
  eventTime: Time,
  eventTimeZoneOffset: checked(values.offset),
  eventID: Uri,
  errorDeclaration,
  certificationInfo,
  action: checked(values.action),
  bizStep: Word("bizStep"),
  disposition: Word("disposition"),
  persistentDisposition,
  readPoint: place,
  bizLocation: place,
  parentID: Uri,
  transformationID: Uri,
  epcList: epcs,
  childEPCs: epcs,
  inputEPCList: epcs,
  outputEPCList: epcs,
  quantityList: quantities,
  childQuantityList: quantities,
  inputQuantityList: quantities,
  outputQuantityList: quantities,
  bizTransactionList: arrayOf(
    structure({ type: Word("bizTransactionType"), bizTransaction: Uri }, ["bizTransaction"], true),
  ),
  sourceList: arrayOf(party("source")),
  destinationList: arrayOf(party("destination")),
  sensorElementList: arrayOf(sensorElement),
  ilmd,
};
