/** The `@context` of an event, and the names that its terms would give to members of the standard (docs/spec.md §2, §2.1). */
import * as fields from "../fields.js";
import { Refusal, below, demand } from "../refusal.js";

const OFFICIAL = new Set([
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
  "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
  "https://gs1.github.io/EPCIS/epcis-context.jsonld",
]);
const OWN_NAMESPACES = ["https://ref.gs1.org/epcis/", "https://ns.gs1.org/epcis/"];
const OFFICIAL_PREFIXES = Object.assign(Object.create(null), {
  epcis: OWN_NAMESPACES,
  cbv: ["https://ref.gs1.org/cbv/", "https://ns.gs1.org/cbv/"],
  cbvmda: ["urn:epcglobal:cbv:mda", "urn:epcglobal:cbv:mda:"],
  gs1: ["https://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/"],
});
const KEYWORD_TERMS = { id: "@id", type: "@type" };
const SECOND_NAMES = ["epcis:", ...OWN_NAMESPACES];

/** Read a context; refuse one that is none, or that gives a member of the standard a second name. */
export function checkContext(value, pointer, reading) {
  const entries = Array.isArray(value) ? value : [value];
  entries.forEach((entry, index) => {
    const inside = Array.isArray(value) ? below(pointer, index) : pointer;
    if (fields.isObject(entry)) checkTerms(entry, inside, reading);
    else if (!OFFICIAL.has(fields.string(entry, inside)))
      reading.deviate(inside, "a context that GS1 did not publish for EPCIS 2.0");
  });
  demand(
    entries.some((entry) => OFFICIAL.has(entry)),
    "event-context",
    { pointer, expected: "a context of EPCIS 2.0" },
  );
}

function checkTerms(terms, pointer, reading) {
  for (const [term, definition] of Object.entries(terms)) {
    const inside = below(pointer, term);
    const isKeyword = term.startsWith("@");
    const isDefinition = definition === null || typeof definition === "string" || fields.isObject(definition);
    demand(isKeyword || isDefinition, "event-context", { pointer: inside, expected: "an IRI or a term definition" });
    // Of the keywords of JSON-LD, `@vocab` alone names what members mean.
    if (!isKeyword || term === "@vocab")
      checkTerm(term, fields.isObject(definition) ? definition["@id"] : definition, inside, reading);
  }
}

function checkTerm(term, iri, pointer, reading) {
  const keyword = typeof iri === "string" && iri.startsWith("@") && iri !== KEYWORD_TERMS[term];
  demand(term === "epcis" || !(keyword || isOwn(iri)), "event-second-name", {
    pointer,
    expected: "no name of the standard's own",
  });
  const official = OFFICIAL_PREFIXES[term];
  if (official !== undefined && !official.includes(iri)) {
    reading.deviate(pointer, "a prefix of the official context under another namespace");
  }
}

const isOwn = (iri) =>
  typeof iri === "string" &&
  (SECOND_NAMES.some((name) => iri.startsWith(name)) || OWN_NAMESPACES.some((name) => name.startsWith(iri)));

/** Refuse a member name that JSON-LD reads as another name of the standard. */
export function checkName(name, pointer, isContext) {
  const second = (name.startsWith("@") && !isContext) || SECOND_NAMES.some((prefix) => name.startsWith(prefix));
  if (second)
    throw new Refusal("event-second-name", { pointer, expected: "the name that the standard has", found: name });
}
