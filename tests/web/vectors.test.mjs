/** The second verifier over every vector of tests/vectors. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { verifyBreach } from "../../web/shared/breach.js";
import { fromBase64, fromHex, toBase64, toHex, utf8 } from "../../web/shared/bytes.js";
import { HIDDEN, eventDigest, parseView, shownEvent, viewDigest } from "../../web/shared/disclosure.js";
import { jcs } from "../../web/shared/json.js";
import { leafHash, rootOfHashes, verifyConsistency, verifyInclusion } from "../../web/shared/merkle.js";
import { noteText, parsePromise, parseVerifierKey, verifyNote } from "../../web/shared/note.js";
import { Refusal } from "../../web/shared/refusal.js";
import {
  logId,
  parseStatement,
  predecessorRecord,
  recoverAddress,
  statementHash,
  statementRecord,
} from "../../web/shared/statement.js";
import { CHECKS, verify } from "../../web/shared/verify.js";

const load = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));

/** Return the refusal of `run`, or null where it refuses nothing. */
function refusalOf(run) {
  try {
    run();
    return null;
  } catch (thrown) {
    assert.ok(thrown instanceof Refusal, thrown);
    return thrown;
  }
}

const receipts = load("receipts");

test("checks have their names", () => assert.deepEqual(CHECKS, receipts.checks));

for (const vector of receipts.receipts) {
  test(`receipt: ${vector.name}`, () => {
    const bytes = vector.receipt === undefined ? fromBase64(vector.receiptBase64) : utf8(vector.receipt);
    const found = verify(bytes, utf8(receipts.trustRoots[vector.trustRoot]), vector.now);
    const notValid = found.checks.filter(({ status }) => status !== "VALID").map(({ id, status }) => [id, status]);
    assert.equal(found.outcome, vector.outcome);
    assert.deepEqual(Object.fromEntries(notValid), vector.checks);
    assert.deepEqual(found.warnings, vector.warnings);
    assert.equal(found.custodian, vector.custodian ?? null);
  });
}

for (const vector of receipts.breaches) {
  test(`breach: ${vector.name}`, () => {
    const found = verifyBreach(utf8(vector.breach), utf8(receipts.trustRoots[vector.trustRoot]), vector.now);
    assert.equal(found.outcome, vector.outcome);
  });
}

test("a receipt that is not final is accepted unless final is required", () => {
  const vector = receipts.receipts.find(({ name }) => name === "not-anchored");
  const ask = (options) =>
    verify(utf8(vector.receipt), utf8(receipts.trustRoots[vector.trustRoot]), vector.now, options);
  assert.deepEqual([ask().accepted, ask({ requireFinal: true }).accepted], [true, false]);
});

const disclosure = load("disclosure");

for (const { name, event, seed, eventDigest: digest, views } of disclosure.events) {
  test(`event digest: ${name}`, () => assert.equal(eventDigest(event, fromHex(seed)), digest));
  for (const vector of views) {
    test(`view: ${name}, ${vector.name}`, () => {
      const view = parseView(vector.view);
      assert.equal(viewDigest(view), digest);
      const whole = (value) => value !== HIDDEN && !(Array.isArray(value) && value.includes(HIDDEN));
      const shown = Object.fromEntries(Object.entries(shownEvent(view)).filter(([, value]) => whole(value)));
      assert.equal(jcs(shown), jcs(vector.event));
    });
  }
}

for (const { name, event, pointer } of disclosure.badEvents) {
  test(`event refused: ${name}`, () => {
    assert.equal(refusalOf(() => eventDigest(event, new Uint8Array(32)))?.pointer, pointer);
  });
}

for (const { name, view, verdict, eventDigest: digest } of disclosure.badViews) {
  test(`view refused: ${name}`, () => {
    if (verdict === "digest") assert.notEqual(viewDigest(parseView(view)), digest);
    else
      assert.notEqual(
        refusalOf(() => viewDigest(parseView(view))),
        null,
      );
  });
}

const merkle = load("merkle");

