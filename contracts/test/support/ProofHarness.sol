// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {FingerprintProof} from "../../src/lib/FingerprintProof.sol";

/// @notice Gives the library calldata.
contract ProofHarness {
    function check(IProverNetwork.Reveal calldata shown, IModelRegistry.Epoch memory epoch)
        external
        pure
        returns (uint32)
    {
        return FingerprintProof.check(shown, epoch);
    }

    function positionOf(bytes32 draw, uint32 width) external pure returns (uint256) {
        return FingerprintProof.positionOf(draw, width);
    }

    function candidateAt(bytes calldata candidates, uint32 width, uint256 position)
        external
        pure
        returns (uint32)
    {
        return FingerprintProof.candidateAt(candidates, width, position);
    }

    function textOf(bytes calldata key) external pure returns (bytes memory) {
        return FingerprintProof.textOf(key);
    }
}
