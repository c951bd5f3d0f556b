// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {PartyRegistry} from "../../contracts/PartyRegistry.sol";
import {Key} from "../../contracts/types/Key.sol";
import {RoleGrant} from "../../contracts/types/Roles.sol";
import {PartyRegistryFixture} from "./helpers/PartyRegistryFixture.sol";
import {RegistryMirror} from "./helpers/RegistryMirror.sol";
import {Suite, Vm} from "./helpers/Vm.sol";

/// What holds after any acts of anybody:
///  1. The events alone rebuild the registry: cold keys, standing, keys and their custodians.
///  2. The events alone say who is entitled to what.
///  3. No two active claims overlap: every number of a claim is its claimant's.
///  4. The list of claims ascends and holds each claim once.
///  5. A key never serves two parties.
///  6. A custodial key never speaks for an authority, nor for a party with a public role.
///  7. No act changes an earlier block's answer about standing and keys, nor turns its "no" about a role into "yes".
///  8. What has ended stays ended: a key that was revoked, compromised, run out or given up, and a party whose own or whose
///     accreditor's accreditation ended, is good in no later block.
///  9. Nobody acts for whom they do not govern: not a party's keys without its cold key (or its own key, where it goes),
///     not an accreditation, a claim or a compromise without its accreditor, not a role without its authority.

