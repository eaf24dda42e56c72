// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title Lineage
/// @notice Turns the edges to a model's parents into one flat list of who gets which part of its
/// revenue, so that a payment needs no walk through the graph.
/// @dev A parent gets its edge's part P and owes each of its own ancestors, who get a of its revenue,
/// floor(P · a / 1,000,000) out of it. A cut below 1,000 (0.1 %) stays with the parent: in a long chain
/// of small shares the far end would cost more gas than it earns. All shares are in millionths.
library Lineage {
    /// @notice Most parents of a model.
    uint256 internal constant MAX_PARENTS = 4;
    /// @notice Most ancestors of a model.
    uint256 internal constant MAX_ANCESTORS = 16;
    /// @notice Most that all ancestors of a model get together, in millionths.
    uint256 internal constant MAX_PPM = 500_000;
    /// @notice Least cut that is passed on, in millionths.
    uint256 internal constant LEAST_CUT = 1_000;
    /// @notice All of a model's revenue, in millionths.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice Flattens the edges to the parents. The order is: the parents as given, then the first of
    /// each parent's list, then the second of each, and so on; an ancestor on several paths stands at
    /// its first place with the sum. Who gets nothing is left out.
    /// @param edges parents with their part of the child's revenue, without duplicates
    /// @param above flattened lineage of each parent
    /// @return flat at most 16 ancestors, whose shares sum to exactly that of the edges
    function flatten(
        IModelRegistry.Ancestor[] memory edges,
        IModelRegistry.Ancestor[][] memory above
    ) internal pure returns (IModelRegistry.Ancestor[] memory flat) {
        uint256 room = edges.length;
        uint256 longest = 0;
        uint256 total = 0;
        for (uint256 i = 0; i < edges.length; ++i) {
            uint256 size = above[i].length;
            room += size;
            if (size > longest) longest = size;
            total += edges[i].ppm;
        }
        if (total > MAX_PPM) revert IModelRegistry.ShareOverflow(total);

        flat = new IModelRegistry.Ancestor[](room);
        uint256 found = edges.length;
        for (uint256 i = 0; i < found; ++i) {
            flat[i] = IModelRegistry.Ancestor(edges[i].model, edges[i].ppm);
        }
        for (uint256 place = 0; place < longest; ++place) {
            for (uint256 i = 0; i < edges.length; ++i) {
                if (place >= above[i].length) continue;
                IModelRegistry.Ancestor memory far = above[i][place];
                uint256 cut = (uint256(edges[i].ppm) * far.ppm) / WHOLE;
                if (cut < LEAST_CUT) continue;
                // The parent's own entry still holds what is left of its edge, since the cuts of one
                // parent sum to at most half of the edge.
                flat[i].ppm -= uint32(cut);
                found = _add(flat, found, far.model, uint32(cut));
            }
        }
        _dropEmpty(flat, found);
        if (flat.length > MAX_ANCESTORS) revert IModelRegistry.LineageTooWide(flat.length);
    }

    /// @notice Writes ancestors two to a word: bits 0–63 model, 64–95 ppm, 128–191 model, 192–223 ppm.
    function pack(IModelRegistry.Ancestor[] memory list)
        internal
        pure
        returns (uint256[] memory words)
    {
        words = new uint256[]((list.length + 1) / 2);
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 half = uint256(list[i].model) | (uint256(list[i].ppm) << 64);
            words[i / 2] |= half << (128 * (i % 2));
        }
    }

    /// @notice Reads the first `count` ancestors of packed words.
    function unpack(uint256[] memory words, uint256 count)
        internal
        pure
        returns (IModelRegistry.Ancestor[] memory list)
    {
        list = new IModelRegistry.Ancestor[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 half = words[i / 2] >> (128 * (i % 2));
            list[i].model = uint64(half);
            list[i].ppm = uint32(half >> 64);
        }
    }

    /// @notice Adds `ppm` to the entry of `model`, or appends one; returns the number of entries.
    function _add(IModelRegistry.Ancestor[] memory flat, uint256 found, uint64 model, uint32 ppm)
        private
        pure
        returns (uint256)
    {
        for (uint256 i = 0; i < found; ++i) {
            if (flat[i].model == model) {
                flat[i].ppm += ppm;
                return found;
            }
        }
        flat[found].model = model;
        flat[found].ppm = ppm;
        return found + 1;
    }

    /// @notice Moves the entries with a share to the front and cuts the list after them.
    function _dropEmpty(IModelRegistry.Ancestor[] memory flat, uint256 found) private pure {
        uint256 kept = 0;
        for (uint256 i = 0; i < found; ++i) {
            if (flat[i].ppm == 0) continue;
            flat[kept++] = flat[i];
        }
        // A shorter length is always within the memory that was allocated.
        assembly ("memory-safe") {
            mstore(flat, kept)
        }
    }
}
