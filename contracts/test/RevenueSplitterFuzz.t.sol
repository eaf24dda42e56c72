// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {Money} from "./support/Money.sol";
import {Forcer} from "./support/Receivers.sol";

/// @notice Every function that moves money, with any amount there can be.
contract RevenueSplitterFuzzTest is Money {
    uint256 private constant MAX = type(uint128).max;
    IRevenueSplitter.Source private constant USAGE = IRevenueSplitter.Source.Usage;

    uint64 private model;

    function setUp() public {
        setUpMoney();
        model = modelOfTwo(750_000, 250_000);
    }

    function testFuzz_DepositIsSpentOnceAndNoFurther(uint128 put, uint256 first, uint256 second)
        public
    {
        first = bound(first, 0, uint256(put) * 2);
        second = bound(second, 0, put);
        deposit(put);
        vm.startPrank(address(channel));
        if (first > put) vm.expectRevert(_tooLow(put, first));
        splitter.split(model, NATIVE, first, USAGE);
        uint256 left = first > put ? put : put - first;
        if (second > left) vm.expectRevert(_tooLow(left, second));
        splitter.credit(cyd, NATIVE, second);
        vm.stopPrank();
        uint256 credited = second > left ? 0 : second;
        eq(splitter.moduleBalanceOf(address(channel), NATIVE), left - credited, "module");
        eq(splitter.creditOf(cyd, NATIVE), credited, "credit");
        eq(own(model, NATIVE), put - left, "own");
        eq(splitter.held(NATIVE), put, "held");
    }

    function testFuzz_CreditIsWithdrawnWhole(uint128 amount, bool elsewhere) public {
        deposit(amount);
        vm.prank(address(channel));
        splitter.credit(cyd, NATIVE, amount);
        address to = elsewhere ? ada : cyd;
        vm.prank(cyd);
        if (amount == 0) vm.expectRevert(IRevenueSplitter.NothingToClaim.selector);
        if (elsewhere) splitter.withdrawTo(NATIVE, ada);
        else splitter.withdraw(cyd, NATIVE);
        eq(to.balance, amount, "paid");
        eq(splitter.held(NATIVE), 0, "held");
    }

    function testFuzz_ClaimsGoWhereTheHolderSays(uint128 amount, bool dollars) public {
        address token = dollars ? address(dollar) : NATIVE;
        if (dollars) payDollars(model, amount);
        else pay(model, amount);
        uint256 expected = uint256(amount) * 3 / 4;
        vm.prank(ada);
        if (expected == 0) vm.expectRevert(IRevenueSplitter.NothingToClaim.selector);
        splitter.claimTo(model, token, cyd);
        eq(dollars ? dollar.balanceOf(cyd) : cyd.balance, expected, "paid");
        eq(splitter.held(token), amount - expected, "held");
    }

    function testFuzz_ClaimsManyInAnyOrder(uint96[3] memory coins, uint96[3] memory dollars)
        public
    {
        uint64[] memory models = new uint64[](6);
        address[] memory tokens = new address[](6);
        uint256 coinsOwed;
        uint256 dollarsOwed;
        for (uint256 i; i < 3; ++i) {
            uint64 each = modelOfTwo(1 + coins[i] % 999_999, 999_999 - coins[i] % 999_999);
            pay(each, coins[i]);
            payDollars(each, dollars[i]);
            (models[i], models[5 - i]) = (each, each);
            tokens[i] = address(dollar);
            coinsOwed += uint256(coins[i]) * (1 + coins[i] % 999_999) / 1e6;
            dollarsOwed += uint256(dollars[i]) * (1 + coins[i] % 999_999) / 1e6;
        }
        splitter.claimMany(models, tokens, ada);
        eq(ada.balance, coinsOwed, "coins");
        eq(dollar.balanceOf(ada), dollarsOwed, "dollars");
    }

    function testFuzz_AllThatIsNobodysIsSwept(uint128 paid, uint128 forced) public {
        forced = uint128(bound(forced, 0, MAX - paid));
        pay(model, paid);
        vm.deal(address(this), forced);
        new Forcer{value: forced}(payable(address(splitter)));
        if (forced == 0) vm.expectRevert(IRevenueSplitter.NothingToClaim.selector);
        splitter.sweepDonation(model, NATIVE);
        eq(gross(model, NATIVE), uint256(paid) + forced, "gross");
        eq(splitter.held(NATIVE), address(splitter).balance, "held");
    }

    function testFuzz_AuthorisationsPayWhatTheySay(uint128 amount, uint128 asked, bool intoAccount)
        public
    {
        (address payer, uint256 key) = person("payer");
        dollar.mint(payer, amount);
        bytes32 digest = dollar.authorizationDigest(
            payer, address(splitter), amount, 0, type(uint256).max, bytes32("nonce")
        );
        IRevenueSplitter.Authorization memory authorization = IRevenueSplitter.Authorization(
            payer, 0, type(uint256).max, bytes32("nonce"), signed(key, digest)
        );
        if (asked % 2 == 0) asked = amount;
        bool right = asked == amount;
        vm.prank(address(channel));
        if (!right) vm.expectRevert(bytes4(keccak256("ERC3009InvalidSignature()")));
        if (intoAccount) {
            splitter.depositWithAuthorization(address(dollar), asked, authorization);
        } else {
            splitter.payWithAuthorization(model, address(dollar), asked, USAGE, authorization);
        }
        uint256 got = right ? amount : 0;
        eq(splitter.held(address(dollar)), got, "held");
        eq(own(model, address(dollar)), intoAccount ? 0 : got, "own");
    }

    /// @dev Three issues in any order of time never exceed a fifth of what there was a year before.
    function testFuzz_IssuesStayWithinAFifthOfAYear(
        uint32[3] memory pauses,
        uint256[3] memory sizes
    ) public {
        uint256[4] memory times;
        uint256[4] memory supplies;
        mockDao(model);
        for (uint256 i; i < 3; ++i) {
            vm.warp(block.timestamp + pauses[i] % 400 days);
            uint256 supply = sharesOf(model).totalSupply();
            uint256 amount = bound(sizes[i], (supply + 99) / 100, supply / 5);
            (times[i], supplies[i]) = (block.timestamp, supply);
            uint256 start = supply;
            for (uint256 j; j < i; ++j) {
                if (times[j] + 365 days > block.timestamp && supplies[j] < start) {
                    start = supplies[j];
                }
            }
            uint256 allowed = start / 5 - (supply - start);
            bool fits = amount <= allowed;
            vm.prank(timelock);
            if (!fits) {
                vm.expectRevert(
                    abi.encodeWithSelector(IRevenueSplitter.IssueTooLarge.selector, allowed, amount)
                );
            }
            splitter.issueShares(model, cyd, amount);
            eq(sharesOf(model).totalSupply(), fits ? supply + amount : supply, "supply");
        }
    }

    function testFuzz_ModulesPayForOthersWithTheirAllowance(uint128 amount, uint128 allowed)
        public
    {
        dollar.mint(cyd, amount);
        vm.prank(cyd);
        dollar.approve(address(splitter), allowed);
        bool fits = amount <= allowed;
        vm.prank(address(licences));
        if (!fits) {
            vm.expectRevert(
                abi.encodeWithSignature(
                    "ERC20InsufficientAllowance(address,uint256,uint256)", splitter, allowed, amount
                )
            );
        }
        splitter.pay(model, address(dollar), cyd, amount, USAGE);
        eq(dollar.balanceOf(cyd), fits ? 0 : amount, "payer");
        eq(own(model, address(dollar)), fits ? amount : 0, "own");
    }

    function _tooLow(uint256 have, uint256 need) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IRevenueSplitter.ModuleBalanceTooLow.selector, channel, have, need
            );
    }
}