/// @notice Everyone the registry knows, doing anything to anyone; a mirror follows the events.
contract PartyRegistryActors is PartyRegistryFixture {
    RegistryMirror public mirror = new RegistryMirror();
    bytes32[] public parties = [CN_AUTHORITY, NL_AUTHORITY, MAKER, PLATFORM, bytes32("late"), bytes32("later")];
    uint256[] public keys = [FIRST, SECOND, THIRD, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC];
    address[] public accounts;
    string[] public roles = ["seller", "customs", "arbiter"];
    mapping(address key => bytes32 party) public firstPartyOf;
    bool public servedTwoParties;
    bool public rewroteThePast;
    bool public cameBack;
    bool public obeyedAStranger;
    Snapshot[] private _past;
    uint256 private _leaving;
    mapping(address key => bool) private _keyEnded;
    mapping(bytes32 party => bool) private _partyEnded;

    /// @dev What was said of a moment when it had just passed; `roles` has a bit for each grant held then.
    struct Snapshot {
        uint256 time;
        bytes32 facts;
        uint256 roles;
    }

    modifier followed(uint256 wait) {
        vm.warp(block.timestamp + (wait % 1 days));
        uint256 asked = block.timestamp - 1;
        _past.push(Snapshot(asked, _factsAt(asked), _rolesAt(asked)));
        vm.recordLogs();
        _;
        _follow();
        _compareWithThePast(wait % 2 == 0 ? _past.length - 1 : wait % _past.length);
    }

    constructor() {
        for (uint256 i = 0; i < keys.length; ++i) accounts.push(_key(keys[i]));
        vm.recordLogs();
        super.setUp();
        _follow();
    }

    /// @dev Built once, in the constructor; a caller cannot start over.
    function setUp() public override {}

    function registry() external view returns (PartyRegistry) {
        return _registry;
    }

    function root() external pure returns (address) {
        return ROOT;
    }

    function accredit(uint256 who, uint256 wait) external followed(wait) {
        bytes32 party = parties[who % parties.length];
        bytes2 jurisdiction = who % 2 == 0 ? CN : NL;
        vm.prank(jurisdiction == CN ? CN_COLD : NL_COLD);
        try _registry.accreditParty(party, jurisdiction, address(uint160(0x3000 + (who % 6))), "x") {} catch {}
    }

    function end(uint256 who, uint8 luck, uint256 wait) external followed(wait) {
        if (luck % 32 != 0) return;
        bytes32 party = parties[who % parties.length];
        vm.prank(_accreditorOf(party));
        try _registry.endAccreditation(party) {} catch {}
    }

    function grant(uint256 who, uint256 what, uint64 from, uint64 span, uint256 wait) external followed(wait) {
        bool inCn = what % 2 == 0;
        vm.prank(inCn ? CN_COLD : NL_COLD);
        uint64 validFrom = uint64(block.timestamp) - 1 days + (from % 2 days);
        try
            _registry.grantRole(
                parties[who % parties.length],
                roles[what % roles.length],
                inCn ? CN : NL,
                validFrom,
                validFrom + (span % 5 days)
            )
        {} catch {}
    }

    function revoke(uint256 who, uint256 what, uint256 wait) external followed(wait) {
        bool inCn = what % 2 == 0;
        vm.prank(inCn ? CN_COLD : NL_COLD);
        try _registry.revokeRole(parties[who % parties.length], roles[what % roles.length], inCn ? CN : NL) {} catch {}
    }

    function addKey(uint256 who, uint256 which, uint256 custody, uint256 wait) external followed(wait) {
        bytes32 party = parties[who % parties.length];
        uint256 key = keys[which % keys.length];
        bytes32 custodian = custody % 3 == 0 ? bytes32(0) : parties[custody % parties.length];
        bytes memory possession = _possession(party, key, custodian);
        address coldKey = mirror.coldKeyOf(party);
        vm.prank(coldKey);
        try _registry.addKey(party, _key(key), custodian, possession) {} catch {}
    }

    function rotate(uint256 oldKey, uint256 newKey, bool byColdKey, uint256 wait) external followed(wait) {
        // Often the key that was replaced last, which still runs for a while.
        uint256 which = newKey % 3 == 0 ? _leaving : oldKey % accounts.length;
        Key memory old = _registry.getKey(accounts[which]);
        uint256 next = keys[newKey % keys.length];
        bytes memory possession = _possession(old.party, next, old.custodian);
        address coldKey = mirror.coldKeyOf(old.party);
        vm.prank(byColdKey ? coldKey : accounts[which]);
        try _registry.rotateKey(accounts[which], _key(next), possession) {
            _leaving = which;
        } catch {}
    }

    function compromise(uint256 which, uint64 since, bool byAccreditor, uint256 wait) external followed(wait) {
        address key = accounts[which % accounts.length];
        bytes32 party = _registry.partyOf(key);
        address coldKey = mirror.coldKeyOf(party);
        vm.prank(byAccreditor ? _accreditorOf(party) : coldKey);
        try _registry.declareCompromise(key, since % uint64(block.timestamp)) {} catch {}
    }

    function revokeKey(uint256 which, uint256 wait) external followed(wait) {
        address key = accounts[which % accounts.length];
        address coldKey = mirror.coldKeyOf(_registry.partyOf(key));
        vm.prank(coldKey);
        try _registry.revokeKey(key) {} catch {}
    }

    function recover(uint256 who, uint256 which, uint256 step, uint256 wait) external followed(wait) {
        bytes32 party = parties[who % parties.length];
        uint256 key = keys[which % keys.length];
        bytes memory possession = _possession(party, key, 0);
        address coldKey = mirror.coldKeyOf(party);
        vm.prank(coldKey);
        if (step % 4 == 0) try _registry.cancelRecovery(party) {} catch {}
        else if (step % 4 == 1) try _registry.beginRecovery(party, _key(key)) {} catch {}
        else try _registry.completeRecovery(party, possession) {} catch {}
    }

    function claim(uint256 who, uint64 number, uint8 digits, uint256 hint, uint256 wait) external followed(wait) {
        bytes32 party = parties[who % parties.length];
        uint8 length = 4 + (digits % 3);
        // The range is small, so that claims meet.
        uint64 prefix = ((number % 300) * uint64(10 ** (length - 4))) / 100;
        uint64 before = _hint(prefix * uint64(10 ** (13 - length)), hint);
        vm.prank(_accreditorOf(party));
        try _registry.claimPrefix(party, prefix, length, before) {} catch {}
    }

    function release(uint256 which, uint256 hint, uint256 wait) external followed(wait) {
        RegistryMirror.MirrorClaim[] memory claims = mirror.claims();
        if (claims.length == 0) return;
        RegistryMirror.MirrorClaim memory it = claims[which % claims.length];
        uint8 length = _registry.getClaim(it.start).length;
        address coldKey = mirror.coldKeyOf(it.party);
        uint64 before = _hint(it.start, hint);
        vm.prank(coldKey);
        try _registry.releasePrefix(it.start / uint64(10 ** (13 - length)), length, before) {} catch {}
    }

    /// @dev Any act on `who` by somebody who does not govern it.
    function intrude(uint256 who, uint256 what, uint256 by, uint256 wait) external followed(wait) {
        bytes32 party = parties[who % parties.length];
        address sender = by % 2 == 0 ? STRANGER : mirror.coldKeyOf(parties[(by / 2) % parties.length]);
        bool isAuthority = sender == CN_COLD || sender == NL_COLD;
        if (sender == address(0) || sender == mirror.coldKeyOf(party) || isAuthority) return;
        bytes memory act = _act(party, what, sender);
        vm.prank(sender);
        (bool obeyed, ) = address(_registry).call(act);
        if (obeyed) obeyedAStranger = true;
    }

    function _act(bytes32 party, uint256 what, address sender) private view returns (bytes memory) {
        address key = accounts[what % accounts.length];
        uint256 spare = keys[(what / 7) % keys.length];
        string memory role = roles[what % roles.length];
        uint256 kind = what % 12;
        if (kind == 0) return abi.encodeCall(_registry.endAccreditation, (party));
        if (kind == 1) return abi.encodeCall(_registry.proposeColdKey, (party, sender));
        if (kind == 2) return abi.encodeCall(_registry.acceptColdKey, (party));
        if (kind == 3) return abi.encodeCall(_registry.proposeRootAuthority, (sender));
        if (kind == 4) return abi.encodeCall(_registry.acceptRootAuthority, ());
        if (kind == 5) return abi.encodeCall(_registry.accreditAuthority, (bytes32("other"), "DE", sender, "x"));
        if (kind == 6) return abi.encodeCall(_registry.accreditParty, (bytes32("other"), CN, sender, "x"));
        if (kind == 7) return abi.encodeCall(_registry.grantRole, (party, role, CN, 0, FOREVER));
        if (kind == 8) return abi.encodeCall(_registry.revokeRole, (party, role, NL));
        if (kind == 9) return abi.encodeCall(_registry.addKey, (party, _key(spare), 0, _possession(party, spare, 0)));
        if (kind == 10) return abi.encodeCall(_registry.beginRecovery, (party, _key(spare)));
        return _actOnAKey(key, spare, what / 12, sender);
    }

    /// @dev A key of a party that `sender` does not govern either, else an act that nobody may do.
    function _actOnAKey(address key, uint256 spare, uint256 what, address sender) private view returns (bytes memory) {
        bytes32 party = _registry.partyOf(key);
        bytes32 custodian = _registry.getKey(key).custodian;
        bool isGoverned = party == 0 || sender == mirror.coldKeyOf(party);
        if (isGoverned || what % 4 == 0) return abi.encodeCall(_registry.cancelRecovery, (CN_AUTHORITY));
        if (what % 4 == 1) return abi.encodeCall(_registry.revokeKey, (key));
        if (what % 4 == 2) return abi.encodeCall(_registry.declareCompromise, (key, 0));
        return abi.encodeCall(_registry.rotateKey, (key, _key(spare), _possession(party, spare, custodian)));
    }

    /// @dev Mostly the claim just before `start`, sometimes any.
    function _hint(uint64 start, uint256 luck) private view returns (uint64 hint) {
        RegistryMirror.MirrorClaim[] memory claims = mirror.claims();
        hint = 10 ** 13;
        if (luck % 4 == 0 && claims.length != 0) return claims[luck % claims.length].start;
        for (uint256 i = 0; i < claims.length; ++i) {
            bool isBefore = claims[i].start < start;
            if (isBefore && (hint == 10 ** 13 || claims[i].start > hint)) hint = claims[i].start;
        }
    }

    function _accreditorOf(bytes32 party) private view returns (address) {
        bytes32 accreditor = _registry.getParty(party).accreditor;
        if (accreditor == 0) return ROOT;
        return accreditor == CN_AUTHORITY ? CN_COLD : NL_COLD;
    }

    function _follow() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(_registry)) mirror.apply_(logs[i], block.timestamp);
        }
        for (uint256 i = 0; i < keys.length; ++i) {
            address key = accounts[i];
            bytes32 party = _registry.partyOf(key);
            if (firstPartyOf[key] == 0) firstPartyOf[key] = party;
            if (firstPartyOf[key] != party) servedTwoParties = true;
            bool isGood = _registry.isActive(key, uint64(block.timestamp));
            if (isGood && _keyEnded[key]) cameBack = true;
            if (party != 0 && !isGood) _keyEnded[key] = true;
        }
        for (uint256 i = 0; i < parties.length; ++i) {
            bool stands = _registry.isStanding(parties[i], uint64(block.timestamp));
            if (stands && _partyEnded[parties[i]]) cameBack = true;
            if (_registry.getParty(parties[i]).accreditedAt != 0 && !stands) _partyEnded[parties[i]] = true;
        }
    }

    function _compareWithThePast(uint256 which) private {
        Snapshot memory then = _past[which];
        if (_factsAt(then.time) != then.facts) rewroteThePast = true;
        if (_rolesAt(then.time) & ~then.roles != 0) rewroteThePast = true;
    }

    /// @dev A bit for each grant that the registry says was held at a moment that has passed.
    function _rolesAt(uint256 time) private view returns (uint256 held) {
        for (uint256 i = 0; i < parties.length * roles.length * 2; ++i) {
            bytes32 party = parties[i / (roles.length * 2)];
            RoleGrant memory it = _registry.getRoleGrant(party, roles[(i / 2) % roles.length], i % 2 == 0 ? CN : NL);
            if (it.validFrom <= time && time < it.validUntil) held |= 1 << i;
        }
    }

    /// @dev What the registry says of a moment that has passed: standing and keys, which no later block may change.
    function _factsAt(uint256 time) private view returns (bytes32 facts) {
        for (uint256 i = 0; i < parties.length; ++i) {
            facts = keccak256(abi.encode(facts, _registry.isStanding(parties[i], uint64(time))));
        }
        for (uint256 i = 0; i < keys.length; ++i) {
            facts = keccak256(abi.encode(facts, _registry.isActive(accounts[i], uint64(time))));
        }
    }
}

