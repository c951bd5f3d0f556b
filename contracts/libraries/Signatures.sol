// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @title Signatures
/// @notice Recovers the signer of a digest from a signature of one canonical form.
/// @dev Exactly 65 bytes r ‖ s ‖ v, v 27 or 28, s in the lower half of the curve order, so that a digest has one
/// signature per nonce. Uniqueness still goes by the digest, never by the signature.
library Signatures {
    /// @notice The signature is not 65 bytes long.
    error SignatureLength(uint256 length);

    /// @notice The last byte is neither 27 nor 28.
    error SignatureV(uint8 v);

    /// @notice s stands in the upper half of the curve order (EIP-2).
    error SignatureS(bytes32 s);

    /// @notice No key can have made this signature.
    error SignatureUnrecoverable();

    /// @dev (n - 1) / 2 of secp256k1, SEC 2 §2.4.1.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Returns the address that signed `digest`, never zero.
    function recover(bytes32 digest, bytes calldata signature) internal pure returns (address signer) {
        if (signature.length != 65) revert SignatureLength(signature.length);
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        uint8 v = uint8(signature[64]);
        if (v != 27 && v != 28) revert SignatureV(v);
        if (uint256(s) > HALF_ORDER) revert SignatureS(s);

        signer = ecrecover(digest, v, r, s); // zero also when r or s is zero or out of range
        if (signer == address(0)) revert SignatureUnrecoverable();
    }
}
