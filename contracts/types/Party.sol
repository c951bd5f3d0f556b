// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice A party: who accredited it, for where, and by which cold key it governs itself.
/// @dev Slot 0: cold key, jurisdiction. Slot 1: accreditor. Slot 2: number, epoch, times and what custodial keys need to
/// know, read together by every check; times are good beyond the year 36,000. Slots 3 and 4: two handovers that are
/// usually empty.
/// @param coldKey The account that governs keys; zero for a party that does not exist.
/// @param jurisdiction Where it is accredited.
/// @param accreditor The authority that accredited it; zero when the root authority did, which makes it an authority.
/// @param number A short name that ledgers keep in the place of its id: 1 for the first party, and on from there.
/// @param epoch How often its keys were ended by a recovery; a key serves in the epoch it was bound in.
/// @param accreditedAt Time of the block of its accreditation.
/// @param endedAt Time of the block from which on it no longer stands; zero while it stands.
/// @param custodialUntil Time at which the last custodial key in rotation ends.
/// @param custodialKeys How many custodial keys serve without an end.
/// @param publicRoles How many public roles were granted to it and not revoked.
/// @param proposedColdKey The account that may take over as cold key; zero when none may.
/// @param recoveryKey The key that awaits its proof of possession in a recovery; zero when none does.
struct Party {
    address coldKey;
    bytes2 jurisdiction;
    bytes32 accreditor;
    uint32 number;
    uint32 epoch;
    uint40 accreditedAt;
    uint40 endedAt;
    uint40 custodialUntil;
    uint32 custodialKeys;
    uint32 publicRoles;
    address proposedColdKey;
    address recoveryKey;
}
