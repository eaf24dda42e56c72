// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "./support/ProverSteps.sol";

/// @notice How class B cases begin, grow, lapse and are upheld without a contest.
contract ProverCasesTest is ProverSteps {
    address private _ann;
    address private _bob;
    address private _cy;
    uint256 private _first;

    function setUp() public {
        setUpProvers();
        _first = caseNumber(HOST, 0);
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
        _cy = prover("cy", 1 ether);
        vm.prank(modelOwner);
        provers.fundBounty{value: 10 ether}(model);
    }

    function test_TheFirstFingerprintBeginsACase() public {
        eq(provers.openCaseOf(model, HOST), 0, "none yet");
        uint64 deadline = uint64(block.timestamp + 7 days);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 0);
        commitTo(_ann, shown);
        expectEvent();
        emit IProverNetwork.CaseChanged(
            _first, model, HOST, IProverNetwork.CaseState.Gathering, deadline
        );
        vm.prank(_ann);
        eq(provers.reveal(shown), _first, "id");
        IProverNetwork.Case memory c = provers.caseOf(_first);
        eq(c.model, model, "model");
        eq(c.host, HOST, "host");
        isInState(_first, IProverNetwork.CaseState.Gathering, "state");
        eq(c.deadline, deadline, "deadline");
        eq(c.leaves, 1, "leaves");
        eq(c.provers, 1, "provers");
        eq(c.contester, address(0), "contester");
        eq(provers.openCaseOf(model, HOST), _first, "open");
        eq(provers.stakeOf(_ann).openCases, 1, "stake held");
        isTrue(provers.isParty(_first, _ann), "a party");
        isFalse(provers.isParty(_first, _bob), "no party");
    }

    function test_ThreeLeavesOfOneProverAreNoSuspicion() public {
        for (uint256 i = 0; i < 4; ++i) {
            show(_ann, HOST, i);
        }
        isInState(_first, IProverNetwork.CaseState.Gathering, "one word is not enough");
        eq(provers.stakeOf(_ann).openCases, 1, "held once");
        show(_bob, HOST, 4);
        isInState(_first, IProverNetwork.CaseState.Suspected, "two words are");
    }

    function test_TwoLeavesOfTwoProversAreNoSuspicion() public {
        show(_ann, HOST, 0);
        show(_bob, HOST, 1);
        isInState(_first, IProverNetwork.CaseState.Gathering, "two leaves");
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 2);
        commitTo(_bob, shown);
        expectEvent();
        emit IProverNetwork.CaseChanged(
            _first,
            model,
            HOST,
            IProverNetwork.CaseState.Suspected,
            uint64(block.timestamp + 3 days)
        );
        vm.prank(_bob);
        provers.reveal(shown);
    }

    function test_OthersJoinASuspicionUntilItsEnd() public {
        uint256 caseId = suspect(_ann, _bob);
        uint64 deadline = provers.caseOf(caseId).deadline;
        vm.warp(deadline - 1);
        eq(show(_cy, HOST, 3), caseId, "joined");
        eq(provers.caseOf(caseId).deadline, deadline, "joining gains no time");
        eq(provers.caseOf(caseId).leaves, 4, "leaves");
        eq(provers.caseOf(caseId).provers, 3, "provers");
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 4);
        commitTo(_cy, shown);
        vm.warp(deadline);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowClosed.selector, deadline));
        vm.prank(_cy);
        provers.reveal(shown);
    }

    function test_AnUncontestedSuspicionIsUpheldAndPaidByLeaves() public {
        uint256 caseId = suspect(_ann, _bob);
        uint64 deadline = provers.caseOf(caseId).deadline;
        refuses(abi.encodeWithSelector(IProverNetwork.WindowOpen.selector, deadline));
        provers.finalize(caseId);
        vm.warp(deadline - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowOpen.selector, deadline));
        provers.finalize(caseId);
        vm.warp(deadline);
        // A tenth of 10 ether for three leaves: two thirds and the rest.
        expectEvent();
        emit IProverNetwork.Credited(_ann, 666_666_666_666_666_666);
        expectEvent();
        emit IProverNetwork.Credited(_bob, 333_333_333_333_333_334);
        expectEvent();
        emit IProverNetwork.CaseChanged(caseId, model, HOST, IProverNetwork.CaseState.Upheld, 0);
        provers.finalize(caseId);
        eq(provers.creditOf(_ann), 666_666_666_666_666_666, "ann");
        eq(provers.creditOf(_bob), 333_333_333_333_333_334, "bob");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 9 ether, "bounty");
        eq(provers.held(), 13 ether, "nothing left the contract");
        eq(provers.upheldAgainst(HOST), 1, "tag");
        eq(provers.openCaseOf(model, HOST), 0, "closed");
        eq(provers.stakeOf(_ann).openCases, 0, "stake free");
        eq(provers.caseOf(caseId).deadline, 0, "for ever");
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, caseId, IProverNetwork.CaseState.Upheld
            )
        );
        provers.finalize(caseId);
    }

    function test_WithoutABountyThereIsATagAndNoPay() public {
        vm.prank(modelOwner);
        provers.setReward(model, 0);
        uint256 caseId = suspect(_ann, _bob);
        wait(3 days);
        provers.finalize(caseId);
        eq(provers.creditOf(_ann), 0, "no pay");
        eq(provers.upheldAgainst(HOST), 1, "tag");
    }

    function test_TheOwnerMayPromiseTheWholeBounty() public {
        vm.prank(modelOwner);
        provers.setReward(model, 1_000_000);
        uint256 caseId = suspect(_ann, _bob);
        wait(3 days);
        provers.finalize(caseId);
        eq(provers.creditOf(_ann) + provers.creditOf(_bob), 10 ether, "all");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 0, "nothing left");
    }

    function test_AGatheringLapses() public {
        uint256 caseId = show(_ann, HOST, 0);
        uint64 deadline = provers.caseOf(caseId).deadline;
        vm.warp(deadline - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowOpen.selector, deadline));
        provers.finalize(caseId);
        vm.warp(deadline);
        expectEvent();
        emit IProverNetwork.CaseChanged(caseId, model, HOST, IProverNetwork.CaseState.Dismissed, 0);
        provers.finalize(caseId);
        eq(provers.stakeOf(_ann).openCases, 0, "stake free");
        eq(provers.upheldAgainst(HOST), 0, "no tag");
        eq(provers.creditOf(_ann), 0, "no pay");
        eq(provers.stakeOf(_ann).amount, 1 ether, "no loss");
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, caseId, IProverNetwork.CaseState.Dismissed
            )
        );
        provers.finalize(caseId);
    }

    function test_ALapsedGatheringDoesNotCountForTheNext() public {
        show(_ann, HOST, 0);
        show(_ann, HOST, 1);
        wait(7 days);
        uint256 second = show(_bob, HOST, 2);
        eq(second, caseNumber(HOST, 1), "a new case");
        isInState(_first, IProverNetwork.CaseState.Dismissed, "closed on the way");
        isInState(second, IProverNetwork.CaseState.Gathering, "begun anew");
        eq(provers.stakeOf(_ann).openCases, 0, "ann is free");
        eq(provers.stakeOf(_bob).openCases, 1, "bob is held");
        eq(provers.openCaseOf(model, HOST), second, "open");
    }

    function test_AfterAnEndANewCaseMayBegin() public {
        suspect(_ann, _bob);
        wait(3 days);
        provers.finalize(_first);
        uint256 second = caseNumber(HOST, 1);
        eq(show(_ann, HOST, 5), second, "second case");
        show(_bob, HOST, 6);
        eq(show(_cy, HOST, 7), second, "still the second");
        wait(3 days);
        provers.finalize(second);
        uint256 third = show(_cy, HOST, 8);
        eq(third, caseNumber(HOST, 2), "third case");
        eq(provers.openCaseOf(model, HOST), third, "open");
        isInState(_first, IProverNetwork.CaseState.Upheld, "the first is kept");
        isInState(second, IProverNetwork.CaseState.Upheld, "the second too");
        eq(provers.caseOf(_first).later, 2, "two came after the first");
        eq(provers.caseOf(second).later, 0, "counted there only");
        eq(provers.caseOf(second).leaves, 3, "leaves of its own");
        eq(provers.upheldAgainst(HOST), 2, "tags");
    }

    function test_CasesOfOtherHostsAndModelsAreApart() public {
        uint64 other = bankModel();
        show(_ann, HOST, 0);
        bytes32 anotherHost = keccak256("another host");
        eq(show(_ann, anotherHost, 1), caseNumber(anotherHost, 0), "another host");
        IProverNetwork.Reveal memory shown = revealOf(other, HOST, 2);
        commitTo(_ann, shown);
        vm.prank(_ann);
        eq(
            provers.reveal(shown),
            uint256(keccak256(abi.encode(other, HOST, uint32(0)))),
            "another model"
        );
        eq(provers.stakeOf(_ann).openCases, 3, "held by three");
    }

    function test_StakeMustCoverEveryCaseItStandsFor() public {
        address low = prover("low", LEAST);
        show(low, HOST, 0);
        show(low, keccak256("second"), 1);
        IProverNetwork.Reveal memory shown = revealOf(model, keccak256("third"), 2);
        commitTo(low, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST, 3 * LOSS));
        vm.prank(low);
        provers.reveal(shown);
        // A case that holds it already takes more fingerprints.
        show(low, HOST, 3);
        vm.prank(low);
        provers.stake{value: LOSS}();
        vm.prank(low);
        provers.reveal(shown);
        eq(provers.stakeOf(low).openCases, 3, "three");
    }

    function test_StakeInACaseCannotLeave() public {
        uint256 caseId = suspect(_ann, _bob);
        vm.prank(_ann);
        provers.requestUnstake(1 ether);
        wait(7 days);
        refuses(abi.encodeWithSelector(IProverNetwork.HeldByCase.selector));
        vm.prank(_ann);
        provers.unstake();
        provers.finalize(caseId);
        vm.prank(_ann);
        provers.unstake();
        eq(provers.stakeOf(_ann).amount, 0, "left");
    }

    function test_ACaseTakesSixteenProvers() public {
        for (uint256 i = 0; i < 16; ++i) {
            show(prover(string.concat("prover ", vm.toString(i)), LEAST), HOST, i);
        }
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 16);
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.CaseFull.selector, _first));
        vm.prank(_ann);
        provers.reveal(shown);
        // One who is in may go on.
        show(account("prover 15"), HOST, 17);
        eq(provers.caseOf(_first).leaves, 17, "leaves");
        wait(3 days);
        provers.finalize(_first);
        // 1 ether over 17 leaves is 58,823,529,411,764,705 and 15/17 wei each: rounded down while 15 wei
        // are fewer than the leaves left, up from then on.
        eq(provers.creditOf(account("prover 1")), 58_823_529_411_764_705, "one leaf, early");
        eq(provers.creditOf(account("prover 2")), 58_823_529_411_764_706, "one leaf, later");
        eq(provers.creditOf(account("prover 15")), 117_647_058_823_529_412, "two leaves");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 9 ether, "bounty");
    }

    function test_UnknownCasesAreNothing() public {
        bytes memory unknown = abi.encodeWithSelector(
            IProverNetwork.WrongState.selector, 77, IProverNetwork.CaseState.None
        );
        refuses(unknown);
        provers.finalize(77);
        vm.startPrank(_ann);
        refuses(unknown);
        provers.contest{value: BOND}(77, 0);
        refuses(unknown);
        provers.escalate{value: JURY_FEE}(77);
        vm.stopPrank();
        isFalse(provers.isParty(77, _ann), "nobody is party");
    }

    function testFuzz_PayAddsUpToTheReward(uint96 bounty, uint32 ppm, uint256 more) public {
        bounty = uint96(bound(bounty, 1, 900_000 ether));
        ppm = uint32(bound(ppm, 0, 1_000_000));
        more = bound(more, 0, 12);
        vm.startPrank(modelOwner);
        provers.fundBounty{value: bounty}(model);
        provers.setReward(model, ppm);
        vm.stopPrank();
        uint256 caseId = suspect(_ann, _bob);
        for (uint256 i = 0; i < more; ++i) {
            show(i % 3 == 0 ? _bob : _cy, HOST, 3 + i);
        }
        wait(3 days);
        uint256 held = provers.held();
        provers.finalize(caseId);
        uint256 reward = ((10 ether + uint256(bounty)) * ppm) / 1_000_000;
        uint256 paid = provers.creditOf(_ann) + provers.creditOf(_bob) + provers.creditOf(_cy);
        eq(paid, reward, "to the wei");
        (uint256 left,) = provers.bountyOf(model);
        eq(left, 10 ether + uint256(bounty) - reward, "bounty");
        eq(provers.held(), held, "held");
        uint256 leaves = 3 + more;
        eq(provers.creditOf(_ann), (reward * 2) / leaves, "ann's two leaves");
    }
}
