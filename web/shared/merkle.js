/** Merkle trees of RFC 9162 §2.1 over SHA-256. Indexes and sizes are bigints, since those of a log pass 2^53. */
import { concat, equal, sha256 } from "./bytes.js";
import { demand } from "./refusal.js";

const MAX_SIZE = (1n << 64n) - 1n;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const EMPTY_ROOT = sha256(new Uint8Array());
export const leafHash = (data) => sha256(concat(LEAF, data));
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/** Return the largest power of two below `n`, for n > 1. */
export const splitPoint = (n) => 2 ** (31 - Math.clz32(n - 1));

/** Return the root over leaf hashes (§2.1.1). */
export function rootOfHashes(hashes) {
  if (hashes.length === 0) return EMPTY_ROOT;
  let level = hashes;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) {
      above.push(i + 1 < level.length ? nodeHash(level[i], level[i + 1]) : level[i]);
    }
    level = above;
  }
  return level[0];
}

function demandHashes(proof) {
  demand(
    proof.every((hash) => hash.length === 32),
    "proof-hash-length",
    { expected: "hashes of 32 bytes" },
  );
}

/** Refuse unless `proof` shows the leaf at its index in the tree of that size and root (§2.1.3.2). */
export function verifyInclusion(leafIndex, treeSize, leaf, proof, root) {
  demandHashes([...proof, leaf, root]);
  demand(leafIndex >= 0n && leafIndex < treeSize && treeSize <= MAX_SIZE, "proof-leaf-index", {
    expected: `an index below ${treeSize}`,
  });
  let [fn, sn, hash] = [leafIndex, treeSize - 1n, leaf];
  for (const sibling of proof) {
    demand(sn !== 0n, "proof-too-long", { expected: "no hash after the root is reached" });
    if (fn & 1n || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  demand(sn === 0n, "proof-too-short", { expected: "hashes up to the root" });
  demand(equal(hash, root), "proof-other-root", { expected: "the root of the tree" });
}

/** Refuse unless `proof` shows the tree of `size1` and `root1` to be a prefix of the one of `size2` and `root2` (§2.1.4.2). */
export function verifyConsistency(size1, size2, proof, root1, root2) {
  demandHashes([...proof, root1, root2]);
  demand(size1 >= 0n && size1 <= size2 && size2 <= MAX_SIZE, "proof-size", { expected: `a size up to ${size2}` });
  if (size1 === size2 || size1 === 0n) {
    demand(proof.length === 0, "proof-too-long", { expected: "no hashes" });
    demand(size1 !== 0n || equal(root1, EMPTY_ROOT), "proof-other-root", { expected: "the root of the empty tree" });
    demand(size1 !== size2 || equal(root1, root2), "proof-other-root", { expected: "one root for one size" });
    return;
  }
  demand(proof.length > 0, "proof-too-short", { expected: "hashes" });
  const path = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof;
  let [fn, sn] = [size1 - 1n, size2 - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [fr, sr] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    demand(sn !== 0n, "proof-too-long", { expected: "no hash after the roots are reached" });
    if (fn & 1n || fn === sn) {
      [fr, sr] = [nodeHash(hash, fr), nodeHash(hash, sr)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      sr = nodeHash(sr, hash);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  demand(sn === 0n, "proof-too-short", { expected: "hashes up to the roots" });
  demand(equal(fr, root1) && equal(sr, root2), "proof-other-root", { expected: "both roots" });
}
