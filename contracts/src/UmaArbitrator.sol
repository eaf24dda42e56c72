// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IArbitrable} from "./interfaces/IArbitrable.sol";
import {IArbitrator} from "./interfaces/IArbitrator.sol";
import {
    IOptimisticOracleV3,
    IOptimisticOracleV3Recipient
} from "./interfaces/IOptimisticOracleV3.sol";
import {IProverNetwork} from "./interfaces/IProverNetwork.sol";
import {IUmaArbitrator} from "./interfaces/IUmaArbitrator.sol";

/// @title UMA arbitrator
/// @notice The arbitrator for chains on which UMA's optimistic oracle lives. It holds no money.
/// @dev Any number of assertions may be open on a dispute, so that nobody can block the true one by
/// asserting an untrue one first. UMA settles no assertion whose callback reverts, and the bond would
/// hang with it; the callbacks therefore refuse nobody but strangers.
contract UmaArbitrator is IUmaArbitrator, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Dispute {
        uint256 caseId;
        bool isRuled;
        uint8 ruling;
    }

    struct Assertion {
        uint248 dispute;
        uint8 ruling;
    }

    /// @notice Highest ruling.
    uint8 private constant _LAST_RULING = 2;
    /// @notice Longest evidence text, in bytes.
    uint256 private constant _LONGEST_TEXT = 512;

    /// @notice UMA's oracle on this chain.
    IOptimisticOracleV3 public immutable oracle;
    /// @notice ERC-20 of the bonds.
    IERC20 public immutable currency;
    /// @notice The network whose cases are ruled on.
    IProverNetwork public immutable provers;
    /// @notice Time in which an assertion can be disputed, in seconds.
    uint64 public immutable liveness;

    /// @inheritdoc IUmaArbitrator
    uint256 public disputeCount;
    /// @inheritdoc IUmaArbitrator
    mapping(uint256 dispute => Dispute) public disputeOf;
    mapping(bytes32 assertionId => Assertion) private _assertions;

    /// @param liveness_ seconds in which an assertion can be disputed
    constructor(
        IOptimisticOracleV3 oracle_,
        IERC20 currency_,
        IProverNetwork provers_,
        uint64 liveness_
    ) {
        oracle = oracle_;
        currency = currency_;
        provers = provers_;
        liveness = liveness_;
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData)
        external
        payable
        returns (uint256 dispute)
    {
        if (msg.sender != address(provers)) revert NotProvers(msg.sender);
        if (choices != _LAST_RULING) revert BadChoices(choices);
        if (msg.value != 0) revert WrongFee(0, msg.value);
        dispute = ++disputeCount;
        uint256 caseId = abi.decode(extraData, (uint256));
        disputeOf[dispute].caseId = caseId;
        emit DisputeOpened(dispute, caseId);
    }

    /// @inheritdoc IUmaArbitrator
    function assertRuling(uint256 dispute, uint8 ruling, string calldata evidence)
        external
        nonReentrant
        returns (bytes32 assertionId)
    {
        if (_known(dispute).isRuled) revert AlreadyRuled(dispute);
        string memory claim = claimOf(dispute, ruling, evidence);
        uint256 bond = oracle.getMinimumBond(address(currency));
        currency.safeTransferFrom(msg.sender, address(this), bond);
        currency.forceApprove(address(oracle), bond);
        assertionId = oracle.assertTruth(
            bytes(claim),
            msg.sender,
            address(this),
            address(0),
            liveness,
            address(currency),
            bond,
            oracle.defaultIdentifier(),
            0
        );
        // A dispute counts from 1, so its number fits.
        _assertions[assertionId] = Assertion({dispute: uint248(dispute), ruling: ruling});
        emit RulingAsserted(dispute, assertionId, msg.sender, ruling, bond, claim);
    }

    /// @inheritdoc IOptimisticOracleV3Recipient
    function assertionResolvedCallback(bytes32 assertionId, bool assertedTruthfully) external {
        (uint256 dispute, uint8 ruling) = _asserted(assertionId);
        Dispute storage d = disputeOf[dispute];
        if (!assertedTruthfully) {
            emit AssertionRejected(dispute, assertionId);
            return;
        }
        // A second ruling, or one on a case that was closed for want of one, changes nothing.
        if (d.isRuled) return;
        d.isRuled = true;
        d.ruling = ruling;
        emit Ruled(dispute, assertionId, ruling);
        if (provers.caseOf(d.caseId).state == IProverNetwork.CaseState.Escalated) {
            IArbitrable(address(provers)).rule(dispute, ruling);
        }
    }

    /// @inheritdoc IOptimisticOracleV3Recipient
    function assertionDisputedCallback(bytes32 assertionId) external {
        (uint256 dispute,) = _asserted(assertionId);
        emit AssertionDisputed(dispute, assertionId);
    }

    /// @inheritdoc IArbitrator
    /// @dev Who asserts pays the bond, not who escalates.
    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IUmaArbitrator
    function claimOf(uint256 dispute, uint8 ruling, string calldata evidence)
        public
        view
        returns (string memory)
    {
        if (ruling > _LAST_RULING) revert BadRuling(ruling);
        if (bytes(evidence).length > _LONGEST_TEXT) revert TextTooLong(bytes(evidence).length);
        IProverNetwork.Case memory c = provers.caseOf(_known(dispute).caseId);
        return string.concat(
            "In dispute ",
            Strings.toString(dispute),
            " of the prover network ",
            Strings.toHexString(address(provers)),
            " on chain ",
            Strings.toString(block.chainid),
            " about model ",
            Strings.toString(c.model),
            " and the host whose base URL has the hash ",
            Strings.toHexString(uint256(c.host), 32),
            ", ",
            _meaning(ruling),
            " Evidence: ",
            evidence
        );
    }

    function _asserted(bytes32 assertionId) private view returns (uint256 dispute, uint8 ruling) {
        if (msg.sender != address(oracle)) revert NotOracle(msg.sender);
        Assertion storage made = _assertions[assertionId];
        (dispute, ruling) = (made.dispute, made.ruling);
        if (dispute == 0) revert UnknownAssertion(assertionId);
    }

    function _known(uint256 dispute) private view returns (Dispute storage d) {
        if (dispute == 0 || dispute > disputeCount) revert UnknownDispute(dispute);
        d = disputeOf[dispute];
    }

    function _meaning(uint8 ruling) private pure returns (string memory) {
        if (ruling == 1) return "the host served the model as the provers' transcripts show.";
        if (ruling == 2) return "the host did not serve the model as the provers claim.";
        return "the evidence does not tell whether the host served the model.";
    }
}
