// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice What licences cost in steady state: everybody's pots and deposits hold something, and only the
/// receiver of a licence is fresh. See GasRegistryTest.
contract GasLicenceTest is LicenceSteps {
    address private fresh;

    function setUp() public {
        deployWithModel();
        fresh = account("fresh");
    }

    function test_BuyWithoutLineage() public {
        sellForBoth(plainKind());
        _buy(NATIVE, buyer);
        _buy(NATIVE, fresh);
        vm.snapshotGasLastCall("licence", "buy without lineage");
        _buy(NATIVE, buyer);
        vm.snapshotGasLastCall("licence", "buy again without lineage");
        _buy(address(dollar), buyer);
        _buy(address(dollar), fresh);
        vm.snapshotGasLastCall("licence", "buy by allowance");
    }

    function test_BuyAtDepthEight() public {
        model = readyChain(owner, 8, 200_000);
        sellForBoth(plainKind());
        _buy(NATIVE, buyer);
        _buy(NATIVE, fresh);
        vm.snapshotGasLastCall("licence", "buy at depth 8");
    }

    function test_BuyWithSixteenAncestors() public {
        model = _wideModel();
        sellForBoth(plainKind());
        _buy(NATIVE, buyer);
        eq(registry.ancestorsOf(model).length, 16, "ancestors");
        _buy(NATIVE, fresh);
        vm.snapshotGasLastCall("licence", "buy with 16 ancestors");
    }

    function test_BuyWithPermitAtDepthOne() public {
        model = readyChain(owner, 1, 200_000);
        sellForBoth(plainKind());
        vm.prank(buyer);
        dollar.approve(address(splitter), 0);
        _buyWithPermit(buyer);
        _buyWithPermit(buyer);
        vm.snapshotGasLastCall("licence", "buy with permit at depth 1");
        _buyWithPermit(fresh);
        vm.snapshotGasLastCall("licence", "buy with permit at depth 1 for a first-time holder");
    }

    function test_BuyWithAuthorisation() public {
        sellForBoth(plainKind());
        _buyWithAuthorisation(buyer);
        _buyWithAuthorisation(fresh);
        vm.snapshotGasLastCall("licence", "buy with authorisation");
    }

    function test_BuyWithRefundWindow() public {
        sellForBoth(returnableKind());
        uint256 first = _buy(NATIVE, buyer);
        uint256 second = _buy(NATIVE, buyer);
        _buy(NATIVE, fresh);
        vm.snapshotGasLastCall("licence", "buy with refund window");
        vm.prank(buyer);
        licences.refund(first);
        first = _buy(NATIVE, buyer);
        vm.prank(buyer);
        licences.refund(second);
        vm.snapshotGasLastCall("licence", "refund");
        second = _buy(NATIVE, buyer);
        vm.warp(START_TIME + WINDOW);
        licences.releaseEscrow(first);
        licences.releaseEscrow(second);
        vm.snapshotGasLastCall("licence", "release an escrow");
    }

    function test_Renew() public {
        sellForBoth(plainKind());
        uint256 licence = _buy(NATIVE, buyer);
        bytes32 hash = licences.termsHashOf(model, KIND);
        vm.prank(buyer);
        licences.renew{value: PRICE}(licence, NATIVE, PRICE, hash);
        vm.snapshotGasLastCall("licence", "renew");
    }

    /// @dev Four parents with three parents each; every one of the 16 is paid.
    function _wideModel() private returns (uint64) {
        IModelRegistry.ParentLink[] memory parents = new IModelRegistry.ParentLink[](4);
        for (uint256 i; i < 4; ++i) {
            IModelRegistry.ParentLink[] memory roots = new IModelRegistry.ParentLink[](3);
            for (uint256 j; j < 3; ++j) {
                roots[j] = link(readyModel(owner), 100_000);
            }
            parents[i] = link(readyModel(owner, roots), 100_000);
        }
        return readyModel(owner, parents);
    }

    function _buy(address token, address to) private returns (uint256) {
        ILicenceToken.Order memory made = orderFor(model, KIND, to, token);
        vm.prank(buyer);
        return licences.buy{value: token == NATIVE ? PRICE : 0}(made);
    }

    function _buyWithPermit(address to) private {
        ILicenceToken.Order memory made = orderFor(model, KIND, to, address(dollar));
        bytes32 digest = dollar.permitDigest(buyer, address(splitter), DOLLARS, FOREVER);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(buyerKey, digest);
        vm.prank(buyer);
        licences.buyWithPermit(made, FOREVER, v, r, s);
    }

    function _buyWithAuthorisation(address to) private {
        ILicenceToken.Order memory made = orderFor(model, KIND, to, address(dollar));
        bytes32 nonce = licences.orderNonce(made, "salt");
        bytes32 digest =
            dollar.authorizationDigest(buyer, address(splitter), DOLLARS, 0, FOREVER, nonce);
        licences.buyWithAuthorization(
            made,
            "salt",
            IRevenueSplitter.Authorization(buyer, 0, FOREVER, nonce, signed(buyerKey, digest))
        );
    }
}
