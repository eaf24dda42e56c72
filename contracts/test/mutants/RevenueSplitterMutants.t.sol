// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {Money} from "../support/Money.sol";
import {TestToken} from "../support/TestToken.sol";

/// @notice Keeps a unit of every transfer.
contract FeeDollar is TestToken("Fee dollar", 6) {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}

/// @notice What `npm run mutants` found that the splitter's other tests let pass.
contract RevenueSplitterMutantsTest is Money {
    function test_AModelsGrossIsBoundedThoughItKeepsHalf() public {
        setUpMoney();
        uint64 child = readyModel(owner, oneParent(readyModel(owner), 500_000));
        pay(child, type(uint128).max);
        vm.deal(address(licences), 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 1));
        vm.prank(address(licences));
        splitter.pay{value: 1}(child, NATIVE, owner, 1, IRevenueSplitter.Source.Licence);
    }

    function test_AnAncestorMayOwnTheLastUnitThatFits() public {
        setUpMoney();
        uint64 parent = readyModel(owner);
        uint64 child = readyModel(owner, oneParent(parent, 500_000));
        pay(parent, type(uint128).max - 1);
        pay(child, 2);
        eq(own(parent, NATIVE), type(uint128).max, "full");
        vm.deal(address(licences), 2);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 1));
        vm.prank(address(licences));
        splitter.pay{value: 2}(child, NATIVE, owner, 2, IRevenueSplitter.Source.Licence);
    }

    function test_AnIncomeOfOneUnitStaysWhenAllSharesMove() public {
        setUpMoney();
        uint64 model = readyModel(owner);
        pay(model, 1);
        move(model, owner, ben, SHARES);
        eq(claimable(model, NATIVE, owner), 1, "the seller's");
        eq(claimable(model, NATIVE, ben), 0, "the buyer's");
    }

    function test_ADebtOfOneMillionthIsKept() public {
        setUpMoney();
        uint64 model = modelOfTwo(750_000, 250_000);
        pay(model, 1);
        move(model, ada, cyd, 1);
        pay(model, SHARES - 1);
        // One share of 1,000,000, less the millionth of a unit earned before it was cyd's.
        eq(claimable(model, NATIVE, cyd), 0, "cyd");
        pay(model, 1);
        eq(claimable(model, NATIVE, cyd), 1, "cyd, one unit later");
    }

    function test_AFeeOnAnAuthorisedTransferIsNoticed() public {
        FeeDollar fee = new FeeDollar();
        address[] memory tokens = new address[](1);
        tokens[0] = address(fee);
        deployMarket(tokens);
        namePeople();
        uint64 model = readyModel(owner);
        (address payer, uint256 key) = person("payer");
        fee.mint(payer, 100);
        uint256 until = block.timestamp + 1;
        bytes32 digest =
            fee.authorizationDigest(payer, address(splitter), 100, 0, until, bytes32(uint256(1)));
        IRevenueSplitter.Authorization memory authorization = IRevenueSplitter.Authorization({
            from: payer,
            validAfter: 0,
            validBefore: until,
            nonce: bytes32(uint256(1)),
            signature: signed(key, digest)
        });
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.FeeOnTransfer.selector, 100, 99));
        vm.prank(address(licences));
        splitter.payWithAuthorization(
            model, address(fee), 100, IRevenueSplitter.Source.Licence, authorization
        );
    }
}
