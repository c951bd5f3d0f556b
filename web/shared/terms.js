/** The terms of an act (docs/spec.md §4.2): their EIP-712 struct hash, their JSON form, and what they commit to of the event. */
import { concat, fromHex, keccak256, toHex, uintBe, utf8 } from "./bytes.js";
import { commitmentOf, contentsOf } from "./disclosure.js";
import * as fields from "./fields.js";
import { below, demand } from "./refusal.js";

const NAMESPACE = "https://tradeledger.example/ns/";
export const TERMS = `${NAMESPACE}terms`;

const GOODS = "bytes32 contents,uint64 quantity,string unit";
const INPUTS = "bytes32[] parents,bytes32[] heads,uint64[] quantities";
const TYPES = {
  "open consignment": `Open(${GOODS},bytes32 salt)`,
  "split consignment": `Split(${GOODS},${INPUTS},bytes32 salt)`,
  "merge consignments": `Merge(${GOODS},${INPUTS},bytes32 salt)`,
  "transform goods": `Transform(${GOODS},${INPUTS},uint64 yieldOutput,uint64 yieldInput,bytes32 salt)`,
  "offer handover": "Offer(bytes32 to,bytes32 seals,bytes32 condition,bytes32 salt)",
  "accept handover": "Accept(bytes32 seals,bytes32 condition,bytes32 salt)",
  "erase data": "Erase(bytes32 eventDigest,string[] members,string basis,bytes32 salt)",
};
const COUNTS = { "split consignment": [1, 1], "merge consignments": [2, 16], "transform goods": [1, 16] };

/** Whether an act has terms. */
export const hasTerms = (act) => Object.hasOwn(TYPES, act);

const members = (act) =>
  TYPES[act]
    .slice(TYPES[act].indexOf("(") + 1, -1)
    .split(",")
    .map((one) => one.split(" "));

/** Return the struct hash of the terms that a member of an event states; refuse what is no such terms. */
export function termsHash(act, value, pointer) {
  const kinds = members(act);
  const names = kinds.map(([, name]) => name);
  fields.closed(value, pointer, names);
  demandForm(act, value, pointer);
  const words = kinds.map(([kind, name]) => word(kind, value[name], below(pointer, name)));
  return toHex(keccak256(concat(keccak256(utf8(TYPES[act])), ...words)));
}

function word(kind, value, pointer) {
  if (kind.endsWith("[]")) {
    const words = fields.array(value, pointer, (one, inside) => word(kind.slice(0, -2), one, inside));
    return keccak256(concat(...words));
  }
  if (kind === "bytes32") return fromHex(fields.id(value, pointer));
  if (kind === "string") return keccak256(utf8(fields.string(value, pointer)));
  return uintBe(fields.integer(value, pointer, 1), 32);
}

function demandForm(act, value, pointer) {
  if ("unit" in value)
    demand(/^[A-Z0-9]{2,3}$/.test(fields.string(value.unit, below(pointer, "unit"))), "terms-unit", { pointer });
  if ("to" in value)
    demand(/[1-9a-f]/.test(fields.id(value.to, below(pointer, "to")).slice(2)), "terms-to", { pointer });
  if ("members" in value)
    demandAscending(fields.array(value.members, below(pointer, "members"), fields.string), pointer);
  if (!(act in COUNTS)) return;
  const [parents, heads, quantities] = ["parents", "heads", "quantities"].map((name) => value[name]);
  for (const list of [parents, heads, quantities]) demand(Array.isArray(list), "terms-inputs", { pointer });
  const [least, most] = COUNTS[act];
  demand(parents.length >= least && parents.length <= most, "terms-parents", { pointer });
  demand(heads.length === parents.length && quantities.length === parents.length, "terms-inputs", { pointer });
  demandAscending(fields.array(parents, below(pointer, "parents"), fields.id), pointer);
}

const byCodePoint = (a, b) => {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((sign, i) => sign !== right[i]);
  if (at < 0) return left.length - right.length;
  return at < right.length ? left[at].codePointAt(0) - right[at].codePointAt(0) : 1;
};

function demandAscending(list, pointer) {
  const ascends = list.every((one, i) => i === 0 || byCodePoint(list[i - 1], one) < 0);
  demand(ascends, "terms-order", { pointer, expected: "an ascending list" });
}

/** Refuse terms that commit to other contents, seals or condition than the event, as far as it is shown. */
export function demandCommitments(value, leaves) {
  const expected = {
    contents: () => contentsOf(leaves),
    seals: () => commitmentOf(leaves, `${NAMESPACE}seals`),
    condition: () => commitmentOf(leaves, `${NAMESPACE}condition`),
  };
  for (const [name, compute] of Object.entries(expected)) {
    if (!(name in value)) continue;
    const computed = compute();
    if (computed !== null)
      demand(value[name] === computed, "terms-commitment", { pointer: below("", name), expected: computed });
  }
}

/** Return the subject that a party opens in a ledger with a statement over this event. */
export function subjectOf(ledger, party, eventDigest) {
  const padded = concat(new Uint8Array(12), fromHex(ledger));
  return toHex(
    keccak256(concat(keccak256(utf8("tradeledger/subject/1")), padded, fromHex(party), fromHex(eventDigest))),
  );
}
