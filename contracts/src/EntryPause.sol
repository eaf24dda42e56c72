// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPause} from "./interfaces/IEntryPause.sol";

/// @title Entry pause
/// @notice Base of every contract that takes new money or new registrations. `whenEntryOpen` stands on
/// entries only; an exit that carried it would be a bug.
abstract contract EntryPause is IEntryPause {
    /// @notice Longest pause, in seconds.
    uint64 private constant _LONGEST_PAUSE = 7 days;
    /// @notice Least time between the end of a pause and the next, in seconds.
    uint64 private constant _REST = 30 days;

    /// @inheritdoc IEntryPause
    address public immutable guardian;
    /// @inheritdoc IEntryPause
    uint64 public immutable guardianUntil;

    // One word holds the whole state: the end of the last pause is also where the rest begins.
    uint64 private _pausedUntil;

    /// @notice Reverts while entry is paused.
    modifier whenEntryOpen() {
        _requireEntryOpen();
        _;
    }

    /// @param guardian_ who may pause; the zero address for nobody
    /// @param guardianUntil_ when the office ends, in Unix seconds
    constructor(address guardian_, uint64 guardianUntil_) {
        guardian = guardian_;
        guardianUntil = guardianUntil_;
    }

    /// @inheritdoc IEntryPause
    function pauseEntry(uint64 duration) external {
        _requireGuardian();
        if (duration == 0 || duration > _LONGEST_PAUSE) revert PauseTooLong(duration);
        uint64 last = _pausedUntil;
        if (last != 0 && block.timestamp < last + _REST) revert PauseTooSoon(last + _REST);
        uint64 until = uint64(block.timestamp) + duration;
        _pausedUntil = until;
        emit EntryPaused(until);
    }

    /// @inheritdoc IEntryPause
    /// @dev Does nothing when entry is open, so that a late call cannot move the rest period.
    function resumeEntry() external {
        _requireGuardian();
        if (block.timestamp >= _pausedUntil) return;
        _pausedUntil = uint64(block.timestamp);
        emit EntryResumed();
    }

    /// @inheritdoc IEntryPause
    function entryPausedUntil() external view returns (uint64) {
        return _pausedUntil;
    }

    function _requireEntryOpen() private view {
        uint64 until = _pausedUntil;
        if (block.timestamp < until) revert EntryIsPaused(until);
    }

    function _requireGuardian() private view {
        if (msg.sender != guardian || block.timestamp >= guardianUntil) {
            revert NotGuardian(msg.sender);
        }
    }
}
