// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Statements} from "../../contracts/libraries/Statements.sol";
import {Statement} from "../../contracts/types/Statement.sol";
import {RFC9162Harness} from "./helpers/RFC9162Harness.sol";
import {StatementsHarness} from "./helpers/StatementsHarness.sol";
import {Suite} from "./helpers/Vm.sol";

/// @notice The vectors that the Python code passes, passed here too. Cases that Solidity's types exclude (a hash that is
/// not 32 bytes, a size beyond 64 bits) and those of an empty tree, which the library takes no proof of, are left out.
contract VectorsTest is Suite {
    RFC9162Harness private _rfc = new RFC9162Harness();
    StatementsHarness private _statements = new StatementsHarness();
    string private _json;

    function test_InclusionProofs() external {
        _json = vm.readFile("tests/vectors/merkle.json");
        uint256 tried = 0;
        for (uint256 i = 0; _has(".inclusion", i); ++i) {
            string memory path = _path(".inclusion", i);
            (bool typed, bytes32[] memory proof) = _proof(path);
            if (!typed || !_isHash(path, ".leafHash") || !_isHash(path, ".rootHash")) continue;
            if (!_isUint64(path, ".leafIndex") || !_isUint64(path, ".treeSize")) continue;
            ++tried;
            try
                _rfc.verifyInclusion(
                    _uint64(path, ".leafIndex"),
                    _uint64(path, ".treeSize"),
                    _bytes32(path, ".leafHash"),
                    proof,
                    _bytes32(path, ".rootHash")
                )
            returns (bool verified) {
                _requireVerdict(path, verified ? "valid" : "root");
            } catch {
                _requireVerdict(path, "proof");
            }
        }
        vm.assertTrue(tried > 60, "cases");
    }

    function test_ConsistencyProofs() external {
        _json = vm.readFile("tests/vectors/merkle.json");
        uint256 tried = 0;
        for (uint256 i = 0; _has(".consistency", i); ++i) {
            string memory path = _path(".consistency", i);
            (bool typed, bytes32[] memory proof) = _proof(path);
            if (!typed || !_isHash(path, ".root1") || !_isHash(path, ".root2")) continue;
            if (!_isUint64(path, ".size1") || !_isUint64(path, ".size2") || _uint64(path, ".size1") == 0) continue;
            ++tried;
            try
                _rfc.verifyConsistency(
                    _uint64(path, ".size1"),
                    _uint64(path, ".size2"),
                    proof,
                    _bytes32(path, ".root1"),
                    _bytes32(path, ".root2")
                )
            returns (bool verified) {
                _requireVerdict(path, verified ? "valid" : "root");
            } catch {
                _requireVerdict(path, "proof");
            }
        }
        vm.assertTrue(tried > 40, "cases");
    }

    function test_SignedStatements() external {
        _json = vm.readFile("tests/vectors/statement.json");
        for (uint256 i = 0; _has(".statements", i); ++i) {
            string memory path = _path(".statements", i);
            bytes32 separator = Statements.domainSeparator(
                vm.parseJsonUint(_json, string.concat(path, ".domain.chainId")),
                vm.parseJsonAddress(_json, string.concat(path, ".domain.verifyingContract"))
            );
            bytes32 digest = Statements.digest(separator, _statements.hash(_statement(path)));
            vm.assertEq(digest, _bytes32(path, ".eip712Hash"), "EIP-712 hash");
            address signer = _statements.recover(digest, _bytes(path, ".signature"));
            vm.assertEq(signer, vm.parseJsonAddress(_json, string.concat(path, ".signer")), "signer");
        }
        vm.assertTrue(_has(".statements", 8), "cases");
    }

    function test_SignaturesThatAreRefused() external {
        _json = vm.readFile("tests/vectors/statement.json");
        for (uint256 i = 0; _has(".badSignatures", i); ++i) {
            string memory path = _path(".badSignatures", i);
            try _statements.recover(_bytes32(path, ".digest"), _bytes(path, ".signature")) {
                vm.assertTrue(false, path);
            } catch {}
        }
        address signer = vm.parseJsonAddress(_json, ".signer");
        for (uint256 i = 0; _has(".otherSigners", i); ++i) {
            string memory path = _path(".otherSigners", i);
            address other = _statements.recover(_bytes32(path, ".digest"), _bytes(path, ".signature"));
            vm.assertTrue(other != signer, path);
        }
        vm.assertTrue(_has(".badSignatures", 12) && _has(".otherSigners", 1), "cases");
    }

    function test_Records() external {
        _json = vm.readFile("tests/vectors/record.json");
        for (uint256 i = 0; _has(".statements", i); ++i) {
            string memory path = _path(".statements", i);
            bytes32 record = _statements.record(_bytes32(path, ".eip712Hash"), _bytes(path, ".signature"));
            _requireBase64(path, record);
        }
        for (uint256 i = 0; _has(".predecessors", i); ++i) {
            string memory path = _path(".predecessors", i);
            bytes32 root = _fromBase64(vm.parseJsonString(_json, string.concat(path, ".rootHash")));
            bytes32 logId = _bytes32(path, ".logId");
            _requireBase64(path, Statements.predecessorRecord(logId, _uint64(path, ".treeSize"), root));
        }
        vm.assertTrue(_has(".statements", 2) && _has(".predecessors", 3), "cases");
    }

    function test_LogIds() external {
        _json = vm.readFile("tests/vectors/record.json");
        for (uint256 i = 0; _has(".logIds", i); ++i) {
            string memory path = _path(".logIds", i);
            bytes32 logId = keccak256(
                abi.encode(
                    vm.parseJsonUint(_json, string.concat(path, ".chainId")),
                    vm.parseJsonAddress(_json, string.concat(path, ".registry")),
                    vm.parseJsonAddress(_json, string.concat(path, ".owner")),
                    vm.parseJsonString(_json, string.concat(path, ".origin")),
                    _bytes32(path, ".logKey")
                )
            );
            vm.assertEq(logId, _bytes32(path, ".logId"), path);
        }
        vm.assertTrue(_has(".logIds", 9), "cases");
    }

    function _statement(string memory path) private view returns (Statement memory) {
        path = string.concat(path, ".typedData.message");
        return
            Statement({
                act: vm.parseJsonString(_json, string.concat(path, ".act")),
                party: _bytes32(path, ".party"),
                role: vm.parseJsonString(_json, string.concat(path, ".role")),
                jurisdiction: vm.parseJsonString(_json, string.concat(path, ".jurisdiction")),
                eventDigest: _bytes32(path, ".eventDigest"),
                logId: _bytes32(path, ".logId"),
                subject: _bytes32(path, ".subject"),
                previous: _bytes32(path, ".previous"),
                terms: _bytes32(path, ".terms"),
                signedAt: _uint64(path, ".signedAt")
            });
    }

    function _requireVerdict(string memory path, string memory verdict) private view {
        vm.assertEq(
            verdict,
            vm.parseJsonString(_json, string.concat(path, ".verdict")),
            vm.parseJsonString(_json, string.concat(path, ".name"))
        );
    }

    function _requireBase64(string memory path, bytes32 record) private view {
        string memory expected = vm.parseJsonString(_json, string.concat(path, ".record"));
        vm.assertEq(vm.toBase64(abi.encodePacked(record)), expected, path);
    }

    function _has(string memory list, uint256 index) private view returns (bool) {
        return vm.keyExistsJson(_json, _path(list, index));
    }

    function _path(string memory list, uint256 index) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]");
    }

    function _proof(string memory path) private view returns (bool typed, bytes32[] memory proof) {
        bytes[] memory hashes = vm.parseJsonBytesArray(_json, string.concat(path, ".proof"));
        proof = new bytes32[](hashes.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            if (hashes[i].length != 32) return (false, proof);
            proof[i] = bytes32(hashes[i]);
        }
        return (true, proof);
    }

    function _isHash(string memory path, string memory member) private view returns (bool) {
        return _bytes(path, member).length == 32;
    }

    function _isUint64(string memory path, string memory member) private view returns (bool) {
        bytes memory decimal = bytes(vm.parseJsonString(_json, string.concat(path, member)));
        return decimal[0] != "-" && vm.parseJsonUint(_json, string.concat(path, member)) <= type(uint64).max;
    }

    function _uint64(string memory path, string memory member) private view returns (uint64) {
        return uint64(vm.parseJsonUint(_json, string.concat(path, member)));
    }

    function _bytes32(string memory path, string memory member) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, string.concat(path, member));
    }

    function _bytes(string memory path, string memory member) private view returns (bytes memory) {
        return vm.parseJsonBytes(_json, string.concat(path, member));
    }

    /// @dev RFC 4648 §4, 43 letters and one pad for 32 bytes: the last letter carries two bits too many.
    function _fromBase64(string memory text) private pure returns (bytes32) {
        uint256 bits = 0;
        for (uint256 i = 0; i < 42; ++i) bits = (bits << 6) | _sextet(bytes(text)[i]);
        return bytes32((bits << 4) | (_sextet(bytes(text)[42]) >> 2));
    }

    function _sextet(bytes1 letter) private pure returns (uint8) {
        if (letter >= "a") return uint8(letter) - 97 + 26;
        if (letter >= "A") return uint8(letter) - 65;
        if (letter >= "0") return uint8(letter) - 48 + 52;
        return letter == "+" ? 62 : 63;
    }
}
