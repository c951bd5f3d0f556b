/** The 13 digits under which the company prefix of an identifier is looked up (docs/spec.md §10, check 11). */

const UNRESERVED = /%(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])/g;
/** A character of GS1's set 82 as it stands in a URI, and one of a component or part. */
const SIGN = "(?:[A-Za-z0-9!'()*+,.:;=_-]|%(?:2[256Ff]|3[CcEeFf]))";
const PART_SIGN = "(?:[0-9A-Z-]|%2[3Ff])";

/** Return the 13 digits, those missing as zeros; null where they are too few to name a company prefix. */
const filled = (digits) => (digits.length < 4 ? null : digits.slice(0, 13).padEnd(13, "0"));

/** Return the check digit behind `digits` (GS1 General Specifications, 7.9.1). */
function checkDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** Return the digits to look up, or null where the identifier names no company prefix. */
export function lookupDigits(identifier) {
  const text = identifier.replace(UNRESERVED, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
  return fromUrn(text) ?? fromLink(text);
}

/**
 * The EPC URNs of keys whose 13 digits end in the check digit: how many digits prefix and reference have together, and how many of the
 * reference stand before the prefix in the key. In the other keys the 13 digits are those written.
 */
const CHECKED_URNS = [
  ["id:sgtin", 13, 1, `\\.${SIGN}{1,20}`],
  ["idpat:sgtin", 13, 1, "\\.\\*"],
  ["class:lgtin", 13, 1, `\\.${SIGN}{1,20}`],
  ["id:upui", 13, 1, `\\.${SIGN}{1,28}`],
  ["id:itip", 13, 1, `\\.[0-9]{2}\\.[0-9]{2}\\.${SIGN}{1,20}`],
  ["id:sgln", 12, 0, `\\.${SIGN}{1,20}`],
  ["id:pgln", 12, 0, ""],
  ["id:grai", 12, 0, `\\.${SIGN}{1,16}`],
  ["id:gdti", 12, 0, `\\.${SIGN}{1,17}`],
  ["id:sgcn", 12, 0, "\\.[0-9]{1,12}"],
].map(([scheme, length, lead, rest]) => {
  return { length, lead, pattern: new RegExp(`^urn:epc:${scheme}:([0-9]{6,12})\\.([0-9]*)${rest}$`) };
});
/** The schemes whose reference begins with a digit that stands before the prefix in the key. */
const LEADING_DIGIT = new Set(["sgtin", "lgtin", "upui", "itip", "sscc"]);

function fromUrn(text) {
  for (const { pattern, length, lead } of CHECKED_URNS) {
    const [, prefix, reference] = pattern.exec(text) ?? [];
    if (prefix === undefined || prefix.length + reference.length !== length) continue;
    const body = prefix + reference.slice(lead);
    return body + checkDigit(reference.slice(0, lead) + body);
  }
  return fromMisspeltUrn(text);
}

function fromMisspeltUrn(text) {
  const [, kind, scheme, body] = /^urn:epc:([^:]*):([^:]*):([^]*)$/i.exec(text) ?? [];
  if (kind === undefined) return null;
  const isTag = kind.toLowerCase() === "tag"; // a filter value stands first, and the size of the tag behind the scheme
  const [, prefix = "", reference = ""] =
    /^([0-9]{4,12})(?:\.([0-9]*))?/.exec(isTag ? body.slice(body.indexOf(".") + 1) : body) ?? [];
  const key = isTag ? scheme.toLowerCase().split("-")[0] : scheme.toLowerCase();
  return filled(prefix + (LEADING_DIGIT.has(key) ? reference.slice(1) : reference));
}

/** The keys of a Digital Link: the form of the value, what makes of it the digits, and the qualifiers that may follow. */
const SKIP_FIRST = (value) => value.slice(1);
const GTIN = (value) => value.padStart(14, "0").slice(1);
const LEADING = (value) => (/^[0-9]{6,}/.test(value) ? /^[0-9]+/.exec(value)[0] : "");
const AS_IS = (value) => value;
const LINK_KEYS = new Map();
for (const [names, form, digits, qualifiers] of [
  [["00", "sscc"], "[0-9]{18}", SKIP_FIRST, []],
  [["01", "gtin"], "(?:[0-9]{8}|[0-9]{12,14})", GTIN, ["22", "10", "21", "235", "cpv", "lot", "ser"]],
  [["253", "gdti"], `[0-9]{13}${SIGN}{0,17}`, AS_IS, []],
  [["255", "gcn"], "[0-9]{13,25}", AS_IS, []],
  [["401", "ginc"], `${SIGN}{1,30}`, LEADING, []],
  [["402", "gsin"], "[0-9]{17}", AS_IS, []],
  [["414", "gln"], "[0-9]{13}", AS_IS, ["254", "7040", "glnx"]],
  [["417", "party"], "[0-9]{13}", AS_IS, ["7040"]],
  [["8003", "grai"], `[0-9]{14}${SIGN}{0,16}`, SKIP_FIRST, []],
  [["8004", "giai"], `${SIGN}{1,30}`, LEADING, ["7040"]],
  [["8006", "itip"], "[0-9]{18}", SKIP_FIRST, ["22", "10", "21", "cpv", "lot", "ser"]],
  [["8010", "cpid"], `${PART_SIGN}{1,30}`, LEADING, ["8011", "cpsn"]],
  [["8017", "gsrnp"], "[0-9]{18}", AS_IS, ["8019", "srin"]],
  [["8018", "gsrn"], "[0-9]{18}", AS_IS, ["8019", "srin"]],
]) {
  const key = { form: new RegExp(`^${form}$`), digits, qualifiers: new Set(qualifiers) };
  for (const name of names) LINK_KEYS.set(name, key);
}

/** A Digital Link ends with a key, its value and its qualifiers; of any other link the first key with a value counts. */
function fromLink(text) {
  const path = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(text)?.[1];
  const segments = path?.split("/") ?? [];
  const found = segments.map((name, at) => ({ key: LINK_KEYS.get(name), value: segments[at + 1] ?? "", at }));
  const keys = found.filter(({ key, value }) => key?.form.test(value));
  const own = keys.findLast(({ key, at }) => isQualified(key, segments.slice(at + 2)));
  const { key, value } = own ?? keys[0] ?? {};
  const digits = key?.digits(value).replace(/[^0-9][^]*$/, "") ?? "";
  return digits === "" ? null : filled(digits);
}

const isQualified = ({ qualifiers }, rest) =>
  rest.length % 2 === 0 && rest.every((name, i) => i % 2 === 1 || qualifiers.has(name));
