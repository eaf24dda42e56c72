// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EntryPause} from "../src/EntryPause.sol";
import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {Test} from "./support/Test.sol";

/// @notice An entry and an exit, nothing else.
contract Door is EntryPause {
    uint256 public entries;
    uint256 public exits;

    constructor(address guardian_, uint64 until_) EntryPause(guardian_, until_) {}

    function enter() external whenEntryOpen {
        entries++;
    }

    function depart() external {
        exits++;
    }
}

contract EntryPauseTest is Test {
    uint64 private constant START = 1_800_000_000;
    uint64 private constant END = START + 365 days;

    address private immutable _guardian = address(0x6A);
    Door private _door;

    function setUp() public {
        vm.warp(START);
        _door = new Door(_guardian, END);
    }

    function test_DeploymentIsOpenAndNamesTheGuardian() public {
        eq(_door.guardian(), _guardian, "guardian");
        eq(_door.guardianUntil(), END, "end of office");
        eq(_door.entryPausedUntil(), 0, "paused until");
        _door.enter();
        eq(_door.entries(), 1, "entries");
    }

    function test_PauseStopsEntryButNoExit() public {
        vm.expectEmit(true, true, true, true, address(_door));
        emit IEntryPause.EntryPaused(START + 7 days);
        _pause(7 days);
        eq(_door.entryPausedUntil(), START + 7 days, "paused until");

        _expectPaused(START + 7 days);
        _door.enter();
        _door.depart();
        eq(_door.exits(), 1, "exits");

        vm.warp(START + 7 days - 1);
        _expectPaused(START + 7 days);
        _door.enter();
        vm.warp(START + 7 days);
        _door.enter();
        eq(_door.entries(), 1, "entries");
    }

    function test_ResumeOpensEntryAtOnce() public {
        _pause(7 days);
        vm.warp(START + 1 days);
        vm.expectEmit(true, true, true, true, address(_door));
        emit IEntryPause.EntryResumed();
        vm.prank(_guardian);
        _door.resumeEntry();
        _door.enter();
        eq(_door.entryPausedUntil(), START + 1 days, "paused until");
    }

    function test_ResumeOfAnOpenEntryChangesNothing() public {
        _pause(1 days);
        vm.recordLogs();
        vm.warp(START + 1 days);
        vm.prank(_guardian);
        _door.resumeEntry();
        vm.warp(START + 10 days);
        vm.prank(_guardian);
        _door.resumeEntry();
        eq(vm.getRecordedLogs().length, 0, "events");
        eq(_door.entryPausedUntil(), START + 1 days, "end of the last pause");
    }

    function test_PausesCannotBeChained() public {
        _pause(7 days);
        uint64 notBefore = START + 37 days;
        vm.warp(START + 8 days);
        _expectTooSoon(notBefore);
        _pause(1);
        vm.warp(notBefore - 1);
        _expectTooSoon(notBefore);
        _pause(1);
        vm.warp(notBefore);
        _pause(1);
        eq(_door.entryPausedUntil(), notBefore + 1, "paused again");
    }

    function test_TheFirstPauseNeedsNoRestOnAYoungClock() public {
        vm.warp(1);
        _pause(1 days);
        eq(_door.entryPausedUntil(), 1 days + 1, "paused until");
    }

    function test_RestCountsFromAnEarlyResume() public {
        _pause(7 days);
        vm.warp(START + 1 days);
        vm.prank(_guardian);
        _door.resumeEntry();
        _expectTooSoon(START + 31 days);
        _pause(7 days);
        vm.warp(START + 31 days);
        _pause(7 days);
    }

    function test_PauseLastsFromOneSecondToSevenDays() public {
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.PauseTooLong.selector, uint64(0)));
        _pause(0);
        vm.expectRevert(
            abi.encodeWithSelector(IEntryPause.PauseTooLong.selector, uint64(7 days + 1))
        );
        _pause(7 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.PauseTooLong.selector, type(uint64).max));
        _pause(type(uint64).max);
        _pause(1);
        _expectPaused(START + 1);
        _door.enter();
    }

    function test_OnlyTheGuardianPausesAndResumes() public {
        address stranger = address(0xBAD);
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.NotGuardian.selector, stranger));
        vm.prank(stranger);
        _door.pauseEntry(1);
        _pause(1 days);
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.NotGuardian.selector, stranger));
        vm.prank(stranger);
        _door.resumeEntry();
    }

    function test_OfficeEnds() public {
        vm.warp(END - 1);
        _pause(7 days);
        vm.warp(END);
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.NotGuardian.selector, _guardian));
        vm.prank(_guardian);
        _door.resumeEntry();
        vm.warp(END + 7 days);
        _door.enter();
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.NotGuardian.selector, _guardian));
        _pause(1);
    }

    function test_NoGuardianMeansNobodyPauses() public {
        Door door = new Door(address(0), type(uint64).max);
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.NotGuardian.selector, address(this)));
        door.pauseEntry(1);
        door.enter();
    }

    function testFuzz_EntryIsShutExactlyDuringThePause(uint64 duration, uint64 wait) public {
        duration = uint64(bound(duration, 1, 7 days));
        wait = uint64(bound(wait, 0, 8 days));
        _pause(duration);
        vm.warp(START + wait);
        if (wait < duration) _expectPaused(START + duration);
        _door.enter();
    }

    function _pause(uint64 duration) private {
        vm.prank(_guardian);
        _door.pauseEntry(duration);
    }

    function _expectPaused(uint64 until) private {
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, until));
    }

    function _expectTooSoon(uint64 notBefore) private {
        vm.expectRevert(abi.encodeWithSelector(IEntryPause.PauseTooSoon.selector, notBefore));
    }
}
