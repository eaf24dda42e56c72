// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {ModelShares} from "../src/ModelShares.sol";
import {ChannelSteps} from "./support/ChannelSteps.sol";

/// @notice One story through all the modules that pay, from purchase to the last unit paid out.
contract MoneyFlowTest is ChannelSteps {
    uint32 private constant RETURNABLE = 2;

    uint64 private child;
    address private buyer;

    /// @dev The setting up sold one licence of the parent for 1 ether. Its child owes it a fifth.
    function setUp() public {
        deployChannelMarket();
        child = readyModel(publisher, oneParent(model, 200_000));
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 14 days;
        sell(child, RETURNABLE, kind, NATIVE, 4 ether);
        buyer = funded("buyer");
    }

    function test_EveryWeiThatComesInGoesOutToWhomItBelongs() public {
        uint256 returned = _buy();
        uint256 kept = _buy();
        _expectHeld(9 ether, "one sale and two escrows");
        eq(splitter.moduleBalanceOf(address(licences), NATIVE), 8 ether, "escrows");

        vm.prank(buyer);
        licences.refund(returned);
        vm.warp(block.timestamp + 14 days);
        licences.releaseEscrow(kept);
        eq(splitter.moduleBalanceOf(address(licences), NATIVE), 0, "no escrow is left");

        startSession();
        settle(3, 2 ether);
        _resell(kept);
        vm.prank(holder);
        channel.requestClose(licence, host);
        vm.warp(block.timestamp + DELAY);
        channel.finalizeClose(licence, host);

        // 9 for licences, 10 for the channel, 0.5 for the resale.
        _expectHeld(19.5 ether, "all that came in");
        _expectCredit(buyer, 4 ether);
        _expectCredit(host, 0.6 ether);
        _expectCredit(holder, 8 ether);
        // Of the child's 4 and 0.5 the parent has a fifth; 1 of its own sale, 1.4 of the calls.
        _expectClaim(child, 3.6 ether);
        _expectClaim(model, 3.3 ether);
        _expectHeld(0, "nothing is left");
    }

    function _buy() private returns (uint256 bought) {
        ILicenceToken.Order memory order = orderFor(child, RETURNABLE, buyer, NATIVE);
        vm.prank(buyer);
        return licences.buy{value: 4 ether}(order);
    }

    /// @dev As a marketplace does: asks whom to pay what, and pays.
    function _resell(uint256 sold) private {
        (address receiver, uint256 royalty) =
            IERC2981(address(licences)).royaltyInfo(sold, 10 ether);
        eq(royalty, 0.5 ether, "5 % of 10");
        vm.deal(address(this), royalty);
        (bool ok,) = receiver.call{value: royalty}("");
        isTrue(ok, "taken");
        eq(ModelShares(payable(receiver)).forward(NATIVE), royalty, "forwarded");
    }

    function _expectHeld(uint256 amount, string memory what) private view {
        eq(splitter.held(NATIVE), amount, what);
        eq(address(splitter).balance, amount, what);
    }

    function _expectCredit(address account, uint256 amount) private {
        uint256 before = account.balance;
        eq(splitter.withdraw(account, NATIVE), amount, "credit");
        eq(account.balance - before, amount, "credit paid");
    }

    function _expectClaim(uint64 which, uint256 amount) private {
        uint256 before = publisher.balance;
        eq(splitter.claim(which, NATIVE, publisher), amount, "claim");
        eq(publisher.balance - before, amount, "claim paid");
    }
}
