/** The registry facts of a trust root, docs/spec.md §8: the closed table, and how their arguments are written. */
import * as fields from "./fields.js";
import { below, demand } from "./refusal.js";

const { id, address, string, jurisdiction, integer } = fields;
const seconds = integer;
const prefixLength = (value, pointer) => integer(value, pointer, 4, 13);

const FACTS = {
  RootAuthorityProposed: { proposed: address },
  RootAuthorityChanged: { previous: address, current: address },
  AuthorityAccredited: { party: id, jurisdiction, coldKey: address, name: string },
  PartyAccredited: { party: id, jurisdiction, accreditor: id, coldKey: address, name: string },
  AccreditationEnded: { party: id },
  ColdKeyProposed: { party: id, proposed: address },
  ColdKeyChanged: { party: id, coldKey: address },
  RoleGranted: { party: id, jurisdiction, role: string, validFrom: seconds, validUntil: seconds },
  RoleRevoked: { party: id, jurisdiction, role: string },
  KeyAdded: { party: id, key: address, custodian: id },
  KeyRotated: { party: id, oldKey: address, newKey: address, custodian: id, oldKeyValidUntil: seconds },
  KeyCompromised: { party: id, key: address, claimedSince: seconds },
  KeyRevoked: { party: id, key: address },
  RecoveryBegun: { party: id, newKey: address, epoch: integer },
  RecoveryCompleted: { party: id, newKey: address },
  RecoveryCancelled: { party: id },
  PrefixClaimed: { party: id, digits: integer, length: prefixLength },
  PrefixReleased: { party: id, digits: integer, length: prefixLength },
};

/** Return a fact, all arguments of the form that its name asks for. */
export function parseFact(value, pointer) {
  const name = fields.string(fields.object(value, pointer).fact, below(pointer, "fact"));
  demand(Object.hasOwn(FACTS, name), "unknown-fact", {
    pointer: below(pointer, "fact"),
    expected: "a known fact",
    found: name,
  });
  const readers = { block: integer, time: seconds, ...FACTS[name] };
  fields.closed(value, pointer, ["fact", ...Object.keys(readers)]);
  for (const [member, read] of Object.entries(readers)) read(value[member], below(pointer, member));
  return value;
}
