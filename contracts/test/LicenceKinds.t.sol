// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice What an owner may sell, and that nothing sold before changes by it.
contract LicenceKindsTest is LicenceSteps {
    uint32 private constant OTHER_KIND = 7;

    function setUp() public {
        deployWithModel();
    }

    function test_ANewKindIsVersionOneAndOpenWithoutAnyPrice() public {
        ILicenceToken.Kind memory kind = plainKind();
        bytes32 hash = hashOf(kind);
        expectLicenceEvent();
        emit ILicenceToken.KindSet(model, KIND, 1, hash, kind);
        expectLicenceEvent();
        emit ILicenceToken.SaleSet(model, KIND, true);
        changeKind(kind);
        (uint32 version, bool open) = licences.saleOf(model, KIND);
        eq(version, 1, "version");
        isTrue(open, "open");
        eq(licences.termsHashOf(model, KIND), hash, "hash");
        (, bool listed) = licences.priceOf(model, KIND, NATIVE);
        isFalse(listed, "nothing is sold before a price is set");
    }

    function test_AllFieldsOfAKindAreKept() public {
        ILicenceToken.Kind memory kind = ILicenceToken.Kind({
            label: "per seat",
            textHash: keccak256("another text"),
            duration: 1,
            quota: type(uint64).max - 1,
            refundWindow: 1,
            hostPpm: 900_000,
            resalePpm: 100_000,
            transferable: false
        });
        changeKind(kind);
        eq(abi.encode(licences.kindOf(model, KIND, 1)), abi.encode(kind), "kind");
    }

    function test_AChangedKindIsANewVersionAndTheOldOneStays() public {
        ILicenceToken.Kind memory first = plainKind();
        ILicenceToken.Kind memory second = plainKind();
        second.duration = 30 days;
        second.transferable = false;
        changeKind(first);
        changeKind(second);
        (uint32 version,) = licences.saleOf(model, KIND);
        eq(version, 2, "version");
        eq(abi.encode(licences.kindOf(model, KIND, 1)), abi.encode(first), "first");
        eq(abi.encode(licences.kindOf(model, KIND, 2)), abi.encode(second), "second");
        eq(licences.termsHashOf(model, KIND), hashOf(second), "hash");
    }

    function test_AChangedKindKeepsPricesAndAPausedSale() public {
        sell(model, KIND, plainKind(), NATIVE, PRICE);
        vm.prank(owner);
        licences.setSale(model, KIND, false);
        changeKind(returnableKind());
        (, bool open) = licences.saleOf(model, KIND);
        isFalse(open, "stays paused");
        (uint128 price, bool listed) = licences.priceOf(model, KIND, NATIVE);
        eq(price, PRICE, "price");
        isTrue(listed, "listed");
    }

    function test_KindsAndModelsDoNotMixUp() public {
        uint64 second = readyModel(owner);
        ILicenceToken.Kind memory other = plainKind();
        other.label = "evaluation";
        vm.startPrank(owner);
        licences.setKind(model, KIND, plainKind());
        licences.setKind(model, OTHER_KIND, other);
        licences.setKind(second, KIND, other);
        licences.setKind(second, KIND, returnableKind());
        licences.setPrice(model, KIND, NATIVE, 1, true);
        licences.setPrice(model, OTHER_KIND, NATIVE, 2, true);
        licences.setPrice(second, KIND, NATIVE, 3, true);
        licences.setPrice(second, KIND, address(dollar), 4, true);
        vm.stopPrank();
        eq(licences.termsHashOf(model, KIND), hashOf(plainKind()), "terms of the first");
        eq(licences.termsHashOf(model, OTHER_KIND), hashOf(other), "terms of its other kind");
        eq(licences.termsHashOf(second, KIND), hashOf(returnableKind()), "terms of the second");
        _priceIs(model, KIND, NATIVE, 1);
        _priceIs(model, OTHER_KIND, NATIVE, 2);
        _priceIs(second, KIND, NATIVE, 3);
        _priceIs(second, KIND, address(dollar), 4);
    }

    function test_AKindThatNobodySetIsUnknown() public {
        (uint32 version, bool open) = licences.saleOf(model, OTHER_KIND);
        eq(version, 0, "version");
        isFalse(open, "open");
        eq(licences.termsHashOf(model, OTHER_KIND), bytes32(0), "hash");
        bytes memory unknown =
            abi.encodeWithSelector(ILicenceToken.UnknownKind.selector, model, OTHER_KIND);
        vm.expectRevert(unknown);
        licences.kindOf(model, OTHER_KIND, 1);
        vm.startPrank(owner);
        vm.expectRevert(unknown);
        licences.setPrice(model, OTHER_KIND, NATIVE, 1, true);
        vm.expectRevert(unknown);
        licences.setSale(model, OTHER_KIND, true);
        vm.expectRevert(unknown);
        licences.setSale(model, OTHER_KIND, false);
    }

    function test_AVersionThatIsNotYetIsUnknown() public {
        changeKind(plainKind());
        bytes memory unknown =
            abi.encodeWithSelector(ILicenceToken.UnknownKind.selector, model, KIND);
        vm.expectRevert(unknown);
        licences.kindOf(model, KIND, 0);
        vm.expectRevert(unknown);
        licences.kindOf(model, KIND, 2);
    }

    function test_OnlyTheModelsOwnerSells() public {
        changeKind(plainKind());
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.NotModelOwner.selector, model, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        licences.setKind(model, KIND, plainKind());
        vm.expectRevert(refused);
        licences.setPrice(model, KIND, NATIVE, 0, true);
        vm.expectRevert(refused);
        licences.setSale(model, KIND, false);
    }

    function test_ANewOwnerSellsAndTheOldNoLonger() public {
        vm.prank(owner);
        registry.offerOwnership(model, stranger);
        vm.prank(stranger);
        registry.acceptOwnership(model);
        vm.prank(stranger);
        licences.setKind(model, KIND, plainKind());
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.NotModelOwner.selector, model, owner));
        licences.setKind(model, KIND, plainKind());
    }

    function test_NothingIsSoldOfAModelThatIsUnknown() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        licences.setKind(99, KIND, plainKind());
    }

    function test_NothingIsSoldBeforeTheRelease() public {
        uint64 early = registerModel(owner, noParents());
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.ModelNotReleased.selector, early));
        licences.setKind(early, KIND, plainKind());
    }

    function test_NumbersOutOfRangeAreRefused() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 30 days + 1;
        _isBad(kind);
        kind = plainKind();
        kind.hostPpm = 900_001;
        _isBad(kind);
        kind = plainKind();
        kind.resalePpm = 100_001;
        _isBad(kind);
        kind = plainKind();
        kind.duration = 2 ** 63;
        _isBad(kind);
        kind = plainKind();
        kind.quota = type(uint64).max;
        _isBad(kind);
        kind = plainKind();
        kind.duration = 1 days;
        kind.refundWindow = 1 days + 1;
        _isBad(kind);
    }

    function test_NumbersAtTheEdgeOfTheirRangesAreTaken() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 30 days;
        kind.duration = 30 days;
        kind.hostPpm = 900_000;
        kind.resalePpm = 100_000;
        kind.quota = type(uint64).max - 1;
        changeKind(kind);
        kind.duration = 2 ** 63 - 1;
        changeKind(kind);
        kind.duration = 0;
        changeKind(kind);
        (uint32 version,) = licences.saleOf(model, KIND);
        eq(version, 3, "version");
    }

    function test_PricesAreSetAndUnlistedPerToken() public {
        changeKind(plainKind());
        expectLicenceEvent();
        emit ILicenceToken.PriceSet(model, KIND, address(dollar), DOLLARS, true);
        changePrice(address(dollar), DOLLARS);
        _priceIs(model, KIND, address(dollar), DOLLARS);
        expectLicenceEvent();
        emit ILicenceToken.PriceSet(model, KIND, address(dollar), 0, false);
        vm.prank(owner);
        licences.setPrice(model, KIND, address(dollar), 0, false);
        (uint128 price, bool listed) = licences.priceOf(model, KIND, address(dollar));
        eq(price, 0, "price");
        isFalse(listed, "listed");
    }

    function test_ATokenOffTheListHasNoPrice() public {
        changeKind(plainKind());
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.TokenNotAllowed.selector, stranger));
        licences.setPrice(model, KIND, stranger, 1, true);
    }

    function test_SalesArePausedAndOpened() public {
        changeKind(plainKind());
        expectLicenceEvent();
        emit ILicenceToken.SaleSet(model, KIND, false);
        vm.prank(owner);
        licences.setSale(model, KIND, false);
        (, bool open) = licences.saleOf(model, KIND);
        isFalse(open, "paused");
        expectLicenceEvent();
        emit ILicenceToken.SaleSet(model, KIND, true);
        vm.prank(owner);
        licences.setSale(model, KIND, true);
        (, open) = licences.saleOf(model, KIND);
        isTrue(open, "open");
    }

    function _isBad(ILicenceToken.Kind memory kind) private {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.BadKind.selector));
        licences.setKind(model, KIND, kind);
    }

    function _priceIs(uint64 which, uint32 kind, address token, uint256 expected) private view {
        (uint128 price, bool listed) = licences.priceOf(which, kind, token);
        eq(price, expected, "price");
        isTrue(listed, "listed");
    }
}
