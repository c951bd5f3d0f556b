/** Strict JSON, docs/spec.md §1. Objects come back without a prototype; numbers as doubles that keep the value written. */
import { fromUtf8 } from "./bytes.js";
import { Refusal, below } from "./refusal.js";

export const MIB = 1 << 20;
const MAX_DEPTH = 64;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Return the JSON value that `bytes` hold; refuse all that another reader might read differently. */
export function parseJson(bytes, maxBytes) {
  if (bytes.length > maxBytes) throw new Refusal("json-too-large", { expected: `at most ${maxBytes} bytes` });
  const text = fromUtf8(bytes);
  if (text === null) throw new Refusal("json-not-utf8", { expected: "UTF-8" });
  return new Parser(text).document();
}

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  refuse(code, pointer, expected) {
    throw new Refusal(code, { pointer, expected, found: `what stands at character ${this.at}` });
  }

  document() {
    const value = this.value("", 0);
    this.skip();
    if (this.at < this.text.length) this.refuse("json-left-over", "", "nothing after the value");
    return value;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  skip() {
    this.match(SPACE);
  }

  take(sign) {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  value(pointer, depth) {
    this.skip();
    const sign = this.text[this.at];
    if (sign === "{") return this.object(pointer, depth + 1);
    if (sign === "[") return this.array(pointer, depth + 1);
    if (sign === '"') return this.string(pointer);
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number(pointer);
  }

  open(pointer, depth) {
    if (depth > MAX_DEPTH) this.refuse("json-too-deep", pointer, `at most ${MAX_DEPTH} levels`);
    this.at += 1;
    this.skip();
  }

  array(pointer, depth) {
    this.open(pointer, depth);
    const items = [];
    if (this.take("]")) return items;
    do items.push(this.value(below(pointer, items.length), depth));
    while (this.more("]", pointer));
    return items;
  }

  object(pointer, depth) {
    this.open(pointer, depth);
    const members = Object.create(null);
    if (this.take("}")) return members;
    do {
      this.skip();
      if (this.text[this.at] !== '"') this.refuse("json-syntax", pointer, "a member name");
      const name = this.string(pointer);
      const inside = below(pointer, name);
      if (name === "__proto__") this.refuse("json-forbidden-name", inside, "another member name");
      if (name in members) this.refuse("json-duplicate-name", inside, "each member name once");
      this.skip();
      if (!this.take(":")) this.refuse("json-syntax", inside, "a colon");
      members[name] = this.value(inside, depth);
    } while (this.more("}", pointer));
    return members;
  }

  more(end, pointer) {
    this.skip();
    if (this.take(",")) return true;
    if (!this.take(end)) this.refuse("json-syntax", pointer, `a comma or ${end}`);
    return false;
  }

  string(pointer) {
    this.at += 1;
    let text = "";
    for (;;) {
      text += this.match(PLAIN);
      if (this.take('"')) break;
      if (!this.take("\\")) this.refuse("json-syntax", pointer, "a string without control characters, ended");
      text += this.escape(pointer);
    }
    if (LONE_SURROGATE.test(text)) this.refuse("json-lone-surrogate", pointer, "surrogates in pairs");
    return text;
  }

  escape(pointer) {
    const sign = this.text[this.at++];
    if (sign === "u") {
      const digits = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.refuse("json-syntax", pointer, "four hex digits");
      this.at += 4;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, sign ?? "")) this.refuse("json-syntax", pointer, "an escape of RFC 8259 §7");
    return ESCAPES[sign];
  }

  number(pointer) {
    const spelt = this.match(NUMBER);
    if (spelt === null) this.refuse("json-syntax", pointer, "a JSON value");
    const value = Number(spelt);
    if (Object.is(value, -0)) this.refuse("json-minus-zero", pointer, "0 without a sign");
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
      this.refuse("json-number-range", pointer, "a magnitude up to 2^53-1");
    if (decimal(spelt) !== decimal(String(value))) {
      this.refuse("json-number-precision", pointer, "a number that RFC 8785 writes with the same value");
    }
    return value;
  }
}

/** Return one spelling for all that write the same decimal value: its digits without outer zeros, and the power of ten. */
function decimal(spelt) {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE](.+))?$/.exec(spelt);
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0";
  return `${sign}${kept}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
}

/** Return RFC 8785 over a value from `parseJson`, as text. */
export function jcs(value) {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort(); // by UTF-16 code units, as RFC 8785 §3.2.3 asks
  return `{${names.map((name) => `${JSON.stringify(name)}:${jcs(value[name])}`).join(",")}}`;
}
