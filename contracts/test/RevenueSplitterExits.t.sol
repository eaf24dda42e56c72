// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {Money} from "./support/Money.sol";
import {CallingReceiver, Forcer, RefusingReceiver} from "./support/Receivers.sol";

/// @notice How money goes out: claims of holders, credit of accounts, gifts sent by force.
contract RevenueSplitterExitsTest is Money {
    bytes4 private constant NOTHING = IRevenueSplitter.NothingToClaim.selector;
    bytes4 private constant ZERO = IRevenueSplitter.ZeroReceiver.selector;
    bytes4 private constant REENTRANT =
        ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;

    uint64 private model;

    event Claimed(
        uint64 indexed model,
        address indexed token,
        address indexed holder,
        address to,
        uint256 amount
    );
    event Withdrawn(address indexed account, address indexed token, address to, uint256 amount);
    event Revenue(
        uint64 indexed model,
        address indexed token,
        IRevenueSplitter.Source indexed source,
        uint256 amount,
        uint256 gross
    );

    function setUp() public {
        setUpMoney();
        model = modelOfTwo(750_000, 250_000);
    }

    // Claims

    function test_StrangerClaimsForAHolder() public {
        pay(model, 100);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Claimed(model, NATIVE, ada, ada, 75);
        vm.prank(cyd);
        eq(splitter.claim(model, NATIVE, ada), 75, "returned");
        eq(ada.balance, 75, "ada");
        eq(cyd.balance, 0, "the stranger");
        eq(splitter.held(NATIVE), 25, "held");
        eq(claimable(model, NATIVE, ben), 25, "ben's stays");
    }

    function test_ClaimsTokens() public {
        payDollars(model, 100);
        splitter.claim(model, address(dollar), ben);
        eq(dollar.balanceOf(ben), 25, "ben");
        eq(splitter.held(address(dollar)), 75, "held");
    }

    function test_NothingIsClaimedTwice() public {
        pay(model, 100);
        splitter.claim(model, NATIVE, ada);
        _expectNothing();
        splitter.claim(model, NATIVE, ada);
        pay(model, 4);
        eq(splitter.claim(model, NATIVE, ada), 3, "what came since");
    }

    function test_ThereIsNothingForStrangersUnearnedTokensAndUnopenedModels() public {
        pay(model, 100);
        _expectNothing();
        splitter.claim(model, NATIVE, cyd);
        _expectNothing();
        splitter.claim(model, address(dollar), ada);
        _expectNothing();
        splitter.claim(model, cyd, ada);
        uint64 unopened = registerModel(owner, noParents());
        pay(unopened, 100);
        _expectNothing();
        splitter.claim(unopened, NATIVE, owner);
        _expectNothing();
        splitter.claim(99, NATIVE, owner);
    }

    /// @dev A third of 1 unit each: the third unit in all is the first that is whole for anybody.
    function test_FractionsAreCarriedUntilTheyAreWhole() public {
        uint64 thirds = registerModel(owner, noParents());
        openFor(thirds, ada, 333_333, ben, 666_667);
        pay(thirds, 3);
        _expectNothing();
        splitter.claim(thirds, NATIVE, ada);
        eq(splitter.claim(thirds, NATIVE, ben), 2, "ben has 2.000001");
        pay(thirds, 1);
        eq(splitter.claim(thirds, NATIVE, ada), 1, "ada has 1.333332");
        pay(thirds, 999_996);
        eq(splitter.claim(thirds, NATIVE, ada), 333_332, "ada has 333,333 of a million");
        eq(splitter.claim(thirds, NATIVE, ben), 666_665, "ben has 666,667 of a million");
        eq(splitter.held(NATIVE), 0, "held");
    }

    function test_IncomeBeforeTheOpeningIsTheFirstHolders() public {
        uint64 late = registerModel(owner, noParents());
        pay(late, 1_000);
        openFor(late, ada, 600_000, ben, 400_000);
        eq(claimable(late, NATIVE, ada), 600, "ada");
        eq(claimable(late, NATIVE, ben), 400, "ben");
    }

    function test_HolderClaimsToAnotherAddress() public {
        pay(model, 100);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Claimed(model, NATIVE, ada, cyd, 75);
        vm.prank(ada);
        eq(splitter.claimTo(model, NATIVE, cyd), 75, "returned");
        eq(cyd.balance, 75, "cyd");
        vm.prank(ada);
        _expectNothing();
        splitter.claimTo(model, NATIVE, cyd);
        vm.prank(cyd);
        _expectNothing();
        splitter.claimTo(model, NATIVE, cyd);
    }

    function test_NobodyClaimsToNobody() public {
        pay(model, 100);
        vm.prank(ada);
        vm.expectRevert(ZERO);
        splitter.claimTo(model, NATIVE, address(0));
    }

    function test_ClaimsManyAndSkipsWhatIsEmpty() public {
        uint64 second = modelOfTwo(500_000, 500_000);
        uint64 empty = modelOfTwo(500_000, 500_000);
        pay(model, 100);
        payDollars(model, 40);
        pay(second, 10);
        uint64[] memory models = new uint64[](5);
        address[] memory tokens = new address[](5);
        (models[0], tokens[0]) = (empty, NATIVE);
        (models[1], tokens[1]) = (model, NATIVE);
        (models[2], tokens[2]) = (model, address(dollar));
        (models[3], tokens[3]) = (model, NATIVE);
        (models[4], tokens[4]) = (second, NATIVE);
        splitter.claimMany(models, tokens, ada);
        eq(ada.balance, 80, "coins");
        eq(dollar.balanceOf(ada), 30, "dollars");
        splitter.claimMany(models, tokens, ada);
        eq(ada.balance, 80, "nothing more the second time");
    }

    function test_ClaimsManyByPairsOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.LengthMismatch.selector, 2, 1));
        splitter.claimMany(new uint64[](2), new address[](1), ada);
    }

    /// @dev Four holders and any payments: each is paid its part of the total, rounded down.
    function testFuzz_ClaimsAddUpToTheTotal(uint96[5] memory amounts, uint8 claims) public {
        uint256 total;
        uint256 paid;
        for (uint256 i; i < amounts.length; ++i) {
            pay(model, amounts[i]);
            total += amounts[i];
            if (claims & (1 << i) == 0 || claimable(model, NATIVE, ada) == 0) continue;
            paid += splitter.claim(model, NATIVE, ada);
            eq(paid, total * 3 / 4, "ada's part of all there was");
        }
        eq(claimable(model, NATIVE, ben), total / 4, "ben's part of all there was");
        eq(splitter.held(NATIVE), total - paid, "held");
        eq(address(splitter).balance, total - paid, "balance");
    }

    // Receivers that make trouble

    function test_ReceiverThatRefusesHoldsUpItselfAlone() public {
        RefusingReceiver refusing = new RefusingReceiver();
        move(model, ada, address(refusing), 750_000);
        pay(model, 100);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.PaymentRefused.selector, refusing));
        splitter.claim(model, NATIVE, address(refusing));
        eq(claimable(model, NATIVE, address(refusing)), 75, "still owed");
        splitter.claim(model, NATIVE, ben);
        eq(ben.balance, 25, "ben");
        vm.prank(address(refusing));
        splitter.claimTo(model, NATIVE, cyd);
        eq(cyd.balance, 75, "cyd");
    }

    function test_SplitterTakesNoCoinsItself() public {
        pay(model, 100);
        vm.prank(ada);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.PaymentRefused.selector, splitter));
        splitter.claimTo(model, NATIVE, address(splitter));
    }

    function test_NoExitOrEntryIsReenteredFromAClaim() public {
        CallingReceiver calling = new CallingReceiver();
        move(model, ada, address(calling), 750_000);
        uint64[] memory models = new uint64[](1);
        address[] memory tokens = new address[](1);
        models[0] = model;
        bytes[] memory calls = new bytes[](7);
        address self = address(calling);
        calls[0] = abi.encodeCall(IRevenueSplitter.claim, (model, NATIVE, self));
        calls[1] = abi.encodeCall(IRevenueSplitter.claimMany, (models, tokens, self));
        calls[2] = abi.encodeCall(IRevenueSplitter.claimTo, (model, NATIVE, cyd));
        calls[3] = abi.encodeCall(IRevenueSplitter.withdraw, (self, NATIVE));
        calls[4] = abi.encodeCall(IRevenueSplitter.withdrawTo, (NATIVE, cyd));
        calls[5] = abi.encodeCall(IRevenueSplitter.sweepDonation, (model, NATIVE));
        calls[6] = abi.encodeCall(IRevenueSplitter.give, (model, NATIVE, 0));
        for (uint256 i; i < calls.length; ++i) {
            pay(model, 100);
            calling.prepare(address(splitter), calls[i]);
            splitter.claim(model, NATIVE, self);
            isFalse(calling.ok(), "the call inside failed");
            eq(bytes32(calling.result()), bytes32(REENTRANT), "by the guard");
            eq(self.balance, 75 * (i + 1), "the claim itself went through");
        }
        eq(splitter.held(NATIVE), address(splitter).balance, "held");
    }

    function test_SharesMovedInTheMiddleOfAClaimTakeNothingAlong() public {
        CallingReceiver calling = new CallingReceiver();
        move(model, ada, address(calling), 750_000);
        pay(model, 100);
        bytes memory transfer =
            abi.encodeWithSignature("transfer(address,uint256)", cyd, uint256(750_000));
        calling.prepare(splitter.sharesOf(model), transfer);
        splitter.claim(model, NATIVE, address(calling));
        isTrue(calling.ok(), "the transfer went through");
        eq(sharesOf(model).balanceOf(cyd), 750_000, "shares");
        eq(claimable(model, NATIVE, cyd), 0, "no income came along");
        eq(claimable(model, NATIVE, address(calling)), 0, "none was left");
        eq(claimable(model, NATIVE, ben), 25, "ben's stays");
    }

    // Credit

    function test_CreditIsWithdrawnByAnyoneForItsAccount() public {
        _credit(ben, 40);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Withdrawn(ben, NATIVE, ben, 40);
        vm.prank(cyd);
        eq(splitter.withdraw(ben, NATIVE), 40, "returned");
        eq(ben.balance, 40, "ben");
        eq(splitter.creditOf(ben, NATIVE), 0, "credit");
        eq(splitter.held(NATIVE), 0, "held");
        _expectNothing();
        splitter.withdraw(ben, NATIVE);
    }

    function test_CreditIsWithdrawnElsewhereByItsAccountAlone() public {
        _credit(ben, 40);
        vm.prank(cyd);
        _expectNothing();
        splitter.withdrawTo(NATIVE, cyd);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Withdrawn(ben, NATIVE, cyd, 40);
        vm.prank(ben);
        eq(splitter.withdrawTo(NATIVE, cyd), 40, "returned");
        eq(cyd.balance, 40, "cyd");
        vm.prank(ben);
        vm.expectRevert(ZERO);
        splitter.withdrawTo(NATIVE, address(0));
    }

    function test_CreditOfARefusingAccountStays() public {
        address refusing = address(new RefusingReceiver());
        _credit(refusing, 40);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.PaymentRefused.selector, refusing));
        splitter.withdraw(refusing, NATIVE);
        eq(splitter.creditOf(refusing, NATIVE), 40, "credit");
    }

    // Gifts by force

    function test_CoinsForcedInBecomeAGift() public {
        pay(model, 100);
        new Forcer{value: 7}(payable(address(splitter)));
        eq(splitter.held(NATIVE), 100, "nobody's yet");
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, IRevenueSplitter.Source.Gift, 7, 100);
        vm.prank(cyd);
        eq(splitter.sweepDonation(model, NATIVE), 7, "returned");
        eq(own(model, NATIVE), 107, "own");
        eq(splitter.held(NATIVE), 107, "held");
        _expectNothing();
        splitter.sweepDonation(model, NATIVE);
    }

    function test_TokensSentByMistakeBecomeAGift() public {
        deposit(50);
        dollar.mint(address(splitter), 9);
        splitter.sweepDonation(model, address(dollar));
        eq(own(model, address(dollar)), 9, "own");
        _expectNothing();
        splitter.sweepDonation(model, NATIVE);
    }

    function test_SweepsOnlyListedTokensToModelsThatAre() public {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.TokenNotAllowed.selector, ada));
        splitter.sweepDonation(model, ada);
        dollar.mint(address(splitter), 9);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        splitter.sweepDonation(99, address(dollar));
    }

    function test_NobodySendsCoinsByAccident() public {
        vm.prank(owner);
        (bool ok,) = address(splitter).call{value: 1}("");
        isFalse(ok, "no receive function");
    }

    // Helpers

    function _credit(address account, uint256 amount) private {
        deposit(amount);
        vm.prank(address(channel));
        splitter.credit(account, NATIVE, amount);
    }

    function _expectNothing() private {
        vm.expectRevert(NOTHING);
    }
}
