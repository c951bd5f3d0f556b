/**
 * The forms of single values (docs/spec.md §2.1). A reader takes the value, its pointer and the list of deviations found so far; it adds
 * to the list what is tolerated and refuses the rest.
 */
import * as fields from "../fields.js";
import { Refusal } from "../refusal.js";

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
const LOOSE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\p{White_Space}\p{Cc}]+$/u;
const TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:Z|[+-]([0-9]{2}):([0-9]{2}))$/;
const OFFSET = /^[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)$/;
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/;
const UOM = /^[A-Z0-9]{2,3}$/;

const refuse = (pointer, expected, value) => {
  throw new Refusal("event-form", { pointer, expected, found: typeof value });
};
const note = (deviations, pointer, what) => deviations.push({ pointer, what });

export const isStrictUri = (value) => typeof value === "string" && LOOSE_URI.test(value) && URI.test(value);

export function uri(value, pointer, deviations) {
  if (typeof value !== "string" || !LOOSE_URI.test(value)) refuse(pointer, "a URI", value);
  if (!URI.test(value)) note(deviations, pointer, "a URI with characters that a URI would escape");
}

/** Return a reader for a word of `vocabulary`, or the URI of somebody else's word. */
export const word = (vocabulary) => (value, pointer, deviations) => {
  if (vocabulary.words.has(value)) return;
  if (typeof value === "string" && !value.includes(":")) {
    note(deviations, pointer, "a bare word that the CBV does not have");
    return;
  }
  if (vocabulary.longForms.some((form) => typeof value === "string" && value.startsWith(form))) {
    note(deviations, pointer, "a standard word written as URN or IRI");
    return;
  }
  uri(value, pointer, deviations);
};

export function time(value, pointer) {
  const [, date, hour, minute, second, ...zone] = TIME.exec(fields.string(value, pointer)) ?? [];
  const isDate = date !== undefined && date >= "0001" && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
  const isTime = hour < "24" && minute < "60" && second < "60" && isZone(zone);
  if (!isDate || !isTime) refuse(pointer, "a time with its zone", value);
}

const isZone = ([hours, minutes]) =>
  hours === undefined || `${hours}:${minutes}` === "14:00" || (hours < "14" && minutes < "60");

export function offset(value, pointer) {
  if (!OFFSET.test(fields.string(value, pointer))) refuse(pointer, "an offset such as +01:00", value);
}

export function number(value, pointer, deviations) {
  if (typeof value === "number") return;
  if (typeof value !== "string" || !NUMBER.test(value)) refuse(pointer, "a number", value);
  note(deviations, pointer, "a number written as a string");
}

export function boolean(value, pointer, deviations) {
  if (typeof value === "boolean") return;
  if (value !== "true" && value !== "false") refuse(pointer, "true or false", value);
  note(deviations, pointer, "a boolean written as a string");
}

export const string = (value, pointer) => void fields.string(value, pointer);

export function hexBinary(value, pointer) {
  if (!/^[A-Fa-f0-9]+$/.test(fields.string(value, pointer))) refuse(pointer, "hex digits", value);
}

export function uom(value, pointer, deviations) {
  if (!UOM.test(fields.string(value, pointer))) note(deviations, pointer, "no code of UN/ECE Recommendation 20");
}

export function action(value, pointer) {
  fields.oneOf(value, pointer, ["OBSERVE", "ADD", "DELETE"]);
}
