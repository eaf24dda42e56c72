// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {Money} from "../support/Money.sol";
import {SimpleToken} from "../support/tokens/SimpleToken.sol";

/// @notice Takes one unit from every authorised transfer, which anybody may ask for.
contract AuthorisedFeeToken is SimpleToken(18) {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        _move(from, to, value);
        balanceOf[to] -= 1;
    }
}

/// @notice What an authorisation brings is counted as what a transfer brings.
contract RevenueSplitterAuthorisedTest is Money {
    AuthorisedFeeToken private token;
    uint64 private model;

    function setUp() public {
        token = new AuthorisedFeeToken();
        address[] memory tokens = new address[](1);
        tokens[0] = address(token);
        deployMarket(tokens);
        namePeople();
        model = registerModel(owner, noParents());
        token.mint(owner, 1_000);
    }

    function test_AFeeOnAnAuthorisedPaymentIsNoticed() public {
        IRevenueSplitter.Authorization memory authorization;
        authorization.from = owner;
        _expectFee();
        splitter.payWithAuthorization(
            model, address(token), 100, IRevenueSplitter.Source.Licence, authorization
        );
        _expectFee();
        splitter.depositWithAuthorization(address(token), 100, authorization);
        eq(splitter.held(address(token)), 0, "held");
    }

    function _expectFee() private {
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.FeeOnTransfer.selector, 100, 99));
        vm.prank(address(licences));
    }
}
