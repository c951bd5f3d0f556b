/** A small world for tests, signed with keys of its own: a log of a few records, a trust root that names its heads, and a receipt. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concat, fromHex, sha256, toBase64, toHex, utf8 } from "../../web/shared/bytes.js";
import { eventDigest } from "../../web/shared/disclosure.js";
import { jcs } from "../../web/shared/json.js";
import { leafHash, rootOfHashes, splitPoint } from "../../web/shared/merkle.js";
import { ZERO, logId, parseStatement, statementHash, statementRecord } from "../../web/shared/statement.js";

const key32 = (name) => sha256(utf8(name));

function inclusionProof(index, hashes) {
  if (hashes.length === 1) return [];
  const k = splitPoint(hashes.length);
  return index < k
    ? [...inclusionProof(index, hashes.slice(0, k)), rootOfHashes(hashes.slice(k))]
    : [...inclusionProof(index - k, hashes.slice(k)), rootOfHashes(hashes.slice(0, k))];
}

function consistencyProof(m, hashes, whole = true) {
  const n = hashes.length;
  if (m === n) return whole ? [] : [rootOfHashes(hashes)];
  const k = splitPoint(n);
  return m <= k
    ? [...consistencyProof(m, hashes.slice(0, k), whole), rootOfHashes(hashes.slice(k))]
    : [...consistencyProof(m - k, hashes.slice(k), false), rootOfHashes(hashes.slice(0, k))];
}

function logKey(origin) {
  const secret = key32(`log ${origin}`);
  const key = ed25519.getPublicKey(secret);
  const id = sha256(concat(origin, "\n", Uint8Array.of(1), key)).slice(0, 4);
  return { secret, key, id, verifier: `${origin}+${toHex(id).slice(2)}+${toBase64(concat(Uint8Array.of(1), key))}` };
}

function signNote(text, origin) {
  const { secret, id } = logKey(origin);
  return `${text}\n\u2014 ${origin} ${toBase64(concat(id, ed25519.sign(utf8(text), secret)))}\n`;
}

/** Return the trust root with the hash that it has. */
export function sealTrustRoot({ hash: _, ...rest }) {
  return { ...rest, hash: toHex(sha256(concat("tradeledger/trust-root/1", jcs(rest)))) };
}

/**
 * Return `{ receipt, trustRoot }`: `statement` signed by the key named `signer` and logged at `index` among `size` records, shown by the
 * checkpoint of `checkpointSize`, anchored in `heads` (`[size, block, time]`), of which the receipt names the one of `namedSize`.
 */
export function buildWorld({ event, seed, statement, signer, index, size, checkpointSize, heads, namedSize, root }) {
  const origin = root.origin;
  const { key, verifier } = logKey(origin);
  const registry = root.contracts.checkpointRegistry.address;
  const id = logId({ chainId: root.chain.chainId, registry, owner: root.owner, origin, key });
  const domain = { chainId: root.chain.chainId, verifyingContract: root.contracts.partyRegistry.address };
  const signed = { ...statement, eventDigest: eventDigest(event, fromHex(seed)), logId: id };
  const hash = statementHash(parseStatement(signed, ""), domain);
  const recovered = secp256k1.sign(hash, key32(signer), { prehash: false, format: "recovered" });
  const signature = concat(recovered.slice(1), Uint8Array.of(27 + recovered[0]));
  const leaves = Array.from({ length: size }, (_, i) =>
    leafHash(i === index ? statementRecord(hash, signature) : key32(`record ${i}`)),
  );
  const rootAt = (n) => toBase64(rootOfHashes(leaves.slice(0, n)));
  const listed = heads.map(([n, block, time]) => [n, rootAt(n), block, time]);
  const named = listed.find(([n]) => n === namedSize) ?? [namedSize, rootAt(namedSize), 1, 1];
  const { origin: _, owner, headsComplete, successor, ...rest } = root;
  const log = { logId: id, origin, key: verifier, owner, successor, headsComplete, heads: listed };
  return {
    trustRoot: sealTrustRoot({ ...rest, logs: [log] }),
    receipt: {
      format: "tradeledger-receipt/1",
      domain,
      event,
      seed,
      statement: signed,
      signature: toHex(signature),
      leafIndex: index,
      inclusionProof: inclusionProof(index, leaves.slice(0, checkpointSize)).map(toBase64),
      checkpoint: signNote(`${origin}\n${checkpointSize}\n${rootAt(checkpointSize)}\n`, origin),
      anchor: {
        treeSize: named[0],
        rootHash: named[1],
        block: named[2],
        time: named[3],
        transaction: ZERO,
        consistencyProof: consistencyProof(checkpointSize, leaves.slice(0, namedSize)).map(toBase64),
      },
    },
  };
}
