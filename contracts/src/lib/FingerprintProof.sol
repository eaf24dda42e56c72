// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../interfaces/IProverNetwork.sol";

/// @title Fingerprint proof
/// @notice Checks that what a prover shows is one committed fingerprint, and says what the model should
/// answer. The encodings are those of src/fingerprint.
library FingerprintProof {
    /// @notice Checks a reveal against the commitment and computes the response.
    /// @dev Reverts with `IProverNetwork.BadProof` when anything does not fit. A leaf is hashed twice, so
    /// that an inner node of the tree, which is hashed once, can never pass for a leaf.
    /// @param epoch commitment with its beacon sealed
    /// @return response token that the beacon chose among the candidates
    function check(IProverNetwork.Reveal calldata shown, IModelRegistry.Epoch memory epoch)
        internal
        pure
        returns (uint32 response)
    {
        IModelRegistry.Leaf calldata leaf = shown.leaf;
        bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(leaf))));
        if (
            leaf.index >= epoch.count || !MerkleProof.verifyCalldata(shown.proof, epoch.root, node)
                || sha256(abi.encodePacked("signet/secret/1", bytes1(0), shown.secret))
                    != leaf.secretHash
                || sha256(abi.encodePacked("signet/key/1", bytes1(0), shown.key)) != leaf.keyHash
                || sha256(abi.encodePacked("signet/candidates/1", bytes1(0), shown.candidates))
                    != leaf.candidatesHash
        ) revert IProverNetwork.BadProof();
        bytes32 draw = sha256(abi.encodePacked(shown.secret, epoch.beacon, epoch.root, leaf.index));
        return candidateAt(shown.candidates, epoch.width, positionOf(draw, epoch.width));
    }

    /// @notice The first log2(width) bits of a draw.
    /// @param width a power of two from 2 to 65,536
    function positionOf(bytes32 draw, uint32 width) internal pure returns (uint256) {
        return ((uint256(draw) >> 240) * width) >> 16;
    }

    /// @notice One token of the encoding mode ‖ uint32 k ‖ k × uint32 token ‖ k × float64.
    /// @dev Reverts with `IProverNetwork.BadProof` unless it encodes exactly `width` candidates.
    function candidateAt(bytes calldata candidates, uint32 width, uint256 position)
        internal
        pure
        returns (uint32)
    {
        if (
            candidates.length != 5 + 12 * uint256(width) || uint8(candidates[0]) > 1
                || uint32(bytes4(candidates[1:5])) != width
        ) revert IProverNetwork.BadProof();
        uint256 start = 5 + 4 * position;
        return uint32(bytes4(candidates[start:start + 4]));
    }

    /// @notice The text at the end of the encoding uint32 n ‖ n × uint32 token ‖ uint32 size ‖ text.
    /// @dev Reverts with `IProverNetwork.BadProof` unless the lengths add up to the whole.
    function textOf(bytes calldata key) internal pure returns (bytes calldata) {
        if (key.length < 8) revert IProverNetwork.BadProof();
        uint256 start = 8 + 4 * uint256(uint32(bytes4(key[:4])));
        if (
            key.length < start
                || key.length - start != uint256(uint32(bytes4(key[start - 4:start])))
        ) revert IProverNetwork.BadProof();
        return key[start:];
    }
}
