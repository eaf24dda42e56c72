// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Money} from "./support/Money.sol";
import {TestToken} from "./support/TestToken.sol";

/// @notice I5: neither a transfer nor an issue of shares changes what anybody can claim, in any token and
/// across any number of share epochs.
contract ModelSharesIncomeTest is Money {
    uint64 private model;
    TestToken private euro;
    address[3] private tokens;
    address[4] private holders;

    function setUp() public {
        dollar = new TestToken("Test dollar", 6);
        euro = new TestToken("Test euro", 2);
        address[] memory list = new address[](2);
        (list[0], list[1]) = (address(dollar), address(euro));
        deployMarket(list);
        namePeople();
        vm.prank(owner);
        euro.approve(address(splitter), type(uint256).max);
        tokens = [NATIVE, address(dollar), address(euro)];
        holders = [ada, ben, cyd, account("dot")];
        model = modelOfTwo(750_000, 250_000);
    }

    // By hand

    function test_IncomeStaysAndLaterIncomeGoesAlong() public {
        pay(model, 100);
        move(model, ada, cyd, 250_000);
        _expectCoins(75, 25, 0);
        pay(model, 100);
        _expectCoins(125, 50, 25);
        move(model, cyd, ben, 250_000);
        _expectCoins(125, 50, 25);
        pay(model, 4);
        _expectCoins(127, 52, 25);
        eq(splitter.claim(model, NATIVE, cyd), 25, "cyd claims without shares");
    }

    function test_TransferToSelfAndOfNothingChangeNothing() public {
        pay(model, 100);
        move(model, ada, ada, 750_000);
        _expectCoins(75, 25, 0);
        move(model, ada, cyd, 0);
        move(model, cyd, ada, 0);
        _expectCoins(75, 25, 0);
        splitter.claim(model, NATIVE, ada);
        move(model, ada, ada, 1);
        _expectCoins(0, 25, 0);
    }

    function test_SharesMovedAfterAClaimBringNothing() public {
        pay(model, 100);
        splitter.claim(model, NATIVE, ada);
        move(model, ada, cyd, 750_000);
        _expectCoins(0, 25, 0);
        pay(model, 100);
        _expectCoins(0, 50, 75);
        move(model, cyd, ada, 750_000);
        _expectCoins(0, 50, 75);
    }

    /// @dev 1,000,000 shares earn 100, and 1,200,000 another 120: one unit for each 10,000 both times.
    function test_NewSharesEarnOnlyWhatComesAfterThem() public {
        pay(model, 100);
        issue(model, cyd, 200_000);
        _expectCoins(75, 25, 0);
        pay(model, 120);
        // 75 and 25 of the second income, 20 for the improver.
        _expectCoins(150, 50, 20);
        eq(splitter.claim(model, NATIVE, ada), 150, "ada");
        eq(splitter.claim(model, NATIVE, ben), 50, "ben");
        eq(splitter.claim(model, NATIVE, cyd), 20, "cyd");
        eq(splitter.held(NATIVE), 0, "held");
    }

    function test_IncomeOfSeveralEpochsIsClaimedAtOnce() public {
        pay(model, 1_000);
        issue(model, cyd, 100_000);
        pay(model, 1_100);
        issue(model, cyd, 100_000);
        pay(model, 1_200);
        _expectCoins(2_250, 750, 300);
        move(model, ada, ben, 750_000);
        _expectCoins(2_250, 750, 300);
        pay(model, 1_200);
        _expectCoins(2_250, 1_750, 500);
        splitter.claim(model, NATIVE, ada);
        splitter.claim(model, NATIVE, ben);
        splitter.claim(model, NATIVE, cyd);
        eq(splitter.held(NATIVE), 0, "held");
    }

    function test_ClaimedInOneEpochIsNotOwedInTheNext() public {
        pay(model, 100);
        splitter.claim(model, NATIVE, ada);
        issue(model, cyd, 200_000);
        _expectCoins(0, 25, 0);
        pay(model, 12);
        _expectCoins(7, 27, 2);
        vm.warp(START_TIME + 365 days);
        issue(model, cyd, 120_000);
        pay(model, 132);
        // What ada claimed two epochs ago counts in that epoch alone.
        _expectCoins(82, 52, 34);
    }

    function test_IncomeOfSharesSoldBeforeAnIssueStays() public {
        pay(model, 100);
        move(model, ada, cyd, 750_000);
        issue(model, ben, 200_000);
        _expectCoins(75, 25, 0);
        pay(model, 120);
        _expectCoins(75, 70, 75);
        eq(splitter.claim(model, NATIVE, ada), 75, "ada claims without shares");
    }

    function test_TokenEarnedOnlyAfterAnIssueIsSharedAsOfThen() public {
        issue(model, cyd, 200_000);
        move(model, ada, ben, 450_000);
        payDollars(model, 120);
        eq(claimable(model, address(dollar), ada), 30, "ada");
        eq(claimable(model, address(dollar), ben), 70, "ben");
        eq(claimable(model, address(dollar), cyd), 20, "cyd");
        vm.warp(START_TIME + 365 days);
        issue(model, cyd, 12_000);
        eq(claimable(model, address(dollar), ben), 70, "ben after another issue");
        eq(splitter.claim(model, address(dollar), cyd), 20, "cyd claims");
    }

    /// @dev 7 units: ada has 5.25 and ben 1.75. What is no whole unit by the end of an epoch stays.
    function test_FractionsEndWithTheEpoch() public {
        pay(model, 7);
        _expectCoins(5, 1, 0);
        issue(model, cyd, 200_000);
        _expectCoins(5, 1, 0);
        pay(model, 1_200_000);
        _expectCoins(750_005, 250_001, 200_000);
        eq(splitter.held(NATIVE), 1_200_007, "one unit stays as dust");
    }

    /// @dev A year of the smallest issues there may be, while a holder sleeps.
    function test_ManyEpochsAreWalkedWithinReason() public {
        uint256 issued;
        for (uint256 i; i < 18; ++i) {
            pay(model, 1_000_000);
            payDollars(model, 1_000_000);
            uint256 supply = 1_000_000 + issued;
            uint256 amount = (supply + 99) / 100;
            issue(model, cyd, amount);
            issued += amount;
        }
        eq(splitter.shareEpochOf(model), 18, "epochs");
        uint256 expected;
        uint256 supplyThen = 1_000_000;
        for (uint256 i; i < 18; ++i) {
            expected += uint256(1_000_000) * 250_000 / supplyThen;
            supplyThen += (supplyThen + 99) / 100;
        }
        uint256 gasBefore = gasleft();
        eq(splitter.claim(model, NATIVE, ben), expected, "ben");
        atMost(gasBefore - gasleft(), 200_000, "gas of a claim over 18 epochs");
        gasBefore = gasleft();
        move(model, ada, ben, 1);
        atMost(gasBefore - gasleft(), 500_000, "gas of a transfer over 18 epochs");
    }

    // By fuzzing

    /// @dev Any order of payments, transfers, claims and issues: each step moves what its name says.
    function testFuzz_NobodysIncomeMoves(uint256[24] memory seeds) public {
        for (uint256 i; i < seeds.length; ++i) {
            _step(seeds[i]);
        }
        for (uint256 t; t < tokens.length; ++t) {
            uint256 all;
            for (uint256 h; h < holders.length; ++h) {
                all += claimable(model, tokens[t], holders[h]);
            }
            uint256 held = splitter.held(tokens[t]);
            isTrue(all <= held, "claims are covered");
            uint256 epochs = splitter.shareEpochOf(model) + 1;
            isTrue(held - all < holders.length * epochs, "less than a unit each and epoch");
        }
    }

    function _step(uint256 seed) private {
        uint256 action = seed % 8;
        address first = holders[(seed >> 8) % 4];
        address second = holders[(seed >> 16) % 4];
        address token = tokens[(seed >> 24) % 3];
        uint256 size = seed >> 64;
        if (action == 0 || action == 1) {
            _pay(token, action == 0 ? size % 50 : size % 1e30);
            return;
        }
        uint256[4][3] memory before = _all();
        if (action == 2) {
            if (before[(seed >> 24) % 3][(seed >> 8) % 4] == 0) return;
            splitter.claim(model, token, first);
            before[(seed >> 24) % 3][(seed >> 8) % 4] = 0;
        } else if (action == 3) {
            uint256 supply = sharesOf(model).totalSupply();
            vm.warp(block.timestamp + 365 days);
            issue(model, first, bound(size, (supply + 99) / 100, supply / 5));
        } else {
            uint256 balance = sharesOf(model).balanceOf(first);
            uint256 amount = action == 4 ? balance : bound(size, 0, balance);
            move(model, first, second, amount);
        }
        uint256[4][3] memory afterwards = _all();
        for (uint256 t; t < 3; ++t) {
            for (uint256 h; h < 4; ++h) {
                eq(afterwards[t][h], before[t][h], "claimable");
            }
        }
    }

    function _pay(address token, uint256 amount) private {
        if (token == NATIVE) {
            pay(model, amount);
        } else {
            TestToken(token).mint(owner, amount);
            vm.prank(owner);
            splitter.give(model, token, amount);
        }
    }

    function _all() private view returns (uint256[4][3] memory result) {
        for (uint256 t; t < 3; ++t) {
            for (uint256 h; h < 4; ++h) {
                result[t][h] = claimable(model, tokens[t], holders[h]);
            }
        }
    }

    function _expectCoins(uint256 adas, uint256 bens, uint256 cyds) private view {
        eq(claimable(model, NATIVE, ada), adas, "ada");
        eq(claimable(model, NATIVE, ben), bens, "ben");
        eq(claimable(model, NATIVE, cyd), cyds, "cyd");
    }
}
