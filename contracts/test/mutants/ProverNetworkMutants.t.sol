// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ProverSteps} from "../support/ProverSteps.sol";

/// @notice What `npm run mutants` found that the prover network's other tests let pass.
contract ProverNetworkMutantsTest is ProverSteps {
    address private _ann;
    address private _bob;

    function setUp() public {
        setUpProvers();
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
    }

    function test_ACaseBeforeTheArbitratorIsOpenAndTakesNoFingerprint() public {
        uint256 caseId = suspect(_ann, _bob);
        contestBy(funded("dan"), caseId);
        vm.warp(block.timestamp + 2 days);
        escalateBy(_ann, caseId);
        eq(provers.openCaseOf(model, HOST), caseId, "open");
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_bob, shown);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, caseId, IProverNetwork.CaseState.Escalated
            )
        );
        vm.prank(_bob);
        provers.reveal(shown);
    }

    function test_StakeThatLeavesShowsNothingAnyMore() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 0);
        IUsageChannel.Receipt memory receipt = receiptFor(0);
        commitTo(_ann, shown);
        vm.startPrank(_ann);
        provers.requestUnstake(1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, 0, LEAST));
        provers.revealWithReceipt(shown, receipt, "");
    }
}
