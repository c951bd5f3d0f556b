/** Bytes and their one spelling as text (docs/spec.md, "Encodings in JSON files"). A decoder returns null for any other spelling. */
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { demand } from "./refusal.js";

export { sha256, keccak_256 as keccak256 };

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = STANDARD.replace("+/", "-_");
const VALUES = new Map(
  [STANDARD, URL_SAFE].map((alphabet) => [alphabet, new Map([...alphabet].map((c, i) => [c, i]))]),
);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

/** Return the text that `bytes` are in UTF-8, a byte order mark kept; null where they are no UTF-8. */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Join bytes and texts (as UTF-8), left to right. */
export function concat(...parts) {
  const arrays = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const joined = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Return `n` (an integer or a bigint) big-endian in `size` bytes; refuse one that does not fit. */
export function uintBe(n, size) {
  demand(n >= 0 && BigInt(n) < 1n << BigInt(8 * size), "integer-range", { expected: `an integer of ${size} bytes` });
  const bytes = new Uint8Array(size);
  for (let rest = BigInt(n), i = size - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

export const toBigInt = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

export const toHex = (bytes) => `0x${Array.from(bytes, (byte) => HEX[byte]).join("")}`;

/** Return what lower-case hex behind `0x` spells. */
export function fromHex(text) {
  if (!/^0x(?:[0-9a-f]{2})*$/.test(text) || text.endsWith("\n")) return null;
  return Uint8Array.from({ length: text.length / 2 - 1 }, (_, i) => parseInt(text.slice(2 + 2 * i, 4 + 2 * i), 16));
}

function encode64(bytes, alphabet) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4 && i + j <= bytes.length; j++) text += alphabet[(group >> (18 - 6 * j)) & 63];
  }
  return text;
}

function decode64(text, alphabet) {
  const values = VALUES.get(alphabet);
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let group = 0;
  let length = 0;
  for (const character of text) {
    const value = values.get(character);
    if (value === undefined) return null;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[length++] = (group >> (bits -= 8)) & 0xff;
  }
  return (group & ((1 << bits) - 1)) === 0 ? bytes : null; // stray bits: a second spelling (RFC 4648 §3.5)
}

export const toBase64 = (bytes) => encode64(bytes, STANDARD) + "=".repeat((3 - (bytes.length % 3)) % 3);

/** Return what standard base64 with padding spells. */
export function fromBase64(text) {
  if (text.length % 4 !== 0) return null;
  const body = text.replace(/={1,2}$/, "");
  return text.length === Math.ceil(body.length / 4) * 4 ? decode64(body, STANDARD) : null;
}

export const toBase64Url = (bytes) => encode64(bytes, URL_SAFE);

/** Return what base64url without padding spells. */
export const fromBase64Url = (text) => decode64(text, URL_SAFE);
