// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "./IArbitrator.sol";
import {IOptimisticOracleV3Recipient} from "./IOptimisticOracleV3.sol";

/// @title UMA arbitrator
/// @notice Stands between the prover network and UMA's optimistic oracle: anyone may assert a ruling
/// with UMA's bond, and the first assertion that UMA finds true is the ruling. Bonds never lie here.
interface IUmaArbitrator is IArbitrator, IOptimisticOracleV3Recipient {
    /// @notice A dispute waits for a ruling to be asserted.
    event DisputeOpened(uint256 indexed dispute, uint256 indexed caseId);
    /// @notice A ruling was asserted with a bond of `bond`, in the currency's smallest unit.
    event RulingAsserted(
        uint256 indexed dispute,
        bytes32 indexed assertionId,
        address indexed asserter,
        uint8 ruling,
        uint256 bond,
        string claim
    );
    /// @notice Somebody disputed an asserted ruling; UMA's voters decide.
    event AssertionDisputed(uint256 indexed dispute, bytes32 indexed assertionId);
    /// @notice An asserted ruling was found untrue; another may be asserted.
    event AssertionRejected(uint256 indexed dispute, bytes32 indexed assertionId);
    /// @notice A dispute was decided.
    event Ruled(uint256 indexed dispute, bytes32 indexed assertionId, uint8 ruling);

    /// @notice Thrown when the caller is not the prover network.
    error NotProvers(address caller);
    /// @notice Thrown when the caller is not the oracle.
    error NotOracle(address caller);
    /// @notice Thrown when a dispute is not about two choices.
    error BadChoices(uint256 choices);
    /// @notice Thrown when coin is sent; a dispute costs nothing here.
    error WrongFee(uint256 expected, uint256 sent);
    /// @notice Thrown when there is no such dispute.
    error UnknownDispute(uint256 dispute);
    /// @notice Thrown when a dispute was decided before.
    error AlreadyRuled(uint256 dispute);
    /// @notice Thrown when a ruling is above 2.
    error BadRuling(uint8 ruling);
    /// @notice Thrown when a text has more than 512 bytes.
    error TextTooLong(uint256 sizeBytes);
    /// @notice Thrown when the oracle names an assertion that was not made here.
    error UnknownAssertion(bytes32 assertionId);

    /// @notice Asserts a ruling with UMA's least bond, which the caller has approved to this contract and
    /// gets back from UMA when the assertion is found true.
    /// @param ruling 1 the provers are right, 2 the contester is, 0 neither can be said
    /// @param evidence where voters find what to judge by; UTF-8, 512 bytes at most
    function assertRuling(uint256 dispute, uint8 ruling, string calldata evidence)
        external
        returns (bytes32 assertionId);

    /// @notice The statement that UMA's voters would judge.
    function claimOf(uint256 dispute, uint8 ruling, string calldata evidence)
        external
        view
        returns (string memory);

    /// @notice Number of disputes; they count from 1.
    function disputeCount() external view returns (uint256);

    /// @notice A dispute: its case, and its ruling once decided.
    function disputeOf(uint256 dispute)
        external
        view
        returns (uint256 caseId, bool isRuled, uint8 ruling);
}
