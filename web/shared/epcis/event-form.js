/** Whether an event is an EPCIS 2.0 event, docs/spec.md §2 and §2.1: the deviations tolerated come back, the rest is refused. */
import { HIDDEN } from "../disclosure.js";
import { below, demand } from "../refusal.js";
import { checkContext, checkName } from "./context.js";
import { MEMBERS, readMembers } from "./structures.js";
import { isStrictUri } from "./values.js";
import { EVENT_TYPES, standardType } from "./vocabulary.js";

const EVERY = ["@context", "type", "eventTime", "eventTimeZoneOffset", "eventID"];
const COMMON = [
  ...["errorDeclaration", "certificationInfo", "bizStep", "disposition", "readPoint", "bizLocation"],
  ...["bizTransactionList", "sourceList", "destinationList", "sensorElementList"],
];
const ITEMS = ["epcList", "quantityList"];
const CHILDREN = ["parentID", "childEPCs", "childQuantityList"];
const INPUTS = ["inputEPCList", "inputQuantityList"];
const OUTPUTS = ["outputEPCList", "outputQuantityList"];

/** Per type: members beside the common ones, those it must have, and what must be there of the rest. */
const TYPES = {
  ObjectEvent: {
    members: ["action", ...ITEMS, "persistentDisposition", "ilmd"],
    required: ["action"],
    complete: (event) =>
      "epcList" in event || some(event, "quantityList") || (some(event, "sensorElementList") && "readPoint" in event),
  },
  AggregationEvent: {
    members: ["action", ...CHILDREN],
    required: ["action"],
    complete: (event) => event.action === "DELETE" || some(event, "childEPCs", "childQuantityList"),
  },
  AssociationEvent: {
    members: ["action", ...CHILDREN],
    required: ["action", "parentID"],
    complete: (event) => event.action === "DELETE" || some(event, "childEPCs", "childQuantityList"),
  },
  TransactionEvent: {
    members: ["action", "parentID", ...ITEMS],
    required: ["action", "bizTransactionList"],
    complete: (event) =>
      some(event, "bizTransactionList") && (event.action === "DELETE" || some(event, "epcList", "quantityList")),
  },
  TransformationEvent: {
    members: [...INPUTS, ...OUTPUTS, "transformationID", "persistentDisposition", "ilmd"],
    required: [],
    complete: (event) => {
      const [inputs, outputs] = [some(event, ...INPUTS), some(event, ...OUTPUTS)];
      return (inputs && outputs) || ("transformationID" in event && (inputs || outputs));
    },
  },
};

/** Whether one of these tables is there and not empty. */
const some = (event, ...names) => names.some((name) => name in event && event[name].length > 0);

/** Return the deviations of an event, a member or element that is not shown standing as `HIDDEN`; refuse what is no event. */
export function checkEventForm(event) {
  const reading = new Reading();
  for (const name of EVERY) {
    demand(name in event, "event-form", { pointer: below("", name), expected: "this member", found: "none" });
  }
  demand(!("recordTime" in event), "event-record-time", { pointer: "/recordTime", expected: "no recordTime" });
  const type = readType(event.type, reading);
  checkContext(event["@context"], "/@context", reading);
  readMembers(event, "", { ...MEMBERS, "@context": () => {}, type: () => {} }, reading);
  if (type !== null) checkType(event, type, reading);
  return reading.deviations;
}

class Reading {
  constructor() {
    this.deviations = [];
    this.names = { check: (name, pointer) => checkName(name, pointer, pointer === "/@context") };
  }

  deviate(pointer, what) {
    this.deviations.push({ pointer, what });
  }
}

/** Return the standard type, or null for the type of an extension event. */
function readType(value, reading) {
  const type = typeof value === "string" ? standardType(value) : null;
  if (type === null) demand(isStrictUri(value), "event-form", { pointer: "/type", expected: "an event type" });
  else if (!EVENT_TYPES.has(value)) reading.deviate("/type", "a standard word written as URN or IRI");
  return type;
}

function checkType(event, type, reading) {
  const { members, required, complete } = TYPES[type];
  for (const name of required) {
    demand(name in event, "event-form", {
      pointer: below("", name),
      expected: `this member on ${type}`,
      found: "none",
    });
  }
  const isWhole = !Object.values(event).includes(HIDDEN);
  demand(!isWhole || complete(event), "event-form", { expected: `what a ${type} is about`, found: "nothing" });
  const own = new Set([...EVERY, ...COMMON, ...members]);
  for (const name of Object.keys(event)) {
    if (event[name] !== HIDDEN && Object.hasOwn(MEMBERS, name) && !own.has(name))
      reading.deviate(below("", name), "a member that this event does not have");
  }
  if (type === "ObjectEvent" && "ilmd" in event && event.ilmd !== HIDDEN && event.action !== "ADD")
    reading.deviate("/ilmd", "ilmd without ADD");
}
