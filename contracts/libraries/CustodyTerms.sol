// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Accept, Goods, Inputs, Offer} from "../types/CustodyTerms.sol";

/// @title CustodyTerms
/// @notice Hashes the terms of the acts of custody (EIP-712 struct hashes; the domain is the statement's).
/// @dev Whether terms are lawful is left to the ledger.
library CustodyTerms {
    bytes32 internal constant OPEN_TYPEHASH = keccak256(
        "Open(bytes32 contents,uint64 quantity,string unit,bytes32 salt)"
    );

    bytes32 internal constant SPLIT_TYPEHASH = keccak256(
        "Split(bytes32 contents,uint64 quantity,string unit,bytes32[] parents,bytes32[] heads,uint64[] quantities,bytes32 salt)"
    );

    bytes32 internal constant MERGE_TYPEHASH = keccak256(
        "Merge(bytes32 contents,uint64 quantity,string unit,bytes32[] parents,bytes32[] heads,uint64[] quantities,bytes32 salt)"
    );

    bytes32 internal constant TRANSFORM_TYPEHASH = keccak256(
        "Transform(bytes32 contents,uint64 quantity,string unit,bytes32[] parents,bytes32[] heads,uint64[] quantities,uint64 yieldOutput,uint64 yieldInput,bytes32 salt)"
    );

    bytes32 internal constant OFFER_TYPEHASH = keccak256(
        "Offer(bytes32 to,bytes32 seals,bytes32 condition,bytes32 salt)"
    );

    bytes32 internal constant ACCEPT_TYPEHASH = keccak256("Accept(bytes32 seals,bytes32 condition,bytes32 salt)");

    /// @notice A unit is two or three of A-Z and 0-9.
    error NotAUnit(bytes3 unit);

    /// @notice Returns the hash of the terms of an opening.
    function hashOpen(Goods calldata goods, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(OPEN_TYPEHASH, goods.contents, goods.quantity, hashUnit(goods.unit), salt));
    }

    /// @notice Returns the hash of the terms of a split or a merge, whose type hash is `typeHash`.
    function hashDerivation(
        bytes32 typeHash,
        Goods calldata goods,
        Inputs calldata inputs,
        bytes32 salt
    ) internal pure returns (bytes32) {
        return keccak256(bytes.concat(_derivation(typeHash, goods, inputs), salt));
    }

    /// @notice Returns the hash of the terms of a transformation.
    function hashTransform(
        Goods calldata goods,
        Inputs calldata inputs,
        uint64 yieldOutput,
        uint64 yieldInput,
        bytes32 salt
    ) internal pure returns (bytes32) {
        bytes memory shared = _derivation(TRANSFORM_TYPEHASH, goods, inputs);
        return keccak256(bytes.concat(shared, abi.encode(yieldOutput, yieldInput, salt)));
    }

    /// @notice Returns the hash of the terms of an offer.
    function hash(Offer calldata offer) internal pure returns (bytes32) {
        return keccak256(abi.encode(OFFER_TYPEHASH, offer));
    }

    /// @notice Returns the hash of the terms of an acceptance.
    function hash(Accept calldata acceptance) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPT_TYPEHASH, acceptance));
    }

    /// @notice Returns the hash of a unit as EIP-712 has it of the text; refuses what is none.
    function hashUnit(bytes3 unit) internal pure returns (bytes32) {
        if (!_isCharacter(unit[0]) || !_isCharacter(unit[1])) revert NotAUnit(unit);
        if (unit[2] == 0) return keccak256(abi.encodePacked(bytes2(unit)));
        if (!_isCharacter(unit[2])) revert NotAUnit(unit);
        return keccak256(abi.encodePacked(unit));
    }

    /// @dev EIP-712 encodeData: an array goes in as the hash of its elements, one word each.
    function _derivation(
        bytes32 typeHash,
        Goods calldata goods,
        Inputs calldata inputs
    ) private pure returns (bytes memory) {
        return
            abi.encode(
                typeHash,
                goods.contents,
                goods.quantity,
                hashUnit(goods.unit),
                keccak256(abi.encodePacked(inputs.parents)),
                keccak256(abi.encodePacked(inputs.heads)),
                keccak256(abi.encodePacked(inputs.quantities))
            );
    }

    function _isCharacter(bytes1 character) private pure returns (bool) {
        return (character >= "A" && character <= "Z") || (character >= "0" && character <= "9");
    }
}
