// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Optimistic oracle
/// @notice What an asserter needs of UMA's OptimisticOracleV3: a statement with a bond is taken as true
/// unless somebody disputes it with a bond in time; then UMA's token holders decide.
interface IOptimisticOracleV3 {
    /// @notice Makes a statement. The oracle pulls `bond` from the caller, which has approved it.
    /// @param claim the statement, in UTF-8
    /// @param asserter who gets the bond back
    /// @param callbackRecipient who is told of disputes and the result; must not revert
    /// @param escalationManager zero for UMA's own rules
    /// @param liveness seconds in which the statement can be disputed
    /// @param currency ERC-20 of the bond, on UMA's list
    /// @param bond `getMinimumBond(currency)` at least, in the token's smallest unit
    /// @param identifier kind of question for UMA's voters
    /// @param domainId zero when it belongs to none
    function assertTruth(
        bytes calldata claim,
        address asserter,
        address callbackRecipient,
        address escalationManager,
        uint64 liveness,
        address currency,
        uint256 bond,
        bytes32 identifier,
        bytes32 domainId
    ) external returns (bytes32 assertionId);

    /// @notice Least bond in a currency, in its smallest unit.
    function getMinimumBond(address currency) external view returns (uint256);

    /// @notice The kind of question whether a statement is true.
    function defaultIdentifier() external view returns (bytes32);
}

/// @title Recipient of an optimistic oracle's callbacks
/// @notice What the oracle tells whom an asserter names.
interface IOptimisticOracleV3Recipient {
    /// @notice A statement was found true, or not. Oracle only.
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external;

    /// @notice A statement was disputed. Oracle only.
    function assertionDisputedCallback(bytes32 assertionId) external;
}
