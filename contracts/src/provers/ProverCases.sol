// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IProverNetwork} from "../interfaces/IProverNetwork.sol";
import {ProverFunds} from "./ProverFunds.sol";

/// @title Prover cases
/// @notice The part of the prover network that leads class B cases from the first fingerprint to a
/// ruling.
abstract contract ProverCases is ProverFunds, IArbitrable {
    /// @notice Distinct fingerprints that make a suspicion.
    uint32 public constant LEAVES_NEEDED = 3;
    /// @notice Distinct provers that make a suspicion.
    uint32 public constant PROVERS_NEEDED = 2;
    /// @notice Most provers of a case, so that closing it is bounded.
    uint32 public constant MOST_PROVERS = 16;
    /// @notice Time from the first fingerprint in which a suspicion must form, in seconds.
    uint64 public constant GATHERING_TIME = 7 days;
    /// @notice Time in which a suspicion can be contested or joined, in seconds.
    uint64 public constant CONTEST_TIME = 3 days;
    /// @notice Time in which a contested case can be taken to the arbitrator, in seconds.
    uint64 public constant ESCALATION_TIME = 3 days;
    /// @notice Time that the arbitrator has, in seconds.
    uint64 public constant RULING_TIME = 90 days;
    /// @notice Bond of a contest, in wei.
    uint96 public constant BOND = 0.2 ether;

    struct Party {
        address prover;
        uint96 leaves;
    }

    /// @notice Who rules on escalated cases.
    IArbitrator public immutable arbitrator;

    mapping(uint256 caseId => Case) private _cases;
    mapping(uint256 caseId => mapping(uint256 position => Party)) private _parties;
    mapping(uint256 disputeId => uint256) private _caseOfDispute;
    /// @inheritdoc IProverNetwork
    mapping(bytes32 host => uint32) public upheldAgainst;

    constructor(IArbitrator arbitrator_) {
        arbitrator = arbitrator_;
    }

    /// @inheritdoc IProverNetwork
    function contest(uint256 caseId, bytes32 evidenceHash) external payable {
        Case storage c = _cases[caseId];
        _requireOpen(caseId, c, CaseState.Suspected);
        if (msg.value != BOND) revert WrongBond(BOND, msg.value);
        if (_isProver(caseId, c.provers, msg.sender)) revert OwnHost(msg.sender);
        c.contester = msg.sender;
        c.bond = BOND;
        held += BOND;
        emit CaseContested(caseId, msg.sender, evidenceHash);
        _move(caseId, c, CaseState.Contested, uint64(block.timestamp) + ESCALATION_TIME);
    }

    /// @inheritdoc IProverNetwork
    function escalate(uint256 caseId) external payable nonReentrant {
        Case storage c = _cases[caseId];
        _requireOpen(caseId, c, CaseState.Contested);
        if (!_isProver(caseId, c.provers, msg.sender)) revert NotProver(caseId, msg.sender);
        bytes memory extraData = abi.encode(caseId);
        uint256 cost = arbitrator.arbitrationCost(extraData);
        if (msg.value != cost || cost > type(uint96).max) revert WrongBond(cost, msg.value);
        c.escalator = msg.sender;
        c.fee = uint96(cost);
        _move(caseId, c, CaseState.Escalated, uint64(block.timestamp) + RULING_TIME);
        uint256 disputeId = arbitrator.createDispute{value: cost}(2, extraData);
        c.disputeId = disputeId;
        _caseOfDispute[disputeId] = caseId;
    }

    /// @inheritdoc IProverNetwork
    function finalize(uint256 caseId) external {
        Case storage c = _cases[caseId];
        CaseState state = c.state;
        if (state < CaseState.Gathering || state > CaseState.Escalated) {
            revert WrongState(caseId, state);
        }
        uint64 deadline = c.deadline;
        if (block.timestamp < deadline) revert WindowOpen(deadline);
        if (state == CaseState.Suspected) _uphold(caseId, c);
        else _dismiss(caseId, c);
    }

    /// @inheritdoc IArbitrable
    /// @dev What is not a ruling for either side counts as a refusal, so that no case hangs on it.
    function rule(uint256 disputeId, uint256 ruling) external {
        if (msg.sender != address(arbitrator)) revert NotArbitrator(msg.sender);
        uint256 caseId = _caseOfDispute[disputeId];
        Case storage c = _cases[caseId];
        if (c.state != CaseState.Escalated) revert WrongState(caseId, c.state);
        if (ruling == 1) _uphold(caseId, c);
        else if (ruling == 2) _punish(caseId, c);
        else _dismiss(caseId, c);
    }

    /// @inheritdoc IProverNetwork
    function isParty(uint256 caseId, address account) external view returns (bool) {
        Case storage c = _cases[caseId];
        return account == c.contester || account == hostById[c.host]
            || _isProver(caseId, c.provers, account);
    }

    /// @inheritdoc IProverNetwork
    function caseOf(uint256 caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @inheritdoc IProverNetwork
    function openCaseOf(uint64 model, bytes32 host) external view returns (uint256) {
        (, uint256 caseId) = _latest(model, host);
        return _isFinal(_cases[caseId].state) ? 0 : caseId;
    }

    /// @dev Adds one fingerprint to the open case of model and host, or begins one.
    function _join(uint64 model, bytes32 host, address prover) internal returns (uint256 caseId) {
        Case storage first;
        (first, caseId) = _latest(model, host);
        Case storage c = _cases[caseId];
        CaseState state = c.state;
        uint64 deadline = c.deadline;
        bool isOver = block.timestamp >= deadline;
        if (state == CaseState.Gathering && isOver) {
            _dismiss(caseId, c);
            state = CaseState.Dismissed;
        }
        if (_isFinal(state)) {
            if (state != CaseState.None) {
                caseId = _idOf(model, host, ++first.later);
                c = _cases[caseId];
            }
            c.model = model;
            c.host = host;
            _move(caseId, c, CaseState.Gathering, uint64(block.timestamp) + GATHERING_TIME);
        } else if (state == CaseState.Suspected) {
            if (isOver) revert WindowClosed(deadline);
        } else if (state != CaseState.Gathering) {
            revert WrongState(caseId, state);
        }
        _addLeaf(caseId, c, prover);
        if (
            c.state == CaseState.Gathering && c.leaves >= LEAVES_NEEDED
                && c.provers >= PROVERS_NEEDED
        ) _move(caseId, c, CaseState.Suspected, uint64(block.timestamp) + CONTEST_TIME);
    }

    function _addLeaf(uint256 caseId, Case storage c, address prover) private {
        uint32 count = c.provers;
        ++c.leaves;
        for (uint256 i = 0; i < count; ++i) {
            Party storage party = _parties[caseId][i];
            if (party.prover == prover) {
                ++party.leaves;
                return;
            }
        }
        if (count == MOST_PROVERS) revert CaseFull(caseId);
        _bindStake(prover);
        _parties[caseId][count] = Party({prover: prover, leaves: 1});
        c.provers = count + 1;
    }

    /// @dev The provers were right: the bounty's reward is theirs, and of a bond, what the escalator paid
    /// comes back first and the rest goes half to them, half to the bounty.
    function _uphold(uint256 caseId, Case storage c) private {
        uint64 model = c.model;
        uint128 pot = _rewardOf(model);
        _takeBounty(model, pot);
        uint128 bond = c.bond;
        if (bond != 0) {
            uint128 refund = c.fee < bond ? c.fee : bond;
            _credit(c.escalator, refund);
            uint128 half = (bond - refund) / 2;
            pot += half;
            _addBounty(model, bond - refund - half);
        }
        ++upheldAgainst[c.host];
        uint256 leavesLeft = c.leaves;
        uint256 count = c.provers;
        for (uint256 i = 0; i < count; ++i) {
            Party memory party = _parties[caseId][i];
            // What is left over what is left: the last prover gets all of the rest, to the wei.
            uint128 part = uint128((uint256(pot) * party.leaves) / leavesLeft);
            pot -= part;
            leavesLeft -= party.leaves;
            _unbindStake(party.prover);
            _credit(party.prover, part);
        }
        _move(caseId, c, CaseState.Upheld, 0);
    }

    /// @dev Nobody was shown right or wrong: the bond goes back and nothing is lost.
    function _dismiss(uint256 caseId, Case storage c) private {
        _credit(c.contester, c.bond);
        uint256 count = c.provers;
        for (uint256 i = 0; i < count; ++i) {
            _unbindStake(_parties[caseId][i].prover);
        }
        _move(caseId, c, CaseState.Dismissed, 0);
    }

    /// @dev The contester was right: its bond comes back with half of what the provers lose.
    function _punish(uint256 caseId, Case storage c) private {
        uint128 lost = 0;
        uint256 count = c.provers;
        for (uint256 i = 0; i < count; ++i) {
            address prover = _parties[caseId][i].prover;
            _unbindStake(prover);
            lost += _slash(prover, FALSE_CASE_LOSS);
        }
        uint128 half = lost / 2;
        _credit(c.contester, c.bond + half);
        _addBounty(c.model, lost - half);
        _move(caseId, c, CaseState.Dismissed, 0);
    }

    function _move(uint256 caseId, Case storage c, CaseState state, uint64 deadline) private {
        c.state = state;
        c.deadline = deadline;
        emit CaseChanged(caseId, c.model, c.host, state, deadline);
    }

    function _requireOpen(uint256 caseId, Case storage c, CaseState expected) private view {
        if (c.state != expected) revert WrongState(caseId, c.state);
        if (block.timestamp >= c.deadline) revert WindowClosed(c.deadline);
    }

    function _isProver(uint256 caseId, uint256 count, address account) private view returns (bool) {
        for (uint256 i = 0; i < count; ++i) {
            if (_parties[caseId][i].prover == account) return true;
        }
        return false;
    }

    /// @dev The first case of model and host, which need not exist, and the id of the last.
    function _latest(uint64 model, bytes32 host)
        private
        view
        returns (Case storage first, uint256 caseId)
    {
        caseId = _idOf(model, host, 0);
        first = _cases[caseId];
        uint32 later = first.later;
        if (later != 0) caseId = _idOf(model, host, later);
    }

    function _idOf(uint64 model, bytes32 host, uint32 round) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(model, host, round)));
    }

    function _isFinal(CaseState state) private pure returns (bool) {
        return state == CaseState.None || state > CaseState.Escalated;
    }
}
