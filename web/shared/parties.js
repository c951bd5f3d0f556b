/** Who may sign what: the registry facts replayed (docs/spec.md §10, "Replay"), and the questions that checks 10 to 12 ask. */
import { demand } from "./refusal.js";
import { ZERO } from "./statement.js";

/** Each party, key, role and prefix with the blocks from which and until which it counts. */
export class Parties {
  constructor(facts) {
    this.parties = new Map();
    this.keys = new Map();
    this.roles = [];
    this.prefixes = [];
    facts.forEach((fact, index) => this.apply(fact, `/facts/${index}`));
  }

  apply(fact, pointer) {
    const refuse = (condition, expected) => demand(condition, "facts-do-not-follow", { pointer, expected });
    const known = () => refuse(this.parties.has(fact.party), "a party that is known");
    const keyOf = (key) => {
      refuse(this.keys.get(key)?.party === fact.party, "a key of the party");
      return this.keys.get(key);
    };
    const bind = (key, custodian) => {
      known();
      refuse(!this.keys.has(key), "a key that is not bound yet");
      this.keys.set(key, { key, party: fact.party, custodian, from: fact.block, until: [] });
    };
    const APPLY = {
      AuthorityAccredited: () => this.accredit(fact, null, refuse),
      PartyAccredited: () => this.accredit(fact, fact.accreditor, refuse),
      AccreditationEnded: () => {
        known();
        this.parties.get(fact.party).endedBlock ??= fact.block;
      },
      RoleGranted: () => {
        this.roles.push({ ...fact, revokedBlock: null });
      },
      RoleRevoked: () => {
        for (const grant of this.roles) if (sameRole(grant, fact)) grant.revokedBlock ??= fact.block;
      },
      KeyAdded: () => bind(fact.key, fact.custodian),
      KeyRotated: () => {
        const old = keyOf(fact.oldKey);
        refuse(!old.replaced, "a key that is not replaced yet");
        old.replaced = true;
        old.until.push({ block: fact.block, time: fact.oldKeyValidUntil });
        bind(fact.newKey, fact.custodian);
      },
      KeyCompromised: () => {
        const key = keyOf(fact.key);
        refuse(!key.compromised, "a key that is not declared compromised yet");
        key.compromised = fact;
        key.until.push({ block: fact.block });
      },
      KeyRevoked: () => keyOf(fact.key).until.push({ block: fact.block }),
      RecoveryBegun: () => {
        for (const key of this.keys.values()) if (key.party === fact.party) key.until.push({ block: fact.block });
      },
      RecoveryCompleted: () => bind(fact.newKey, ZERO),
      PrefixClaimed: () => this.claim(fact),
      PrefixReleased: () => this.claim(fact),
    };
    APPLY[fact.fact]?.();
  }

  accredit({ party, name, block }, accreditor, refuse) {
    refuse(!this.parties.has(party), "a party that is not accredited yet");
    refuse(accreditor === null || this.parties.has(accreditor), "an accreditor that is known");
    this.parties.set(party, { party, name, accreditor, from: block, endedBlock: null });
  }

  /** A prefix has one holder: whoever claimed it first, until it is released. */
  claim(fact) {
    const { digits, length } = fact;
    let prefix = this.prefixes.find((one) => one.digits === digits && one.length === length);
    if (prefix === undefined) this.prefixes.push((prefix = { digits, length, claims: [] }));
    const held = prefix.claims.find(({ releasedBlock }) => releasedBlock === null);
    if (fact.fact === "PrefixReleased" && held !== undefined) held.releasedBlock = fact.block;
    if (fact.fact === "PrefixClaimed" && held === undefined) prefix.claims.push({ ...fact, releasedBlock: null });
  }

  /** Return the name of a party; its id where it is not known. */
  nameOf(id) {
    return this.parties.get(id)?.name ?? id;
  }

  /** Return the party if it is accredited at `block`, and so is the chain of its accreditation; else null. */
  standing(id, block) {
    const party = this.parties.get(id);
    for (let link = party; link !== undefined; link = this.parties.get(link.accreditor)) {
      if (link.from > block || (link.endedBlock ?? Infinity) <= block) return null;
    }
    return party ?? null;
  }

  /** Return the key if it belongs to the party and is good at that head; else null. */
  goodKey(address, party, { block, time }) {
    const key = this.keys.get(address);
    if (key === undefined || key.party !== party || key.from > block) return null;
    return key.until.some((end) => end.block <= block && (end.time ?? 0) <= time) ? null : key;
  }

  holdsRole(statement, { block, time }) {
    return this.roles.some(
      (grant) =>
        sameRole(grant, statement) &&
        grant.block <= block &&
        grant.validFrom <= time &&
        time < grant.validUntil &&
        (grant.revokedBlock ?? Infinity) > block,
    );
  }

  /** Return the claim that holds the number of 13 digits at `block`, of several the prefix first claimed, if it is another party's. */
  foreignClaim(number, party, block) {
    const stands = (claim) => claim.block <= block && (claim.releasedBlock ?? Infinity) > block;
    const standing = this.prefixes
      .filter(({ digits, length }) => Number(number.slice(0, length)) === digits)
      .flatMap(({ claims }) => claims.filter(stands));
    return standing.length === 0 || standing[0].party === party ? undefined : standing[0];
  }
}

const sameRole = (a, b) => a.party === b.party && a.role === b.role && a.jurisdiction === b.jurisdiction;
