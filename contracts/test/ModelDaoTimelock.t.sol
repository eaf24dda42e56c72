// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {
    TimelockControllerUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IModelTimelock} from "../src/interfaces/IModelTimelock.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice The two days' wait, who may do what in it, and that nothing is left in the timelock.
contract ModelDaoTimelockTest is DaoSteps {
    function setUp() public {
        deployDao();
    }

    // Roles

    function test_TheGovernorAloneProposesAndCancels() public view {
        isTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)), "proposer");
        isTrue(timelock.hasRole(timelock.CANCELLER_ROLE(), address(governor)), "canceller");
        isTrue(timelock.hasRole(timelock.EXECUTOR_ROLE(), address(0)), "anyone executes");
        isTrue(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(timelock)), "itself");
        address[4] memory others = [address(dao), alice, address(this), address(0)];
        for (uint256 i; i < others.length; ++i) {
            isFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), others[i]), "admin");
            isFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), others[i]), "proposer");
            isFalse(timelock.hasRole(timelock.CANCELLER_ROLE(), others[i]), "canceller");
        }
        isFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(governor)), "governor");
    }

    function test_StrangersNeitherScheduleNorCancelNorGrant() public {
        bytes memory data = _uri("ipfs://mine");
        bytes32 proposer = timelock.PROPOSER_ROLE();
        bytes32 canceller = timelock.CANCELLER_ROLE();
        vm.startPrank(alice);
        vm.expectRevert(_missing(alice, proposer));
        timelock.schedule(address(registry), 0, data, 0, 0, 2 days);
        vm.expectRevert(_missing(alice, proposer));
        timelock.scheduleBatch(new address[](0), new uint256[](0), new bytes[](0), 0, 0, 2 days);
        vm.expectRevert(_missing(alice, canceller));
        timelock.cancel(0);
        vm.expectRevert(_missing(alice, 0));
        timelock.grantRole(proposer, alice);
        vm.expectRevert(_missing(alice, 0));
        timelock.revokeRole(proposer, address(governor));
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockControllerUpgradeable.TimelockUnauthorizedCaller.selector, alice
            )
        );
        timelock.updateDelay(0);
        vm.stopPrank();
    }

    function test_TheDelayStaysWhateverIsStored() public {
        // No proposal gets here; even so the delay is a constant.
        vm.prank(address(timelock));
        timelock.updateDelay(0);
        eq(timelock.getMinDelay(), 172_800, "delay");
    }

    // Time

    function test_NothingIsExecutedBeforeTwoDays() public {
        Proposal memory made = _queued();
        bytes32 operation = _operation(made);
        vm.warp(governor.proposalEta(made.id) - 1);
        bytes memory waiting = abi.encodeWithSelector(
            TimelockControllerUpgradeable.TimelockUnexpectedOperationState.selector,
            operation,
            bytes32(uint256(1) << 2)
        );
        vm.expectRevert(waiting);
        execute(made);
        pass(1);
        execute(made);
        isState(made, IGovernor.ProposalState.Executed, "executed");
    }

    function test_NothingIsExecutedUnqueued() public {
        Proposal memory made = propose(address(registry), _uri("ipfs://new"));
        bytes32 queued = bit(IGovernor.ProposalState.Queued);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Pending, queued));
        execute(made);
        openVote();
        vote(alice, made, FOR);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Active, queued));
        execute(made);
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Active, bit(IGovernor.ProposalState.Succeeded)
            )
        );
        queue(made);
        closeVote(made);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Succeeded, queued));
        execute(made);
    }

    function test_NothingIsExecutedTwice() public {
        Proposal memory made = _ready();
        execute(made);
        bytes32 queued = bit(IGovernor.ProposalState.Queued);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Executed, queued));
        execute(made);
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Executed, bit(IGovernor.ProposalState.Succeeded)
            )
        );
        queue(made);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Executed, 0));
        vm.prank(alice);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
        bytes32 salt = _salt(made);
        bytes memory notReady = abi.encodeWithSelector(
            TimelockControllerUpgradeable.TimelockUnexpectedOperationState.selector,
            _operation(made),
            bytes32(uint256(1) << 2)
        );
        vm.expectRevert(notReady);
        timelock.executeBatch(made.targets, made.values, made.calldatas, 0, salt);
    }

    function test_AnyonePushesTheButton() public {
        Proposal memory made = _ready();
        vm.prank(account("stranger"));
        execute(made);
        eq(keccak256(bytes(registry.uriOf(model))), keccak256("ipfs://new"), "uri");
    }

    function test_TheTimelockCanBeExecutedDirectly() public {
        Proposal memory made = _ready();
        bytes32 salt = _salt(made);
        vm.prank(account("stranger"));
        timelock.executeBatch(made.targets, made.values, made.calldatas, 0, salt);
        isState(made, IGovernor.ProposalState.Executed, "executed");
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Executed, bit(IGovernor.ProposalState.Queued)
            )
        );
        execute(made);
    }

    function test_ASingleCallCannotBeExecutedBesideTheQueue() public {
        Proposal memory made = _ready();
        bytes32 salt = _salt(made);
        bytes32 single = timelock.hashOperation(made.targets[0], 0, made.calldatas[0], 0, salt);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockControllerUpgradeable.TimelockUnexpectedOperationState.selector,
                single,
                bytes32(uint256(1) << 2)
            )
        );
        timelock.execute(made.targets[0], 0, made.calldatas[0], 0, salt);
    }

    // Lapse

    function test_ADecisionThatNobodyQueuesExpires() public {
        Proposal memory made = propose(address(registry), _uri("ipfs://new"));
        openVote();
        vote(alice, made, FOR);
        uint256 last = governor.proposalDeadline(made.id) + 1_209_600;
        vm.warp(last);
        isState(made, IGovernor.ProposalState.Succeeded, "the last second");
        vm.warp(last + 1);
        isState(made, IGovernor.ProposalState.Expired, "expired");
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Expired, bit(IGovernor.ProposalState.Succeeded)
            )
        );
        queue(made);
        _refusesCancel(made, alice);
        vm.warp(last);
        queue(made);
    }

    function test_ADecisionThatNobodyExecutesExpires() public {
        Proposal memory made = _queued();
        uint256 last = governor.proposalEta(made.id) + 1_209_600;
        vm.warp(last + 1);
        isState(made, IGovernor.ProposalState.Expired, "expired");
        bytes32 queued = bit(IGovernor.ProposalState.Queued);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Expired, queued));
        execute(made);
        bytes32 salt = _salt(made);
        bytes memory notReady = abi.encodeWithSelector(
            TimelockControllerUpgradeable.TimelockUnexpectedOperationState.selector,
            _operation(made),
            bytes32(uint256(1) << 2)
        );
        vm.expectRevert(notReady);
        timelock.executeBatch(made.targets, made.values, made.calldatas, 0, salt);
        isFalse(timelock.isOperationPending(_operation(made)), "not pending");
        // It comes back neither by the queue nor by the vote.
        vm.expectRevert(
            unexpectedState(
                made, IGovernor.ProposalState.Expired, bit(IGovernor.ProposalState.Succeeded)
            )
        );
        queue(made);
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Expired, 0));
        vm.prank(alice);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
        vm.warp(last);
        isState(made, IGovernor.ProposalState.Queued, "the last second");
        execute(made);
        // What was done stays done.
        pass(365 days);
        isState(made, IGovernor.ProposalState.Executed, "executed");
        isTrue(timelock.isOperationDone(_operation(made)), "done");
    }

    // Cancelling

    function test_TheProposerCancelsBeforeTheVote() public {
        Proposal memory made = propose(address(registry), _uri("ipfs://new"));
        _refusesCancel(made, bob);
        vm.prank(alice);
        governor.cancel(made.targets, made.values, made.calldatas, hashOf(made));
        isState(made, IGovernor.ProposalState.Canceled, "cancelled");
        // It does not come back.
        vm.expectRevert(unexpectedState(made, IGovernor.ProposalState.Canceled, 0));
        vm.prank(bob);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
    }

    function test_NobodyCancelsOnceTheVoteRuns() public {
        Proposal memory made = propose(address(registry), _uri("ipfs://new"));
        openVote();
        _refusesCancel(made, alice);
        vote(alice, made, FOR);
        closeVote(made);
        _refusesCancel(made, alice);
        queue(made);
        _refusesCancel(made, alice);
        pass(2 days);
        execute(made);
        _refusesCancel(made, alice);
    }

    function test_ANamedProposerCannotBeForestalled() public {
        Proposal memory made = draft(address(registry), _uri("ipfs://new"));
        made.description = string.concat("for bob #proposer=", vm.toString(bob));
        made.id = idOf(made);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, alice)
        );
        vm.prank(alice);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
        submit(bob, made);
    }

    // Money

    function test_TheTimelockTakesNoMoney() public {
        vm.deal(address(this), 10);
        (bool sent, bytes memory reason) = address(timelock).call{value: 1}("");
        isFalse(sent, "coin");
        eq(bytes32(reason), bytes32(IModelTimelock.TakesNoMoney.selector), "reason");
        vm.expectRevert(IModelTimelock.TakesNoMoney.selector);
        timelock.onERC721Received(alice, alice, 1, "");
        vm.expectRevert(IModelTimelock.TakesNoMoney.selector);
        timelock.onERC1155Received(alice, alice, 1, 1, "");
        vm.expectRevert(IModelTimelock.TakesNoMoney.selector);
        timelock.onERC1155BatchReceived(alice, alice, new uint256[](0), new uint256[](0), "");
    }

    function test_TheGovernorTakesNoMoney() public {
        vm.deal(address(this), 10);
        (bool sent, bytes memory reason) = address(governor).call{value: 1}("");
        isFalse(sent, "coin");
        eq(bytes32(reason), bytes32(IGovernor.GovernorDisabledDeposit.selector), "reason");
        vm.expectRevert(IGovernor.GovernorDisabledDeposit.selector);
        governor.onERC721Received(alice, alice, 1, "");
    }

    function test_CoinSentAlongIsRefused() public {
        Proposal memory made = _ready();
        vm.deal(address(this), 10);
        bytes32 salt = _salt(made);
        bytes32 description = hashOf(made);
        vm.expectRevert(IModelTimelock.TakesNoMoney.selector);
        governor.execute{value: 1}(made.targets, made.values, made.calldatas, description);
        vm.expectRevert(IModelTimelock.TakesNoMoney.selector);
        timelock.executeBatch{value: 1}(made.targets, made.values, made.calldatas, 0, salt);
        execute(made);
        eq(address(timelock).balance + address(governor).balance, 0, "nothing is left");
    }

    function _uri(string memory uri) private view returns (bytes memory) {
        return abi.encodeCall(IModelRegistry.setUri, (model, uri));
    }

    function _queued() private returns (Proposal memory made) {
        made = propose(address(registry), _uri("ipfs://new"));
        openVote();
        vote(alice, made, FOR);
        closeVote(made);
        queue(made);
    }

    function _ready() private returns (Proposal memory made) {
        made = _queued();
        pass(2 days);
    }

    /// @dev OpenZeppelin's salt: the governor's address, left-aligned, over the description's hash.
    function _salt(Proposal memory made) private view returns (bytes32) {
        return bytes32(bytes20(address(governor))) ^ hashOf(made);
    }

    function _operation(Proposal memory made) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(made.targets, made.values, made.calldatas, bytes32(0), _salt(made))
            );
    }

    function _missing(address caller, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role
        );
    }

    function _refusesCancel(Proposal memory made, address caller) private {
        bytes32 description = hashOf(made);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, made.id, caller)
        );
        vm.prank(caller);
        governor.cancel(made.targets, made.values, made.calldatas, description);
    }
}
