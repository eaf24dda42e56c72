// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Entry pause
/// @notice A guardian, whose office ends on a fixed date, may stop new money from entering for a short
/// time. Nothing it can do touches an exit: claims, closes, refunds and withdrawals never look here.
interface IEntryPause {
    /// @notice Entry was paused until `until` (Unix seconds).
    event EntryPaused(uint64 until);
    /// @notice Entry was opened again before the pause ran out.
    event EntryResumed();

    /// @notice Thrown when entry is paused until `until` (Unix seconds).
    error EntryIsPaused(uint64 until);
    /// @notice Thrown when the caller is not the guardian, or its office has ended.
    error NotGuardian(address caller);
    /// @notice Thrown when a new pause is asked for before `notBefore` (Unix seconds).
    error PauseTooSoon(uint64 notBefore);
    /// @notice Thrown when a pause of `duration` seconds is asked for, which is none or above 7 days.
    error PauseTooLong(uint64 duration);

    /// @notice Stops entry for `duration` seconds, 7 days at most. A new pause may begin only 30 days
    /// after the end of the last, so that pauses cannot be chained into a closure.
    function pauseEntry(uint64 duration) external;

    /// @notice Ends a pause early. Guardian only.
    function resumeEntry() external;

    /// @notice Until when entry is paused, in Unix seconds; 0 or a past time when it is not.
    function entryPausedUntil() external view returns (uint64);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice When the guardian's office ends, in Unix seconds.
    function guardianUntil() external view returns (uint64);
}
