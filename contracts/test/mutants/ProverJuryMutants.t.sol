// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JurySteps} from "../support/JurySteps.sol";

/// @notice What `npm run mutants` found that the jury's other tests let pass.
contract ProverJuryMutantsTest is JurySteps {
    function test_ATieLeavesNoWeightThatWaitsForAFee() public {
        setUpDispute();
        address eve = prover("eve", 1 ether);
        address fay = prover("fay", 1 ether);
        openDispute();
        voteBy(eve, 1);
        voteBy(fay, 2);
        toReveals();
        revealBy(eve, 1);
        revealBy(fay, 2);
        toEnd();
        court.execute(dispute);
        eq(court.disputeOf(dispute).ruling, 0, "ruling");
        eq(court.disputeOf(dispute).weightLeft, 0, "weight");
        eq(court.disputeOf(dispute).feeLeft, 0, "fee");
    }
}
