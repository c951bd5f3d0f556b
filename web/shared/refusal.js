/**
 * The one error that a module of this folder throws for bad input; anything else is a fault of the software.
 * `pointer` is the RFC 6901 pointer of the value refused, where the input is JSON.
 */
export class Refusal extends Error {
  constructor(code, { pointer = "", expected = "", found = "" } = {}) {
    super(`${code} at "${pointer}": expected ${expected || "something else"}, found ${found || "this"}`);
    this.name = "Refusal";
    Object.assign(this, { code, pointer, expected, found });
  }
}

/** Throw a refusal unless `condition` holds. */
export function demand(condition, code, details) {
  if (!condition) throw new Refusal(code, details);
}

/** Return `pointer` with one more reference token (RFC 6901 §3). */
export const below = (pointer, token) => `${pointer}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
