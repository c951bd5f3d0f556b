// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Statements} from "../../../contracts/libraries/Statements.sol";
import {Statement} from "../../../contracts/types/Statement.sol";
import {StatementsHarness} from "../helpers/StatementsHarness.sol";
import {Suite} from "../helpers/Vm.sol";

/// @notice The expected values were made by eth-account 0.14 (encode_typed_data, sign_message) and Python's hashlib.
contract StatementsTest is Suite {
    bytes32 private constant SEPARATOR = 0x8822bebefb43db7a3ade329e94ed3195857ccafef768d867c1139c809f9b1626;
    bytes32 private constant STRUCT_HASH = 0xa500523a23f06e28f2ec27ca5c0394d0b84b44f99aee18653e5d3be00792296d;
    bytes32 private constant DIGEST = 0xc10c6f2804958a039b7877bb43d437708cf10ceaa69f1817773076fb3249ae40;
    address private constant SIGNER = 0xC171033d5CBFf7175f29dfD3A63dDa3d6F8F385E;
    bytes private constant SIGNATURE =
        hex"8733a993d48c820cf106d866b6055f8ab3879af023fce3d0e250b849c60ae8db7302cdc9db3bd8c64e9d2a745c0c6e5987ca99ad243fe64a093d7c4f7e07d8411b";

    StatementsHarness private _statements = new StatementsHarness();

    function test_ADomainIsSeparatedAsByEthAccount() external pure {
        vm.assertEq(Statements.domainSeparator(31337, address(0xaA)), SEPARATOR, "domain");
    }

    function test_AnotherChainOrRegistryIsAnotherDomain() external pure {
        vm.assertTrue(Statements.domainSeparator(31338, address(0xaA)) != SEPARATOR, "chain");
        vm.assertTrue(Statements.domainSeparator(31337, address(0xaB)) != SEPARATOR, "registry");
    }

    function test_AStatementHashesAsByEthAccount() external view {
        bytes32 structHash = _statements.hash(_statement());
        vm.assertEq(structHash, STRUCT_HASH, "struct hash");
        vm.assertEq(Statements.digest(SEPARATOR, structHash), DIGEST, "signing digest");
        vm.assertEq(_statements.recover(DIGEST, SIGNATURE), SIGNER, "signer");
    }

    function test_EveryMemberOfAStatementCounts() external view {
        Statement[10] memory changed;
        for (uint256 i = 0; i < 10; ++i) changed[i] = _statement();
        changed[0].act = "declare error";
        changed[1].party = ~changed[1].party;
        changed[2].role = "seller";
        changed[3].jurisdiction = "NL";
        changed[4].eventDigest = ~changed[4].eventDigest;
        changed[5].logId = ~changed[5].logId;
        changed[6].subject = 0;
        changed[7].previous = 0;
        changed[8].terms = 0;
        changed[9].signedAt += 1;
        for (uint256 i = 0; i < 10; ++i) {
            vm.assertTrue(_statements.hash(changed[i]) != STRUCT_HASH, vm.toString(i));
        }
    }

    function test_AKeyBindingHashesAsByEthAccount() external pure {
        vm.assertEq(
            Statements.hashKeyBinding(_filled(0x01), SIGNER, _filled(0x08)),
            0x5d9b00a681bb54f7be74951dd701887afcff229f6ce526e4a116b5b0c974524e,
            "key binding"
        );
    }

    function test_RecordsAreThoseOfTheSpecification() external view {
        vm.assertEq(
            _statements.record(DIGEST, SIGNATURE),
            0xb4371adbba08d04e7de5e0a5313a5ae586babc1609ab78df35d2748864aa71e2,
            "statement"
        );
        vm.assertEq(
            Statements.predecessorRecord(_filled(0x03), 1000, _filled(0x07)),
            0xde76d587c60bee4dfeddc7e75e9c60bf67ee5a6fe19b61b60794ed3a9e990ffe,
            "predecessor"
        );
    }

    function _statement() private pure returns (Statement memory) {
        return
            Statement({
                act: "record event",
                party: _filled(0x01),
                role: "manufacturer",
                jurisdiction: "CN",
                eventDigest: _filled(0x02),
                logId: _filled(0x03),
                subject: _filled(0x04),
                previous: _filled(0x05),
                terms: _filled(0x06),
                signedAt: 1700000000
            });
    }

    function _filled(uint256 octet) private pure returns (bytes32) {
        return bytes32(octet * (type(uint256).max / 255));
    }
}
