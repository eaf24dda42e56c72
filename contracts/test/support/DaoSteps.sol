// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ModelGovernor} from "../../src/ModelGovernor.sol";
import {ModelTimelock} from "../../src/ModelTimelock.sol";
import {Steps} from "./Steps.sol";

/// @notice What tests ask of a share token.
interface IVotingShares is IERC20, IVotes {}

/// @notice A released model with three holders, something on sale and an active DAO, and the steps of a
/// proposal.
abstract contract DaoSteps is Steps {
    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;
    uint8 internal constant ABSTAIN = 2;
    uint256 internal constant ALICE_SHARES = 600_000;
    uint256 internal constant BOB_SHARES = 300_000;
    uint256 internal constant CAROL_SHARES = 100_000;
    uint128 internal constant PRICE = 1 ether;

    struct Proposal {
        uint256 id;
        address[] targets;
        uint256[] values;
        bytes[] calldatas;
        string description;
    }

    address internal alice;
    address internal bob;
    address internal carol;
    uint256 internal aliceKey;
    uint64 internal model;
    IVotingShares internal shares;
    ModelGovernor internal governor;
    ModelTimelock internal timelock;

    uint256 private _proposals;

    /// @notice Deploys all and activates the DAO.
    function deployDao() internal {
        deployMarket();
        (alice, aliceKey) = person("alice");
        (bob,) = person("bob");
        (carol,) = person("carol");
        model = modelOfThree();
        sell(model, NATIVE, PRICE);
        activate();
    }

    /// @notice A released model that alice owns and whose shares she, bob and carol hold.
    function modelOfThree() internal returns (uint64 made) {
        made = registerModel(alice, noParents());
        address[] memory holders = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (holders[0], holders[1], holders[2]) = (alice, bob, carol);
        (amounts[0], amounts[1], amounts[2]) = (ALICE_SHARES, BOB_SHARES, CAROL_SHARES);
        openShares(alice, made, holders, amounts);
        releaseModel(alice, made, openTerms(0));
    }

    function activate() internal {
        shares = IVotingShares(splitter.sharesOf(model));
        vm.prank(alice);
        (address governor_, address timelock_) = dao.activate(model, alice, bob);
        governor = ModelGovernor(payable(governor_));
        timelock = ModelTimelock(payable(timelock_));
        vm.label(governor_, "governor");
        vm.label(timelock_, "timelock");
        // Votes are counted at the second before, so that the holders can propose from here on.
        pass(1);
    }

    function pass(uint256 duration) internal {
        vm.warp(block.timestamp + duration);
    }

    /// @notice A proposal of one call without coin, with a description of its own.
    function draft(address target_, bytes memory data) internal returns (Proposal memory made) {
        made.targets = new address[](1);
        made.values = new uint256[](1);
        made.calldatas = new bytes[](1);
        made.targets[0] = target_;
        made.calldatas[0] = data;
        made.description = string.concat("proposal ", vm.toString(++_proposals));
        made.id = idOf(made);
    }

    /// @notice The id as OpenZeppelin documents it: the hash of the four parts.
    function idOf(Proposal memory made) internal pure returns (uint256) {
        return uint256(
            keccak256(
                abi.encode(
                    made.targets, made.values, made.calldatas, keccak256(bytes(made.description))
                )
            )
        );
    }

    function submit(address proposer, Proposal memory made) internal {
        vm.prank(proposer);
        uint256 id = governor.propose(made.targets, made.values, made.calldatas, made.description);
        eq(id, made.id, "proposal id");
    }

    /// @notice Drafts and submits as alice.
    function propose(address target_, bytes memory data) internal returns (Proposal memory made) {
        made = draft(target_, data);
        submit(alice, made);
    }

    /// @notice Waits until votes are taken.
    function openVote() internal {
        pass(1 days + 1);
    }

    function vote(address voter, Proposal memory made, uint8 support) internal {
        vm.prank(voter);
        governor.castVote(made.id, support);
    }

    /// @notice Waits until no vote is taken any more.
    function closeVote(Proposal memory made) internal {
        vm.warp(governor.proposalDeadline(made.id) + 1);
    }

    function queue(Proposal memory made) internal {
        governor.queue(made.targets, made.values, made.calldatas, hashOf(made));
    }

    function execute(Proposal memory made) internal {
        governor.execute(made.targets, made.values, made.calldatas, hashOf(made));
    }

    function hashOf(Proposal memory made) internal pure returns (bytes32) {
        return keccak256(bytes(made.description));
    }

    /// @notice Proposes as alice and votes with all three holders up to a proposal ready to execute.
    function carry(address target_, bytes memory data) internal returns (Proposal memory made) {
        made = propose(target_, data);
        openVote();
        vote(alice, made, FOR);
        vote(bob, made, FOR);
        vote(carol, made, FOR);
        closeVote(made);
        queue(made);
        pass(2 days);
    }

    /// @notice The whole life of a proposal on which all agree.
    function enact(address target_, bytes memory data) internal {
        execute(carry(target_, data));
    }

    function stateOf(Proposal memory made) internal view returns (IGovernor.ProposalState) {
        return governor.state(made.id);
    }

    function isState(Proposal memory made, IGovernor.ProposalState expected, string memory what)
        internal
        view
    {
        eq(uint256(stateOf(made)), uint256(expected), what);
    }

    /// @notice OpenZeppelin's error for a proposal in another state than the step needs.
    function unexpectedState(Proposal memory made, IGovernor.ProposalState current, bytes32 allowed)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IGovernor.GovernorUnexpectedProposalState.selector, made.id, current, allowed
        );
    }

    function bit(IGovernor.ProposalState state_) internal pure returns (bytes32) {
        return bytes32(uint256(1) << uint8(state_));
    }
}
