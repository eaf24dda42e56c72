// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IEntryPause} from "../../src/interfaces/IEntryPause.sol";
import {IERC5643} from "../../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {LicenceTwins} from "./LicenceTwins.sol";

/// @notice Two models, the second a child of the first, each with three kinds that change all the time;
/// three people who buy, renew, return, pass on and use licences; a guardian who pauses. Every licence
/// has a twin kept here by the rules as the interface words them. A call that the rules refuse must fail
/// with the error they name; any other outcome reverts here, which fails the run.
contract LicenceHandler is LicenceTwins {
    uint256 public constant MOST = 12;
    uint256 private constant PLACES = 6;

    /// @notice How often each thing was done, and exits that were due and that worked.
    mapping(bytes32 what => uint256) public done;
    uint256 public exitsDue;
    uint256 public exitsMade;
    uint256 public exitsMadeWhilePaused;
    /// @notice Purchases and renewals that cost more than agreed, or came with other terms.
    uint256 public overcharged;
    uint256 public otherTerms;

    error WrongOutcome(bool ok, bytes result, bytes expected);

    constructor() {
        deployWithModel();
        _child = readyModel(owner, oneParent(model, 123_457));
        (address carol,) = person("carol");
        _people = [buyer, stranger, carol];
        for (uint256 place; place < PLACES; ++place) {
            _define(place, 1 + place * 9 days, place * 100, place * 2 days, place != 2);
            _setPrice(place, NATIVE, uint128(place * 1 ether + 7));
            _setPrice(place, address(dollar), uint128(place * 1e6));
        }
    }

    // What owners do

    function changeKind(uint256 place, uint64 duration, uint64 quota, uint32 window, bool passed)
        external
    {
        place %= PLACES;
        duration = duration % 5 == 0 ? 0 : uint64(bound(duration, 1, 60 days));
        window = uint32(bound(window, 0, duration == 0 || duration > 30 days ? 30 days : duration));
        _define(place, duration, quota % 4 == 0 ? 0 : quota % 500, window, passed);
        ++done["changeKind"];
    }

    function changePrice(uint256 place, bool inDollars, uint128 price) external {
        price = price % 5 == 0 ? 0 : uint128(bound(price, 1, inDollars ? 1_000e6 : 100 ether));
        _setPrice(place % PLACES, _token(inDollars), price);
        ++done["changePrice"];
    }

    // What people do

    /// @param slack how much more than the price the buyer agrees to
    /// @param spoil one in four purchases is made wrong
    function buy(uint256 who, uint256 place, bool inDollars, uint64 slack, uint256 spoil) external {
        place %= PLACES;
        address payer = _people[who % 3];
        address token = _token(inDollars);
        ILicenceToken.Order memory made = orderFor(_modelAt(place), _kindAt(place), payer, token);
        uint128 price = made.maxPrice;
        uint256 value = inDollars ? 0 : price;
        bytes memory refused;
        if (spoil % 12 == 0 && price != 0) {
            made.maxPrice = price - 1;
            refused = abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, price, price - 1);
        } else if (spoil % 12 == 1) {
            bytes32 actual = made.termsHash;
            made.termsHash = bytes32(spoil);
            refused = abi.encodeWithSelector(
                ILicenceToken.TermsMismatch.selector, bytes32(spoil), actual
            );
        } else if (spoil % 12 == 2) {
            refused = abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, value, value + 1);
            value += 1;
        } else {
            made.maxPrice += slack;
        }
        bytes memory call_ = abi.encodeCall(ILicenceToken.buy, (made));
        if (_paused()) refused = _pausedError();
        if (refused.length != 0) {
            _refused(payer, value, call_, refused);
            ++done["buy refused"];
            return;
        }
        if (_twins.length == MOST) return;
        uint256 before = _moneyOf(payer, token);
        _made(payer, value, call_);
        _checkPayment(before - _moneyOf(payer, token), price, made.maxPrice);
        _addTwin(place, payer, token, price);
        uint256 id = _twins.length;
        if (_hashNow(id) != made.termsHash) ++otherTerms;
        ++done["buy"];
    }

    function renew(uint256 which, bool inDollars, uint64 slack, uint256 spoil) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        address token = _token(inDollars);
        uint128 price = _prices[twin.place][token];
        bytes32 hash = hashOf(_kinds[twin.place][_versions[twin.place]]);
        uint256 value = inDollars ? 0 : price;
        uint128 most = price + slack;
        address payer = twin.holder;
        bytes memory refused;
        if (twin.burnt) {
            payer = buyer;
            refused = _unknown(id);
        } else if (spoil % 12 == 0 && price != 0) {
            most = price - 1;
            refused = abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, price, most);
        } else if (spoil % 12 == 1) {
            refused =
                abi.encodeWithSelector(ILicenceToken.TermsMismatch.selector, bytes32(spoil), hash);
            hash = bytes32(spoil);
        } else if (twin.expires == FOREVER) {
            refused = abi.encodeWithSelector(ILicenceToken.NotRenewable.selector, id);
        }
        bytes memory call_ = abi.encodeCall(ILicenceToken.renew, (id, token, most, hash));
        if (refused.length != 0) {
            _refused(payer, value, call_, refused);
            ++done["renew refused"];
            return;
        }
        uint256 before = _moneyOf(payer, token);
        _made(payer, value, call_);
        _checkPayment(before - _moneyOf(payer, token), price, most);
        if (_hashNow(id) != hash) ++otherTerms;
        _renewTwin(twin, token, price);
        ++done["renew"];
    }

    function giveBack(uint256 which, uint256 who) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        address caller = who % 4 == 0 ? _people[who % 3] : twin.holder;
        bytes memory call_ = abi.encodeCall(ILicenceToken.refund, (id));
        if (twin.burnt) return _refused(caller, 0, call_, _unknown(id));
        if (caller != twin.holder) return _refused(caller, 0, call_, _notHolder(id, caller));
        if (!_returnable(twin)) return _refused(caller, 0, call_, _refundClosed(id));
        if (_exits(caller, call_)) _burnTwin(twin);
        ++done["refund"];
    }

    function cancel(uint256 which, uint256 who) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        address caller = who % 4 == 0 ? _people[who % 3] : twin.holder;
        bytes memory call_ = abi.encodeCall(IERC5643.cancelSubscription, (id));
        if (twin.burnt) return _refused(caller, 0, call_, _unknown(id));
        if (caller != twin.holder) return _refused(caller, 0, call_, _notHolder(id, caller));
        if (_returnable(twin)) {
            if (_exits(caller, call_)) _burnTwin(twin);
            ++done["cancel as refund"];
            return;
        }
        if (_expired(twin)) return _refused(caller, 0, call_, _expiredError(id));
        if (twin.channels != 0) return _refused(caller, 0, call_, _notTransferable(id));
        _made(caller, 0, call_);
        twin.expires = uint64(block.timestamp);
        ++done["cancel"];
    }

    function release(uint256 which) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        bytes memory call_ = abi.encodeCall(ILicenceToken.releaseEscrow, (id));
        if (twin.burnt) return _refused(owner, 0, call_, _unknown(id));
        if (!twin.waiting) return _refused(owner, 0, call_, _refundClosed(id));
        if (block.timestamp < twin.until) {
            bytes memory open =
                abi.encodeWithSelector(ILicenceToken.RefundOpen.selector, id, twin.until);
            return _refused(owner, 0, call_, open);
        }
        if (_exits(owner, call_)) _releaseTwin(twin);
        ++done["release"];
    }

    function pass(uint256 which, uint256 to) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        address from = twin.burnt ? buyer : twin.holder;
        address receiver = _people[to % 3];
        bytes memory call_ = abi.encodeCall(IERC721.transferFrom, (from, receiver, id));
        if (twin.burnt) {
            bytes memory gone =
                abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, id);
            return _refused(from, 0, call_, gone);
        }
        if (_expired(twin)) return _refused(from, 0, call_, _expiredError(id));
        if (!twin.transferable || twin.channels != 0) {
            return _refused(from, 0, call_, _notTransferable(id));
        }
        if (_exits(from, call_)) twin.holder = receiver;
        ++done["pass"];
    }

    // What the channel does

    function lock(uint256 which, uint64 calls) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        calls %= 400;
        bytes memory call_ = abi.encodeCall(ILicenceToken.lock, (id, calls));
        if (twin.burnt) return _refused(address(channel), 0, call_, _unknown(id));
        if (_expired(twin)) return _refused(address(channel), 0, call_, _expiredError(id));
        uint64 need = calls == 0 ? twin.quota : calls;
        if (need > twin.quota || twin.quota == 0) {
            bytes memory exceeded = abi.encodeWithSelector(
                ILicenceToken.QuotaExceeded.selector, id, twin.quota, need == 0 ? 1 : need
            );
            return _refused(address(channel), 0, call_, exceeded);
        }
        _made(address(channel), 0, call_);
        ++twin.channels;
        if (twin.quota != UNLIMITED) {
            twin.quota -= need;
            twin.reserved += need;
        }
        _releaseTwin(twin);
        ++done["lock"];
    }

    function unlock(uint256 which, uint64 unused) external {
        if (_twins.length == 0) return;
        (uint256 id, Twin storage twin) = _pick(which);
        if (twin.channels == 0) return;
        unused = uint64(bound(unused, 0, twin.reserved));
        if (_exits(address(channel), abi.encodeCall(ILicenceToken.unlock, (id, unused)))) {
            --twin.channels;
            twin.reserved -= unused;
            if (twin.quota != UNLIMITED) twin.quota += unused;
        }
        ++done["unlock"];
    }

    // Time and the guardian

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 20 days));
        ++done["wait"];
    }

    function pause(uint64 duration) external {
        duration = uint64(bound(duration, 1, 7 days));
        vm.prank(guardian);
        (bool ok,) = address(licences).call(abi.encodeCall(IEntryPause.pauseEntry, (duration)));
        if (ok) ++done["pause"];
    }

    // Calls

    function _made(address caller, uint256 value, bytes memory call_) private {
        vm.prank(caller);
        (bool ok, bytes memory result) = address(licences).call{value: value}(call_);
        if (!ok) revert WrongOutcome(ok, result, "");
    }

    function _refused(address caller, uint256 value, bytes memory call_, bytes memory error_)
        private
    {
        vm.prank(caller);
        (bool ok, bytes memory result) = address(licences).call{value: value}(call_);
        if (ok || keccak256(result) != keccak256(error_)) revert WrongOutcome(ok, result, error_);
        ++done["refused"];
    }

    /// @dev An exit that is due. Whether it worked is counted rather than insisted on.
    function _exits(address caller, bytes memory call_) private returns (bool ok) {
        ++exitsDue;
        vm.prank(caller);
        (ok,) = address(licences).call(call_);
        if (!ok) return false;
        ++exitsMade;
        if (_paused()) ++exitsMadeWhilePaused;
    }

    function _checkPayment(uint256 charged, uint256 price, uint256 most) private {
        eq(charged, price, "charged");
        if (charged > most) ++overcharged;
    }

    function _define(
        uint256 place,
        uint256 duration,
        uint256 quota,
        uint256 window,
        bool transferable
    ) private {
        ILicenceToken.Kind memory kind = plainKind();
        kind.textHash = bytes32(place);
        kind.duration = uint64(duration);
        kind.quota = uint64(quota);
        kind.refundWindow = uint32(window);
        kind.transferable = transferable;
        if (kind.duration != 0 && kind.refundWindow > kind.duration) {
            kind.refundWindow = uint32(kind.duration);
        }
        vm.prank(owner);
        licences.setKind(_modelAt(place), _kindAt(place), kind);
        _kinds[place][++_versions[place]] = kind;
    }

    function _setPrice(uint256 place, address token, uint128 price) private {
        vm.prank(owner);
        licences.setPrice(_modelAt(place), _kindAt(place), token, price, true);
        _prices[place][token] = price;
    }
}
