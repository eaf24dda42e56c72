// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {JurySteps} from "../support/JurySteps.sol";

/// @notice What a dispute holds when the two sides weigh the same.
contract ProverJuryTieTest is JurySteps {
    function test_ATieLeavesNothingForAnybody() public {
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
        eq(court.disputeOf(dispute).ruling, 0, "a refusal");
        eq(court.disputeOf(dispute).forContester, 1 ether, "as much on the one side");
        eq(court.disputeOf(dispute).forProvers, 1 ether, "as on the other");
        eq(court.disputeOf(dispute).weightLeft, 0, "nobody voted with it");
        eq(court.disputeOf(dispute).feeLeft, 0, "the fee went back");
    }
}