/// hardhat-config: invariant.runs = 16
/// hardhat-config: invariant.depth = 150
contract PartyRegistryInvariants is Suite {
    bytes2[2] private _jurisdictions = [bytes2("CN"), bytes2("NL")];
    PartyRegistryActors private _actors;
    RegistryMirror private _mirror;
    PartyRegistry private _registry;

    function setUp() external {
        _actors = new PartyRegistryActors();
        _mirror = _actors.mirror();
        _registry = _actors.registry();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_actors);
    }

    function invariant_ThePartyRegistryKeepsItsPromises() external view {
        _theEventsAloneRebuildTheRegistry(); // 1
        _theEventsAloneSayWhoIsEntitled(); // 2
        _noTwoActiveClaimsOverlap(); // 3
        _theListOfClaimsIsSortedAndComplete(); // 4
        vm.assertFalse(_actors.servedTwoParties(), "a key of two parties"); // 5
        _aCustodialKeyNeverSpeaksForAPublicRole(); // 6
        vm.assertFalse(_actors.rewroteThePast(), "the past was rewritten"); // 7
        vm.assertFalse(_actors.cameBack(), "something ended came back"); // 8
        vm.assertFalse(_actors.obeyedAStranger(), "a stranger was obeyed"); // 9
        vm.assertEq(_registry.rootAuthority(), _actors.root(), "the root authority"); // 9
    }

    function _theEventsAloneRebuildTheRegistry() private view {
        uint64 time = uint64(block.timestamp);
        for (uint256 i = 0; i < 6; ++i) {
            bytes32 party = _actors.parties(i);
            vm.assertEq(_registry.getParty(party).coldKey, _mirror.coldKeyOf(party), "cold key");
            vm.assertTrue(_registry.isStanding(party, time) == _mirror.stands(party, time), "standing");
        }
        for (uint256 i = 0; i < 12; ++i) {
            address key = _actors.accounts(i);
            vm.assertEq(_registry.getKey(key).custodian, _mirror.custodianOf(key), "custodian");
            vm.assertTrue(_registry.isActive(key, time) == _mirror.isGood(key, time), "key");
        }
    }

    function _theEventsAloneSayWhoIsEntitled() private view {
        for (uint256 j = 0; j < 6; ++j) {
            string memory role = _actors.roles(j % 3);
            bytes2 jurisdiction = _jurisdictions[j / 3];
            for (uint256 i = 0; i < 12; ++i) {
                address key = _actors.accounts(i);
                bytes32 party = _registry.partyOf(key);
                if (party == 0) continue;
                bool found = _registry.isEntitled(key, party, role, jurisdiction);
                bool expected = _mirror.isEntitled(key, party, role, jurisdiction, block.timestamp);
                vm.assertTrue(found == expected, "entitled");
            }
        }
    }

    function _noTwoActiveClaimsOverlap() private view {
        RegistryMirror.MirrorClaim[] memory claims = _mirror.claims();
        for (uint256 i = 0; i < claims.length; ++i) {
            vm.assertEq(_registry.claimant(claims[i].start, claims[i].start), claims[i].party, "first number");
            vm.assertEq(_registry.claimant(claims[i].end - 1, claims[i].start), claims[i].party, "last number");
            for (uint256 j = 0; j < i; ++j) {
                vm.assertTrue(claims[i].end <= claims[j].start || claims[j].end <= claims[i].start, "apart");
            }
        }
    }

    function _theListOfClaimsIsSortedAndComplete() private view {
        uint256 count = 0;
        uint64 end = 10 ** 13;
        for (uint64 start = _registry.getClaim(end).next; start != end; start = _registry.getClaim(start).next) {
            uint64 next = _registry.getClaim(start).next;
            vm.assertTrue(start < next, "ascending");
            ++count;
        }
        vm.assertEq(count, _mirror.claims().length, "every claim once");
    }

    function _aCustodialKeyNeverSpeaksForAPublicRole() private view {
        for (uint256 i = 0; i < 12; ++i) {
            address key = _actors.accounts(i);
            bytes32 party = _registry.partyOf(key);
            if (_registry.getKey(key).custodian == 0 || !_registry.isActive(key, uint64(block.timestamp))) continue;
            vm.assertTrue(_registry.getParty(party).accreditor != 0, "an authority");
            for (uint256 j = 0; j < 4; ++j) {
                string memory role = _actors.roles(1 + (j % 2));
                RoleGrant memory grant = _registry.getRoleGrant(party, role, _jurisdictions[j / 2]);
                vm.assertTrue(grant.validUntil == 0 || grant.revoked, role);
            }
        }
    }
}
