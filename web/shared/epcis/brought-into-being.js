/** The identifiers that an event brings into being (docs/spec.md §10, check 11); `HIDDEN` stands for each that a view does not show. */
import { HIDDEN } from "../disclosure.js";
import { standardType } from "./vocabulary.js";

export function newIdentifiers(event) {
  const type = standardType(event.type);
  const added = event.action === "ADD";
  const items = added && (type === "ObjectEvent" || type === null);
  const parent = added && (type === "AggregationEvent" || type === null);
  return [
    ...elements(event.outputEPCList),
    ...classes(event.outputQuantityList),
    ...(items ? [...elements(event.epcList), ...classes(event.quantityList)] : []),
    ...(parent && "parentID" in event ? [event.parentID] : []),
  ];
}

const elements = (table) => (table === HIDDEN ? [HIDDEN] : (table ?? []));
const classes = (table) => elements(table).map((element) => (element === HIDDEN ? HIDDEN : element.epcClass));
