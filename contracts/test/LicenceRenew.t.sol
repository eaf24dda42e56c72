// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Renewals.
contract LicenceRenewTest is LicenceSteps {
    uint64 private constant END = START_TIME + YEAR;

    function setUp() public {
        deployWithModel();
        sellForBoth(plainKind());
    }

    // What a renewal does

    function test_ARenewalBeforeTheEndAddsToIt() public {
        uint256 licence = bought(NATIVE);
        vm.warp(START_TIME + 100 days);
        expectLicenceEvent();
        emit ILicenceToken.LicenceRenewed(licence, buyer, 1, NATIVE, PRICE, END + YEAR);
        expectLicenceEvent();
        emit IERC5643.SubscriptionUpdate(licence, END + YEAR);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Revenue(model, NATIVE, IRevenueSplitter.Source.Renewal, PRICE, PRICE);
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), END + YEAR, "expires");
        eq(gross(NATIVE), 2 * uint256(PRICE), "income");
    }

    function test_ARenewalInTheLastSecondAddsToTheEnd() public {
        uint256 licence = bought(NATIVE);
        vm.warp(END);
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), END + YEAR, "expires");
    }

    function test_ARenewalAfterTheEndBeginsNow() public {
        uint256 licence = bought(NATIVE);
        vm.warp(END + 50 days);
        isFalse(licences.isValidAt(licence, END + 50 days), "expired");
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), END + 50 days + YEAR, "expires");
        isTrue(licences.isValidAt(licence, END + 50 days), "in force again");
        // One expiry is all that is kept: the gap counts as covered now.
        isTrue(licences.isValidAt(licence, END + 1), "the gap");
    }

    function test_DollarsRenew() public {
        uint256 licence = bought(NATIVE);
        _renew(licence, address(dollar), DOLLARS);
        eq(gross(address(dollar)), DOLLARS, "income");
        eq(subscription().expiresAt(licence), END + YEAR, "expires");
    }

    function test_AFreeRenewalWorks() public {
        uint256 licence = bought(NATIVE);
        changePrice(NATIVE, 0);
        _renew(licence, NATIVE, 0);
        eq(subscription().expiresAt(licence), END + YEAR, "expires");
        eq(gross(NATIVE), PRICE, "only the purchase");
    }

    function test_SomeoneApprovedRenewsAndPays() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().approve(stranger, licence);
        bytes32 hash = licences.termsHashOf(model, KIND);
        vm.prank(stranger);
        licences.renew(licence, address(dollar), DOLLARS, hash);
        eq(dollar.balanceOf(stranger), 1_000_000e6 - DOLLARS, "payer");
        eq(nft().ownerOf(licence), buyer, "holder");
    }

    function test_ARenewalMovesToTheTermsThatAreSoldNow() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 10 days;
        kind.transferable = false;
        changeKind(kind);
        _renew(licence, NATIVE, PRICE);
        ILicenceToken.Licence memory got = licences.licenceOf(licence);
        eq(got.version, 2, "version");
        eq(got.expires, END + 10 days, "expires");
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, licence));
        nft().transferFrom(buyer, stranger, licence);
    }

    function test_ARenewalIntoAnEndlessKindNeverExpires() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 0;
        changeKind(kind);
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), FOREVER, "expires");
    }

    function test_APauseOfEntryDoesNotTouchRenewals() public {
        uint256 licence = bought(NATIVE);
        pauseEntry();
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), END + YEAR, "expires");
    }

    // Calls

    function test_CallsAreAdded() public {
        uint256 licence = _boughtWithCalls(100);
        _renew(licence, NATIVE, PRICE);
        eq(licences.licenceOf(licence).quota, 200, "quota");
    }

    function test_NoLimitStaysNoLimit() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.quota = 100;
        changeKind(kind);
        _renew(licence, NATIVE, PRICE);
        eq(licences.licenceOf(licence).quota, UNLIMITED, "quota");
    }

    function test_ALimitEndsWithAKindThatHasNone() public {
        uint256 licence = _boughtWithCalls(100);
        changeKind(plainKind());
        _renew(licence, NATIVE, PRICE);
        eq(licences.licenceOf(licence).quota, UNLIMITED, "quota");
    }

    function test_AddedCallsNeverBecomeNoLimit() public {
        uint256 licence = _boughtWithCalls(type(uint64).max - 1);
        _renew(licence, NATIVE, PRICE);
        eq(licences.licenceOf(licence).quota, type(uint64).max - 1, "quota");
    }

    // Escrow

    function test_ARenewalReleasesTheEscrowAndIsFinal() public {
        changeKind(returnableKind());
        uint256 licence = bought(NATIVE);
        expectLicenceEvent();
        emit ILicenceToken.EscrowReleased(licence, NATIVE, PRICE);
        _renew(licence, address(dollar), DOLLARS);
        eq(escrowed(NATIVE), 0, "nothing waits");
        eq(gross(NATIVE), PRICE, "the purchase is income");
        eq(gross(address(dollar)), DOLLARS, "and so is the renewal");
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.RefundClosed.selector, licence));
        licences.refund(licence);
    }

    // What is refused

    function test_AStrangerDoesNotRenew() public {
        uint256 licence = bought(NATIVE);
        bytes32 hash = licences.termsHashOf(model, KIND);
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.NotLicenceHolder.selector, licence, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        licences.renew{value: PRICE}(licence, NATIVE, PRICE, hash);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(licence, YEAR);
    }

    function test_ALicenceThatIsNotThereIsNotRenewed() public {
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 5);
        vm.startPrank(buyer);
        vm.expectRevert(refused);
        licences.renew{value: PRICE}(5, NATIVE, PRICE, 0);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(5, YEAR);
    }

    function test_AnEndlessLicenceIsNotRenewed() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 0;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.NotRenewable.selector, licence);
        _refused(licence, NATIVE, PRICE, refused);
        vm.prank(buyer);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(licence, 0);
        isFalse(subscription().isRenewable(licence), "renewable");
    }

    function test_AnExpiryThatWouldNotFitIsRefused() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 2 ** 63 - 1;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        eq(subscription().expiresAt(licence), START_TIME + 2 ** 63 - 1, "expires");
        isFalse(subscription().isRenewable(licence), "renewable");
        _refused(
            licence,
            NATIVE,
            PRICE,
            abi.encodeWithSelector(ILicenceToken.NotRenewable.selector, licence)
        );
    }

    function test_TheLastExpiryThatFitsIsOneBeforeForEver() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 2 ** 63 - 1;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        uint64 left = type(uint64).max - 1 - (START_TIME + 2 ** 63 - 1);
        kind.duration = left + 1;
        changeKind(kind);
        _refused(
            licence,
            NATIVE,
            PRICE,
            abi.encodeWithSelector(ILicenceToken.NotRenewable.selector, licence)
        );
        kind.duration = left;
        changeKind(kind);
        _renew(licence, NATIVE, PRICE);
        eq(subscription().expiresAt(licence), type(uint64).max - 1, "expires");
    }

    function test_RenewalsAreGuardedLikePurchases() public {
        uint256 licence = bought(NATIVE);
        bytes32 hash = licences.termsHashOf(model, KIND);
        _refused(licence, NATIVE, PRICE - 1, _wrong(PRICE, PRICE - 1));
        _refused(licence, NATIVE, PRICE + 1, _wrong(PRICE, PRICE + 1));
        _refused(licence, address(dollar), 1, _wrong(0, 1));
        _refused(
            licence,
            stranger,
            0,
            abi.encodeWithSelector(ILicenceToken.NotSoldInToken.selector, stranger)
        );
        changePrice(NATIVE, PRICE + 1);
        vm.startPrank(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, PRICE + 1, PRICE)
        );
        licences.renew{value: PRICE + 1}(licence, NATIVE, PRICE, hash);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.TermsMismatch.selector, bytes32("other"), hash)
        );
        licences.renew{value: PRICE + 1}(licence, NATIVE, PRICE + 1, "other");
        vm.stopPrank();
        vm.prank(owner);
        licences.setSale(model, KIND, false);
        _refused(
            licence,
            NATIVE,
            PRICE + 1,
            abi.encodeWithSelector(ILicenceToken.SalesPaused.selector, model, KIND)
        );
    }

    // Any numbers

    function testFuzz_ARenewalEndsOneDurationAfterTheLaterOfNowAndTheEnd(
        uint64 first,
        uint64 second,
        uint64 wait,
        uint64 calls,
        uint64 moreCalls
    ) public {
        first = uint64(bound(first, 1, 2 ** 40));
        second = uint64(bound(second, 1, 2 ** 40));
        wait = uint64(bound(wait, 0, 2 ** 41));
        calls = uint64(bound(calls, 1, type(uint64).max - 1));
        moreCalls = uint64(bound(moreCalls, 1, type(uint64).max - 1));
        ILicenceToken.Kind memory kind = plainKind();
        (kind.duration, kind.quota) = (first, calls);
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        (kind.duration, kind.quota) = (second, moreCalls);
        changeKind(kind);
        vm.warp(START_TIME + wait);
        _renew(licence, NATIVE, PRICE);
        uint64 from = wait > first ? START_TIME + wait : START_TIME + first;
        ILicenceToken.Licence memory got = licences.licenceOf(licence);
        eq(got.expires, from + second, "expires");
        uint256 sum = uint256(calls) + moreCalls;
        eq(got.quota, sum >= UNLIMITED ? UNLIMITED - 1 : sum, "quota");
    }

    function testFuzz_ARenewalCostsThePriceAndNoMore(uint128 price, uint128 maxPrice, uint256 sent)
        public
    {
        uint256 licence = bought(address(dollar));
        changePrice(NATIVE, price);
        vm.deal(buyer, type(uint256).max);
        if (sent % 4 != 0) sent = price;
        bytes32 hash = licences.termsHashOf(model, KIND);
        bool good = price <= maxPrice && sent == price;
        vm.prank(buyer);
        if (!good) {
            vm.expectRevert(
                price > maxPrice
                    ? abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, price, maxPrice)
                    : _wrong(price, sent)
            );
        }
        licences.renew{value: sent}(licence, NATIVE, maxPrice, hash);
        eq(gross(NATIVE), good ? price : 0, "income");
        eq(type(uint256).max - buyer.balance, good ? price : 0, "paid");
        eq(subscription().expiresAt(licence), good ? END + YEAR : END, "expires");
    }

    function _boughtWithCalls(uint64 calls) private returns (uint256) {
        ILicenceToken.Kind memory kind = plainKind();
        kind.quota = calls;
        changeKind(kind);
        return bought(NATIVE);
    }

    function _renew(uint256 licence, address token, uint128 price) private {
        bytes32 hash = licences.termsHashOf(model, KIND);
        vm.prank(buyer);
        licences.renew{value: token == NATIVE ? price : 0}(licence, token, price, hash);
    }

    function _refused(uint256 licence, address token, uint256 value, bytes memory error_) private {
        bytes32 hash = licences.termsHashOf(model, KIND);
        vm.prank(buyer);
        vm.expectRevert(error_);
        licences.renew{value: value}(licence, token, type(uint128).max, hash);
    }

    function _wrong(uint256 price, uint256 sent) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, price, sent);
    }
}
