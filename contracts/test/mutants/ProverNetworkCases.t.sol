// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "../support/ProverSteps.sol";
import {TestArbitrator} from "../support/TestArbitrator.sol";
import {Vm} from "../support/Vm.sol";

/// @notice Cases, stakes and credits at their bounds: the smallest and the largest amounts, and nobody.
contract ProverNetworkCasesTest is ProverSteps {
    address private _ann;
    address private _bob;
    address private _dan;

    function setUp() public {
        setUpProvers();
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
        _dan = funded("dan");
    }

    function test_TheLargestFeeIsTaken() public {
        uint256 cost = type(uint96).max;
        TestArbitrator arbitrator = new TestArbitrator();
        arbitrator.setCost(cost);
        address other = deployBuilt(
            "ProverNetwork",
            abi.encode(registry, splitter, channel, jury, arbitrator, guardian, guardianUntil)
        );
        vm.etch(address(provers), other.code);
        uint256 caseId = suspect(_ann, _bob);
        contestBy(_dan, caseId);
        vm.deal(_ann, cost);
        vm.prank(_ann);
        provers.escalate{value: cost}(caseId);
        eq(provers.caseOf(caseId).fee, cost, "fee");
        eq(address(arbitrator).balance, cost, "went on");
    }

    function test_ASingleWeiIsCreditedAndNothingIsNot() public {
        // A tenth of 10 wei is 1 wei for three leaves: none to ann's two, all of it to bob's last.
        vm.prank(modelOwner);
        provers.fundBounty{value: 10}(model);
        uint256 caseId = suspect(_ann, _bob);
        wait(3 days);
        vm.recordLogs();
        provers.finalize(caseId);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs.length, 2, "one credit and the change of the case");
        eq(logs[0].topics[0], IProverNetwork.Credited.selector, "credited");
        eq(logs[0].topics[1], bytes32(uint256(uint160(_bob))), "to bob");
        eq(logs[0].data, abi.encode(uint256(1)), "one wei");
        eq(provers.creditOf(_ann), 0, "ann");
        eq(provers.creditOf(_bob), 1, "bob");
    }

    function test_AFineOfOneWeiGoesToTheBounty() public {
        wait(1);
        vm.startPrank(address(jury));
        provers.holdStake(_ann, uint64(block.timestamp));
        expectEvent();
        emit IProverNetwork.StakeSlashed(_ann, 1);
        eq(provers.freeStake(_ann, 1, model), 1, "taken");
        vm.stopPrank();
        eq(provers.stakeOf(_ann).amount, 1 ether - 1, "stake");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 1, "bounty");
    }

    function test_NobodyIsNoParty() public {
        hostWith("host", HOST, 1 ether);
        uint256 caseId = suspect(_ann, _bob);
        contestBy(_dan, caseId);
        isFalse(provers.isParty(caseId, address(0)), "contester and host are known");
    }

    function test_AProverOfACaseNeedsItsStakeForEachReveal() public {
        // Its stake is bound already, so that only the least stake stands between it and the reveal.
        show(_ann, HOST, 0);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 1);
        commitTo(_ann, shown);
        vm.prank(_ann);
        provers.requestUnstake(1 ether - LEAST + 1);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        vm.prank(_ann);
        provers.reveal(shown);
    }
}
