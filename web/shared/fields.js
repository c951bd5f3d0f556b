/** Readers of JSON members: each returns the value meant, or refuses with the member's pointer. */
import { fromBase64, fromHex } from "./bytes.js";
import { Refusal, below, demand } from "./refusal.js";

const describe = (value) =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
const refuse = (pointer, expected, value) => {
  throw new Refusal("form", { pointer, expected, found: describe(value) });
};

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export function object(value, pointer) {
  return isObject(value) ? value : refuse(pointer, "an object", value);
}

/** Return `value`, an object with all `required` members and none beside them but `optional` ones. */
export function closed(value, pointer, required, optional = []) {
  object(value, pointer);
  for (const name of Object.keys(value)) {
    demand(required.includes(name) || optional.includes(name), "unknown-member", { pointer: below(pointer, name) });
  }
  for (const name of required) {
    demand(name in value, "missing-member", { pointer: below(pointer, name), expected: "this member", found: "none" });
  }
  return value;
}

/** Return what `read(element, pointer)` makes of each element of an array. */
export function array(value, pointer, read) {
  if (!Array.isArray(value)) refuse(pointer, "an array", value);
  return value.map((element, index) => read(element, below(pointer, index)));
}

export const string = (value, pointer) => (typeof value === "string" ? value : refuse(pointer, "a string", value));
export const boolean = (value, pointer) =>
  typeof value === "boolean" ? value : refuse(pointer, "true or false", value);

/** Return an integer from `low` to 2^53-1, as a number. */
export function integer(value, pointer, low = 0, high = Number.MAX_SAFE_INTEGER) {
  const sound = typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
  return sound ? value : refuse(pointer, `an integer from ${low} to ${high}`, value);
}

/** Return seconds since 1970 of a time that a date can be written of: up to the year 9999. */
export const time = (value, pointer) => integer(value, pointer, 0, 253_402_300_799);

export function oneOf(value, pointer, words) {
  return words.includes(string(value, pointer)) ? value : refuse(pointer, `one of ${words.join(", ")}`, value);
}

/** Return the hex text of `length` bytes (any number where it is left out). */
export function hex(value, pointer, length) {
  const bytes = fromHex(string(value, pointer));
  const sound = bytes !== null && (length === undefined || bytes.length === length);
  return sound
    ? value
    : refuse(pointer, `0x and lower-case hex${length === undefined ? "" : ` of ${length} bytes`}`, value);
}

export const hexBytes = (value, pointer, length) => fromHex(hex(value, pointer, length));
export const id = (value, pointer) => hex(value, pointer, 32);
export const address = (value, pointer) => hex(value, pointer, 20);

/** Return the bytes of base64 with padding, `length` of them (any number where it is left out). */
export function base64(value, pointer, length) {
  const bytes = fromBase64(string(value, pointer));
  const sound = bytes !== null && (length === undefined || bytes.length === length);
  return sound ? bytes : refuse(pointer, "base64 with padding", value);
}

export const root = (value, pointer) => base64(value, pointer, 32);
export const proof = (value, pointer) => array(value, pointer, (hash, inside) => base64(hash, inside));

export function jurisdiction(value, pointer) {
  return /^[A-Z]{2}$/.test(string(value, pointer)) ? value : refuse(pointer, "two letters A-Z", value);
}

/** Return the seconds since 1970 of an RFC 3339 date in UTC, whole seconds. */
export function date(value, pointer) {
  const spelt = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/.exec(string(value, pointer));
  const seconds = spelt === null ? NaN : Date.parse(value) / 1000;
  const same = seconds >= 0 && new Date(seconds * 1000).toISOString() === value.replace("Z", ".000Z");
  return same ? seconds : refuse(pointer, "a date such as 2026-11-22T08:00:00Z", value);
}
