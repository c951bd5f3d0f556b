// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {PartyRegistry} from "../../contracts/PartyRegistry.sol";
import {Key} from "../../contracts/types/Key.sol";
import {RoleGrant} from "../../contracts/types/Roles.sol";
import {PartyRegistryFixture} from "./helpers/PartyRegistryFixture.sol";
import {RegistryMirror} from "./helpers/RegistryMirror.sol";
import {Suite, Vm} from "./helpers/Vm.sol";

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

    modifier followed(uint256 wait) {
        vm.warp(block.timestamp + (wait % 1 days));
        uint256 asked = block.timestamp - 1;
        bytes32 past = _factsAt(asked);
        vm.recordLogs();
        _;
        _follow();
        if (_factsAt(asked) != past) rewroteThePast = true;
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
        Key memory old = _registry.getKey(accounts[oldKey % accounts.length]);
        uint256 next = keys[newKey % keys.length];
        bytes memory possession = _possession(old.party, next, old.custodian);
        address coldKey = mirror.coldKeyOf(old.party);
        vm.prank(byColdKey ? coldKey : accounts[oldKey % accounts.length]);
        try _registry.rotateKey(accounts[oldKey % accounts.length], _key(next), possession) {} catch {}
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
        _theEventsAloneRebuildTheRegistry();
        _theEventsAloneSayWhoIsEntitled();
        _noTwoActiveClaimsOverlap();
        _theListOfClaimsIsSortedAndComplete();
        _aKeyNeverServesTwoParties();
        _aCustodialKeyNeverSpeaksForAPublicRole();
        _nothingWrittenActsBeforeItsOwnBlock();
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

    function _aKeyNeverServesTwoParties() private view {
        vm.assertFalse(_actors.servedTwoParties(), "two parties");
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

    function _nothingWrittenActsBeforeItsOwnBlock() private view {
        vm.assertFalse(_actors.rewroteThePast(), "the past");
    }
}
