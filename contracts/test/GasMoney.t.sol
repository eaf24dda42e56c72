// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {Lineages} from "./support/Lineages.sol";

/// @notice What purchases and claims cost the second time: the buyer holds a licence already and every
/// ancestor has had income.
contract GasMoneyTest is Lineages {
    uint128 private constant _PRICE = 1 ether;
    uint128 private constant _DOLLARS = 25e6;

    address private _owner;
    address private _buyer;
    uint256 private _buyerKey;

    function setUp() public {
        deployMarket();
        _owner = funded("owner");
        (_buyer, _buyerKey) = person("buyer");
    }

    function test_BuyWithoutAncestors() public {
        _measureBuy(0, "buy with coin, no ancestor");
    }

    function test_BuyWithTwoAncestors() public {
        _measureBuy(2, "buy with coin, 2 ancestors paid");
    }

    function test_BuyWithFiveAncestors() public {
        _measureBuy(5, "buy with coin, 5 ancestors paid");
    }

    function test_BuyWithEightAncestors() public {
        _measureBuy(8, "buy with coin, 8 ancestors paid");
    }

    function test_BuyWithSixteenAncestors() public {
        _measureBuy(16, "buy with coin, 16 ancestors paid");
    }

    function test_BuyWithRefundWindow() public {
        uint64 model = readyModel(_owner);
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 14 days;
        sell(model, KIND, kind, NATIVE, _PRICE);
        buyLicence(_buyer, model, NATIVE);
        uint256 licence = buyLicence(_buyer, model, NATIVE);
        vm.snapshotGasLastCall("licences", "buy with coin, returnable");
        vm.prank(_buyer);
        licences.refund(licence);
        vm.snapshotGasLastCall("licences", "return");
    }

    function test_BuyWithPermit() public {
        uint64 model = _sellForDollars();
        vm.prank(_buyer);
        dollar.approve(address(splitter), 0);
        _buyWithPermit(model);
        _buyWithPermit(model);
        vm.snapshotGasLastCall("licences", "buy with permit, 1 ancestor paid");
    }

    function test_BuyWithAuthorization() public {
        uint64 model = _sellForDollars();
        _buyWithAuthorization(model, "first");
        _buyWithAuthorization(model, "second");
        vm.snapshotGasLastCall("licences", "buy with authorisation, 1 ancestor paid");
    }

    function test_Renew() public {
        uint64 model = readyModel(_owner);
        sell(model, NATIVE, _PRICE);
        uint256 licence = buyLicence(_buyer, model, NATIVE);
        bytes32 terms = licences.termsHashOf(model, KIND);
        vm.startPrank(_buyer);
        licences.renew{value: _PRICE}(licence, NATIVE, _PRICE, terms);
        licences.renew{value: _PRICE}(licence, NATIVE, _PRICE, terms);
        vm.snapshotGasLastCall("licences", "renew");
    }

    function test_Claim() public {
        uint64 model = readyModel(_owner);
        sell(model, NATIVE, _PRICE);
        sell(model, address(dollar), _DOLLARS);
        for (uint256 i; i < 2; ++i) {
            buyLicence(_buyer, model, NATIVE);
            splitter.claim(model, NATIVE, _owner);
            vm.snapshotGasLastCall("splitter", "claim coin");
            buyLicence(_buyer, model, address(dollar));
            splitter.claim(model, address(dollar), _owner);
            vm.snapshotGasLastCall("splitter", "claim a token");
        }
    }

    function _measureBuy(uint256 ancestors, string memory name) private {
        uint64 model = modelWithAncestors(_owner, ancestors);
        eq(registry.ancestorsOf(model).length, ancestors, "ancestors");
        sell(model, NATIVE, _PRICE);
        buyLicence(_buyer, model, NATIVE);
        buyLicence(_buyer, model, NATIVE);
        vm.snapshotGasLastCall("licences", name);
    }

    function _sellForDollars() private returns (uint64 model) {
        model = readyChain(_owner, 1, HALF);
        sell(model, address(dollar), _DOLLARS);
    }

    function _buyWithPermit(uint64 model) private {
        ILicenceToken.Order memory order = orderFor(model, KIND, _buyer, address(dollar));
        uint256 deadline = block.timestamp + 1 hours;
        bytes32 digest = dollar.permitDigest(_buyer, address(splitter), order.maxPrice, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_buyerKey, digest);
        vm.prank(_buyer);
        licences.buyWithPermit(order, deadline, v, r, s);
    }

    function _buyWithAuthorization(uint64 model, bytes32 salt) private {
        ILicenceToken.Order memory order = orderFor(model, KIND, _buyer, address(dollar));
        bytes32 nonce = licences.orderNonce(order, salt);
        uint256 until = block.timestamp + 1 hours;
        bytes32 digest =
            dollar.authorizationDigest(_buyer, address(splitter), order.maxPrice, 0, until, nonce);
        IRevenueSplitter.Authorization memory authorization = IRevenueSplitter.Authorization({
            from: _buyer,
            validAfter: 0,
            validBefore: until,
            nonce: nonce,
            signature: signed(_buyerKey, digest)
        });
        licences.buyWithAuthorization(order, salt, authorization);
    }
}
