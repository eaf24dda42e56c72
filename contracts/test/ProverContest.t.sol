// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "./support/ProverSteps.sol";
import {TestArbitrator} from "./support/TestArbitrator.sol";

/// @notice Contests, escalation and rulings, with an arbitrator that says what it is told.
contract ProverContestTest is ProverSteps {
    address private _ann;
    address private _bob;
    address private _dan;
    TestArbitrator private _arbitrator;
    uint256 private _caseId;

    function setUp() public {
        setUpProvers();
        // The same network with an arbitrator at hand in the place of the jury, at the address that the
        // splitter knows.
        _arbitrator = new TestArbitrator();
        address other = deployBuilt(
            "ProverNetwork",
            abi.encode(registry, splitter, channel, jury, _arbitrator, guardian, guardianUntil)
        );
        vm.etch(address(provers), other.code);
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
        _dan = funded("dan");
        vm.prank(modelOwner);
        provers.fundBounty{value: 10 ether}(model);
        _caseId = suspect(_ann, _bob);
    }

    function test_AContestPutsUpABond() public {
        uint64 deadline = uint64(block.timestamp + 3 days);
        expectEvent();
        emit IProverNetwork.CaseContested(_caseId, _dan, keccak256("counter evidence"));
        expectEvent();
        emit IProverNetwork.CaseChanged(
            _caseId, model, HOST, IProverNetwork.CaseState.Contested, deadline
        );
        contestBy(_dan, _caseId);
        IProverNetwork.Case memory c = provers.caseOf(_caseId);
        eq(c.contester, _dan, "contester");
        eq(c.bond, BOND, "bond");
        eq(c.deadline, deadline, "deadline");
        eq(provers.held(), 12 ether + BOND, "held");
        isTrue(provers.isParty(_caseId, _dan), "a party");
    }

    function test_RefusesAWrongBond() public {
        vm.startPrank(_dan);
        refuses(abi.encodeWithSelector(IProverNetwork.WrongBond.selector, BOND, BOND - 1));
        provers.contest{value: BOND - 1}(_caseId, 0);
        refuses(abi.encodeWithSelector(IProverNetwork.WrongBond.selector, BOND, BOND + 1));
        provers.contest{value: BOND + 1}(_caseId, 0);
        refuses(abi.encodeWithSelector(IProverNetwork.WrongBond.selector, BOND, 0));
        provers.contest(_caseId, 0);
        vm.stopPrank();
    }

    function test_ProversDoNotContestThemselves() public {
        refuses(abi.encodeWithSelector(IProverNetwork.OwnHost.selector, _bob));
        contestBy(_bob, _caseId);
    }

    function test_OnlySuspicionsInTimeAreContested() public {
        uint64 deadline = provers.caseOf(_caseId).deadline;
        vm.warp(deadline);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowClosed.selector, deadline));
        contestBy(_dan, _caseId);
        vm.warp(deadline - 1);
        contestBy(_dan, _caseId);
        bytes memory contested = abi.encodeWithSelector(
            IProverNetwork.WrongState.selector, _caseId, IProverNetwork.CaseState.Contested
        );
        refuses(contested);
        contestBy(modelOwner, _caseId);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        refuses(contested);
        vm.prank(_ann);
        provers.reveal(shown);
    }

    function test_AContestThatNobodyTakesFurtherIsDismissed() public {
        contestBy(_dan, _caseId);
        uint64 deadline = provers.caseOf(_caseId).deadline;
        vm.warp(deadline - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowOpen.selector, deadline));
        provers.finalize(_caseId);
        vm.warp(deadline);
        expectEvent();
        emit IProverNetwork.Credited(_dan, BOND);
        provers.finalize(_caseId);
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "dismissed");
        _nothingLostBy(_dan, BOND);
        eq(provers.upheldAgainst(HOST), 0, "no tag");
    }

    function test_AProverEscalatesForTheExactFee() public {
        contestBy(_dan, _caseId);
        _arbitrator.setCost(0.03 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.NotProver.selector, _caseId, _dan));
        vm.prank(_dan);
        provers.escalate{value: 0.03 ether}(_caseId);
        refuses(
            abi.encodeWithSelector(IProverNetwork.WrongBond.selector, 0.03 ether, 0.03 ether + 1)
        );
        _escalate(_ann, 0.03 ether + 1);
        refuses(
            abi.encodeWithSelector(IProverNetwork.WrongBond.selector, 0.03 ether, 0.03 ether - 1)
        );
        _escalate(_ann, 0.03 ether - 1);
        uint64 deadline = uint64(block.timestamp + 90 days);
        expectEvent();
        emit IProverNetwork.CaseChanged(
            _caseId, model, HOST, IProverNetwork.CaseState.Escalated, deadline
        );
        _escalate(_ann, 0.03 ether);
        IProverNetwork.Case memory c = provers.caseOf(_caseId);
        eq(c.escalator, _ann, "escalator");
        eq(c.fee, 0.03 ether, "fee");
        eq(c.disputeId, 0, "the first dispute of this arbitrator");
        eq(address(_arbitrator).balance, 0.03 ether, "the fee went on");
        eq(provers.held(), 12 ether + BOND, "not held here");
        eq(_arbitrator.lastChoices(), 2, "choices");
        eq(_arbitrator.lastExtraData(), abi.encode(_caseId), "what it is about");
    }

    function test_OnlyContestedCasesInTimeAreEscalated() public {
        bytes memory suspected = abi.encodeWithSelector(
            IProverNetwork.WrongState.selector, _caseId, IProverNetwork.CaseState.Suspected
        );
        refuses(suspected);
        _escalate(_ann, 0);
        contestBy(_dan, _caseId);
        uint64 deadline = provers.caseOf(_caseId).deadline;
        vm.warp(deadline);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowClosed.selector, deadline));
        _escalate(_ann, 0);
        vm.warp(deadline - 1);
        _escalate(_bob, 0);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, _caseId, IProverNetwork.CaseState.Escalated
            )
        );
        _escalate(_ann, 0);
    }

    function test_AFeeThatNoChainHasIsRefused() public {
        contestBy(_dan, _caseId);
        uint256 cost = uint256(type(uint96).max) + 1;
        _arbitrator.setCost(cost);
        vm.deal(_ann, cost);
        refuses(abi.encodeWithSelector(IProverNetwork.WrongBond.selector, cost, cost));
        _escalate(_ann, cost);
    }

    function test_ARulingForTheProversPaysThemOutOfBountyAndBond() public {
        _toArbitrator(0.05 ether);
        // Of the bond of 0.2, ann's fee of 0.05 comes back; half of 0.15 joins the reward of 1 ether.
        expectEvent();
        emit IProverNetwork.Credited(_ann, 0.05 ether);
        expectEvent();
        emit IProverNetwork.Credited(_ann, 716_666_666_666_666_666);
        expectEvent();
        emit IProverNetwork.Credited(_bob, 358_333_333_333_333_334);
        expectEvent();
        emit IProverNetwork.CaseChanged(_caseId, model, HOST, IProverNetwork.CaseState.Upheld, 0);
        _arbitrator.rule(network, 0, 1);
        eq(provers.creditOf(_ann), 766_666_666_666_666_666, "ann");
        eq(provers.creditOf(_bob), 358_333_333_333_333_334, "bob");
        eq(provers.creditOf(_dan), 0, "dan");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 9.075 ether, "bounty");
        eq(provers.held(), 12.2 ether, "nothing left the contract");
        eq(provers.upheldAgainst(HOST), 1, "tag");
        eq(provers.stakeOf(_ann).openCases, 0, "ann is free");
        eq(provers.stakeOf(_bob).openCases, 0, "bob is free");
    }

    function test_AFeeAboveTheBondComesBackUpToTheBond() public {
        _toArbitrator(0.3 ether);
        _arbitrator.rule(network, 0, 1);
        eq(provers.creditOf(_ann), 866_666_666_666_666_666, "the bond and two thirds");
        eq(provers.creditOf(_bob), 333_333_333_333_333_334, "one third");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 9 ether, "bounty");
        eq(provers.held(), 12.2 ether, "held");
    }

    function test_OddBondsAreSplitToTheWei() public {
        _toArbitrator(0.05 ether + 1);
        _arbitrator.rule(network, 0, 1);
        // 0.15 ether less one wei: the odd wei goes to the bounty.
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 9.075 ether, "bounty");
        eq(provers.creditOf(_ann) + provers.creditOf(_bob), 1.125 ether, "reward, half bond, fee");
    }

    function test_ARulingForTheContesterCostsTheProvers() public {
        _toArbitrator(0.05 ether);
        expectEvent();
        emit IProverNetwork.StakeSlashed(_ann, LOSS);
        expectEvent();
        emit IProverNetwork.StakeSlashed(_bob, LOSS);
        expectEvent();
        emit IProverNetwork.Credited(_dan, BOND + LOSS);
        expectEvent();
        emit IProverNetwork.CaseChanged(_caseId, model, HOST, IProverNetwork.CaseState.Dismissed, 0);
        _arbitrator.rule(network, 0, 2);
        eq(provers.stakeOf(_ann).amount, 1 ether - LOSS, "ann");
        eq(provers.stakeOf(_bob).amount, 1 ether - LOSS, "bob");
        eq(provers.creditOf(_dan), BOND + LOSS, "bond and half of both losses");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 10 ether + LOSS, "the other half");
        eq(provers.held(), 12.2 ether, "nothing left the contract");
        eq(provers.upheldAgainst(HOST), 0, "no tag");
        eq(provers.stakeOf(_ann).openCases, 0, "free");
    }

    function test_LeavingStakeIsLostToo() public {
        vm.prank(_ann);
        provers.requestUnstake(1 ether);
        _toArbitrator(0);
        wait(7 days);
        refuses(abi.encodeWithSelector(IProverNetwork.HeldByCase.selector));
        vm.prank(_ann);
        provers.unstake();
        _arbitrator.rule(network, 0, 2);
        eq(provers.stakeOf(_ann).leaving, 1 ether - LOSS, "what is left leaves");
        uint256 before = _ann.balance;
        vm.prank(_ann);
        provers.unstake();
        eq(_ann.balance - before, 1 ether - LOSS, "less the loss");
    }

    function test_NoMoreIsLostThanIsThere() public {
        // The jury's fine leaves 1 wei of stake in a case of its own.
        address low = prover("low", LEAST);
        show(low, HOST, 3);
        wait(1);
        vm.startPrank(address(jury));
        provers.holdStake(low, uint64(block.timestamp));
        provers.freeStake(low, LEAST - 1, model);
        vm.stopPrank();
        _toArbitrator(0);
        _arbitrator.rule(network, 0, 2);
        eq(provers.stakeOf(low).amount, 0, "all that was there");
        // Lost: 0.05 + 0.05 ether + 1 wei; the odd wei goes to the bounty.
        eq(provers.creditOf(_dan), BOND + LOSS, "contester");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 10 ether + (LEAST - 1) + LOSS + 1, "bounty");
    }

    function test_ARefusalGivesEverythingBack() public {
        _toArbitrator(0.05 ether);
        _arbitrator.rule(network, 0, 0);
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "dismissed");
        _nothingLostBy(_dan, BOND);
    }

    function test_AnUnknownRulingIsARefusal() public {
        _toArbitrator(0.05 ether);
        _arbitrator.rule(network, 0, 3);
        isInState(_caseId, IProverNetwork.CaseState.Dismissed, "dismissed");
        _nothingLostBy(_dan, BOND);
    }

    function test_ASilentArbitratorHoldsNobodyForEver() public {
        _toArbitrator(0.05 ether);
        uint64 deadline = provers.caseOf(_caseId).deadline;
        vm.warp(deadline - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.WindowOpen.selector, deadline));
        provers.finalize(_caseId);
        vm.warp(deadline);
        provers.finalize(_caseId);
        _nothingLostBy(_dan, BOND);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, _caseId, IProverNetwork.CaseState.Dismissed
            )
        );
        _arbitrator.rule(network, 0, 1);
    }

    function test_OnlyTheArbitratorRulesAndOnlyOnce() public {
        _toArbitrator(0.05 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.NotArbitrator.selector, _dan));
        vm.prank(_dan);
        network.rule(0, 2);
        refuses(abi.encodeWithSelector(IProverNetwork.NotArbitrator.selector, address(jury)));
        vm.prank(address(jury));
        network.rule(0, 2);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, 0, IProverNetwork.CaseState.None
            )
        );
        _arbitrator.rule(network, 1, 1);
        _arbitrator.rule(network, 0, 1);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, _caseId, IProverNetwork.CaseState.Upheld
            )
        );
        _arbitrator.rule(network, 0, 2);
        eq(provers.creditOf(_dan), 0, "not paid twice");
    }

    function test_AnArbitratorThatRulesAtOnceIsRefused() public {
        contestBy(_dan, _caseId);
        _arbitrator.ruleAtOnce(network);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.WrongState.selector, 0, IProverNetwork.CaseState.None
            )
        );
        _escalate(_ann, 0);
    }

    function test_ANewCaseBeginsAfterADismissal() public {
        _toArbitrator(0);
        _arbitrator.rule(network, 0, 2);
        eq(show(_ann, HOST, 9), caseNumber(HOST, 1), "a new case");
    }

    function testFuzz_ARulingMovesEveryWeiSomewhere(
        uint96 fee,
        uint96 bounty,
        uint8 ruling,
        uint8 more
    ) public {
        fee = uint96(bound(fee, 0, 1 ether));
        bounty = uint96(bound(bounty, 1, 900_000 ether));
        more = uint8(bound(more, 0, 5));
        vm.prank(modelOwner);
        provers.fundBounty{value: bounty}(model);
        for (uint256 i = 0; i < more; ++i) {
            show(prover(string.concat("extra ", vm.toString(i)), LEAST), HOST, 3 + i);
        }
        _toArbitrator(fee);
        uint256 held = provers.held();
        _arbitrator.rule(network, 0, ruling);
        eq(provers.held(), held, "nothing left the contract");
        (uint256 left,) = provers.bountyOf(model);
        uint256 sum = left + provers.creditOf(_dan) + _owedTo(_ann) + _owedTo(_bob);
        for (uint256 i = 0; i < more; ++i) {
            sum += _owedTo(account(string.concat("extra ", vm.toString(i))));
        }
        eq(sum, held, "every wei is somebody's");
    }

    function _owedTo(address who) private view returns (uint256) {
        return provers.creditOf(who) + provers.stakeOf(who).amount;
    }

    function _escalate(address who, uint256 value) private {
        vm.prank(who);
        provers.escalate{value: value}(_caseId);
    }

    function _toArbitrator(uint256 fee) private {
        contestBy(_dan, _caseId);
        _arbitrator.setCost(fee);
        _escalate(_ann, fee);
    }

    function _nothingLostBy(address contester, uint256 bond) private view {
        eq(provers.creditOf(contester), bond, "the bond came back");
        eq(provers.creditOf(_ann) + provers.creditOf(_bob), 0, "no pay");
        eq(provers.stakeOf(_ann).amount, 1 ether, "ann's stake");
        eq(provers.stakeOf(_bob).amount, 1 ether, "bob's stake");
        eq(provers.stakeOf(_ann).openCases, 0, "ann is free");
        eq(provers.stakeOf(_bob).openCases, 0, "bob is free");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 10 ether, "bounty");
        eq(provers.held(), 12 ether + bond, "held");
    }
}
