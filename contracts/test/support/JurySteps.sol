// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProverSteps} from "./ProverSteps.sol";

/// @notice A case before the jury, and what jurors do with it.
abstract contract JurySteps is ProverSteps {
    bytes32 internal constant SALT = keccak256("salt of a vote");

    address internal ann;
    address internal bob;
    address internal dan;
    uint256 internal caseId;
    uint256 internal dispute;

    /// @notice Ann and Bob suspect, Dan contests, Ann escalates; the bounty is 10 ether.
    function setUpDispute() internal {
        setUpProvers();
        ann = prover("ann", 1 ether);
        bob = prover("bob", 1 ether);
        dan = funded("dan");
        vm.prank(modelOwner);
        provers.fundBounty{value: 10 ether}(model);
        caseId = suspect(ann, bob);
        contestBy(dan, caseId);
    }

    function openDispute() internal {
        wait(1);
        dispute = escalateBy(ann, caseId);
    }

    function voteBy(address juror, uint8 choice) internal {
        // Hashed here, so that the next call is the vote.
        bytes32 voteHash = keccak256(abi.encode(juror, dispute, choice, SALT));
        vm.prank(juror);
        court.vote(dispute, voteHash);
    }

    function revealBy(address juror, uint8 choice) internal {
        vm.prank(juror);
        court.revealVote(dispute, choice, SALT);
    }

    function toReveals() internal {
        vm.warp(court.disputeOf(dispute).commitUntil);
    }

    function toEnd() internal {
        vm.warp(court.disputeOf(dispute).revealUntil);
    }

    function courtRefuses(bytes memory error_) internal {
        vm.expectRevert(error_, address(court));
    }

    function expectCourtEvent() internal {
        vm.expectEmit(true, true, true, true, address(court));
    }
}
