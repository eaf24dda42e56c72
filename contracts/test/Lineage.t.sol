// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {Lineage} from "../src/lib/Lineage.sol";
import {Test} from "./support/Test.sol";

/// @notice Calls the library from outside, so that its reverts can be caught.
contract LineageCaller {
    function flatten(
        IModelRegistry.Ancestor[] memory edges,
        IModelRegistry.Ancestor[][] memory above
    ) external pure returns (IModelRegistry.Ancestor[] memory) {
        return Lineage.flatten(edges, above);
    }
}

/// @notice The flattening by itself: by hand, against the fixture of an independent program, and on
/// random input against what must hold of any lineage.
contract LineageTest is Test {
    struct Row {
        uint256 arg;
        uint256[][] expected;
        uint256 graph;
        uint256 outcome;
        uint256[][] parents;
    }

    LineageCaller private _lineage;
    mapping(uint256 graph => IModelRegistry.Ancestor[][]) private _graphs;

    function setUp() public {
        _lineage = new LineageCaller();
    }

    function test_NoParentsNoAncestors() public view {
        eq(_lineage.flatten(_list(), new IModelRegistry.Ancestor[][](0)).length, 0, "ancestors");
    }

    function test_AGrandparentsCutComesOutOfTheParents() public view {
        // 30 % to the parent, which owes 20 % of it: 6 % and 24 %.
        _eq(_over(2, 300_000, _list(1, 200_000)), _list(2, 240_000, 1, 60_000));
    }

    function test_CutsAreRoundedDownInFavourOfTheParent() public view {
        // 333,333 · 100,001 / 1,000,000 = 33,333.63…
        _eq(_over(2, 333_333, _list(1, 100_001)), _list(2, 300_000, 1, 33_333));
    }

    function test_ACutOf1000IsPassedOnAndOneOf999IsNot() public view {
        _eq(_over(2, 10_000, _list(1, 100_000)), _list(2, 9_000, 1, 1_000));
        _eq(_over(2, 9_999, _list(1, 100_000)), _list(2, 9_999));
    }

    function test_AnEdgeIsKeptHoweverSmallUnlessItIsNothing() public view {
        _eq(_over(2, 1, _list(1, 500_000)), _list(2, 1));
        _eq(_over(2, 0, _list(1, 500_000)), _list());
    }

    function test_ADiamondIsSummed() public view {
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](2);
        above[0] = _list(1, 100_000);
        above[1] = _list(1, 200_000);
        IModelRegistry.Ancestor[] memory expected = new IModelRegistry.Ancestor[](3);
        expected[0] = IModelRegistry.Ancestor(2, 180_000);
        expected[1] = IModelRegistry.Ancestor(3, 160_000);
        expected[2] = IModelRegistry.Ancestor(1, 60_000);
        _eq(_lineage.flatten(_list(2, 200_000, 3, 200_000), above), expected);
    }

    function test_EachPathOfADiamondIsFoldedByItself() public view {
        // Two paths of 999 are two cuts too small, not one of 1,998.
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](2);
        above[0] = _list(1, 99_900);
        above[1] = _list(1, 99_900);
        _eq(_lineage.flatten(_list(2, 10_000, 3, 10_000), above), _list(2, 10_000, 3, 10_000));
    }

    function test_AParentThatIsAlsoAGrandparentGetsBoth() public view {
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](2);
        above[1] = _list(1, 500_000);
        _eq(_lineage.flatten(_list(1, 50_000, 2, 100_000), above), _list(1, 100_000, 2, 50_000));
    }

    function test_AParentWithoutAnEdgeMayStillEarnAsAGrandparent() public view {
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](2);
        above[1] = _list(1, 500_000);
        _eq(_lineage.flatten(_list(1, 0, 2, 100_000), above), _list(1, 50_000, 2, 50_000));
    }

    function test_HalfIsTheMostThatGoesUp() public {
        _eq(_over(2, 500_000, _list()), _list(2, 500_000));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ShareOverflow.selector, 500_001));
        _over(2, 500_001, _list());

        IModelRegistry.Ancestor[] memory edges = new IModelRegistry.Ancestor[](4);
        for (uint64 i = 0; i < 4; ++i) {
            edges[i] = IModelRegistry.Ancestor(i + 1, type(uint32).max);
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                IModelRegistry.ShareOverflow.selector, 4 * uint256(type(uint32).max)
            )
        );
        _lineage.flatten(edges, new IModelRegistry.Ancestor[][](4));
    }

    function test_SixteenAreTheMostAncestors() public {
        eq(_over(99, 160_000, _manyOf(15)).length, 16, "ancestors");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.LineageTooWide.selector, 17));
        _over(99, 160_000, _manyOf(16));
        // Who gets nothing does not count.
        eq(_over(99, 15_999, _manyOf(16)).length, 1, "folded");
    }

    function test_SixtyEightIsTheWidestThatCanBeAskedFor() public {
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](4);
        for (uint64 i = 0; i < 4; ++i) {
            above[i] = _manyOf(16);
            for (uint64 j = 0; j < 16; ++j) {
                above[i][j].model += 16 * i;
            }
        }
        IModelRegistry.Ancestor[] memory edges = new IModelRegistry.Ancestor[](4);
        for (uint64 i = 0; i < 4; ++i) {
            edges[i] = IModelRegistry.Ancestor(100 + i, 125_000);
        }
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.LineageTooWide.selector, 68));
        _lineage.flatten(edges, above);
    }

    function test_PackedWordsAreLaidOutAsTheInterfaceSays() public pure {
        IModelRegistry.Ancestor[] memory list = new IModelRegistry.Ancestor[](3);
        list[0] = IModelRegistry.Ancestor(0x1111111111111111, 0x22222222);
        list[1] = IModelRegistry.Ancestor(0x3333333333333333, 0x44444444);
        list[2] = IModelRegistry.Ancestor(5, 6);
        uint256[] memory words = Lineage.pack(list);
        eq(words.length, 2, "words");
        eq(words[0], 0x0000000044444444333333333333333300000000222222221111111111111111, "first");
        eq(words[1], (6 << 64) | 5, "second");
    }

    function testFuzz_PackedWordsAreReadBack(uint64[] memory models, uint32[] memory ppms)
        public
        pure
    {
        uint256 size = models.length < ppms.length ? models.length : ppms.length;
        IModelRegistry.Ancestor[] memory list = new IModelRegistry.Ancestor[](size);
        for (uint256 i = 0; i < size; ++i) {
            list[i] = IModelRegistry.Ancestor(models[i], ppms[i]);
        }
        _eq(Lineage.unpack(Lineage.pack(list), size), list);
    }

    /// @notice Rows of scripts/oracle/lineage_fixture.py, in order; models are numbered per graph.
    function test_AgreesWithTheIndependentProgram() public {
        string memory json = vm.readFile("contracts/test/fixtures/lineage.json");
        Row[] memory rows = abi.decode(vm.parseJson(json, ".models"), (Row[]));
        uint256[3] memory outcomes;
        for (uint256 i = 0; i < rows.length; ++i) {
            Row memory row = rows[i];
            ++outcomes[row.outcome];
            IModelRegistry.Ancestor[] memory edges = _fromRows(row.parents);
            IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](edges.length);
            for (uint256 j = 0; j < edges.length; ++j) {
                above[j] = _graphs[row.graph][edges[j].model - 1];
            }
            if (row.outcome != 0) {
                bytes4 selector = row.outcome == 1
                    ? IModelRegistry.ShareOverflow.selector
                    : IModelRegistry.LineageTooWide.selector;
                vm.expectRevert(abi.encodeWithSelector(selector, row.arg));
                _lineage.flatten(edges, above);
                continue;
            }
            IModelRegistry.Ancestor[] memory flat = _lineage.flatten(edges, above);
            _eq(flat, _fromRows(row.expected));
            IModelRegistry.Ancestor[] storage stored = _graphs[row.graph].push();
            for (uint256 j = 0; j < flat.length; ++j) {
                stored.push(flat[j]);
            }
        }
        isTrue(outcomes[0] > 500 && outcomes[1] > 20 && outcomes[2] > 20, "all outcomes are tried");
    }

    /// @notice Whatever the edges and the lists above: either a refusal, or shares that sum to the
    /// edges, positive, of distinct models, 16 at most.
    function testFuzz_SharesSumToTheEdges(uint256 seed) public view {
        uint256 count = 1 + (seed % 4);
        IModelRegistry.Ancestor[] memory edges = new IModelRegistry.Ancestor[](count);
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](count);
        uint256 total = 0;
        for (uint64 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            edges[i] = IModelRegistry.Ancestor(10 + i, uint32(seed % 126_000));
            total += edges[i].ppm;
            above[i] = _randomList(seed);
        }
        try _lineage.flatten(edges, above) returns (IModelRegistry.Ancestor[] memory flat) {
            isTrue(total <= 500_000, "not above half");
            _checkShares(flat, total);
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            if (total > 500_000) {
                isTrue(selector == IModelRegistry.ShareOverflow.selector, "refused for its sum");
            } else {
                isTrue(selector == IModelRegistry.LineageTooWide.selector, "refused for its width");
            }
        }
    }

    function _checkShares(IModelRegistry.Ancestor[] memory flat, uint256 total) private pure {
        uint256 sum = 0;
        for (uint256 i = 0; i < flat.length; ++i) {
            isTrue(flat[i].ppm != 0, "share is positive");
            sum += flat[i].ppm;
            for (uint256 j = 0; j < i; ++j) {
                isTrue(flat[i].model != flat[j].model, "models are distinct");
            }
        }
        eq(sum, total, "sum of shares");
        atMost(flat.length, 16, "ancestors");
    }

    /// @notice Up to 16 distinct models of 1 to 20 with shares that sum to half at most.
    function _randomList(uint256 seed)
        private
        pure
        returns (IModelRegistry.Ancestor[] memory list)
    {
        uint256 size = (seed >> 128) % 17;
        list = new IModelRegistry.Ancestor[](size);
        uint256 first = (seed >> 136) % 5;
        uint256 left = 500_000;
        for (uint256 i = 0; i < size; ++i) {
            uint256 ppm = 1 + uint256(keccak256(abi.encode(seed, i))) % (left / 4);
            left -= ppm;
            // Overlaps the parents' own numbers 10 to 13, as a parent may be a grandparent.
            list[i] = IModelRegistry.Ancestor(uint64(1 + first + i), uint32(ppm));
        }
    }

    function _over(uint64 parent, uint32 ppm, IModelRegistry.Ancestor[] memory list)
        private
        view
        returns (IModelRegistry.Ancestor[] memory)
    {
        IModelRegistry.Ancestor[][] memory above = new IModelRegistry.Ancestor[][](1);
        above[0] = list;
        return _lineage.flatten(_list(parent, ppm), above);
    }

    /// @notice `count` models, each with a share that a tenth and a half of an edge passes on.
    function _manyOf(uint64 count) private pure returns (IModelRegistry.Ancestor[] memory list) {
        list = new IModelRegistry.Ancestor[](count);
        for (uint64 i = 0; i < count; ++i) {
            list[i] = IModelRegistry.Ancestor(i + 1, 31_250);
        }
    }

    function _fromRows(uint256[][] memory rows)
        private
        pure
        returns (IModelRegistry.Ancestor[] memory list)
    {
        list = new IModelRegistry.Ancestor[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            list[i] = IModelRegistry.Ancestor(uint64(rows[i][0]), uint32(rows[i][1]));
        }
    }

    function _list() private pure returns (IModelRegistry.Ancestor[] memory) {
        return new IModelRegistry.Ancestor[](0);
    }

    function _list(uint64 model, uint32 ppm)
        private
        pure
        returns (IModelRegistry.Ancestor[] memory list)
    {
        list = new IModelRegistry.Ancestor[](1);
        list[0] = IModelRegistry.Ancestor(model, ppm);
    }

    function _list(uint64 modelA, uint32 ppmA, uint64 modelB, uint32 ppmB)
        private
        pure
        returns (IModelRegistry.Ancestor[] memory list)
    {
        list = new IModelRegistry.Ancestor[](2);
        list[0] = IModelRegistry.Ancestor(modelA, ppmA);
        list[1] = IModelRegistry.Ancestor(modelB, ppmB);
    }

    function _eq(IModelRegistry.Ancestor[] memory actual, IModelRegistry.Ancestor[] memory expected)
        private
        pure
    {
        eq(actual.length, expected.length, "ancestors");
        for (uint256 i = 0; i < actual.length; ++i) {
            eq(actual[i].model, expected[i].model, "model");
            eq(actual[i].ppm, expected[i].ppm, "share");
        }
    }
}
