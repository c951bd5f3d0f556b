/** Signed notes and verifier keys of C2SP (signed-note, Ed25519), and the two texts that are signed: checkpoint and promise. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, equal, fromBase64, fromHex, sha256, utf8 } from "./bytes.js";
import { demand } from "./refusal.js";

const ED25519 = 1;
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const UINT64 = /^(?:0|[1-9][0-9]{0,19})$/;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([^ ]+)$/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

const isKeyName = (name) => name !== "" && !/[\p{White_Space}+]/u.test(name);
const keyId = (name, key) => sha256(concat(name, "\n", Uint8Array.of(ED25519), key)).slice(0, 4);

/** Return the key that `name+hash+base64` spells. */
export function parseVerifierKey(text) {
  const [, name, hash, encoded] = /^([^+]*)\+([0-9a-f]{8})\+([^]*)$/.exec(text) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  demand(bytes !== null && isKeyName(name) && bytes.length === 33 && bytes[0] === ED25519, "verifier-key", {
    expected: "a C2SP verifier key for Ed25519",
  });
  const key = bytes.slice(1);
  const id = keyId(name, key);
  demand(equal(id, fromHex(`0x${hash}`)), "verifier-key", { expected: "the hash of name and key" });
  return { name, id, key };
}

/** Return the text that a note states, whoever signed it: what stands before its last empty line. */
export function noteText(note) {
  const end = note.lastIndexOf("\n\n");
  demand(utf8(note).length <= MAX_NOTE, "note-too-large", { expected: `at most ${MAX_NOTE} bytes` });
  demand(end >= 0, "note-form", { expected: "a text, an empty line and signatures" });
  return note.slice(0, end + 1);
}

function parseSignatures(note) {
  const lines = note.slice(noteText(note).length + 1).split("\n");
  demand(lines.pop() === "" && !CONTROL.test(note), "note-form", {
    expected: "lines that are ended, without control characters",
  });
  demand(lines.length > 0 && lines.length <= MAX_SIGNATURES, "note-form", { expected: "1 to 100 signatures" });
  return lines.map(parseSignature);
}

function parseSignature(line) {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  demand(bytes !== null && isKeyName(name) && bytes.length >= 5, "note-signature-form", {
    expected: "a signature line",
  });
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Refuse unless a signature of the note by `key` is sound, and none under its name and id is not. */
export function verifyNote(note, key) {
  const own = parseSignatures(note).filter(({ name, id }) => name === key.name && equal(id, key.id));
  demand(own.length > 0, "note-not-signed", { expected: `a signature by ${key.name}` });
  const message = utf8(noteText(note));
  const sound = own.every(({ signature }) => isSound(signature, message, key.key));
  demand(sound, "note-bad-signature", { expected: `a sound signature by ${key.name}` });
}

/** RFC 8032 §5.1.7 as most libraries read it: the cofactorless equation, and s below the order. */
function isSound(signature, message, key) {
  try {
    return signature.length === 64 && ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false; // a key that is no point
  }
}

function uint64(text, code) {
  demand(UINT64.test(text) && BigInt(text) < 1n << 64n, code, { expected: "a decimal up to 2^64-1" });
  return BigInt(text);
}

function hash32(text, code) {
  const bytes = fromBase64(text);
  demand(bytes !== null && bytes.length === 32, code, { expected: "32 bytes in base64" });
  return bytes;
}

/** Return what the text of a C2SP tlog-checkpoint states. */
export function parseCheckpoint(text) {
  const [origin, size, root, ...extensions] = lines(text, "checkpoint-form");
  demand(isOrigin(origin) && root !== undefined && extensions.every((line) => line !== ""), "checkpoint-form", {
    expected: "origin, tree size, root, and extension lines that are not empty",
  });
  return { origin, treeSize: uint64(size, "checkpoint-size"), rootHash: hash32(root, "checkpoint-root"), extensions };
}

/** Return what the text of a promise states (docs/spec.md §6.1). */
export function parsePromise(text) {
  const parts = lines(text, "promise-form");
  demand(parts.length === 5 && parts[0].endsWith("/promise"), "promise-form", {
    expected: "the five lines of a promise",
  });
  const origin = parts[0].slice(0, -"/promise".length);
  const logId = fromHex(parts[1]);
  demand(isOrigin(origin) && logId?.length === 32, "promise-form", { expected: "an origin and a log id" });
  return {
    origin,
    logId,
    leafIndex: uint64(parts[2], "promise-index"),
    record: hash32(parts[3], "promise-record"),
    deadline: uint64(parts[4], "promise-deadline"),
  };
}

const isOrigin = (origin) => origin !== "" && !CONTROL.test(origin);

function lines(text, code) {
  demand(text.endsWith("\n"), code, { expected: "a last line that is ended" });
  return text.slice(0, -1).split("\n");
}
