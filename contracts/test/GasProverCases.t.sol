// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {JurySteps} from "./support/JurySteps.sol";

/// @notice What evidence that a host signed costs, and what a contested case costs all who take part.
contract GasProverCasesTest is JurySteps {
    address private _juror;
    address private _host;
    uint256 private _key;

    function setUp() public {
        setUpDispute();
        _juror = prover("juror", 1 ether);
        (_host, _key) = hostWith("host", keccak256("second host"), 1 ether);
        openDispute();
        // The second of its kind is measured.
        _revealWithReceipt(20);
    }

    function test_RevealWithReceipt() public {
        _revealWithReceipt(21);
        vm.snapshotGasLastCall("provers", "reveal with a receipt");
        eq(provers.hostOf(_host).slashes, 2, "slashed");
    }

    function test_ContestedCase() public {
        voteBy(_juror, 1);
        vm.snapshotGasLastCall("provers", "jury, commit a vote");
        toReveals();
        revealBy(_juror, 1);
        vm.snapshotGasLastCall("provers", "jury, reveal a vote");
        toEnd();
        court.execute(dispute);
        vm.snapshotGasLastCall("provers", "jury, execute for two provers");
        court.settle(dispute, _juror);
        vm.snapshotGasLastCall("provers", "jury, settle a juror");
        vm.prank(_juror);
        court.withdraw(_juror);
        isInState(caseId, IProverNetwork.CaseState.Upheld, "upheld");
    }

    function test_ContestAndEscalate() public {
        bytes32 other = keccak256("another host");
        show(ann, other, 10);
        show(ann, other, 11);
        uint256 second = show(bob, other, 12);
        contestBy(dan, second);
        vm.snapshotGasLastCall("provers", "contest");
        vm.prank(ann);
        provers.escalate{value: JURY_FEE}(second);
        vm.snapshotGasLastCall("provers", "escalate to the jury");
    }

    function test_FinalizeUpheld() public {
        bytes32 other = keccak256("another host");
        show(ann, other, 10);
        show(ann, other, 11);
        uint256 second = show(bob, other, 12);
        wait(3 days);
        provers.finalize(second);
        vm.snapshotGasLastCall("provers", "finalize for two provers");
    }

    function _revealWithReceipt(uint256 index) private {
        IUsageChannel.Receipt memory receipt = receiptFor(index);
        IProverNetwork.Reveal memory shown = revealOf(model, keccak256("second host"), index);
        commitTo(ann, shown);
        bytes memory signature = signed(_key, channel.receiptDigest(receipt));
        vm.prank(ann);
        provers.revealWithReceipt(shown, receipt, signature);
    }
}
