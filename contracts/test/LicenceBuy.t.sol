// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors, IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Purchases with the coin and by allowance, and all that a purchase refuses.
contract LicenceBuyTest is LicenceSteps {
    function setUp() public {
        deployWithModel();
        sellForBoth(plainKind());
    }

    // What a purchase does

    function test_CoinBuysALicenceAndIsTheModelsIncomeAtOnce() public {
        uint256 before = buyer.balance;
        uint256 licence = bought(NATIVE);
        eq(licence, 1, "id");
        eq(licences.licenceCount(), 1, "count");
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(before - buyer.balance, PRICE, "paid");
        eq(gross(NATIVE), PRICE, "income");
        eq(escrowed(NATIVE), 0, "nothing waits");
        eq(address(licences).balance, 0, "the licence token holds no money");
        eq(licences.escrowOf(licence).until, 0, "no escrow");
    }

    function test_DollarsBuyALicence() public {
        uint256 before = dollar.balanceOf(buyer);
        uint256 licence = bought(address(dollar));
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(before - dollar.balanceOf(buyer), DOLLARS, "paid");
        eq(gross(address(dollar)), DOLLARS, "income");
        eq(gross(NATIVE), 0, "no coin");
    }

    function test_ALicenceNamesItsModelKindVersionExpiryAndCalls() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 30 days;
        kind.quota = 1_000;
        changeKind(kind);
        ILicenceToken.Licence memory got = licences.licenceOf(bought(NATIVE));
        eq(got.model, model, "model");
        eq(got.kind, KIND, "kind");
        eq(got.version, 2, "version");
        eq(got.expires, START_TIME + 30 days, "expires");
        eq(got.quota, 1_000, "quota");
    }

    function test_ZeroDurationIsForEverAndZeroQuotaWithoutLimit() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 0;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        eq(licences.licenceOf(licence).expires, FOREVER, "expires");
        eq(licences.licenceOf(licence).quota, UNLIMITED, "quota");
        isTrue(licences.isValidAt(licence, FOREVER), "for ever");
    }

    function test_APurchaseIsAnnounced() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.to = stranger;
        expectLicenceEvent();
        emit IERC721.Transfer(address(0), stranger, 1);
        expectLicenceEvent();
        emit ILicenceToken.LicenceBought(
            model, 1, stranger, buyer, KIND, 1, NATIVE, PRICE, START_TIME + YEAR
        );
        expectLicenceEvent();
        emit IERC5643.SubscriptionUpdate(1, START_TIME + YEAR);
        vm.prank(buyer);
        licences.buy{value: PRICE}(made);
    }

    function test_TheIncomeIsFromLicences() public {
        ILicenceToken.Order memory made = order(NATIVE);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Revenue(model, NATIVE, IRevenueSplitter.Source.Licence, PRICE, 0);
        vm.prank(buyer);
        licences.buy{value: PRICE}(made);
    }

    function test_AGiftGoesToWhomTheOrderNames() public {
        ILicenceToken.Order memory made = order(address(dollar));
        made.to = stranger;
        vm.prank(buyer);
        uint256 licence = licences.buy(made);
        eq(nft().ownerOf(licence), stranger, "holder");
        eq(dollar.balanceOf(stranger), 1_000_000e6, "the holder paid nothing");
        eq(dollar.balanceOf(buyer), 1_000_000e6 - DOLLARS, "the buyer paid");
    }

    function test_IdsCountFromOne() public {
        eq(bought(NATIVE), 1, "first");
        eq(bought(address(dollar)), 2, "second");
        eq(bought(NATIVE), 3, "third");
        eq(licences.licenceCount(), 3, "count");
    }

    function test_ARefundWindowKeepsTheMoneyApart() public {
        changeKind(returnableKind());
        uint256 licence = bought(NATIVE);
        ILicenceToken.Escrow memory escrow = licences.escrowOf(licence);
        eq(escrow.token, NATIVE, "token");
        eq(escrow.amount, PRICE, "amount");
        eq(escrow.until, START_TIME + WINDOW, "until");
        eq(escrowed(NATIVE), PRICE, "waits in the splitter");
        eq(gross(NATIVE), 0, "no income yet");
        licence = bought(address(dollar));
        eq(licences.escrowOf(licence).token, address(dollar), "token");
        eq(escrowed(address(dollar)), DOLLARS, "dollars wait");
    }

    // Free licences and dear ones

    function test_AFreeLicenceWorksInCoinAndToken() public {
        changePrice(NATIVE, 0);
        changePrice(address(dollar), 0);
        eq(nft().ownerOf(bought(NATIVE)), buyer, "coin");
        eq(nft().ownerOf(bought(address(dollar))), buyer, "token");
        eq(gross(NATIVE) + gross(address(dollar)), 0, "no income");
    }

    function test_AFreeLicenceWithAWindowCanBeReturned() public {
        changeKind(returnableKind());
        changePrice(NATIVE, 0);
        uint256 licence = bought(NATIVE);
        eq(licences.escrowOf(licence).until, START_TIME + WINDOW, "window");
        vm.prank(buyer);
        licences.refund(licence);
        eq(splitter.creditOf(buyer, NATIVE), 0, "nothing was paid");
    }

    function test_CoinSentForAFreeLicenceIsRefused() public {
        changePrice(NATIVE, 0);
        ILicenceToken.Order memory made = order(NATIVE);
        _refused(made, 1, abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, 0, 1));
    }

    function test_TheLargestPriceCanBePaidOnce() public {
        uint128 most = type(uint128).max;
        changePrice(NATIVE, most);
        vm.deal(buyer, uint256(most) * 2);
        bought(NATIVE);
        eq(gross(NATIVE), most, "income");
        ILicenceToken.Order memory made = order(NATIVE);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, most));
        licences.buy{value: most}(made);
        eq(licences.licenceCount(), 1, "the second purchase left nothing behind");
    }

    // Money that is not right

    function test_CoinBelowOrAboveThePriceIsRefused() public {
        ILicenceToken.Order memory made = order(NATIVE);
        _refused(made, PRICE - 1, _wrong(PRICE, PRICE - 1));
        _refused(made, PRICE + 1, _wrong(PRICE, PRICE + 1));
        _refused(made, 0, _wrong(PRICE, 0));
    }

    function test_CoinSentToATokenOrderIsRefused() public {
        ILicenceToken.Order memory made = order(address(dollar));
        _refused(made, DOLLARS, _wrong(0, DOLLARS));
        _refused(made, 1, _wrong(0, 1));
    }

    function test_NoAllowanceNoLicence() public {
        vm.prank(buyer);
        dollar.approve(address(splitter), DOLLARS - 1);
        _refused(
            order(address(dollar)),
            0,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(splitter),
                DOLLARS - 1,
                DOLLARS
            )
        );
    }

    function test_TooFewDollarsNoLicence() public {
        address poor = account("poor");
        vm.prank(poor);
        dollar.approve(address(splitter), DOLLARS);
        ILicenceToken.Order memory made = order(address(dollar));
        vm.prank(poor);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, poor, 0, DOLLARS)
        );
        licences.buy(made);
    }

    function test_AnotherPersonsAllowanceIsNotTouched() public {
        // The buyer has approved the splitter for everything; a stranger buys and pays itself.
        ILicenceToken.Order memory made = order(address(dollar));
        vm.prank(stranger);
        licences.buy(made);
        eq(dollar.balanceOf(buyer), 1_000_000e6, "buyer");
        eq(dollar.balanceOf(stranger), 1_000_000e6 - DOLLARS, "stranger");
    }

    // What the buyer agreed to

    function test_APriceThatRoseInTheSameBlockIsRefused() public {
        ILicenceToken.Order memory made = order(NATIVE);
        changePrice(NATIVE, PRICE + 1);
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, PRICE + 1, PRICE);
        _refused(made, PRICE, refused);
        _refused(made, PRICE + 1, refused);
    }

    function test_APriceThatFellIsChargedAsItIs() public {
        ILicenceToken.Order memory made = order(address(dollar));
        changePrice(address(dollar), DOLLARS - 5);
        vm.prank(buyer);
        licences.buy(made);
        eq(gross(address(dollar)), DOLLARS - 5, "income");
    }

    function test_NoMaximumMeansFreeAndNotWithoutLimit() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.maxPrice = 0;
        _refused(
            made, PRICE, abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, PRICE, 0)
        );
    }

    function test_TermsThatChangedInTheSameBlockAreRefused() public {
        ILicenceToken.Order memory made = order(NATIVE);
        ILicenceToken.Kind memory worse = plainKind();
        worse.hostPpm = 1;
        changeKind(worse);
        _refused(
            made,
            PRICE,
            abi.encodeWithSelector(
                ILicenceToken.TermsMismatch.selector, hashOf(plainKind()), hashOf(worse)
            )
        );
    }

    function test_NoTermsHashIsRefused() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.termsHash = 0;
        _refused(
            made,
            PRICE,
            abi.encodeWithSelector(
                ILicenceToken.TermsMismatch.selector, bytes32(0), hashOf(plainKind())
            )
        );
    }

    // What is not for sale

    function test_AnUnknownKindOrModelIsRefused() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.kind = 9;
        _refused(made, PRICE, abi.encodeWithSelector(ILicenceToken.UnknownKind.selector, model, 9));
        made = order(NATIVE);
        made.model = 99;
        _refused(made, PRICE, abi.encodeWithSelector(ILicenceToken.UnknownKind.selector, 99, KIND));
    }

    function test_PausedSalesSellNothing() public {
        ILicenceToken.Order memory made = order(NATIVE);
        vm.prank(owner);
        licences.setSale(model, KIND, false);
        _refused(
            made, PRICE, abi.encodeWithSelector(ILicenceToken.SalesPaused.selector, model, KIND)
        );
    }

    function test_ATokenWithoutAPriceOrUnlistedIsRefused() public {
        ILicenceToken.Order memory made = order(address(dollar));
        vm.prank(owner);
        licences.setPrice(model, KIND, address(dollar), DOLLARS, false);
        _refused(
            made, 0, abi.encodeWithSelector(ILicenceToken.NotSoldInToken.selector, address(dollar))
        );
        made.token = stranger;
        _refused(made, 0, abi.encodeWithSelector(ILicenceToken.NotSoldInToken.selector, stranger));
    }

    function test_NobodyIsNoHolder() public {
        ILicenceToken.Order memory made = order(NATIVE);
        made.to = address(0);
        _refused(
            made,
            PRICE,
            abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0))
        );
    }

    function test_APausedEntrySellsNothing() public {
        ILicenceToken.Order memory made = order(NATIVE);
        pauseEntry();
        _refused(
            made,
            PRICE,
            abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, START_TIME + 7 days)
        );
        vm.warp(START_TIME + 7 days);
        vm.prank(buyer);
        licences.buy{value: PRICE}(made);
    }

    // Any numbers

    function testFuzz_EveryPurchaseCostsThePriceAndNoMore(
        uint128 price,
        uint128 maxPrice,
        uint256 sent,
        bool inToken
    ) public {
        address token = inToken ? address(dollar) : NATIVE;
        changePrice(token, price);
        dollar.mint(buyer, type(uint128).max);
        vm.deal(buyer, type(uint256).max);
        if (sent % 4 != 0) sent = inToken ? 0 : price;
        ILicenceToken.Order memory made = order(token);
        made.maxPrice = maxPrice;
        bool good = price <= maxPrice && sent == (inToken ? 0 : price);
        uint256 coins = buyer.balance;
        uint256 dollars = dollar.balanceOf(buyer);
        vm.prank(buyer);
        if (!good) {
            vm.expectRevert(
                price > maxPrice
                    ? abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, price, maxPrice)
                    : _wrong(inToken ? 0 : price, sent)
            );
        }
        licences.buy{value: sent}(made);
        eq(coins - buyer.balance, good && !inToken ? price : 0, "coins");
        eq(dollars - dollar.balanceOf(buyer), good && inToken ? price : 0, "dollars");
        eq(gross(token), good ? price : 0, "income");
        eq(licences.licenceCount(), good ? 1 : 0, "count");
    }

    function testFuzz_AnyDurationExpiresWhenItShould(uint64 duration, uint64 start) public {
        start = uint64(bound(start, START_TIME, 2 ** 40));
        duration = uint64(bound(duration, 0, 2 ** 63 - 1));
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = duration;
        changeKind(kind);
        vm.warp(start);
        uint256 licence = bought(NATIVE);
        if (duration == 0) {
            eq(licences.licenceOf(licence).expires, FOREVER, "for ever");
            return;
        }
        uint64 end = start + duration;
        eq(licences.licenceOf(licence).expires, end, "expires");
        isTrue(licences.isValidAt(licence, end), "last second");
        isFalse(licences.isValidAt(licence, end + 1), "over");
    }

    function _wrong(uint256 price, uint256 sent) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, price, sent);
    }

    function _refused(ILicenceToken.Order memory made, uint256 value, bytes memory error_) private {
        vm.prank(buyer);
        vm.expectRevert(error_);
        licences.buy{value: value}(made);
    }
}
