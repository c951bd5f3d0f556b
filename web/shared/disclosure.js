/** Event digests and role views, docs/spec.md §3. */
import { hmac } from "@noble/hashes/hmac.js";
import { concat, fromBase64, fromBase64Url, sha256, toBase64Url, toHex, uintBe, utf8 } from "./bytes.js";
import * as fields from "./fields.js";
import { jcs } from "./json.js";
import { EMPTY_ROOT, leafHash, nodeHash, rootOfHashes, splitPoint } from "./merkle.js";
import { below, demand } from "./refusal.js";

/** The closed table: members whose elements are leaves of their own. */
export const TABLES = new Set([
  ...["epcList", "childEPCs", "inputEPCList", "outputEPCList"],
  ...["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"],
  ...["bizTransactionList", "sourceList", "destinationList"],
]);
const MUST_BE_SHOWN = ["type", "action", "eventTime", "eventID", "bizStep", "errorDeclaration", "@context"];
const MAX_NAMES = 1024;
const MAX_ELEMENTS = 100_000;

/** A member of a view that is not shown, or a table of which some elements are not. */
export const HIDDEN = Symbol("hidden");

const leaf = (value) => leafHash(utf8(jcs(value)));
const digestOf = (leafCount, root) => toHex(sha256(concat("tradeledger/event/1", uintBe(leafCount, 8), root)));

/** Whether this eventID is a hash of the event, from which a hidden value could be guessed (§2). */
export const isHashId = (eventId) => typeof eventId === "string" && /^ni:/i.test(eventId);

const CONTENT_TABLES =
  "childEPCs childQuantityList epcList inputEPCList inputQuantityList outputEPCList outputQuantityList quantityList".split(
    " ",
  );
const NOTHING = `0x${"00".repeat(32)}`;

/** Return the commitment to what the tables of an event hold (§4.2); null where one of them is hidden. */
export function contentsOf({ names, tables }) {
  const parts = ["tradeledger/contents/1"];
  for (const name of CONTENT_TABLES.filter((one) => names.includes(one))) {
    const table = tables.get(name);
    if (table === undefined) return null;
    parts.push(Uint8Array.of(name.length), name, uintBe(table.count, 8), table.root);
  }
  return toHex(sha256(concat(...parts)));
}

/** Return the leaf hash of a member, zero where the event has none; null where it is hidden. */
export function commitmentOf({ names, leaves }, name) {
  if (!names.includes(name)) return NOTHING;
  return leaves.has(name) ? toHex(leaves.get(name)) : null;
}

/** Return the digest of a whole event under the seed that its signer drew. */
export const eventDigest = (event, seed) => eventLeaves(event, seed).digest;

/** Return the digest of a whole event with the leaves and tables that it is made of, by name. */
export function eventLeaves(event, seed) {
  const names = Object.keys(event).sort();
  demand(names.length <= MAX_NAMES, "event-members", { expected: `at most ${MAX_NAMES} members` });
  const salt = (...indexes) =>
    toBase64Url(hmac(sha256, seed, concat("tradeledger/salt/1", ...indexes.map((i) => uintBe(i, 4)))).slice(0, 16));
  const tables = new Map();
  const leaves = names.map((name, at) => {
    const value = event[name];
    const i = at + 1;
    if (!TABLES.has(name)) return leaf([salt(i), name, value]);
    const isTable = Array.isArray(value) && value.length <= MAX_ELEMENTS;
    demand(isTable, "event-table", {
      pointer: below("", name),
      expected: `an array of at most ${MAX_ELEMENTS} elements`,
    });
    const root = rootOfHashes(value.map((element, j) => leaf([salt(i, j), j, element])));
    tables.set(name, { count: value.length, root });
    return tableLeaf(salt(i), name, value.length, root);
  });
  const digest = digestOf(names.length + 1, rootOfHashes([leaf([salt(0), names]), ...leaves]));
  return { digest, names, tables, leaves: new Map(names.map((name, at) => [name, leaves[at]])) };
}

const tableLeaf = (salt, name, count, root) => leaf([salt, name, { count, root: toHex(root).slice(2) }]);

/** Return a role view, its form checked; refuse one whose rules (§3.1) are broken. */
export function parseView(value) {
  const view = fields.closed(value, "", ["manifest", "members", "hidden"]);
  const manifest = fields.closed(view.manifest, "/manifest", ["salt", "names"]);
  const names = fields.array(manifest.names, "/manifest/names", fields.string);
  const ascending = names.every((name, i) => name !== "__proto__" && (i === 0 || names[i - 1] < name));
  demand(ascending && names.length <= MAX_NAMES, "view-names", {
    pointer: "/manifest/names",
    expected: "ascending names",
  });
  const shown = new Set(names);
  const members = new Map();
  for (const [name, member] of Object.entries(fields.object(view.members, "/members"))) {
    const pointer = below("/members", name);
    demand(shown.has(name), "view-member-unnamed", { pointer, expected: "a name of the manifest" });
    members.set(name, TABLES.has(name) ? parseTable(member, pointer) : parseMember(member, pointer));
  }
  for (const name of MUST_BE_SHOWN) {
    const pointer = below("/members", name);
    demand(!shown.has(name) || members.has(name), "view-must-show", { pointer, expected: "this member shown" });
  }
  demand(!isHashId(members.get("eventID")?.value), "view-of-hash-id", { pointer: "/members/eventID" });
  return { salt: salt(manifest.salt, "/manifest/salt"), names, members, hidden: hashes(view.hidden, "/hidden") };
}

