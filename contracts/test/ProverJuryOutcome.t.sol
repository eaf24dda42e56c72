// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverJury} from "../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {JurySteps} from "./support/JurySteps.sol";

/// @notice Takes coin only when told to, and then tries to take more.
contract StubbornJuror {
    IProverJury private immutable _court;
    bool private _accepts;

    constructor(IProverJury court) {
        _court = court;
    }

    receive() external payable {
        if (!_accepts) revert();
        try _court.withdraw(address(this)) returns (uint256) {
            revert();
        } catch {}
    }

    function act(address target, bytes calldata call_) external payable {
        (bool done, bytes memory answer) = target.call{value: msg.value}(call_);
        if (!done) assembly ("memory-safe") { revert(add(answer, 32), mload(answer)) }
    }

    function accept() external {
        _accepts = true;
    }
}

/// @notice What becomes of votes, fees and stakes.
contract ProverJuryOutcomeTest is JurySteps {
    address private _eve;
    address private _fay;
    address private _gus;

    function setUp() public {
        setUpDispute();
        _eve = prover("eve", 2 ether);
        _fay = prover("fay", 1 ether);
        _gus = prover("gus", 0.5 ether);
        openDispute();
    }

    function test_TheHeavierSideWinsAndSharesTheFee() public {
        _vote(_eve, 1);
        _vote(_fay, 1);
        _vote(_gus, 2);
        _reveal(_eve, 1);
        _reveal(_fay, 1);
        _reveal(_gus, 2);
        uint64 end = court.disputeOf(dispute).revealUntil;
        vm.warp(end - 1);
        courtRefuses(abi.encodeWithSelector(IProverJury.WindowNotOpen.selector, end));
        court.execute(dispute);
        courtRefuses(abi.encodeWithSelector(IProverJury.NotExecuted.selector, dispute));
        court.settle(dispute, _eve);
        vm.warp(end);
        expectCourtEvent();
        emit IProverJury.Ruled(dispute, 1, 3 ether, 0.5 ether);
        court.execute(dispute);
        isInState(caseId, IProverNetwork.CaseState.Upheld, "the provers were right");
        eq(court.disputeOf(dispute).ruling, 1, "ruling");
        courtRefuses(abi.encodeWithSelector(IProverJury.AlreadyExecuted.selector, dispute));
        court.execute(dispute);

        // Two thirds of 0.05 ether to eve, the rest to fay, nothing to gus, whose stake is whole.
        expectCourtEvent();
        emit IProverJury.Credited(_eve, 33_333_333_333_333_333);
        expectCourtEvent();
        emit IProverJury.JurorSettled(dispute, _eve, 33_333_333_333_333_333, 0);
        court.settle(dispute, _eve);
        expectCourtEvent();
        emit IProverJury.JurorSettled(dispute, _gus, 0, 0);
        court.settle(dispute, _gus);
        court.settle(dispute, _fay);
        eq(court.creditOf(_fay), 16_666_666_666_666_667, "fay");
        eq(court.creditOf(_gus), 0, "gus");
        eq(court.disputeOf(dispute).feeLeft, 0, "no dust");
        eq(court.disputeOf(dispute).weightLeft, 0, "nobody left");
        _isFree(_eve, 2 ether);
        _isFree(_fay, 1 ether);
        _isFree(_gus, 0.5 ether);
        courtRefuses(abi.encodeWithSelector(IProverJury.NothingToSettle.selector, dispute, _eve));
        court.settle(dispute, _eve);
        courtRefuses(abi.encodeWithSelector(IProverJury.NothingToSettle.selector, dispute, dan));
        court.settle(dispute, dan);
    }

    function test_TheOrderOfSettlingDoesNotChangeMoreThanAWei() public {
        _vote(_eve, 1);
        _vote(_fay, 1);
        _reveal(_eve, 1);
        _reveal(_fay, 1);
        toEnd();
        court.execute(dispute);
        court.settle(dispute, _fay);
        court.settle(dispute, _eve);
        eq(court.creditOf(_fay), 16_666_666_666_666_666, "fay");
        eq(court.creditOf(_eve), 33_333_333_333_333_334, "eve");
    }

    function test_TheContestersSideCanWin() public {
        _vote(_eve, 2);
        _vote(_fay, 1);
        _reveal(_eve, 2);
        _reveal(_fay, 1);
        toEnd();
        court.execute(dispute);
        isInState(caseId, IProverNetwork.CaseState.Dismissed, "the contester was right");
        eq(provers.creditOf(dan), BOND + LOSS, "bond and half of what the provers lost");
        court.settle(dispute, _eve);
        court.settle(dispute, _fay);
        eq(court.creditOf(_eve), JURY_FEE, "all of the fee");
        eq(court.creditOf(_fay), 0, "none");
    }

    function test_StakeWeighsNotHeads() public {
        _vote(_eve, 2);
        _vote(_fay, 1);
        _vote(_gus, 1);
        _reveal(_eve, 2);
        _reveal(_fay, 1);
        _reveal(_gus, 1);
        toEnd();
        court.execute(dispute);
        eq(court.disputeOf(dispute).ruling, 2, "2 ether against 1.5");
    }

    function test_ATieIsARefusalAndTheFeeGoesBack() public {
        prover("hal", 1 ether);
        dispute = _anotherDispute();
        voteBy(_fay, 1);
        voteBy(account("hal"), 2);
        voteBy(_gus, 1);
        toReveals();
        revealBy(_fay, 1);
        revealBy(account("hal"), 2);
        toEnd();
        expectCourtEvent();
        emit IProverJury.Ruled(dispute, 0, 1 ether, 1 ether);
        court.execute(dispute);
        eq(court.creditOf(bob), JURY_FEE, "the fee went back to who paid it");
        court.settle(dispute, _fay);
        court.settle(dispute, account("hal"));
        court.settle(dispute, _gus);
        eq(court.creditOf(_fay) + court.creditOf(account("hal")), 0, "nobody was right");
        _isFree(_fay, 1 ether);
        _isFree(_gus, 0.475 ether);
    }

    function test_NobodyVotedIsARefusal() public {
        toEnd();
        expectCourtEvent();
        emit IProverJury.Ruled(dispute, 0, 0, 0);
        expectCourtEvent();
        emit IProverJury.Credited(ann, JURY_FEE);
        court.execute(dispute);
        isInState(caseId, IProverNetwork.CaseState.Dismissed, "refused");
        eq(provers.creditOf(dan), BOND, "the bond came back");
        eq(provers.stakeOf(ann).amount, 1 ether, "no loss");
        eq(court.creditOf(ann), JURY_FEE, "the fee went back to who paid it");
        eq(court.disputeOf(dispute).feeLeft, 0, "nothing is left");
    }

    function test_ASilentJurorLosesFivePercentToTheBounty() public {
        _vote(_eve, 1);
        _vote(_fay, 2);
        _reveal(_fay, 2);
        toEnd();
        court.execute(dispute);
        (uint256 before,) = provers.bountyOf(model);
        expectCourtEvent();
        emit IProverJury.JurorSettled(dispute, _eve, 0, 0.1 ether);
        court.settle(dispute, _eve);
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty - before, 0.1 ether, "to the bounty");
        eq(court.creditOf(_fay), 0, "not before settling");
        court.settle(dispute, _fay);
        eq(court.creditOf(_fay), JURY_FEE, "the fee only");
        _isFree(_eve, 1.9 ether);
        eq(address(provers).balance, provers.held(), "balance");
    }

    function test_AFineTakesWhatIsLeft() public {
        _vote(_eve, 1);
        // Meanwhile other juries take nearly all of it.
        vm.startPrank(address(jury));
        provers.holdStake(_eve, uint64(block.timestamp + 1));
        provers.freeStake(_eve, 2 ether - 7, model);
        vm.stopPrank();
        toEnd();
        court.execute(dispute);
        expectCourtEvent();
        emit IProverJury.JurorSettled(dispute, _eve, 0, 7);
        court.settle(dispute, _eve);
        _isFree(_eve, 0);
    }

    function test_ALateDecisionLetsJurorsGoAndChangesNothing() public {
        _vote(_eve, 1);
        _reveal(_eve, 1);
        wait(90 days);
        provers.finalize(caseId);
        isInState(caseId, IProverNetwork.CaseState.Dismissed, "closed for silence");
        court.execute(dispute);
        isInState(caseId, IProverNetwork.CaseState.Dismissed, "stays closed");
        eq(provers.upheldAgainst(HOST), 0, "no tag");
        court.settle(dispute, _eve);
        eq(court.creditOf(_eve), JURY_FEE, "the work is paid");
        _isFree(_eve, 2 ether);
    }

    function test_ALateRefusalStillGivesTheFeeBack() public {
        wait(90 days);
        provers.finalize(caseId);
        court.execute(dispute);
        eq(court.creditOf(ann), JURY_FEE, "the fee");
    }

    function test_TwoDisputesAreApart() public {
        uint256 first = dispute;
        _vote(_eve, 1);
        uint256 second = _anotherDispute();
        eq(second, 2, "the second");
        dispute = second;
        _vote(_eve, 2);
        eq(provers.stakeOf(_eve).openCases, 2, "held by both");
        toReveals();
        _reveal(_eve, 2);
        toEnd();
        court.execute(second);
        court.execute(first);
        eq(court.disputeOf(first).ruling, 0, "nobody revealed in the first");
        eq(court.disputeOf(second).ruling, 2, "the second");
        court.settle(second, _eve);
        court.settle(first, _eve);
        eq(court.creditOf(_eve), JURY_FEE, "one fee");
        _isFree(_eve, 1.9 ether);
        isInState(caseId, IProverNetwork.CaseState.Dismissed, "refused");
    }

    function test_CreditIsPaidToWhomItsOwnerNames() public {
        toEnd();
        court.execute(dispute);
        courtRefuses(abi.encodeWithSelector(IProverJury.PaymentRefused.selector, address(0)));
        vm.prank(ann);
        court.withdraw(address(0));
        address to = account("cold wallet");
        expectCourtEvent();
        emit IProverJury.Withdrawn(ann, to, JURY_FEE);
        vm.prank(ann);
        eq(court.withdraw(to), JURY_FEE, "amount");
        eq(to.balance, JURY_FEE, "paid");
        eq(court.held(), 0, "held");
        courtRefuses(abi.encodeWithSelector(IProverJury.NothingToWithdraw.selector));
        vm.prank(ann);
        court.withdraw(to);
    }

    function test_WhoRefusesCoinLosesNothingAndGainsNothing() public {
        StubbornJuror juror = new StubbornJuror(court);
        toEnd();
        court.execute(dispute);
        vm.expectRevert(abi.encodeWithSelector(IProverJury.PaymentRefused.selector, address(juror)));
        vm.prank(ann);
        court.withdraw(address(juror));
        eq(court.creditOf(ann), JURY_FEE, "still there");
        juror.accept();
        vm.prank(ann);
        court.withdraw(address(juror));
        eq(address(juror).balance, JURY_FEE, "once");
        eq(court.held(), 0, "held");
    }

    function test_TheJuryTakesNoPlainPayments() public {
        vm.deal(address(this), 1 ether);
        (bool done,) = address(court).call{value: 1}("");
        isFalse(done, "refused");
    }

    function testFuzz_TheFeeIsSharedToTheWei(uint96[4] memory weights, uint8 choices) public {
        address[4] memory jurors;
        for (uint256 i = 0; i < 4; ++i) {
            weights[i] = uint96(bound(weights[i], LEAST, 900_000 ether));
            jurors[i] = prover(string.concat("juror ", vm.toString(i)), weights[i]);
        }
        uint256 first = dispute;
        dispute = _anotherDispute();
        isTrue(dispute != first, "stakes are older than this one");
        uint256[3] memory sums;
        for (uint256 i = 0; i < 4; ++i) {
            uint8 choice = 1 + ((choices >> i) & 1);
            voteBy(jurors[i], choice);
            sums[choice] += weights[i];
        }
        toReveals();
        for (uint256 i = 0; i < 4; ++i) {
            revealBy(jurors[i], 1 + ((choices >> i) & 1));
        }
        toEnd();
        court.execute(dispute);
        uint8 expected = sums[1] > sums[2] ? 1 : sums[2] > sums[1] ? 2 : 0;
        eq(court.disputeOf(dispute).ruling, expected, "ruling");
        uint256 paid = court.creditOf(bob);
        for (uint256 i = 0; i < 4; ++i) {
            court.settle(dispute, jurors[i]);
            uint256 got = court.creditOf(jurors[i]);
            paid += got;
            if (expected == 0 || 1 + ((choices >> i) & 1) != expected) {
                eq(got, 0, "nothing for the others");
            } else {
                uint256 exact = (JURY_FEE * weights[i]) / sums[expected];
                atMost(got, exact + 4, "its share");
                atLeast(got + 4, exact, "its share");
            }
            _isFree(jurors[i], weights[i]);
        }
        eq(paid, JURY_FEE, "all of the fee, and no more");
    }

    /// @dev A second case, whose provers are others, escalated by bob; later than every stake so far.
    function _anotherDispute() private returns (uint256) {
        bytes32 host = keccak256("another host");
        show(bob, host, 10);
        show(bob, host, 11);
        address ivy = account("ivy");
        if (provers.stakeOf(ivy).amount == 0) prover("ivy", 1 ether);
        uint256 second = show(ivy, host, 12);
        contestBy(dan, second);
        wait(1);
        return escalateBy(bob, second);
    }

    function _vote(address juror, uint8 choice) private {
        voteBy(juror, choice);
    }

    function _reveal(address juror, uint8 choice) private {
        if (block.timestamp < court.disputeOf(dispute).commitUntil) toReveals();
        revealBy(juror, choice);
    }

    function _isFree(address juror, uint256 stake) private view {
        eq(provers.stakeOf(juror).openCases, 0, "free");
        eq(provers.stakeOf(juror).amount, stake, "stake");
    }
}
