// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Statements} from "../../../contracts/libraries/Statements.sol";
import {PartyRegistry} from "../../../contracts/PartyRegistry.sol";
import {Suite} from "./Vm.sol";

/// @notice A registry with a root authority, the authorities of CN and NL, and two parties of CN.
abstract contract PartyRegistryFixture is Suite {
    uint64 internal constant START = 1_700_000_000;
    uint64 internal constant OVERLAP = 2 days;
    uint64 internal constant FOREVER = type(uint64).max;
    bytes2 internal constant CN = "CN";
    bytes2 internal constant NL = "NL";

    bytes32 internal constant CN_AUTHORITY = "authority of CN";
    bytes32 internal constant NL_AUTHORITY = "authority of NL";
    bytes32 internal constant MAKER = "maker";
    bytes32 internal constant PLATFORM = "platform";
    bytes32 internal constant NOBODY = "nobody";

    address internal constant ROOT = address(0x1001);
    address internal constant CN_COLD = address(0x1002);
    address internal constant NL_COLD = address(0x1003);
    address internal constant MAKER_COLD = address(0x1004);
    address internal constant PLATFORM_COLD = address(0x1005);
    address internal constant STRANGER = address(0x1006);

    /// @dev Private keys of signing keys; `_key` gives the account.
    uint256 internal constant FIRST = 0xA1;
    uint256 internal constant SECOND = 0xA2;
    uint256 internal constant THIRD = 0xA3;

    PartyRegistry internal _registry;

    function setUp() public virtual {
        vm.warp(START);
        _registry = new PartyRegistry(ROOT, OVERLAP);
        vm.prank(ROOT);
        _registry.accreditAuthority(CN_AUTHORITY, CN, CN_COLD, "General Administration");
        vm.prank(ROOT);
        _registry.accreditAuthority(NL_AUTHORITY, NL, NL_COLD, "Belastingdienst");
        vm.prank(CN_COLD);
        _registry.accreditParty(MAKER, CN, MAKER_COLD, "Maker Ltd");
        vm.prank(CN_COLD);
        _registry.accreditParty(PLATFORM, CN, PLATFORM_COLD, "Platform Ltd");
    }

    function _key(uint256 privateKey) internal pure returns (address) {
        return vm.addr(privateKey);
    }

    function _possession(bytes32 party, uint256 privateKey, bytes32 custodian) internal view returns (bytes memory) {
        bytes32 binding = Statements.hashKeyBinding(party, _key(privateKey), custodian);
        return _sign(privateKey, Statements.digest(_registry.domainSeparator(), binding));
    }

    function _sign(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    function _addKey(bytes32 party, address coldKey, uint256 privateKey, bytes32 custodian) internal {
        bytes memory possession = _possession(party, privateKey, custodian);
        vm.prank(coldKey);
        _registry.addKey(party, _key(privateKey), custodian, possession);
    }

    function _rotate(address sender, uint256 oldKey, uint256 newKey, bytes32 custodian) internal {
        bytes memory possession = _possession(MAKER, newKey, custodian);
        vm.prank(sender);
        _registry.rotateKey(_key(oldKey), _key(newKey), possession);
    }

    function _grant(bytes32 party, string memory role) internal {
        vm.prank(CN_COLD);
        _registry.grantRole(party, role, CN, 0, FOREVER);
    }

    function _isActive(uint256 privateKey) internal view returns (bool) {
        return _registry.isActive(_key(privateKey), uint64(block.timestamp));
    }

    function _isStanding(bytes32 party) internal view returns (bool) {
        return _registry.isStanding(party, uint64(block.timestamp));
    }
}
