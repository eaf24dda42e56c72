// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPause} from "../../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./LicenceSteps.sol";

/// @notice Twins of licences, kept by the rules as the interface words them, and how licences and money
/// must compare with them. Kinds are found by place: three of the model, then three of its child.
abstract contract LicenceTwins is LicenceSteps {
    struct Twin {
        uint256 place;
        address holder;
        address token;
        uint128 paid;
        uint64 until;
        uint64 expires;
        uint64 quota;
        uint64 reserved;
        uint32 version;
        uint32 channels;
        bool transferable;
        bool waiting;
        bool burnt;
        uint256 returned;
    }

    Twin[] internal _twins;
    uint64 internal _child;
    address[] internal _people;
    mapping(uint256 place => mapping(uint32 version => ILicenceToken.Kind)) internal _kinds;
    mapping(uint256 place => uint32) internal _versions;
    mapping(uint256 place => mapping(address token => uint128)) internal _prices;

    /// @notice Sums that this contract expects to find in the splitter.
    mapping(address token => uint256) public waiting;
    mapping(address token => uint256) public returned;
    mapping(uint64 model => mapping(address token => uint256)) public income;

    // What must hold

    function checkLicences() external view {
        uint256 held;
        for (uint256 i; i < _twins.length; ++i) {
            Twin storage twin = _twins[i];
            if (twin.burnt) {
                isFalse(licences.isValidAt(i + 1, 0), "burnt");
                continue;
            }
            ++held;
            ILicenceToken.Licence memory got = licences.licenceOf(i + 1);
            eq(got.model, _modelAt(twin.place), "model");
            eq(got.kind, _kindAt(twin.place), "kind");
            eq(got.version, twin.version, "version");
            eq(got.expires, twin.expires, "expires");
            eq(got.quota, twin.quota, "quota");
            eq(licences.channelsOf(i + 1), twin.channels, "channels");
            eq(nft().ownerOf(i + 1), twin.holder, "holder");
        }
        eq(licences.licenceCount(), _twins.length, "count");
        uint256 balances;
        for (uint256 i; i < 3; ++i) {
            balances += nft().balanceOf(_people[i]);
        }
        eq(balances, held, "balances");
    }

    /// @notice Validity as the clock and the twins tell it, now and at the edge of each licence.
    function checkValidity() external view {
        uint64 time = uint64(block.timestamp);
        for (uint256 i; i < _twins.length; ++i) {
            Twin storage twin = _twins[i];
            isTrue(licences.isValidAt(i + 1, time) == (!twin.burnt && time <= twin.expires), "now");
            if (twin.burnt || twin.expires == FOREVER) continue;
            isTrue(licences.isValidAt(i + 1, twin.expires), "last second");
            isFalse(licences.isValidAt(i + 1, twin.expires + 1), "after");
        }
    }

    function checkRefunds() external view {
        for (uint256 i; i < _twins.length; ++i) {
            Twin storage twin = _twins[i];
            atMost(twin.returned, twin.paid, "returned");
            ILicenceToken.Escrow memory escrow = licences.escrowOf(i + 1);
            eq(escrow.amount, twin.waiting ? twin.paid : 0, "amount");
            eq(escrow.until, twin.waiting ? twin.until : 0, "until");
            eq(escrow.token, twin.waiting ? twin.token : address(0), "token");
        }
    }

    function checkMoney() external view {
        for (uint256 i; i < 2; ++i) {
            address token = _token(i == 1);
            eq(escrowed(token), waiting[token], "waiting");
            eq(splitter.potOf(model, token).gross, income[model][token], "income");
            eq(splitter.potOf(_child, token).gross, income[_child][token], "child's income");
            uint256 credit;
            for (uint256 j; j < 3; ++j) {
                credit += splitter.creditOf(_people[j], token);
            }
            eq(credit, returned[token], "returned");
        }
        eq(address(licences).balance + dollar.balanceOf(address(licences)), 0, "holds nothing");
    }

    // Twins

    function _addTwin(uint256 place, address holder, address token, uint128 price) internal {
        ILicenceToken.Kind storage kind = _kinds[place][_versions[place]];
        Twin storage twin = _twins.push();
        (twin.place, twin.holder, twin.token, twin.paid) = (place, holder, token, price);
        twin.expires = kind.duration == 0 ? FOREVER : uint64(block.timestamp) + kind.duration;
        twin.quota = kind.quota == 0 ? UNLIMITED : kind.quota;
        twin.version = _versions[place];
        twin.transferable = kind.transferable;
        if (kind.refundWindow == 0) {
            income[_modelAt(place)][token] += price;
            return;
        }
        twin.waiting = true;
        twin.until = uint64(block.timestamp) + kind.refundWindow;
        waiting[token] += price;
    }

    function _renewTwin(Twin storage twin, address token, uint128 price) internal {
        ILicenceToken.Kind storage kind = _kinds[twin.place][_versions[twin.place]];
        uint64 start = block.timestamp > twin.expires ? uint64(block.timestamp) : twin.expires;
        twin.expires = kind.duration == 0 ? FOREVER : start + kind.duration;
        if (kind.quota == 0) twin.quota = UNLIMITED;
        else if (twin.quota != UNLIMITED) twin.quota += kind.quota;
        twin.version = _versions[twin.place];
        twin.transferable = kind.transferable;
        _releaseTwin(twin);
        income[_modelAt(twin.place)][token] += price;
    }

    function _releaseTwin(Twin storage twin) internal {
        if (!twin.waiting) return;
        twin.waiting = false;
        waiting[twin.token] -= twin.paid;
        income[_modelAt(twin.place)][twin.token] += twin.paid;
    }

    function _burnTwin(Twin storage twin) internal {
        twin.waiting = false;
        twin.burnt = true;
        twin.returned += twin.paid;
        waiting[twin.token] -= twin.paid;
        returned[twin.token] += twin.paid;
    }

    function _pick(uint256 which) internal view returns (uint256 id, Twin storage twin) {
        uint256 i = which % _twins.length;
        return (i + 1, _twins[i]);
    }

    function _hashNow(uint256 id) internal view returns (bytes32) {
        ILicenceToken.Licence memory got = licences.licenceOf(id);
        return keccak256(abi.encode(licences.kindOf(got.model, got.kind, got.version)));
    }

    function _modelAt(uint256 place) internal view returns (uint64) {
        return place < 3 ? model : _child;
    }

    function _kindAt(uint256 place) internal pure returns (uint32) {
        return uint32(place % 3);
    }

    function _token(bool inDollars) internal view returns (address) {
        return inDollars ? address(dollar) : NATIVE;
    }

    function _moneyOf(address who, address token) internal view returns (uint256) {
        return token == NATIVE ? who.balance : dollar.balanceOf(who);
    }

    function _paused() internal view returns (bool) {
        return block.timestamp < IEntryPause(address(licences)).entryPausedUntil();
    }

    function _pausedError() internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            IEntryPause.EntryIsPaused.selector, IEntryPause(address(licences)).entryPausedUntil()
        );
    }

    function _expired(Twin storage twin) internal view returns (bool) {
        return block.timestamp > twin.expires;
    }

    function _returnable(Twin storage twin) internal view returns (bool) {
        return twin.waiting && block.timestamp < twin.until;
    }

    function _unknown(uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, id);
    }

    function _notHolder(uint256 id, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.NotLicenceHolder.selector, id, caller);
    }

    function _refundClosed(uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.RefundClosed.selector, id);
    }

    function _expiredError(uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.LicenceExpired.selector, id);
    }

    function _notTransferable(uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, id);
    }
}
