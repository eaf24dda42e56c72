// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";

/// @notice Which calls a host can prove to be paid for, and how neither side can turn that on the other.
contract UsageChannelCoveredTest is ChannelSteps {
    uint64 private constant GRACE = 5 minutes;

    function setUp() public {
        deployChannelMarket();
    }

    // An open channel

    function test_ACallOfAnActiveSessionIsCovered() public {
        startSession();
        isTrue(_covered(1), "first call");
        isTrue(_covered(QUOTA), "last call of the quota");
        isFalse(_covered(QUOTA + 1), "beyond the quota");
        isFalse(_covered(0), "calls are counted from 1");
    }

    function test_ThePermissionsCapBoundsWhatCanStillBePaid() public {
        openChannel();
        IUsageChannel.Permission memory capped = permissionNow();
        capped.maxCalls = 3;
        activate(capped);
        isTrue(_covered(3), "within");
        isFalse(_covered(4), "beyond");
    }

    function test_WithoutASessionNothingCanBePaid() public {
        isFalse(_covered(1), "no channel");
        openChannel();
        isFalse(_covered(1), "no session");
    }

    function test_AnotherModelOrHostOrLicenceIsNotCovered() public {
        startSession();
        IUsageChannel.Receipt memory receipt = _receipt(1);
        receipt.model = model + 1;
        isFalse(channel.isCovered(receipt, host), "model");
        receipt = _receipt(1);
        isFalse(channel.isCovered(receipt, publisher), "host");
        receipt.licence = 0;
        isFalse(channel.isCovered(receipt, host), "no licence");
        receipt.model = 0;
        isFalse(channel.isCovered(receipt, host), "neither licence nor model");
    }

    function test_AChannelOpenedAfterTheCallDoesNotCoverIt() public {
        IUsageChannel.Receipt memory receipt = _receipt(1);
        vm.warp(START_TIME + GRACE + 1);
        startSession();
        isFalse(channel.isCovered(receipt, host), "served before there was a channel");
        settle(1, 0);
        isFalse(channel.isCovered(receipt, host), "settled after the fact");
        receipt.time = START_TIME + 1;
        isTrue(channel.isCovered(receipt, host), "a clock that is five minutes slow");
    }

    function test_ASecondOpeningDoesNotCoverCallsBetween() public {
        startSession();
        settle(5, 1 ether);
        closeChannel();
        vm.warp(block.timestamp + 1 hours);
        IUsageChannel.Receipt memory between = _receipt(6);
        vm.warp(block.timestamp + 1 hours);
        newSession("second");
        openChannel();
        activate(permissionNow());
        isFalse(channel.isCovered(between, host), "served while closed");
        between.time = state().openedAt - GRACE;
        isTrue(channel.isCovered(between, host), "a clock that is five minutes slow");
        between.time -= 1;
        isFalse(channel.isCovered(between, host), "a slower one");
        isTrue(_covered(6), "served since");
    }

    function test_TheLicenceMustHaveBeenInForce() public {
        startSession();
        uint64 expires = licences.licenceOf(licence).expires;
        IUsageChannel.Receipt memory receipt = _receipt(1);
        receipt.time = expires + GRACE;
        isTrue(channel.isCovered(receipt, host), "a clock that is five minutes fast");
        receipt.time = expires + GRACE + 1;
        isFalse(channel.isCovered(receipt, host), "after the expiry");
        receipt.time = type(uint64).max;
        isFalse(channel.isCovered(receipt, host), "at the end of time");
        receipt.time = 0;
        isFalse(channel.isCovered(receipt, host), "at the beginning of time");
    }

    function test_ARenewalCoversWhatWasServedSince() public {
        startSession();
        IUsageChannel.Receipt memory receipt = _receipt(1);
        receipt.time = licences.licenceOf(licence).expires + 30 days;
        isFalse(channel.isCovered(receipt, host), "before the renewal");
        bytes32 terms = licences.termsHashOf(model, KIND);
        vm.prank(holder);
        licences.renew{value: PRICE}(licence, NATIVE, PRICE, terms);
        isTrue(channel.isCovered(receipt, host), "after the renewal");
    }

    // A user that would have an honest host slashed

    function test_AUserThatClosesCannotShowWhatTheHostSettled() public {
        startSession();
        IUsageChannel.Receipt memory receipt = _receipt(7);
        requestClose();
        isTrue(channel.isCovered(receipt, host), "while it can be settled");
        settle(7, 1 ether);
        vm.warp(START_TIME + DELAY);
        isTrue(channel.isCovered(receipt, host), "once the delay is over");
        channel.finalizeClose(licence, host);
        isTrue(channel.isCovered(receipt, host), "once closed");
    }

    function test_ARevocationDoesNotUncoverEither() public {
        startSession();
        IUsageChannel.Receipt memory receipt = _receipt(7);
        vm.prank(holder);
        channel.revoke(licence, host);
        settle(7, 1 ether);
        vm.warp(START_TIME + DELAY);
        channel.finalizeClose(licence, host);
        isTrue(channel.isCovered(receipt, host), "once closed");
    }

    function test_SellingTheLicenceDoesNotUncover() public {
        IUsageChannel.Receipt memory receipt = _settledAndClosed();
        vm.prank(holder);
        licenceNft().transferFrom(holder, publisher, licence);
        openChannel(licence, publisher, 1 ether);
        isTrue(channel.isCovered(receipt, host), "under the next holder");
    }

    function test_GivingTheLicenceUpDoesNotUncover() public {
        IUsageChannel.Receipt memory receipt = _settledAndClosed();
        vm.prank(holder);
        IERC5643(address(licences)).cancelSubscription(licence);
        vm.warp(block.timestamp + 400 days);
        isTrue(channel.isCovered(receipt, host), "after the licence");
    }

    function test_ALicenceThatIsGoneDoesNotUncover() public {
        IUsageChannel.Receipt memory receipt = _settledAndClosed();
        vm.etch(address(licences), "");
        isTrue(channel.isCovered(receipt, host), "without asking for the licence");
    }

    function test_AnExpiredSessionDoesNotUncoverWhatWasSettled() public {
        startSession();
        IUsageChannel.Receipt memory receipt = _receipt(7);
        vm.warp(START_TIME + SESSION_TIME + DELAY - 1);
        isTrue(channel.isCovered(receipt, host), "while it can be settled");
        uint256 snapshot = vm.snapshotState();
        settle(7, 1 ether);
        vm.warp(START_TIME + SESSION_TIME + DELAY);
        isTrue(channel.isCovered(receipt, host), "settled in time");
        vm.revertToState(snapshot);
        vm.warp(START_TIME + SESSION_TIME + DELAY);
        isFalse(channel.isCovered(receipt, host), "not settled in time");
    }

    // A host that serves and never pays

    function test_AHostThatDidNotSettleIsNotCovered() public {
        startSession();
        settle(6, 1 ether);
        IUsageChannel.Receipt memory receipt = _receipt(7);
        requestClose();
        vm.warp(START_TIME + DELAY - 1);
        isTrue(channel.isCovered(receipt, host), "can still be settled");
        vm.warp(START_TIME + DELAY);
        isFalse(channel.isCovered(receipt, host), "can no longer be settled");
        channel.finalizeClose(licence, host);
        isFalse(channel.isCovered(receipt, host), "closed");
        receipt.callIndex = 6;
        isTrue(channel.isCovered(receipt, host), "the call before was settled");
    }

    function test_AClosedChannelDoesNotCoverTimesAfterTheLicence() public {
        startSession();
        settle(6, 1 ether);
        IUsageChannel.Receipt memory receipt = _receipt(6);
        uint64 expires = licences.licenceOf(licence).expires;
        closeChannel();
        receipt.time = expires + GRACE;
        isTrue(channel.isCovered(receipt, host), "in its last second, by a fast clock");
        receipt.time = expires + GRACE + 1;
        isFalse(channel.isCovered(receipt, host), "after it");
    }

    function test_ACooperativeCloseCoversWhatItNames() public {
        startSession();
        IUsageChannel.CoopClose memory close = coopCloseOf(9, 1 ether);
        bytes memory signature = signedClose(close);
        vm.prank(holder);
        channel.coopClose(close, signature);
        isTrue(_covered(9), "named");
        isFalse(_covered(10), "not named");
    }

    // Parts

    function _settledAndClosed() private returns (IUsageChannel.Receipt memory receipt) {
        startSession();
        receipt = _receipt(7);
        settle(7, 1 ether);
        closeChannel();
    }

    function _receipt(uint64 callIndex) private view returns (IUsageChannel.Receipt memory) {
        return IUsageChannel.Receipt({
            model: model,
            licence: licence,
            callIndex: callIndex,
            inputHash: INPUT,
            outputHash: keccak256("output"),
            time: uint64(block.timestamp)
        });
    }

    function _covered(uint64 callIndex) private view returns (bool) {
        return channel.isCovered(_receipt(callIndex), host);
    }
}
