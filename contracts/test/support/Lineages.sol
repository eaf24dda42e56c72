// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {Steps} from "./Steps.sol";

/// @notice The lineages that are measured: chains, in which every ancestor gets half of what its child
/// gives up, and the widest that is allowed.
abstract contract Lineages is Steps {
    uint32 internal constant HALF = 500_000;

    /// @notice Four parents that have three parents each: 16 ancestors, all of which are paid.
    function widestParents(address owner)
        internal
        returns (IModelRegistry.ParentLink[] memory parents)
    {
        parents = new IModelRegistry.ParentLink[](4);
        for (uint256 i; i < parents.length; ++i) {
            IModelRegistry.ParentLink[] memory roots = new IModelRegistry.ParentLink[](3);
            for (uint256 j; j < roots.length; ++j) {
                roots[j] = link(readyModel(owner), 160_000);
            }
            parents[i] = link(readyModel(owner, roots), 125_000);
        }
    }

    /// @notice A released model with `paid` ancestors: a chain, or for 16 the widest.
    function modelWithAncestors(address owner, uint256 paid) internal returns (uint64 model) {
        if (paid == 16) return readyModel(owner, widestParents(owner));
        return readyChain(owner, paid, HALF);
    }
}