for (const { entries, rootHash } of merkle.roots) {
  test(`root of ${entries.length}`, () => {
    assert.equal(toHex(rootOfHashes(entries.map((entry) => leafHash(fromHex(entry))))), rootHash);
  });
}

/** The verdict as the vectors name it: `root` for a proof that leads to another root, `proof` for one refused before. */
const proofVerdict = (refusal) => (refusal === null ? "valid" : refusal.code === "proof-other-root" ? "root" : "proof");

for (const { name, verdict, leafIndex, treeSize, leafHash: leaf, proof, rootHash } of merkle.inclusion) {
  test(`inclusion: ${name}`, () => {
    const [index, size, hashes] = [BigInt(leafIndex), BigInt(treeSize), proof.map(fromHex)];
    const refusal = refusalOf(() => verifyInclusion(index, size, fromHex(leaf), hashes, fromHex(rootHash)));
    assert.equal(proofVerdict(refusal), verdict);
  });
}

for (const { name, verdict, size1, size2, proof, root1, root2 } of merkle.consistency) {
  test(`consistency: ${name}`, () => {
    const [sizes, roots] = [[size1, size2].map(BigInt), [root1, root2].map(fromHex)];
    const refusal = refusalOf(() => verifyConsistency(...sizes, proof.map(fromHex), ...roots));
    assert.equal(proofVerdict(refusal), verdict);
  });
}

const promise = load("promise");

test("the note of a promise", () => {
  verifyNote(promise.note, parseVerifierKey(promise.verifierKey));
  assert.equal(noteText(promise.note), promise.promises[0].text);
});

for (const { name, text, ...expected } of promise.promises) {
  test(`promise: ${name}`, () => {
    const { origin, logId: log, leafIndex, record, deadline } = parsePromise(text);
    const found = { origin, logId: toHex(log), leafIndex: `${leafIndex}`, record: toBase64(record) };
    assert.deepEqual({ ...found, deadline: `${deadline}` }, expected);
  });
}

for (const { name, text } of promise.badPromises) {
  test(`promise refused: ${name}`, () =>
    assert.notEqual(
      refusalOf(() => parsePromise(text)),
      null,
    ));
}

const records = load("record");

for (const { name, eip712Hash, signature, record } of records.statements) {
  test(`record: ${name}`, () => {
    assert.equal(toBase64(statementRecord(fromHex(eip712Hash), fromHex(signature))), record);
  });
}

for (const { logId: log, treeSize, rootHash, record } of records.predecessors) {
  test(`record: predecessor of ${treeSize}`, () => {
    assert.equal(toBase64(predecessorRecord(fromHex(log), BigInt(treeSize), fromBase64(rootHash))), record);
  });
}

for (const treeSize of records.badTreeSizes) {
  test(`record refused: predecessor of ${treeSize}`, () => {
    const none = new Uint8Array(32);
    assert.notEqual(
      refusalOf(() => predecessorRecord(none, BigInt(treeSize), none)),
      null,
    );
  });
}

for (const { logId: expected, logKey, ...parts } of records.logIds) {
  test(`log id: ${expected}`, () => assert.equal(logId({ ...parts, key: fromHex(logKey) }), expected));
}

const statements = load("statement");

for (const { name, domain, statement, eip712Hash, signature, signer } of statements.statements) {
  test(`statement: ${name}`, () => {
    const hash = statementHash(parseStatement(statement, ""), domain);
    assert.equal(toHex(hash), eip712Hash);
    assert.equal(recoverAddress(hash, fromHex(signature)), signer);
  });
}

for (const { name, statement, pointer } of statements.badStatements) {
  test(`statement refused: ${name}`, () => {
    assert.equal(refusalOf(() => parseStatement(statement, ""))?.pointer, pointer);
  });
}

for (const { name, digest, signature } of statements.badSignatures) {
  test(`signature refused: ${name}`, () => {
    assert.notEqual(
      refusalOf(() => recoverAddress(fromHex(digest), fromHex(signature))),
      null,
    );
  });
}

for (const { name, digest, signature } of statements.otherSigners) {
  test(`another signer: ${name}`, () => {
    assert.notEqual(recoverAddress(fromHex(digest), fromHex(signature)), statements.signer);
  });
}
