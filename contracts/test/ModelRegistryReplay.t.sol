// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Registers every model of scripts/oracle/lineage_fixture.py and compares what the registry
/// then says of it.
contract ModelRegistryReplayTest is RegistryCase {
    struct Row {
        uint256 arg;
        uint256[][] expected;
        uint256 graph;
        uint256 outcome;
        uint256[][] parents;
    }

    /// @dev Models of the graph that is replayed are numbered from 1; the registry goes on counting.
    uint64 private _offset;

    function test_TheRegistryAgreesWithTheIndependentProgram() public {
        // Opening shares for hundreds of models would test the splitter and take most of the time.
        vm.mockCall(
            address(splitter),
            abi.encodeWithSelector(IRevenueSplitter.sharesOf.selector),
            abi.encode(address(1))
        );
        Row[] memory rows = abi.decode(
            vm.parseJson(vm.readFile("contracts/test/fixtures/lineage.json"), ".models"), (Row[])
        );
        uint256 graph = 0;
        for (uint256 i = 0; i < rows.length; ++i) {
            if (rows[i].graph != graph) _offset = registry.modelCount();
            graph = rows[i].graph;
            _replay(rows[i]);
        }
        eq(registry.modelCount(), 682, "models");
    }

    function _replay(Row memory row) private {
        uint256 count = row.parents.length;
        IModelRegistry.ParentLink[] memory parents = new IModelRegistry.ParentLink[](count);
        for (uint256 i = 0; i < count; ++i) {
            parents[i] = link(_offset + uint64(row.parents[i][0]), uint32(row.parents[i][1]));
        }
        IModelRegistry.Commitment memory commitment = freshCommitment();
        if (row.outcome != 0) {
            bytes4 selector = row.outcome == 1
                ? IModelRegistry.ShareOverflow.selector
                : IModelRegistry.LineageTooWide.selector;
            expectError(abi.encodeWithSelector(selector, row.arg));
            vm.prank(ada);
            registry.register(commitment, parents);
            return;
        }
        vm.prank(ada);
        uint64 model = registry.register(commitment, parents);
        releaseModel(ada, model, openTerms(0));

        eqAncestors(registry.parentsOf(model), _named(row.parents), "parents");
        IModelRegistry.Ancestor[] memory expected = _named(row.expected);
        eqAncestors(registry.ancestorsOf(model), expected, "ancestors");
        _checkWords(registry.packedAncestorsOf(model), expected);
    }

    function _checkWords(uint256[] memory words, IModelRegistry.Ancestor[] memory expected)
        private
        pure
    {
        eq(words.length, (expected.length + 1) / 2, "words");
        for (uint256 i = 0; i < 2 * words.length; ++i) {
            uint256 half = i % 2 == 0 ? words[i / 2] & type(uint128).max : words[i / 2] >> 128;
            if (i == expected.length) eq(half, 0, "unused half");
            else eq(half, expected[i].model + (uint256(expected[i].ppm) << 64), "half");
        }
    }

    function _named(uint256[][] memory rows)
        private
        view
        returns (IModelRegistry.Ancestor[] memory list)
    {
        list = new IModelRegistry.Ancestor[](rows.length);
        for (uint256 i = 0; i < rows.length; ++i) {
            list[i] = ancestor(_offset + uint64(rows[i][0]), uint32(rows[i][1]));
        }
    }
}
