// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IEntryPause} from "../../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {MarketBooks} from "./MarketBooks.sol";

/// @notice What people do in a whole market, under a guardian that pauses whenever it may. Entries must
/// fail with the pause and only then; exits are made in the open, so that one that fails fails the run.
contract MarketHandler is MarketBooks {
    // Entries

    function give(uint256 who, uint256 which, bool inDollars, uint256 amount) external {
        amount = bound(amount, 1, 1e9);
        address token = _token(inDollars);
        // A gift is income like any other and no entry that a guardian could stop.
        vm.prank(_person(who));
        splitter.give{value: inDollars ? 0 : amount}(models[which % 3], token, amount);
    }

    function buy(uint256 who, uint256 which, bool refundable, bool inDollars) external {
        if (_licences.length == MOST_LICENCES) return;
        uint64 model = models[which % 3];
        address token = _token(inDollars);
        address buyer = _person(who);
        ILicenceToken.Order memory order =
            orderFor(model, refundable ? REFUNDABLE : KIND, buyer, token);
        uint256 before = _balance(token, buyer);
        if (_entry(
                buyer,
                address(licences),
                inDollars ? 0 : PRICE,
                abi.encodeCall(ILicenceToken.buy, (order))
            )) {
            _licences.push(licences.licenceCount());
            // I12: exactly the price that the buyer agreed to.
            eq(before - _balance(token, buyer), order.maxPrice, "paid");
        }
    }

    function open(uint256 which, bool inDollars, uint256 amount) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || _isOpen(licence) || !_inForce(licence)) return;
        address holder = _holder(licence);
        if (holder == _host()) return;
        amount = bound(amount, 1, 1e9);
        bool done = _entry(
            holder,
            address(channel),
            inDollars ? 0 : amount,
            abi.encodeCall(
                IUsageChannel.open,
                (licence, _host(), _token(inDollars), uint128(amount), 0, 1 days)
            )
        );
        if (done) _activate(licence, holder);
    }

    function topUp(uint256 which, uint256 amount) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || !_isOpen(licence) || _channel(licence).closesAt != 0) return;
        amount = bound(amount, 1, 1e9);
        bool inCoin = _channel(licence).token == NATIVE;
        _entry(
            _person(which),
            address(channel),
            inCoin ? amount : 0,
            abi.encodeCall(IUsageChannel.topUp, (licence, _host(), uint128(amount)))
        );
    }

    function stake(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1 ether);
        _entry(_person(who), address(provers), amount, abi.encodeCall(IProverNetwork.stake, ()));
    }

    function registerHost(uint256 who, uint256 amount) external {
        amount = bound(amount, 0.1 ether, 1 ether);
        bytes memory data =
            abi.encodeCall(IProverNetwork.registerHost, (keccak256(abi.encode(_person(who)))));
        _entry(_person(who), address(provers), amount, data);
    }

    function fundBounty(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1 ether);
        bytes memory data = abi.encodeCall(IProverNetwork.fundBounty, (models[who % 3]));
        _entry(_person(who), address(provers), amount, data);
    }

    // Pauses and time

    function pause(uint256 which, uint64 duration) external {
        IEntryPause entry = _guarded(which);
        duration = uint64(bound(duration, 1, 7 days));
        vm.prank(guardian);
        try entry.pauseEntry(duration) {} catch {}
    }

    function pauseAll() external {
        for (uint256 i; i < 4; ++i) {
            vm.prank(guardian);
            try _guarded(i).pauseEntry(7 days) {} catch {}
        }
    }

    function wait(uint256 duration) external {
        vm.warp(block.timestamp + bound(duration, 1, 5 days));
    }

    // Exits

    function claim(uint256 who, uint256 which, bool inDollars) external {
        (uint64 model, address token) = (models[which % 3], _token(inDollars));
        address holder = _person(who);
        uint256 amount = splitter.claimable(model, token, holder);
        if (amount == 0) return;
        uint256 before = _balance(token, holder);
        splitter.claim(model, token, holder);
        eq(_balance(token, holder) - before, amount, "claimed");
        claimed[model][token] += amount;
        _note("claim");
    }

    function withdraw(uint256 who, bool inDollars) external {
        (address account_, address token) = (_person(who), _token(inDollars));
        uint256 amount = splitter.creditOf(account_, token);
        if (amount == 0) return;
        uint256 before = _balance(token, account_);
        splitter.withdraw(account_, token);
        eq(_balance(token, account_) - before, amount, "withdrawn");
        _note("withdraw");
    }

    function trade(uint256 from, uint256 to, uint256 which, uint256 amount) external {
        IERC20 shares = IERC20(splitter.sharesOf(models[which % 3]));
        amount = bound(amount, 0, shares.balanceOf(_person(from)));
        vm.prank(_person(from));
        isTrue(shares.transfer(_person(to), amount), "transfer");
        _note("trade");
    }

    function refund(uint256 which) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || block.timestamp >= licences.escrowOf(licence).until) return;
        ILicenceToken.Escrow memory escrow = licences.escrowOf(licence);
        address holder = _holder(licence);
        uint256 before = splitter.creditOf(holder, escrow.token);
        vm.prank(holder);
        licences.refund(licence);
        eq(splitter.creditOf(holder, escrow.token) - before, escrow.amount, "refunded");
        _gone[licence] = true;
        _note("refund");
    }

    function releaseEscrow(uint256 which) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found) return;
        uint64 until = licences.escrowOf(licence).until;
        if (until == 0 || block.timestamp < until) return;
        licences.releaseEscrow(licence);
        _note("releaseEscrow");
    }

    function settle(uint256 which, uint256 amount) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || !_isOpen(licence)) return;
        IUsageChannel.Channel memory now_ = _channel(licence);
        if (now_.closesAt != 0 && block.timestamp >= now_.closesAt) return;
        amount = now_.settled + bound(amount, 0, now_.deposit - now_.settled);
        IUsageChannel.Voucher memory voucher = IUsageChannel.Voucher(
            licence, _host(), now_.settledCalls + 1, uint128(amount), keccak256("input")
        );
        bytes memory signature = signed(_sessionKeys[licence], channel.voucherDigest(voucher));
        channel.settle(voucher, signature);
        _note("settle");
    }

    function requestClose(uint256 which, bool byRevoking) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || !_isOpen(licence) || _channel(licence).closesAt != 0) return;
        vm.prank(_holder(licence));
        if (byRevoking) channel.revoke(licence, _host());
        else channel.requestClose(licence, _host());
        _note("requestClose");
    }

    function finalizeClose(uint256 which) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || !_isOpen(licence)) return;
        uint64 closesAt = _channel(licence).closesAt;
        if (closesAt == 0 || block.timestamp < closesAt) return;
        channel.finalizeClose(licence, _host());
        _note("finalizeClose");
    }

    function coopClose(uint256 which, uint256 amount) external {
        (bool found, uint256 licence) = _licence(which);
        if (!found || !_isOpen(licence)) return;
        IUsageChannel.Channel memory now_ = _channel(licence);
        amount = now_.settled + bound(amount, 0, now_.deposit - now_.settled);
        IUsageChannel.CoopClose memory close = IUsageChannel.CoopClose(
            licence, _host(), now_.settledCalls, uint128(amount), channel.nonceOf(licence, _host())
        );
        bytes memory signature = signed(_keys[3], channel.coopCloseDigest(close));
        vm.prank(_holder(licence));
        channel.coopClose(close, signature);
        _note("coopClose");
    }

    function unstake(uint256 who, uint256 amount) external {
        IProverNetwork.Stake memory mine = provers.stakeOf(_person(who));
        vm.startPrank(_person(who));
        if (mine.leaving != 0 && block.timestamp >= mine.leavesAt) {
            provers.unstake();
            _note("unstake");
        } else if (mine.amount > mine.leaving) {
            provers.requestUnstake(uint128(bound(amount, 1, mine.amount - mine.leaving)));
            _note("requestUnstake");
        }
        vm.stopPrank();
    }

    function exitHost(uint256 who) external {
        IProverNetwork.Host memory mine = provers.hostOf(_person(who));
        if (mine.id == 0) return;
        vm.startPrank(_person(who));
        if (mine.leavesAt == 0) {
            provers.requestHostExit();
            _note("requestHostExit");
        } else if (block.timestamp >= mine.leavesAt) {
            provers.exitHost();
            _note("exitHost");
        }
        vm.stopPrank();
    }
}