function parseMember(value, pointer) {
  const member = fields.closed(value, pointer, ["salt", "value"]);
  return { salt: salt(member.salt, below(pointer, "salt")), value: member.value };
}

function parseTable(value, pointer) {
  const table = fields.closed(value, pointer, ["salt", "count", "elements", "hidden"]);
  const count = fields.integer(table.count, below(pointer, "count"), 0, MAX_ELEMENTS);
  const elements = new Map();
  for (const [key, element] of Object.entries(fields.object(table.elements, below(pointer, "elements")))) {
    const inside = below(below(pointer, "elements"), key);
    const sound = /^(?:0|[1-9][0-9]*)$/.test(key) && Number(key) < count;
    demand(sound, "view-index", { pointer: inside, expected: `a decimal index below ${count}` });
    elements.set(Number(key), parseMember(element, inside));
  }
  const hidden = hashes(table.hidden, below(pointer, "hidden"));
  return { salt: salt(table.salt, below(pointer, "salt")), count, elements, hidden };
}

function salt(value, pointer) {
  const bytes = fromBase64Url(fields.string(value, pointer));
  demand(bytes?.length === 16, "view-salt", { pointer, expected: "16 bytes in base64url" });
  return value;
}

function hashes(value, pointer) {
  return fields.array(value, pointer, (hash, inside) => {
    const bytes = fromBase64(fields.string(hash, inside));
    demand(bytes?.length === 32, "view-hash", { pointer: inside, expected: "32 bytes in base64" });
    return bytes;
  });
}

/** Return the digest that a view leads to. */
export const viewDigest = (view) => viewLeaves(view).digest;

/** Return the digest that a view leads to, with the leaves and tables that it shows, by name. */
export function viewLeaves(view) {
  const tables = new Map();
  const leaves = new Map();
  view.names.forEach((name) => {
    const member = view.members.get(name);
    if (member === undefined) return;
    if (TABLES.has(name)) tables.set(name, { count: member.count, root: shownRoot(member) });
    const shown = TABLES.has(name)
      ? tableLeaf(member.salt, name, member.count, tables.get(name).root)
      : leaf([member.salt, name, member.value]);
    leaves.set(name, shown);
  });
  const placed = new Map([[0, leaf([view.salt, view.names])]]);
  view.names.forEach((name, at) => leaves.has(name) && placed.set(at + 1, leaves.get(name)));
  const digest = digestOf(view.names.length + 1, partialRoot(view.names.length + 1, placed, view.hidden));
  return { digest, names: view.names, tables, leaves };
}

function shownRoot({ count, elements, hidden }) {
  const leaves = new Map([...elements].map(([j, element]) => [j, leaf([element.salt, j, element.value])]));
  return partialRoot(count, leaves, hidden);
}

/** Return the root of a tree of which some leaves are shown and `hidden` stands for the rest, left to right (§3.1). */
function partialRoot(size, leaves, hidden) {
  const shown = [...leaves.keys()].sort((a, b) => a - b);
  let used = 0;
  const over = (low, high, from, to) => {
    if (from === to) {
      demand(used < hidden.length, "view-hash-missing", { expected: "a hash for each hidden subtree" });
      return hidden[used++];
    }
    if (high - low === 1) return leaves.get(low);
    const middle = low + splitPoint(high - low);
    let cut = from;
    while (cut < to && shown[cut] < middle) cut++;
    const left = over(low, middle, from, cut);
    return nodeHash(left, over(middle, high, cut, to));
  };
  const root = size === 0 ? EMPTY_ROOT : over(0, size, 0, shown.length);
  demand(used === hidden.length, "view-hash-left-over", { expected: "no hash beyond the hidden subtrees" });
  return root;
}

/** Return the event as far as a view shows it: `HIDDEN` for a member, or an element, that is not. */
export function shownEvent(view) {
  const event = Object.create(null);
  for (const name of view.names) {
    const member = view.members.get(name);
    if (member === undefined) event[name] = HIDDEN;
    else if (!TABLES.has(name)) event[name] = member.value;
    else
      event[name] = Array.from({ length: member.count }, (_, j) =>
        member.elements.has(j) ? member.elements.get(j).value : HIDDEN,
      );
  }
  return event;
}
