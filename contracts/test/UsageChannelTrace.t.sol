// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";

/// @notice Replays the random trace of scripts/oracle/channel_trace.py, as src/chain/accounting does: the
/// same outcome of every step and the same sums after it.
contract UsageChannelTraceTest is ChannelSteps {
    uint256 private constant _FIELDS = 14;
    uint256 private constant _FIELD_BYTES = 16;

    struct Step {
        uint256 act;
        uint256 pair;
        uint256 wait;
        uint64 calls;
        uint128 amount;
        uint256 key;
        uint32 time;
        bytes4 refusal;
        uint256[6] left;
    }

    bytes private trace;
    bytes4[14] private errors = [
        bytes4(0),
        IUsageChannel.UnknownChannel.selector,
        IUsageChannel.ChannelExists.selector,
        IUsageChannel.Closing.selector,
        IUsageChannel.CloseTooEarly.selector,
        IUsageChannel.SessionKeyUsed.selector,
        IUsageChannel.SessionInForce.selector,
        IUsageChannel.PermissionNotInForce.selector,
        IUsageChannel.BadSignature.selector,
        IUsageChannel.NoSession.selector,
        IUsageChannel.VoucherStale.selector,
        IUsageChannel.OverDeposit.selector,
        IUsageChannel.OverCap.selector,
        ILicenceToken.QuotaExceeded.selector
    ];
    address[2] private hosts;
    uint256[2] private hostKeys;
    uint64[2] private models;
    uint256[2] private held;

    error OtherOutcome(uint256 step, bytes4 actual, bytes4 expected);

    function setUp() public {
        deployMarket();
        publisher = funded("publisher");
        (holder, holderKey) = person("holder");
        (hosts[0], hostKeys[0]) = person("host 0");
        (hosts[1], hostKeys[1]) = person("host 1");
        for (uint256 i; i < 2; ++i) {
            models[i] = readyModel(publisher);
            ILicenceToken.Kind memory kind = plainKind();
            kind.duration = 0;
            (kind.quota, kind.hostPpm) = i == 0 ? (QUOTA, 333_333) : (0, 900_000);
            sell(models[i], KIND, kind, NATIVE, 0);
            held[i] = buyLicence(holder, models[i], NATIVE);
        }
        string memory json = vm.readFile("contracts/test/fixtures/channelTrace.json");
        trace = vm.parseJsonBytes(json, ".trace");
    }

    function test_TheTraceLeavesTheSameAfterEachStep() public {
        bytes memory words = trace;
        uint256 steps = words.length / _FIELDS / _FIELD_BYTES;
        eq(steps, 250, "steps");
        for (uint256 i; i < steps; ++i) {
            Step memory step = _read(words, i);
            vm.warp(block.timestamp + step.wait);
            bytes4 outcome = _take(step);
            if (outcome != step.refusal) revert OtherOutcome(i, outcome, step.refusal);
            _compare(step.left);
        }
    }

    // One step

    function _take(Step memory step) private returns (bytes4 outcome) {
        (licence, host) = (held[step.pair / 2], hosts[step.pair % 2]);
        hostKey = hostKeys[step.pair % 2];
        sessionKey = step.key + 1;
        (address caller, uint256 value, bytes memory data) = _call(step);
        vm.prank(caller);
        (bool ok, bytes memory result) = address(channel).call{value: value}(data);
        return ok ? bytes4(0) : bytes4(result);
    }

    function _call(Step memory step)
        private
        view
        returns (address caller, uint256 value, bytes memory data)
    {
        caller = holder;
        if (step.act == 0) {
            value = step.amount;
            data = abi.encodeCall(
                IUsageChannel.open, (licence, host, NATIVE, step.amount, step.calls, step.time)
            );
        } else if (step.act == 1) {
            value = step.amount;
            data = abi.encodeCall(IUsageChannel.topUp, (licence, host, step.amount));
        } else if (step.act == 2 || step.act == 3) {
            if (step.act == 3) caller = host;
            data = _activation(step);
        } else if (step.act == 4) {
            IUsageChannel.Voucher memory voucher = voucherOf(step.calls, step.amount);
            data = abi.encodeCall(IUsageChannel.settle, (voucher, signedVoucher(voucher)));
        } else if (step.act == 5) {
            data = abi.encodeCall(IUsageChannel.requestClose, (licence, host));
        } else if (step.act == 6) {
            data = abi.encodeCall(IUsageChannel.revoke, (licence, host));
        } else if (step.act == 7) {
            data = abi.encodeCall(IUsageChannel.finalizeClose, (licence, host));
        } else {
            IUsageChannel.CoopClose memory close = coopCloseOf(step.calls, step.amount);
            data = abi.encodeCall(IUsageChannel.coopClose, (close, signedClose(close)));
        }
    }

    function _activation(Step memory step) private view returns (bytes memory) {
        IUsageChannel.Permission memory permission =
            permissionFor(licence, holder, vm.addr(sessionKey));
        permission.expires = uint64(block.timestamp) + step.time;
        permission.maxCalls = step.calls;
        permission.maxAmount = step.amount;
        return abi.encodeCall(IUsageChannel.activate, (permission, signedPermission(permission)));
    }

    function _compare(uint256[6] memory left) private view {
        eq(credit(hosts[0]), left[0], "credit of host 0");
        eq(credit(hosts[1]), left[1], "credit of host 1");
        eq(credit(holder), left[2], "credit of the holder");
        eq(splitter.potOf(models[0], NATIVE).gross, left[3], "gross of model 1");
        eq(splitter.potOf(models[1], NATIVE).gross, left[4], "gross of model 2");
        eq(channelBalance(), left[5], "balance of the channel");
    }

    // Reading

    function _read(bytes memory words, uint256 i) private view returns (Step memory step) {
        uint256 place = i * _FIELDS;
        step.act = _word(words, place);
        step.pair = _word(words, place + 1);
        step.wait = _word(words, place + 2);
        step.calls = uint64(_word(words, place + 3));
        step.amount = uint128(_word(words, place + 4));
        step.key = _word(words, place + 5);
        step.time = uint32(_word(words, place + 6));
        step.refusal = errors[_word(words, place + 7)];
        for (uint256 j; j < 6; ++j) {
            step.left[j] = _word(words, place + 8 + j);
        }
    }

    function _word(bytes memory words, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := shr(128, mload(add(add(words, 0x20), mul(place, 16))))
        }
    }
}
