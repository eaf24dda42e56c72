// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5643} from "../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Renewals as ERC-5643 asks for them. Cancelling is among the returns.
contract LicenceSubscriptionTest is LicenceSteps {
    uint64 private constant END = START_TIME + YEAR;

    function setUp() public {
        deployWithModel();
        sellForBoth(plainKind());
    }

    function test_ASubscriptionIsRenewedForItsOwnDurationAndPrice() public {
        uint256 licence = bought(NATIVE);
        isTrue(subscription().isRenewable(licence), "renewable");
        expectLicenceEvent();
        emit ILicenceToken.LicenceRenewed(licence, buyer, 1, NATIVE, PRICE, END + YEAR);
        expectLicenceEvent();
        emit IERC5643.SubscriptionUpdate(licence, END + YEAR);
        vm.prank(buyer);
        subscription().renewSubscription{value: PRICE}(licence, YEAR);
        eq(gross(NATIVE), 2 * uint256(PRICE), "income");
    }

    function test_ASubscriptionIsNotRenewedForAnotherDuration() public {
        uint256 licence = bought(NATIVE);
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.NotRenewable.selector, licence);
        vm.startPrank(buyer);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(licence, YEAR - 1);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(licence, YEAR + 1);
        vm.expectRevert(refused);
        subscription().renewSubscription{value: PRICE}(licence, 0);
    }

    function test_ASubscriptionIsNotRenewedForAnotherPrice() public {
        uint256 licence = bought(NATIVE);
        vm.deal(buyer, type(uint256).max);
        vm.startPrank(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, PRICE, PRICE - 1)
        );
        subscription().renewSubscription{value: PRICE - 1}(licence, YEAR);
        vm.expectRevert(_wrong(PRICE, PRICE + 1));
        subscription().renewSubscription{value: PRICE + 1}(licence, YEAR);
        uint256 beyond = uint256(type(uint128).max) + 1;
        vm.expectRevert(_wrong(type(uint128).max, beyond + PRICE));
        subscription().renewSubscription{value: beyond + PRICE}(licence, YEAR);
    }

    function test_ASubscriptionIsNotRenewedUnderNewerTerms() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory worse = plainKind();
        worse.hostPpm = 1;
        changeKind(worse);
        isFalse(subscription().isRenewable(licence), "renewable");
        vm.prank(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenceToken.TermsMismatch.selector, hashOf(plainKind()), hashOf(worse)
            )
        );
        subscription().renewSubscription{value: PRICE}(licence, YEAR);
    }

    function test_ASubscriptionIsRenewableOnlyWhileItIsSoldForCoin() public {
        uint256 licence = bought(NATIVE);
        vm.prank(owner);
        licences.setPrice(model, KIND, NATIVE, PRICE, false);
        isFalse(subscription().isRenewable(licence), "unlisted");
        changePrice(NATIVE, PRICE);
        isTrue(subscription().isRenewable(licence), "listed");
        vm.prank(owner);
        licences.setSale(model, KIND, false);
        isFalse(subscription().isRenewable(licence), "paused");
    }

    function test_ViewsOfALicenceThatIsNotThereRevert() public {
        bytes memory refused = abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 5);
        vm.expectRevert(refused);
        subscription().isRenewable(5);
        vm.expectRevert(refused);
        subscription().expiresAt(5);
        vm.expectRevert(refused);
        licences.licenceOf(5);
    }

    function _wrong(uint256 price, uint256 sent) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, price, sent);
    }
}
