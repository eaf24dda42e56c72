// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {Money} from "./support/Money.sol";
import {Vm} from "./support/Vm.sol";

/// @notice How a payment is divided between a model and its ancestors.
contract RevenueSplitterSplitTest is Money {
    uint256 private constant MAX = type(uint128).max;

    event Revenue(
        uint64 indexed model,
        address indexed token,
        IRevenueSplitter.Source indexed source,
        uint256 amount,
        uint256 gross
    );

    function setUp() public {
        setUpMoney();
    }

    function test_ModelWithoutParentsKeepsAll() public {
        uint64 model = readyModel(owner);
        pay(model, 7 ether);
        eq(gross(model, NATIVE), 7 ether, "gross");
        eq(own(model, NATIVE), 7 ether, "own");
        eq(splitter.held(NATIVE), 7 ether, "held");
    }

    /// @dev 20 % an edge: a parent passes a fifth of its fifth on. 1,000,000 units give the parent
    /// 160,000, the grandparent 32,000, and the great-grandparent 8,000.
    function test_GrandparentsCutComesOutOfTheParents() public {
        uint64 first = readyModel(owner);
        uint64 second = readyModel(owner, oneParent(first, 200_000));
        uint64 third = readyModel(owner, oneParent(second, 200_000));
        uint64 fourth = readyModel(owner, oneParent(third, 200_000));
        pay(fourth, 1_000_000);
        eq(own(fourth, NATIVE), 800_000, "model");
        eq(own(third, NATIVE), 160_000, "parent");
        eq(own(second, NATIVE), 32_000, "grandparent");
        eq(own(first, NATIVE), 8_000, "great-grandparent");
        eq(gross(third, NATIVE), 0, "an ancestor's own gross is not raised");
    }

    /// @dev A payment of 1 unit at 250,000 millionths: every fourth brings the parent one.
    function test_PaymentsTooSmallToDivideAddUp() public {
        uint64 parent = readyModel(owner);
        uint64 child = readyModel(owner, oneParent(parent, 250_000));
        uint256[8] memory expected = [uint256(0), 0, 0, 1, 1, 1, 1, 2];
        for (uint256 i; i < 8; ++i) {
            pay(child, 1);
            eq(own(parent, NATIVE), expected[i], "parent");
            eq(own(child, NATIVE), i + 1 - expected[i], "child");
        }
    }

    /// @dev Four parents with an eighth each. Of 8 units each has earned its first: 4 in all, of a last
    /// payment of 1. The model's part waits on the sum, so that it has 4 then, and had no more before.
    function test_ModelsPartNeverFallsBelowWhatWasClaimed() public {
        (uint64 child, uint64[] memory parents) = childOf(4, 125_000);
        uint256[8] memory expected = [uint256(1), 1, 2, 2, 3, 3, 4, 4];
        for (uint256 i; i < 8; ++i) {
            pay(child, 1);
            eq(own(child, NATIVE), expected[i], "model");
            if (claimable(child, NATIVE, owner) != 0) splitter.claim(child, NATIVE, owner);
        }
        for (uint256 i; i < 4; ++i) {
            eq(own(parents[i], NATIVE), 1, "parent");
            splitter.claim(parents[i], NATIVE, owner);
        }
        eq(splitter.held(NATIVE), 0, "all 8 units went out");
        eq(address(splitter).balance, 0, "balance");
    }

    /// @dev 7 units: each parent has seven eighths of one coming, three and a half together, so that
    /// three wait in the contract for the next.
    function test_FractionsOfAncestorsWaitInTheContract() public {
        (uint64 child, uint64[] memory parents) = childOf(4, 125_000);
        pay(child, 7);
        eq(own(child, NATIVE), 4, "model");
        eq(own(parents[0], NATIVE), 0, "parent");
        eq(splitter.held(NATIVE), 7, "held");
        vm.expectRevert(IRevenueSplitter.NothingToClaim.selector);
        splitter.sweepDonation(child, NATIVE);
    }

    function test_AncestorOnTwoPathsIsPaidTheSum() public {
        uint64 root = readyModel(owner);
        uint64 left = readyModel(owner, oneParent(root, 100_000));
        uint64 right = readyModel(owner, oneParent(root, 300_000));
        IModelRegistry.ParentLink[] memory links = new IModelRegistry.ParentLink[](2);
        links[0] = link(left, 200_000);
        links[1] = link(right, 100_000);
        uint64 child = readyModel(owner, links);
        payDollars(child, 1_000_000);
        // The root has 2 % by the left and 3 % by the right.
        eq(own(root, address(dollar)), 50_000, "root");
        eq(own(left, address(dollar)), 180_000, "left");
        eq(own(right, address(dollar)), 70_000, "right");
        eq(own(child, address(dollar)), 700_000, "child");
    }

    function test_TokensAndModelsAreKeptApart() public {
        uint64 parent = readyModel(owner);
        uint64 child = readyModel(owner, oneParent(parent, 500_000));
        pay(child, 10);
        payDollars(child, 30);
        pay(parent, 5);
        eq(gross(child, NATIVE), 10, "coin gross");
        eq(gross(child, address(dollar)), 30, "dollar gross");
        eq(own(parent, NATIVE), 10, "coins of the parent");
        eq(own(parent, address(dollar)), 15, "dollars of the parent");
        eq(gross(parent, NATIVE), 5, "gross of the parent");
    }

    function test_RevenueSaysTheTotalBeforeIt() public {
        uint64 model = readyModel(owner);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, IRevenueSplitter.Source.Licence, 3, 0);
        pay(model, 3);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit Revenue(model, NATIVE, IRevenueSplitter.Source.Licence, 4, 3);
        pay(model, 4);
    }

    function test_NothingPaidChangesNothing() public {
        uint64 model = readyModel(owner);
        vm.recordLogs();
        pay(model, 0);
        payDollars(model, 0);
        vm.prank(address(channel));
        splitter.split(model, NATIVE, 0, IRevenueSplitter.Source.Usage);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            isTrue(logs[i].emitter != address(splitter), "no event");
        }
        eq(gross(model, NATIVE) + gross(model, address(dollar)), 0, "gross");
    }

    function test_GrossFillsUpTo128BitsAndNoFurther() public {
        uint64 model = readyModel(owner);
        payDollars(model, MAX - 1);
        dollar.mint(owner, 2);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 2));
        vm.prank(address(licences));
        splitter.pay(model, address(dollar), owner, 2, IRevenueSplitter.Source.Licence);
        payDollars(model, 1);
        eq(gross(model, address(dollar)), MAX, "gross");
        eq(claimable(model, address(dollar), owner), MAX, "claimable");
    }

    function test_AncestorsIncomeFillsUpTo128BitsAndNoFurther() public {
        uint64 parent = readyModel(owner);
        uint64 child = readyModel(owner, oneParent(parent, 500_000));
        payDollars(parent, MAX);
        dollar.mint(owner, 2);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 1));
        vm.prank(address(licences));
        splitter.pay(child, address(dollar), owner, 2, IRevenueSplitter.Source.Licence);
    }

    /// @dev A model's own income can fill up by its descendants' while its gross is small.
    function test_OwnIncomeFillsUpTo128BitsAndNoFurther() public {
        uint64 parent = readyModel(owner);
        uint64 left = readyModel(owner, oneParent(parent, 500_000));
        uint64 right = readyModel(owner, oneParent(parent, 500_000));
        payDollars(left, MAX);
        payDollars(right, MAX);
        eq(own(parent, address(dollar)), MAX - 1, "two halves, each rounded down");
        dollar.mint(owner, 2);
        vm.expectRevert(abi.encodeWithSelector(IRevenueSplitter.AmountTooLarge.selector, 2));
        vm.prank(address(licences));
        splitter.pay(parent, address(dollar), owner, 2, IRevenueSplitter.Source.Licence);
    }

    /// @dev I3: however payments fall, an ancestor has ⌊gross·p/1e6⌋ and the model what the sum leaves.
    function testFuzz_PartsDependOnTheTotalAlone(uint128[6] memory amounts, uint32 ppm) public {
        ppm = uint32(bound(ppm, 1_000, 125_000));
        (uint64 child, uint64[] memory parents) = childOf(4, ppm);
        uint256 total;
        uint256 modelBefore;
        for (uint256 i; i < amounts.length; ++i) {
            uint256 amount = i % 2 == 0 ? amounts[i] % 40 : amounts[i] / 8;
            payDollars(child, amount);
            total += amount;
            eq(own(parents[0], address(dollar)), total * ppm / 1e6, "first parent");
            eq(own(parents[3], address(dollar)), total * ppm / 1e6, "last parent");
            uint256 modelNow = own(child, address(dollar));
            eq(modelNow, total - total * (4 * uint256(ppm)) / 1e6, "model");
            isTrue(modelNow >= modelBefore, "the model's income never falls");
            modelBefore = modelNow;
            eq(splitter.held(address(dollar)), total, "held");
        }
    }
}
