// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IEntryPause} from "../../src/interfaces/IEntryPause.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "./ChannelSteps.sol";

/// @notice Opens, settles and closes channels of two licences at two hosts in two tokens, always within
/// the rules, and keeps books of its own by the last voucher of each opening.
contract ChannelHandler is ChannelSteps {
    uint256 public constant PAIRS = 4;
    uint256 private constant _KEYS = 1 << 128;

    struct Book {
        bool open;
        address token;
        uint256 deposit;
        uint256 settled;
        uint256 nonce;
        uint64 calls;
        uint64 reserved;
        uint64 callsAtOpening;
    }

    uint256 public settlements;
    uint256[2] public licenceIds;
    address[2] public hosts;
    uint64[2] public models;
    uint256[2] private _hostKeys;
    uint256 private _keys;

    mapping(uint256 pair => Book) public books;
    mapping(uint256 pair => uint256) public sessionKeys;
    mapping(address account => mapping(address token => uint256)) public earned;
    mapping(uint64 model => mapping(address token => uint256)) public income;
    mapping(address token => uint256) public deposited;
    mapping(address token => uint256) public returned;

    constructor() {
        deployMarket();
        publisher = funded("publisher");
        (holder, holderKey) = person("holder");
        (hosts[0], _hostKeys[0]) = person("host 0");
        (hosts[1], _hostKeys[1]) = person("host 1");
        for (uint256 i; i < 2; ++i) {
            models[i] = readyChain(publisher, i * 2, 200_000);
            ILicenceToken.Kind memory kind = plainKind();
            kind.duration = 0;
            (kind.quota, kind.hostPpm) = i == 0 ? (QUOTA, 333_333) : (0, 900_000);
            sell(models[i], KIND, kind, NATIVE, 0);
            licenceIds[i] = buyLicence(holder, models[i], NATIVE);
        }
    }

    // What happens

    function open(uint256 pair, bool inDollars, uint256 amount, uint256 calls, uint256 delay)
        external
    {
        _choose(pair);
        Book storage book = books[_pair(pair)];
        if (book.open || block.timestamp < IEntryPause(address(channel)).entryPausedUntil()) {
            return;
        }
        uint64 quota = licences.licenceOf(licence).quota;
        if (quota == 0) return;
        bool metered = quota != type(uint64).max;
        uint64 reserved = uint64(bound(calls, 1, metered ? quota : 5_000));
        uint128 value = uint128(bound(amount, 1, 1_000e6));
        address token = inDollars ? address(dollar) : NATIVE;
        vm.prank(holder);
        channel.open{value: inDollars ? 0 : value}(
            licence, host, token, value, reserved, uint32(bound(delay, 15 minutes, 30 days))
        );
        (book.open, book.token) = (true, token);
        (book.deposit, book.settled) = (value, 0);
        (book.reserved, book.callsAtOpening) = (metered ? reserved : 0, book.calls);
        deposited[token] += value;
        _activate(pair, type(uint64).max, type(uint128).max, 365 days);
    }

    function topUp(uint256 pair, uint256 amount) external {
        _choose(pair);
        Book storage book = books[_pair(pair)];
        if (!book.open || state().closesAt != 0) return;
        if (block.timestamp < IEntryPause(address(channel)).entryPausedUntil()) return;
        uint128 value = uint128(bound(amount, 1, 1_000e6));
        vm.prank(holder);
        channel.topUp{value: book.token == NATIVE ? value : 0}(licence, host, value);
        book.deposit += value;
        deposited[book.token] += value;
    }

    function replaceSession(uint256 pair, uint256 calls, uint256 amount, uint256 time) external {
        _choose(pair);
        if (!books[_pair(pair)].open || state().closesAt != 0) return;
        _activate(pair, uint64(calls), uint128(amount), bound(time, 1, 365 days));
    }

    function settle(uint256 pair, uint256 calls, uint256 amount) external {
        if (!_settleable(pair)) return;
        IUsageChannel.Voucher memory voucher = _nextVoucher(pair, calls, amount);
        if (voucher.licence == 0) return;
        channel.settle(voucher, signedVoucher(voucher));
        _book(pair, voucher.cumulativeCalls, voucher.cumulativeAmount);
    }

    function settleAll(uint256 calls, uint256 amount) external {
        uint256 count;
        IUsageChannel.Voucher[] memory vouchers = new IUsageChannel.Voucher[](PAIRS);
        bytes[] memory signatures = new bytes[](PAIRS);
        for (uint256 i; i < PAIRS; ++i) {
            if (!_settleable(i)) continue;
            vouchers[count] = _nextVoucher(i, calls, amount);
            if (vouchers[count].licence == 0) continue;
            signatures[count] = signedVoucher(vouchers[count]);
            _book(i, vouchers[count].cumulativeCalls, vouchers[count].cumulativeAmount);
            ++count;
        }
        if (count == 0) return;
        assembly ("memory-safe") {
            mstore(vouchers, count)
            mstore(signatures, count)
        }
        channel.settleBatch(vouchers, signatures);
    }

    function startClose(uint256 pair, bool byRevocation) external {
        _choose(pair);
        if (!books[_pair(pair)].open) return;
        if (!byRevocation && state().closesAt != 0) return;
        if (byRevocation) ++books[_pair(pair)].nonce;
        vm.prank(holder);
        if (byRevocation) channel.revoke(licence, host);
        else channel.requestClose(licence, host);
    }

    function finalize(uint256 pair) external {
        _choose(pair);
        uint64 closesAt = state().closesAt;
        if (closesAt == 0) return;
        if (block.timestamp < closesAt) vm.warp(closesAt);
        channel.finalizeClose(licence, host);
        _bookClose(pair);
    }

    function coopClose(uint256 pair, uint256 calls, uint256 amount) external {
        _choose(pair);
        Book storage book = books[_pair(pair)];
        if (!book.open) return;
        uint64 newCalls = uint64(bound(calls, book.calls, state().maxCalls));
        uint128 newAmount = uint128(bound(amount, book.settled, book.deposit));
        IUsageChannel.CoopClose memory close = coopCloseOf(newCalls, newAmount);
        bytes memory signature = signedClose(close);
        vm.prank(holder);
        channel.coopClose(close, signature);
        _book(pair, newCalls, newAmount);
        _bookClose(pair);
    }

    function withdraw(uint256 who, bool inDollars) external {
        address account = who % 3 == 2 ? holder : hosts[who % 3];
        address token = inDollars ? address(dollar) : NATIVE;
        if (splitter.creditOf(account, token) != 0) splitter.withdraw(account, token);
    }

    function pauseEntry() external {
        IEntryPause guarded = IEntryPause(address(channel));
        uint64 last = guarded.entryPausedUntil();
        if (block.timestamp >= guardianUntil || block.timestamp < last + 30 days) return;
        vm.prank(guardian);
        guarded.pauseEntry(7 days);
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, 10 days));
    }

    function dollarAddress() external view returns (address) {
        return address(dollar);
    }

    // What must hold

    /// @notice I7: sums within the deposit and the calls, and as the last voucher left them.
    function checkSums(uint256 pair) external view {
        Book memory book = books[pair];
        (uint256 id, address place) = (licenceIds[pair / 2], hosts[pair % 2]);
        IUsageChannel.Channel memory shown = channel.channelOf(id, place);
        isTrue((shown.holder != address(0)) == book.open, "open as known");
        eq(channel.nonceOf(id, place), book.nonce, "nonce");
        if (!book.open) return;
        eq(shown.deposit, book.deposit, "deposit");
        eq(shown.settled, book.settled, "settled");
        eq(shown.settledCalls, book.calls, "settled calls");
        atMost(shown.settled, shown.deposit, "settled within the deposit");
        atMost(shown.settledCalls, shown.maxCalls, "calls within the quota");
        eq(licenceNft().ownerOf(id), shown.holder, "the licence stays with the holder");
    }

    /// @notice What is in the splitter for the channel is what open channels have left.
    function checkSolvency(address token) external view {
        uint256 left;
        uint256 spent;
        for (uint256 i; i < PAIRS; ++i) {
            if (books[i].open && books[i].token == token) {
                left += books[i].deposit - books[i].settled;
            }
        }
        for (uint256 i; i < 2; ++i) {
            spent += earned[hosts[i]][token] + income[models[i]][token];
            eq(splitter.potOf(models[i], token).gross, income[models[i]][token], "gross of a model");
        }
        eq(splitter.moduleBalanceOf(address(channel), token), left, "channel's balance");
        eq(deposited[token], left + spent + returned[token], "nothing is lost or made");
        uint256 balance =
            token == NATIVE ? address(splitter).balance : dollar.balanceOf(address(splitter));
        eq(balance, splitter.held(token), "balance of the splitter");
    }

    /// @notice Calls of the licence with a quota are left, reserved or used.
    function checkQuota() external view {
        uint256 accounted = licences.licenceOf(licenceIds[0]).quota;
        uint256 channels;
        for (uint256 i; i < 2; ++i) {
            Book memory book = books[i];
            accounted += book.calls;
            if (!book.open) continue;
            accounted += book.callsAtOpening + book.reserved - book.calls;
            ++channels;
        }
        eq(accounted, QUOTA, "calls");
        eq(licences.channelsOf(licenceIds[0]), channels, "channels that lock the licence");
    }

    // Parts

    function _pair(uint256 pair) private pure returns (uint256) {
        return pair % PAIRS;
    }

    function _choose(uint256 pair) private {
        (licence, host) = (licenceIds[_pair(pair) / 2], hosts[pair % 2]);
        hostKey = _hostKeys[pair % 2];
        sessionKey = sessionKeys[_pair(pair)];
    }

    function _activate(uint256 pair, uint64 calls, uint128 amount, uint256 time) private {
        sessionKey = _KEYS + ++_keys;
        sessionKeys[_pair(pair)] = sessionKey;
        IUsageChannel.Permission memory permission =
            permissionFor(licence, holder, vm.addr(sessionKey));
        (permission.maxCalls, permission.maxAmount) = (calls, amount);
        permission.expires = uint64(block.timestamp + time);
        bytes memory signature = signedPermission(permission);
        vm.prank(host);
        channel.activate(permission, signature);
        ++books[_pair(pair)].nonce;
    }

    function _settleable(uint256 pair) private returns (bool) {
        _choose(pair);
        IUsageChannel.Channel memory shown = state();
        if (shown.sessionKey == address(0)) return false;
        if (shown.closesAt != 0 && block.timestamp >= shown.closesAt) return false;
        return block.timestamp < uint256(shown.sessionExpires) + shown.withdrawDelay;
    }

    /// @dev A voucher within all limits; of licence 0 when none is left.
    function _nextVoucher(uint256 pair, uint256 calls, uint256 amount)
        private
        view
        returns (IUsageChannel.Voucher memory voucher)
    {
        Book memory book = books[_pair(pair)];
        IUsageChannel.Channel memory shown = state();
        uint256 most = shown.sessionMaxAmount < book.deposit ? shown.sessionMaxAmount : book.deposit;
        if (shown.sessionMaxCalls < book.calls || most < book.settled) return voucher;
        uint64 newCalls = uint64(bound(calls, book.calls, shown.sessionMaxCalls));
        uint128 newAmount = uint128(bound(amount, book.settled, most));
        if (newCalls == book.calls && newAmount == book.settled) return voucher;
        return voucherOf(newCalls, newAmount);
    }

    function _book(uint256 pair, uint64 calls, uint256 amount) private {
        Book storage book = books[_pair(pair)];
        uint256 ppm = _pair(pair) < 2 ? 333_333 : 900_000;
        uint256 toHost = amount * ppm / 1_000_000 - book.settled * ppm / 1_000_000;
        earned[hosts[pair % 2]][book.token] += toHost;
        income[models[_pair(pair) / 2]][book.token] += amount - book.settled - toHost;
        ++settlements;
        (book.calls, book.settled) = (calls, amount);
    }

    function _bookClose(uint256 pair) private {
        Book storage book = books[_pair(pair)];
        returned[book.token] += book.deposit - book.settled;
        book.open = false;
        ++book.nonce;
    }
}
