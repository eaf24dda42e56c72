// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "./support/ProverSteps.sol";

/// @notice Refuses coin, or asks for more of it while it is being paid.
contract BadReceiver {
    IProverNetwork private immutable _provers;
    bytes private _again;

    constructor(IProverNetwork provers) {
        _provers = provers;
    }

    receive() external payable {
        if (_again.length == 0) revert();
        (bool done, bytes memory answer) = address(_provers).call(_again);
        // Passes the refusal on, so that the test can see which it was.
        if (!done) assembly ("memory-safe") { revert(add(answer, 32), mload(answer)) }
    }

    function act(bytes calldata call_) external payable {
        (bool done, bytes memory answer) = address(_provers).call{value: msg.value}(call_);
        if (!done) assembly ("memory-safe") { revert(add(answer, 32), mload(answer)) }
    }

    function answerWith(bytes calldata again) external {
        _again = again;
    }
}

contract ProverStakesTest is ProverSteps {
    address private _ann;

    function setUp() public {
        setUpProvers();
        _ann = funded("ann");
    }

    // Stakes

    function test_StakeAddsUp() public {
        expectEvent();
        emit IProverNetwork.Staked(_ann, 1 ether, 1 ether);
        _stake(1 ether);
        wait(5);
        expectEvent();
        emit IProverNetwork.Staked(_ann, 2 ether, 3 ether);
        _stake(2 ether);
        IProverNetwork.Stake memory mine = provers.stakeOf(_ann);
        eq(mine.amount, 3 ether, "amount");
        eq(mine.since, block.timestamp, "since the last");
        eq(mine.leaving, 0, "leaving");
        eq(provers.held(), 3 ether, "held");
        eq(address(provers).balance, 3 ether, "balance");
    }

    function test_RefusesNothingAndMoreThanExists() public {
        vm.startPrank(_ann);
        refuses(abi.encodeWithSelector(IProverNetwork.BadAmount.selector, 0));
        provers.stake();
        refuses(abi.encodeWithSelector(IProverNetwork.BadAmount.selector, 0));
        provers.registerHost(HOST);
        refuses(abi.encodeWithSelector(IProverNetwork.BadAmount.selector, 0));
        provers.fundBounty(model);
        refuses(abi.encodeWithSelector(IProverNetwork.BadAmount.selector, 0));
        provers.requestUnstake(0);
        uint256 tooMuch = uint256(type(uint96).max) + 1;
        vm.deal(_ann, 2 * tooMuch);
        refuses(abi.encodeWithSelector(IProverNetwork.BadAmount.selector, tooMuch));
        provers.stake{value: tooMuch}();
        provers.stake{value: type(uint96).max}();
        vm.stopPrank();
        eq(provers.held(), type(uint96).max, "the most");
    }

    function test_StakeLeavesAfterSevenDays() public {
        _stake(1 ether);
        uint64 leavesAt = uint64(block.timestamp + 7 days);
        expectEvent();
        emit IProverNetwork.UnstakeRequested(_ann, 0.4 ether, leavesAt);
        _requestUnstake(0.4 ether);
        IProverNetwork.Stake memory mine = provers.stakeOf(_ann);
        eq(mine.amount, 1 ether, "amount");
        eq(mine.leaving, 0.4 ether, "leaving");
        eq(mine.leavesAt, leavesAt, "leaves at");

        vm.warp(leavesAt - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.TooEarly.selector, leavesAt));
        _unstake();
        vm.warp(leavesAt);
        uint256 before = _ann.balance;
        expectEvent();
        emit IProverNetwork.Unstaked(_ann, 0.4 ether);
        _unstake();
        eq(_ann.balance - before, 0.4 ether, "paid");
        eq(provers.held(), 0.6 ether, "held");
        eq(provers.stakeOf(_ann).amount, 0.6 ether, "left");
        eq(provers.stakeOf(_ann).leaving, 0, "nothing more leaves");
        refuses(abi.encodeWithSelector(IProverNetwork.NothingToWithdraw.selector));
        _unstake();
    }

    function test_AskingAgainBeginsTheWaitAnew() public {
        _stake(1 ether);
        _requestUnstake(0.4 ether);
        wait(6 days);
        _requestUnstake(0.6 ether);
        uint64 leavesAt = uint64(block.timestamp + 7 days);
        wait(1 days);
        refuses(abi.encodeWithSelector(IProverNetwork.TooEarly.selector, leavesAt));
        _unstake();
        vm.warp(leavesAt);
        _unstake();
        eq(provers.stakeOf(_ann).amount, 0, "all left");
    }

    function test_NoMoreCanLeaveThanIsThere() public {
        _stake(1 ether);
        _requestUnstake(0.4 ether);
        refuses(
            abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, 0.6 ether, 0.6 ether + 1)
        );
        _requestUnstake(0.6 ether + 1);
        refuses(abi.encodeWithSelector(IProverNetwork.NothingToWithdraw.selector));
        vm.prank(modelOwner);
        provers.unstake();
    }

    function test_OnlyTheJuryHoldsAndFrees() public {
        _stake(1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.NotJury.selector, _ann));
        vm.prank(_ann);
        provers.holdStake(_ann, type(uint64).max);
        refuses(abi.encodeWithSelector(IProverNetwork.NotJury.selector, _ann));
        vm.prank(_ann);
        provers.freeStake(_ann, 1, model);
    }

    function test_TheJuryHoldsOldStakeAndFines() public {
        _stake(1 ether);
        _requestUnstake(0.4 ether);
        uint64 now_ = uint64(block.timestamp);
        vm.startPrank(address(jury));
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooYoung.selector, now_, now_));
        provers.holdStake(_ann, now_);
        eq(provers.holdStake(_ann, now_ + 1), 0.6 ether, "what is not leaving");
        vm.stopPrank();
        eq(provers.stakeOf(_ann).openCases, 1, "held");
        wait(7 days);
        refuses(abi.encodeWithSelector(IProverNetwork.HeldByCase.selector));
        _unstake();
        expectEvent();
        emit IProverNetwork.StakeSlashed(_ann, 0.7 ether);
        vm.prank(address(jury));
        eq(provers.freeStake(_ann, 0.7 ether, model), 0.7 ether, "taken");
        eq(provers.stakeOf(_ann).amount, 0.3 ether, "what is left");
        eq(provers.stakeOf(_ann).leaving, 0.3 ether, "leaving stake is lost last");
        eq(provers.stakeOf(_ann).openCases, 0, "free");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 0.7 ether, "the fine is bounty");
        eq(provers.held(), 1 ether, "nothing left the contract");
        _unstake();
        eq(provers.held(), 0.7 ether, "only the fine is left");
    }

    function test_AFineTakesAtMostWhatIsThere() public {
        _stake(0.2 ether);
        wait(1);
        vm.startPrank(address(jury));
        provers.holdStake(_ann, uint64(block.timestamp));
        provers.holdStake(_ann, uint64(block.timestamp));
        eq(provers.freeStake(_ann, 1 ether, model), 0.2 ether, "all of it");
        eq(provers.freeStake(_ann, 1 ether, model), 0, "nothing is left");
        vm.stopPrank();
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 0.2 ether, "bounty");
    }

    function test_TheJuryTakesNobodyBelowTheLeastStake() public {
        _stake(LEAST);
        wait(1);
        _requestUnstake(1);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        vm.prank(address(jury));
        provers.holdStake(_ann, uint64(block.timestamp));
    }

    // Hosts

    function test_AHostPutsUpCollateralAndAddsToIt() public {
        expectEvent();
        emit IProverNetwork.HostRegistered(_ann, HOST, 1 ether);
        _register(HOST, 1 ether);
        eq(provers.hostById(HOST), _ann, "by id");
        expectEvent();
        emit IProverNetwork.HostRegistered(_ann, HOST, 1 ether + 1);
        _register(HOST, 1);
        IProverNetwork.Host memory host = provers.hostOf(_ann);
        eq(host.id, HOST, "id");
        eq(host.collateral, 1 ether + 1, "collateral");
        eq(host.leavesAt, 0, "stays");
        eq(host.slashes, 0, "never slashed");
        eq(provers.held(), 1 ether + 1, "held");
    }

    function test_RefusesBadHosts() public {
        refuses(abi.encodeWithSelector(IProverNetwork.BadHost.selector));
        _register(0, 1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        _register(HOST, LEAST - 1);
        _register(HOST, LEAST);
        refuses(abi.encodeWithSelector(IProverNetwork.BadHost.selector));
        _register(keccak256("another"), 1 ether);
        vm.deal(address(this), 1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.BadHost.selector));
        provers.registerHost{value: 1 ether}(HOST);
    }

    function test_AHostLeavesAfterFourteenDays() public {
        refuses(abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, _ann));
        vm.prank(_ann);
        provers.requestHostExit();
        _register(HOST, 1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.NothingToWithdraw.selector));
        _exit();
        uint64 leavesAt = uint64(block.timestamp + 14 days);
        expectEvent();
        emit IProverNetwork.HostLeaving(_ann, leavesAt);
        vm.prank(_ann);
        provers.requestHostExit();
        vm.warp(leavesAt - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.TooEarly.selector, leavesAt));
        _exit();
        vm.warp(leavesAt);
        uint256 before = _ann.balance;
        expectEvent();
        emit IProverNetwork.HostLeft(_ann, 1 ether);
        _exit();
        eq(_ann.balance - before, 1 ether, "paid");
        eq(provers.held(), 0, "held");
        eq(provers.hostById(HOST), address(0), "the name is free");
        eq(provers.hostOf(_ann).id, 0, "forgotten");
        _register(keccak256("another"), 1 ether);
    }

    function test_AddingCollateralTakesTheExitBack() public {
        _register(HOST, 1 ether);
        vm.prank(_ann);
        provers.requestHostExit();
        _register(HOST, 1);
        wait(14 days);
        refuses(abi.encodeWithSelector(IProverNetwork.NothingToWithdraw.selector));
        _exit();
    }

    // Bounties

    function test_AnyoneFundsABounty() public {
        (uint256 amount, uint32 ppm) = provers.bountyOf(model);
        eq(amount, 0, "nothing yet");
        eq(ppm, 100_000, "a tenth unless set");
        expectEvent();
        emit IProverNetwork.BountyFunded(model, _ann, 1 ether, 1 ether);
        vm.prank(_ann);
        provers.fundBounty{value: 1 ether}(model);
        expectEvent();
        emit IProverNetwork.BountyFunded(model, modelOwner, 2 ether, 3 ether);
        vm.prank(modelOwner);
        provers.fundBounty{value: 2 ether}(model);
        (amount,) = provers.bountyOf(model);
        eq(amount, 3 ether, "bounty");
        eq(provers.held(), 3 ether, "held");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        vm.prank(_ann);
        provers.fundBounty{value: 1 ether}(99);
    }

    function test_TheOwnerSetsTheReward() public {
        refuses(abi.encodeWithSelector(IProverNetwork.NotModelOwner.selector, model, _ann));
        vm.prank(_ann);
        provers.setReward(model, 1);
        vm.startPrank(modelOwner);
        refuses(abi.encodeWithSelector(IProverNetwork.BadReward.selector, 1_000_001));
        provers.setReward(model, 1_000_001);
        expectEvent();
        emit IProverNetwork.RewardSet(model, 1_000_000);
        provers.setReward(model, 1_000_000);
        (, uint32 ppm) = provers.bountyOf(model);
        eq(ppm, 1_000_000, "all");
        provers.setReward(model, 0);
        vm.stopPrank();
        (, ppm) = provers.bountyOf(model);
        eq(ppm, 0, "none is not the default");
    }

    // Pauses and payments

    function test_APauseStopsEntriesAndNoExit() public {
        _stake(1 ether);
        _register(HOST, 1 ether);
        vm.prank(guardian);
        IEntryPause(address(provers)).pauseEntry(7 days);
        bytes memory paused = abi.encodeWithSelector(
            IEntryPause.EntryIsPaused.selector, uint64(block.timestamp + 7 days)
        );
        vm.startPrank(_ann);
        refuses(paused);
        provers.stake{value: 1}();
        refuses(paused);
        provers.registerHost{value: 1}(HOST);
        refuses(paused);
        provers.fundBounty{value: 1}(model);
        provers.requestUnstake(1 ether);
        provers.requestHostExit();
        vm.stopPrank();
        wait(14 days);
        _unstake();
        _exit();
        eq(provers.held(), 0, "all went out");
    }

    function test_CasesGoOnWhileEntryIsPaused() public {
        address bob = prover("bob", 1 ether);
        _stake(1 ether);
        vm.prank(modelOwner);
        provers.fundBounty{value: 1 ether}(model);
        vm.prank(guardian);
        IEntryPause(address(provers)).pauseEntry(7 days);
        uint256 caseId = suspect(_ann, bob);
        contestBy(modelOwner, caseId);
        escalateBy(_ann, caseId);
        vm.prank(address(jury));
        network.rule(1, 1);
        vm.prank(_ann);
        provers.withdraw(_ann);
        isInState(caseId, IProverNetwork.CaseState.Upheld, "upheld");
    }

    function test_CreditIsPaidToWhomItsOwnerNames() public {
        _giveCredit(_ann);
        uint256 credit = provers.creditOf(_ann);
        eq(credit, 0.2 ether, "the bond came back");
        refuses(abi.encodeWithSelector(IProverNetwork.PaymentRefused.selector, address(0)));
        vm.prank(_ann);
        provers.withdraw(address(0));
        uint256 held = provers.held();
        address to = account("cold wallet");
        expectEvent();
        emit IProverNetwork.Withdrawn(_ann, to, credit);
        vm.prank(_ann);
        eq(provers.withdraw(to), credit, "amount");
        eq(to.balance, credit, "paid");
        eq(held - provers.held(), credit, "held");
        refuses(abi.encodeWithSelector(IProverNetwork.NothingToWithdraw.selector));
        vm.prank(_ann);
        provers.withdraw(to);
    }

    function test_WhoRefusesCoinLosesNothing() public {
        BadReceiver bad = new BadReceiver(provers);
        bad.act{value: 1 ether}(abi.encodeCall(provers.stake, ()));
        bad.act(abi.encodeCall(provers.requestUnstake, (1 ether)));
        wait(7 days);
        vm.expectRevert(
            abi.encodeWithSelector(IProverNetwork.PaymentRefused.selector, address(bad))
        );
        bad.act(abi.encodeCall(provers.unstake, ()));
        eq(provers.stakeOf(address(bad)).leaving, 1 ether, "still there");
        eq(provers.held(), 1 ether, "held");
        _giveCredit(_ann);
        vm.expectRevert(
            abi.encodeWithSelector(IProverNetwork.PaymentRefused.selector, address(bad))
        );
        vm.prank(_ann);
        provers.withdraw(address(bad));
        eq(provers.creditOf(_ann), 0.2 ether, "credit stays");
    }

    function test_NobodyIsPaidTwiceByCallingBack() public {
        bytes[3] memory again = [
            abi.encodeCall(provers.unstake, ()),
            abi.encodeCall(provers.exitHost, ()),
            abi.encodeCall(provers.withdraw, (address(this)))
        ];
        BadReceiver bad = new BadReceiver(provers);
        vm.deal(address(provers), address(provers).balance + 10 ether);
        bad.act{value: 1 ether}(abi.encodeCall(provers.stake, ()));
        bad.act(abi.encodeCall(provers.requestUnstake, (1 ether)));
        wait(7 days);
        for (uint256 i = 0; i < again.length; ++i) {
            bad.answerWith(again[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IProverNetwork.PaymentRefused.selector, address(bad))
            );
            bad.act(abi.encodeCall(provers.unstake, ()));
        }
        eq(provers.held(), 1 ether, "held");
    }

    function test_ForcedCoinIsNobodys() public {
        _stake(1 ether);
        vm.deal(address(provers), 5 ether);
        eq(provers.held(), 1 ether, "held");
        (bool done,) = address(provers).call{value: 1}("");
        isFalse(done, "no plain payments");
    }

    function testFuzz_StakeComesBackToTheWei(uint96 first, uint96 second, uint96 out) public {
        first = uint96(bound(first, 1, 400_000 ether));
        second = uint96(bound(second, 1, 400_000 ether));
        out = uint96(bound(out, 1, uint256(first) + second));
        _stake(first);
        _stake(second);
        _requestUnstake(out);
        wait(7 days);
        uint256 before = _ann.balance;
        _unstake();
        eq(_ann.balance - before, out, "paid");
        eq(provers.held(), uint256(first) + second - out, "held");
        eq(address(provers).balance, provers.held(), "balance");
    }

    function _stake(uint256 amount) private {
        vm.prank(_ann);
        provers.stake{value: amount}();
    }

    function _requestUnstake(uint128 amount) private {
        vm.prank(_ann);
        provers.requestUnstake(amount);
    }

    function _unstake() private {
        vm.prank(_ann);
        provers.unstake();
    }

    function _register(bytes32 id, uint256 amount) private {
        vm.prank(_ann);
        provers.registerHost{value: amount}(id);
    }

    function _exit() private {
        vm.prank(_ann);
        provers.exitHost();
    }

    /// @dev A contest that nobody takes further gives its bond back as credit.
    function _giveCredit(address who) private {
        uint256 caseId = suspect(prover("cy", 1 ether), prover("dee", 1 ether));
        contestBy(who, caseId);
        wait(3 days);
        provers.finalize(caseId);
    }
}
