// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {CheckpointRegistry} from "../../../contracts/CheckpointRegistry.sol";
import {CustodyLedger} from "../../../contracts/CustodyLedger.sol";
import {Statements} from "../../../contracts/libraries/Statements.sol";
import {Accept, Goods, Inputs, Offer} from "../../../contracts/types/CustodyTerms.sol";
import {Role} from "../../../contracts/types/Roles.sol";
import {SignedStatement} from "../../../contracts/types/SignedStatement.sol";
import {Statement} from "../../../contracts/types/Statement.sol";
import {PartyRegistryFixture} from "./PartyRegistryFixture.sol";

/// @notice A custody ledger, three parties of CN that may hold goods, and what they sign, put together as wallets do: from
/// the whole statement and the whole type strings, not from the ledger's own way.
abstract contract CustodyFixture is PartyRegistryFixture {
    bytes32 internal constant CARRIER = "carrier";
    bytes32 internal constant LOG_ID = "log";
    bytes3 internal constant KGM = "KGM";
    uint256 internal constant CARRIER_KEY = 0xB1;
    uint256 internal constant PLATFORM_KEY = 0xB2;

    CheckpointRegistry internal _checkpoints;
    CustodyLedger internal _ledger;
    uint256 internal _events;

    /// @dev A statement on its way to the ledger, and its EIP-712 hash.
    struct Said {
        SignedStatement signed;
        bytes32 subject;
        bytes32 head;
    }

    function setUp() public virtual override {
        super.setUp();
        vm.prank(CN_COLD);
        _registry.accreditParty(CARRIER, CN, address(0x1007), "Carrier Ltd");
        _addKey(MAKER, MAKER_COLD, FIRST, 0);
        _addKey(PLATFORM, PLATFORM_COLD, PLATFORM_KEY, 0);
        _addKey(CARRIER, address(0x1007), CARRIER_KEY, 0);
        _grant(MAKER, "manufacturer");
        _grant(PLATFORM, "warehouse");
        _grant(CARRIER, "carrier");
        _checkpoints = new CheckpointRegistry(1);
        _ledger = new CustodyLedger(_registry, _checkpoints);
    }

    function _roleOf(bytes32 party) internal pure returns (string memory) {
        if (party == MAKER) return "manufacturer";
        return party == PLATFORM ? "warehouse" : "carrier";
    }

    function _keyOf(bytes32 party) internal pure returns (uint256) {
        if (party == MAKER) return FIRST;
        return party == PLATFORM ? PLATFORM_KEY : CARRIER_KEY;
    }

    /// @dev An act that opens has no `previous`; its subject is the one that follows from the event.
    function _say(
        bytes32 party,
        string memory act,
        bytes32 subject,
        bytes32 previous,
        bytes32 terms
    ) internal returns (Said memory) {
        return _sayAs(party, _roleOf(party), _keyOf(party), act, subject, previous, terms);
    }

    function _sayAs(
        bytes32 party,
        string memory role,
        uint256 key,
        string memory act,
        bytes32 subject,
        bytes32 previous,
        bytes32 terms
    ) internal returns (Said memory said) {
        bytes32 eventDigest = keccak256(abi.encode("event", ++_events));
        said.subject = previous == 0 && subject == 0 ? _subject(party, eventDigest) : subject;
        Statement memory statement = Statement(
            act,
            party,
            role,
            "CN",
            eventDigest,
            LOG_ID,
            said.subject,
            previous,
            terms,
            uint64(block.timestamp)
        );
        said.head = Statements.digest(_registry.domainSeparator(), _structHash(statement));
        said.signed = SignedStatement(
            party,
            Role.wrap(keccak256(bytes(role))),
            CN,
            eventDigest,
            LOG_ID,
            statement.signedAt,
            _sign(key, said.head),
            ""
        );
    }

    /// @dev EIP-712 hashStruct, word by word.
    function _structHash(Statement memory statement) private pure returns (bytes32) {
        bytes memory first = abi.encode(
            keccak256(
                "Statement(string act,bytes32 party,string role,string jurisdiction,bytes32 eventDigest,bytes32 logId,bytes32 subject,bytes32 previous,bytes32 terms,uint64 signedAt)"
            ),
            keccak256(bytes(statement.act)),
            statement.party,
            keccak256(bytes(statement.role)),
            keccak256(bytes(statement.jurisdiction)),
            statement.eventDigest
        );
        bytes memory rest = abi.encode(
            statement.logId,
            statement.subject,
            statement.previous,
            statement.terms,
            uint256(statement.signedAt)
        );
        return keccak256(bytes.concat(first, rest));
    }

    function _subject(bytes32 party, bytes32 eventDigest) internal view returns (bytes32) {
        return keccak256(abi.encode(keccak256("tradeledger/subject/1"), address(_ledger), party, eventDigest));
    }

    function _goods(uint64 quantity, bytes3 unit) internal pure returns (Goods memory) {
        return Goods(keccak256("contents"), quantity, unit);
    }

    function _openTerms(Goods memory goods) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("Open(bytes32 contents,uint64 quantity,string unit,bytes32 salt)"),
                    goods.contents,
                    uint256(goods.quantity),
                    keccak256(_text(goods.unit)),
                    bytes32("salt")
                )
            );
    }

    function _inputTerms(
        string memory name,
        Goods memory goods,
        Inputs memory inputs,
        bytes memory yields
    ) internal pure returns (bytes32) {
        string memory yieldMembers = yields.length == 0 ? "" : "uint64 yieldOutput,uint64 yieldInput,";
        bytes memory typeString = abi.encodePacked(
            name,
            "(bytes32 contents,uint64 quantity,string unit,bytes32[] parents,bytes32[] heads,uint64[] quantities,",
            yieldMembers,
            "bytes32 salt)"
        );
        bytes memory goodsWords = abi.encode(
            keccak256(typeString),
            goods.contents,
            uint256(goods.quantity),
            keccak256(_text(goods.unit))
        );
        bytes memory inputWords = abi.encode(
            keccak256(abi.encodePacked(inputs.parents)),
            keccak256(abi.encodePacked(inputs.heads)),
            keccak256(abi.encodePacked(inputs.quantities))
        );
        return keccak256(bytes.concat(goodsWords, inputWords, yields, bytes32("salt")));
    }

    function _offerTerms(Offer memory offer) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Offer(bytes32 to,bytes32 seals,bytes32 condition,bytes32 salt)");
        return keccak256(abi.encode(typeHash, offer.to, offer.seals, offer.condition, offer.salt));
    }

    function _acceptTerms(Accept memory acceptance) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256("Accept(bytes32 seals,bytes32 condition,bytes32 salt)");
        return keccak256(abi.encode(typeHash, acceptance.seals, acceptance.condition, acceptance.salt));
    }

    function _offerTo(bytes32 to) internal pure returns (Offer memory) {
        return Offer(to, keccak256("seals"), keccak256("condition"), "salt");
    }

    function _acceptance() internal pure returns (Accept memory) {
        return Accept(keccak256("taker's seals"), keccak256("taker's condition"), "salt");
    }

    function _inputs(bytes32 parent, bytes32 head, uint64 quantity) internal pure returns (Inputs memory inputs) {
        inputs = Inputs(new bytes32[](1), new bytes32[](1), new uint64[](1));
        (inputs.parents[0], inputs.heads[0], inputs.quantities[0]) = (parent, head, quantity);
    }

    /// @dev Two parents in ascending order.
    function _inputs(
        Said memory one,
        uint64 fromOne,
        Said memory other,
        uint64 fromOther
    ) internal pure returns (Inputs memory inputs) {
        if (one.subject > other.subject) return _inputs(other, fromOther, one, fromOne);
        inputs = Inputs(new bytes32[](2), new bytes32[](2), new uint64[](2));
        (inputs.parents[0], inputs.heads[0], inputs.quantities[0]) = (one.subject, one.head, fromOne);
        (inputs.parents[1], inputs.heads[1], inputs.quantities[1]) = (other.subject, other.head, fromOther);
    }

    function _open(bytes32 party, uint64 quantity, bytes3 unit) internal returns (Said memory said) {
        Goods memory goods = _goods(quantity, unit);
        said = _say(party, "open consignment", 0, 0, _openTerms(goods));
        _ledger.open(said.signed, goods, "salt");
    }

    function _offer(bytes32 by, Said memory last, bytes32 to) internal returns (Said memory said) {
        said = _say(by, "offer handover", last.subject, last.head, _offerTerms(_offerTo(to)));
        _ledger.offer(last.subject, last.head, said.signed, _offerTo(to));
    }

    function _accept(bytes32 by, Said memory offered) internal returns (Said memory said) {
        said = _say(by, "accept handover", offered.subject, offered.head, _acceptTerms(_acceptance()));
        _ledger.accept(offered.subject, offered.head, said.signed, _acceptance());
    }

    function _text(bytes3 unit) private pure returns (bytes memory) {
        return unit[2] == 0 ? abi.encodePacked(bytes2(unit)) : abi.encodePacked(unit);
    }
}
