// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice What the usage channel may do to a licence, here asked by the channel's address itself.
contract LicenceLockTest is LicenceSteps {
    function setUp() public {
        deployWithModel();
    }

    function test_ALockReservesCallsAndAnUnlockGivesTheUnusedBack() public {
        uint256 licence = bought(_kind(100));
        expectLicenceEvent();
        emit ILicenceToken.ChannelsChanged(licence, 1, 70);
        _lock(licence, 30);
        eq(licences.channelsOf(licence), 1, "channels");
        eq(licences.licenceOf(licence).quota, 70, "left");
        expectLicenceEvent();
        emit ILicenceToken.ChannelsChanged(licence, 0, 80);
        _unlock(licence, 10);
        eq(licences.channelsOf(licence), 0, "channels");
        eq(licences.licenceOf(licence).quota, 80, "left");
    }

    function test_ZeroReservesAllThatAreLeft() public {
        uint256 licence = bought(_kind(100));
        _lock(licence, 30);
        _lock(licence, 0);
        eq(licences.licenceOf(licence).quota, 0, "left");
        eq(licences.channelsOf(licence), 2, "channels");
    }

    function test_NoMoreCallsAreReservedThanAreLeft() public {
        uint256 licence = bought(_kind(100));
        _lock(licence, 30);
        _exceeds(licence, 71, 70, 71);
        _exceeds(licence, type(uint64).max, 70, type(uint64).max);
        _lock(licence, 70);
        _exceeds(licence, 1, 0, 1);
        _exceeds(licence, 0, 0, 1);
    }

    function test_WithoutLimitNothingIsTaken() public {
        uint256 licence = bought(_kind(0));
        _lock(licence, 0);
        _lock(licence, 1_000);
        _lock(licence, UNLIMITED);
        eq(licences.licenceOf(licence).quota, UNLIMITED, "left");
        _unlock(licence, UNLIMITED);
        eq(licences.licenceOf(licence).quota, UNLIMITED, "left");
        eq(licences.channelsOf(licence), 2, "channels");
    }

    function test_CallsGivenBackNeverBecomeNoLimit() public {
        uint256 licence = bought(_kind(type(uint64).max - 1));
        _lock(licence, 5);
        _unlock(licence, type(uint64).max);
        eq(licences.licenceOf(licence).quota, type(uint64).max - 1, "left");
    }

    function test_ALockEndsTheRefundWindow() public {
        ILicenceToken.Kind memory kind = _kind(10);
        kind.refundWindow = WINDOW;
        uint256 licence = bought(kind);
        expectLicenceEvent();
        emit ILicenceToken.EscrowReleased(licence, NATIVE, PRICE);
        _lock(licence, 1);
        eq(licences.escrowOf(licence).until, 0, "escrow");
        eq(gross(NATIVE), PRICE, "income");
        eq(escrowed(NATIVE), 0, "nothing waits");
    }

    function test_AnExpiredLicenceIsNotLocked() public {
        uint256 licence = bought(_kind(10));
        vm.warp(START_TIME + YEAR);
        _lock(licence, 1);
        vm.warp(START_TIME + YEAR + 1);
        vm.prank(address(channel));
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.LicenceExpired.selector, licence));
        licences.lock(licence, 1);
    }

    function test_AnExpiredLicenceIsUnlocked() public {
        uint256 licence = bought(_kind(10));
        _lock(licence, 0);
        vm.warp(START_TIME + 2 * YEAR);
        _unlock(licence, 4);
        eq(licences.licenceOf(licence).quota, 4, "kept for a renewal");
    }

    function test_OnlyTheChannelLocks() public {
        uint256 licence = bought(_kind(10));
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.NotChannel.selector, buyer);
        vm.startPrank(buyer);
        vm.expectRevert(refused);
        licences.lock(licence, 1);
        vm.expectRevert(refused);
        licences.unlock(licence, 1);
    }

    function test_WhatIsNotThereIsNotLocked() public {
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 3);
        vm.startPrank(address(channel));
        vm.expectRevert(refused);
        licences.lock(3, 1);
        vm.expectRevert(refused);
        licences.unlock(3, 1);
    }

    function test_MoreUnlocksThanLocksFail() public {
        uint256 licence = bought(_kind(10));
        vm.prank(address(channel));
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        licences.unlock(licence, 0);
    }

    function test_NoTransferWhileAnyChannelIsOpen() public {
        uint256 licence = bought(_kind(10));
        _lock(licence, 1);
        _lock(licence, 1);
        _bars(licence);
        _unlock(licence, 0);
        _bars(licence);
        _unlock(licence, 0);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, licence);
        eq(nft().ownerOf(licence), stranger, "free again");
    }

    function test_TheUsersTermDoesNotHideAChannel() public {
        uint256 licence = bought(_kind(10));
        _lock(licence, 1);
        vm.prank(buyer);
        rental().setUser(licence, stranger, START_TIME + 1);
        eq(licences.channelsOf(licence), 1, "channels");
        vm.prank(buyer);
        rental().setUser(licence, address(0), 0);
        eq(licences.channelsOf(licence), 1, "channels");
        _bars(licence);
    }

    function testFuzz_CallsAreNeverLostOrMade(uint64 quota, uint64[4] memory asks, uint64 used)
        public
    {
        quota = uint64(bound(quota, 1, type(uint64).max - 1));
        uint256 licence = bought(_kind(quota));
        uint64 left = quota;
        for (uint256 i; i < asks.length; ++i) {
            uint64 ask = asks[i];
            if (i % 2 == 0 && left != 0) ask = uint64(bound(ask, 1, left));
            uint64 need = ask == 0 ? left : ask;
            if (need > left || left == 0) {
                _exceeds(licence, ask, left, need == 0 ? 1 : need);
                continue;
            }
            _lock(licence, ask);
            left -= need;
            eq(licences.licenceOf(licence).quota, left, "left");
            uint64 spent = uint64(bound(used, 0, need));
            _unlock(licence, need - spent);
            left += need - spent;
            eq(licences.licenceOf(licence).quota, left, "after");
        }
    }

    function _kind(uint64 quota) private pure returns (ILicenceToken.Kind memory kind) {
        kind = plainKind();
        kind.quota = quota;
    }

    function _lock(uint256 licence, uint64 calls) private {
        vm.prank(address(channel));
        licences.lock(licence, calls);
    }

    function _unlock(uint256 licence, uint64 unused) private {
        vm.prank(address(channel));
        licences.unlock(licence, unused);
    }

    function _exceeds(uint256 licence, uint64 ask, uint64 have, uint64 need) private {
        vm.prank(address(channel));
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.QuotaExceeded.selector, licence, have, need)
        );
        licences.lock(licence, ask);
    }

    function _bars(uint256 licence) private {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, licence));
        nft().transferFrom(buyer, stranger, licence);
    }
}
