// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverJury} from "../../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "./ProverSteps.sol";

/// @notice Who takes part in a random walk through the prover network, and what it owes to whom.
abstract contract ProverBooks is ProverSteps {
    uint256 internal constant PROVERS = 5;
    uint256 internal constant HOSTS = 2;
    uint256 internal constant MODELS = 2;
    uint256 internal constant PEOPLE = PROVERS + HOSTS + 2;

    struct Leaf {
        uint64 model;
        uint256 index;
    }

    /// @notice Provers first, then hosts, then two who contest and fund.
    address[PEOPLE] internal people;
    uint256[HOSTS] internal hostKeys;
    bytes32[HOSTS] internal hostIds;
    uint64[MODELS] internal models;
    uint256[] internal cases;
    uint256[] internal disputes;
    mapping(uint256 caseId => bool) internal isKnown;
    mapping(uint256 caseId => bool) internal isClosed;
    mapping(uint256 caseId => mapping(address => uint256)) internal leavesIn;
    mapping(uint64 of_ => uint256) internal shownOf;
    Leaf[] internal burnt;

    /// @notice All that the books say must be in the network.
    function owed() public view returns (uint256 sum) {
        sum = credits() + stakes();
        for (uint256 i = 0; i < HOSTS; ++i) {
            sum += provers.hostOf(people[PROVERS + i]).collateral;
        }
        for (uint256 i = 0; i < MODELS; ++i) {
            sum += bountyOf(models[i]);
        }
        for (uint256 i = 0; i < cases.length; ++i) {
            if (isClosed[cases[i]]) continue;
            IProverNetwork.Case memory c = provers.caseOf(cases[i]);
            if (c.state >= IProverNetwork.CaseState.Contested) sum += c.bond;
        }
    }

    /// @notice All that the books say must be with the jury.
    function owedByCourt() public view returns (uint256 sum) {
        for (uint256 i = 0; i < PROVERS; ++i) {
            sum += court.creditOf(people[i]);
        }
        for (uint256 i = 0; i < disputes.length; ++i) {
            sum += court.disputeOf(disputes[i]).feeLeft;
        }
    }

    /// @notice How many cases and juries hold a person's stake, by the cases and votes themselves.
    function holdsOn(address who) public view returns (uint256 sum) {
        for (uint256 i = 0; i < cases.length; ++i) {
            IProverNetwork.CaseState state = provers.caseOf(cases[i]).state;
            if (state <= IProverNetwork.CaseState.Escalated && leavesIn[cases[i]][who] != 0) {
                ++sum;
            }
        }
        for (uint256 i = 0; i < disputes.length; ++i) {
            IProverJury.Vote memory v = court.voteOf(disputes[i], who);
            if (v.voteHash != 0 && !v.settled) ++sum;
        }
    }

    /// @notice Credit of all people in the network.
    function credits() public view returns (uint256 sum) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            sum += provers.creditOf(people[i]);
        }
    }

    /// @notice Stakes of all people in the network; only provers have any.
    function stakes() public view returns (uint256 sum) {
        for (uint256 i = 0; i < PROVERS; ++i) {
            sum += provers.stakeOf(people[i]).amount;
        }
    }

    function personAt(uint256 position) external view returns (address) {
        return people[position];
    }

    function network_() external view returns (address, address) {
        return (address(provers), address(court));
    }

    function bountyOf(uint64 of_) public view returns (uint256 amount) {
        (amount,) = provers.bountyOf(of_);
    }

    /// @dev A case is only ever closed with every wei of it accounted for: what people are credited is
    /// what left the bounty, the bond and the slashed stakes.
    function _closes(uint256 caseId, uint256 creditBefore, uint256 stakeBefore, uint256 bounty)
        internal
        view
    {
        IProverNetwork.Case memory c = provers.caseOf(caseId);
        uint256 paid = credits() - creditBefore;
        uint256 lost = stakeBefore - stakes();
        eq(
            paid + bountyOf(c.model),
            bounty + c.bond + lost,
            "a case pays out what it was given, no more and no less"
        );
        atMost(paid, bounty + c.bond + lost, "I8");
        if (c.state == IProverNetwork.CaseState.Upheld) eq(lost, 0, "no stake is lost");
        else atLeast(bountyOf(c.model), bounty, "no bounty is earned");
    }
}
