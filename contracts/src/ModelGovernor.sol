// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {
    GovernorUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/GovernorUpgradeable.sol";
import {
    TimelockControllerUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {
    GovernorCountingSimpleUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorCountingSimpleUpgradeable.sol";
import {
    GovernorPreventLateQuorumUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorPreventLateQuorumUpgradeable.sol";
import {
    GovernorTimelockControlUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorTimelockControlUpgradeable.sol";
import {
    GovernorVotesUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/extensions/GovernorVotesUpgradeable.sol";
import {IModelDao} from "./interfaces/IModelDao.sol";
import {IModelGovernor} from "./interfaces/IModelGovernor.sol";

/// @title Model governor
/// @notice Votes of a model's shares on the calls that `IModelDao.isAllowedCall` lists, made by the
/// model's timelock. Times are Unix seconds, votes are shares.
/// @dev OpenZeppelin's governor with its settings as constants. The functions by which governance could
/// change or act for the governor itself (relay, updateTimelock, setLateQuorumVoteExtension) are shut
/// for everyone. Cloned by `ModelDao`, which sets each clone up in the transaction that makes it.
contract ModelGovernor is
    GovernorCountingSimpleUpgradeable,
    GovernorVotesUpgradeable,
    GovernorPreventLateQuorumUpgradeable,
    GovernorTimelockControlUpgradeable,
    IModelGovernor
{
    uint256 private constant VOTING_DELAY = 1 days;
    uint256 private constant VOTING_PERIOD = 5 days;
    uint48 private constant LATE_QUORUM_EXTENSION = 1 days;
    uint256 private constant PROPOSAL_THRESHOLD = 10_000;
    uint256 private constant QUORUM_PERCENT = 10;
    uint256 private constant QUEUE_GRACE = 14 days;

    /// @inheritdoc IModelGovernor
    address public dao;
    /// @inheritdoc IModelGovernor
    uint64 public model;
    /// @inheritdoc IModelGovernor
    mapping(uint256 proposalId => bool) public needsSupermajority;

    /// @dev The implementation itself stays empty.
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IModelGovernor
    function initialize(uint64 model_, IVotes shares, TimelockControllerUpgradeable timelock_)
        external
        initializer
    {
        __Governor_init("Signet model governor");
        __GovernorVotes_init(shares);
        __GovernorTimelockControl_init(timelock_);
        dao = msg.sender;
        model = model_;
    }

    // Settings

    /// @notice Seconds from a proposal to the moment at which votes are weighed: 1 day.
    function votingDelay() public pure override returns (uint256) {
        return VOTING_DELAY;
    }

    /// @notice Seconds that a vote lasts: 5 days.
    function votingPeriod() public pure override returns (uint256) {
        return VOTING_PERIOD;
    }

    /// @notice Votes that are needed to propose: 10,000 shares.
    function proposalThreshold() public pure override returns (uint256) {
        return PROPOSAL_THRESHOLD;
    }

    /// @notice Seconds that a vote goes on at least after its quorum was reached: 1 day.
    function lateQuorumVoteExtension() public pure override returns (uint48) {
        return LATE_QUORUM_EXTENSION;
    }

    /// @notice Votes for or abstaining that a proposal needs: 10 % of the shares at `timepoint`.
    /// @param timepoint past Unix seconds
    function quorum(uint256 timepoint) public view override returns (uint256) {
        return token().getPastTotalSupply(timepoint) * QUORUM_PERCENT / 100;
    }

    // OpenZeppelin lets governance call these on the governor itself. No proposal can name the governor;
    // they are shut for everyone all the same.

    /// @notice Always reverts: the governor makes no calls of its own.
    function relay(address, uint256, bytes calldata) public payable override {
        revert SettingsAreFixed();
    }

    /// @notice Always reverts: the extension is a constant.
    function setLateQuorumVoteExtension(uint48) public pure override {
        revert SettingsAreFixed();
    }

    /// @notice Always reverts: the timelock is the one set up.
    function updateTimelock(TimelockControllerUpgradeable) public pure override {
        revert SettingsAreFixed();
    }

    /// @notice State of a proposal; what the timelock has done counts. A decision expires when nobody
    /// queues it within 14 days after the vote, or executes it within 14 days after the delay.
    function state(uint256 proposalId)
        public
        view
        override(GovernorUpgradeable, GovernorTimelockControlUpgradeable)
        returns (ProposalState current)
    {
        current = super.state(proposalId);
        bool lapsed;
        if (current == ProposalState.Succeeded) {
            lapsed = block.timestamp > proposalDeadline(proposalId) + QUEUE_GRACE;
        } else if (current == ProposalState.Canceled) {
            // Only a pending proposal is ever cancelled; of a queued one the timelock forgot the operation.
            lapsed = proposalEta(proposalId) != 0;
        }
        if (lapsed) return ProposalState.Expired;
    }

    // Solidity asks for a choice where two parents define the same function.

    /// @notice Unix seconds of the last moment at which votes are taken, with a late extension.
    function proposalDeadline(uint256 proposalId)
        public
        view
        override(GovernorUpgradeable, GovernorPreventLateQuorumUpgradeable)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    /// @notice True: every proposal waits in the timelock.
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(GovernorUpgradeable, GovernorTimelockControlUpgradeable)
        returns (bool)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @dev Refuses what the factory does not list. Queueing and execution name a proposal by the hash of
    /// its calls, and the list never changes, so that nothing else can follow.
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        IModelDao factory = IModelDao(dao);
        uint64 governed = model;
        bool supermajority;
        for (uint256 i; i < targets.length; ++i) {
            (bool allowed, bool needed) =
                factory.isAllowedCall(governed, targets[i], values[i], calldatas[i]);
            if (!allowed) revert ProposalNotAllowed(targets[i], bytes4(calldatas[i]));
            supermajority = supermajority || needed;
        }
        if (supermajority) needsSupermajority[proposalId] = true;
    }

    /// @dev More for than against; where it is needed, at least two thirds of both together.
    function _voteSucceeded(uint256 proposalId)
        internal
        view
        override(GovernorUpgradeable, GovernorCountingSimpleUpgradeable)
        returns (bool)
    {
        (uint256 against, uint256 inFavour,) = proposalVotes(proposalId);
        if (inFavour <= against) return false;
        return !needsSupermajority[proposalId] || inFavour >= 2 * against;
    }

    function _tallyUpdated(uint256 proposalId)
        internal
        override(GovernorUpgradeable, GovernorPreventLateQuorumUpgradeable)
    {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(GovernorUpgradeable, GovernorTimelockControlUpgradeable) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor()
        internal
        view
        override(GovernorUpgradeable, GovernorTimelockControlUpgradeable)
        returns (address)
    {
        return super._executor();
    }
}
