/**
 * The second verifier as a long-lived process: one JSON request a line on standard input, one answer a line on standard output.
 *
 * `verify` and `breach` judge files; `digest` and `view` compute what a changed event has to be signed under; `world` signs an event and
 * logs it in a log of its own. An answer has `crash` where anything but a verdict comes out.
 */
import { createInterface } from "node:readline";
import { verifyBreach } from "../../web/shared/breach.js";
import { fromHex } from "../../web/shared/bytes.js";
import { eventDigest, parseView, viewDigest } from "../../web/shared/disclosure.js";
import { readTrustRoot, verifyWith } from "../../web/shared/verify.js";
import { buildWorld, sealTrustRoot } from "./world.mjs";

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const trustRoots = new Map();

function trusted(base64) {
  if (!trustRoots.has(base64)) {
    if (trustRoots.size > 100) trustRoots.clear();
    trustRoots.set(base64, readTrustRoot(bytes(base64)));
  }
  return trustRoots.get(base64);
}

function verify({ receipt, trustRoot, now }) {
  const { outcome, checks, warnings, deviations, custodian } = verifyWith(trusted(trustRoot), bytes(receipt), now);
  const details = checks.filter(({ status }) => status !== "VALID");
  return {
    outcome,
    checks: checks.map(({ status }) => status),
    warnings: [...warnings].sort(),
    custodian,
    deviations,
    details,
  };
}

const ANSWERS = {
  verify,
  breach: ({ breach, trustRoot, now }) => verifyBreach(bytes(breach), bytes(trustRoot), now),
  digest: ({ event, seed }) => ({ digest: eventDigest(event, fromHex(seed)) }),
  view: ({ view }) => ({ digest: viewDigest(parseView(view)) }),
  world: buildWorld,
  seal: ({ trustRoot }) => sealTrustRoot(trustRoot),
};

function answer(line) {
  try {
    const { op, ...request } = JSON.parse(line);
    return ANSWERS[op](request);
  } catch (thrown) {
    return { crash: `${thrown?.stack ?? thrown}` };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`);
}
