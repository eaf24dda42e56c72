// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {Steps} from "./support/Steps.sol";

/// @notice What a fingerprint costs a prover that has shown one before, of a bank of 1,024 with 16
/// candidates each. The tree is two leaves under nine levels of siblings, which costs the same as 1,024.
contract GasProversTest is Steps {
    uint256 private constant _WIDTH = 16;
    uint256 private constant _LEVELS = 10;

    address private _prover;
    uint64 private _model;
    bytes32 private _host = keccak256("host");

    function setUp() public {
        deployMarket();
        address owner = funded("owner");
        _prover = funded("prover");
        IModelRegistry.Commitment memory commitment = freshCommitment();
        commitment.root = _root();
        vm.prank(owner);
        _model = registry.register(commitment, noParents());
        openShares(owner, _model);
        releaseModel(owner, _model, openTerms(0));
        vm.startPrank(_prover);
        provers.stake{value: 1 ether}();
        provers.commit(provers.commitOf(_prover, _shown(0)));
        vm.roll(block.number + 1);
        provers.reveal(_shown(0));
        vm.stopPrank();
    }

    function test_CommitAndReveal() public {
        IProverNetwork.Reveal memory shown = _shown(1);
        bytes32 commitHash = provers.commitOf(_prover, shown);
        vm.startPrank(_prover);
        provers.commit(commitHash);
        vm.snapshotGasLastCall("provers", "commit");
        vm.roll(block.number + 1);
        provers.reveal(shown);
        vm.snapshotGasLastCall("provers", "reveal that joins a case, 1,024 leaves");
        isTrue(provers.isBurnt(_model, 0, 1), "burnt");
    }

    function test_RevealThatOpensACase() public {
        _host = keccak256("another host");
        IProverNetwork.Reveal memory shown = _shown(1);
        vm.startPrank(_prover);
        provers.commit(provers.commitOf(_prover, shown));
        vm.roll(block.number + 1);
        provers.reveal(shown);
        vm.snapshotGasLastCall("provers", "reveal that opens a case, 1,024 leaves");
    }

    function test_Stake() public {
        vm.prank(_prover);
        provers.stake{value: 1 ether}();
        vm.snapshotGasLastCall("provers", "stake more");
    }

    function _shown(uint256 index) private view returns (IProverNetwork.Reveal memory shown) {
        shown.model = _model;
        shown.host = _host;
        shown.leaf = _leaf(index);
        shown.secret = _secret(index);
        shown.key = _key(index);
        shown.candidates = _candidates(index);
        shown.evidenceHash = keccak256("evidence");
        shown.salt = keccak256(abi.encode("salt", index));
        shown.proof = new bytes32[](_LEVELS);
        shown.proof[0] = _hashOf(_leaf(1 - index));
        for (uint256 i = 1; i < _LEVELS; ++i) {
            shown.proof[i] = _sibling(i);
        }
    }

    function _root() private pure returns (bytes32 node) {
        node = _pair(_hashOf(_leaf(0)), _hashOf(_leaf(1)));
        for (uint256 i = 1; i < _LEVELS; ++i) {
            node = _pair(node, _sibling(i));
        }
    }

    function _sibling(uint256 level) private pure returns (bytes32) {
        return keccak256(abi.encode("sibling", level));
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _hashOf(IModelRegistry.Leaf memory leaf) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function _leaf(uint256 index) private pure returns (IModelRegistry.Leaf memory) {
        return IModelRegistry.Leaf({
            index: index,
            keyHash: sha256(abi.encodePacked("signet/key/1", bytes1(0), _key(index))),
            candidatesHash: sha256(
                abi.encodePacked("signet/candidates/1", bytes1(0), _candidates(index))
            ),
            salt: keccak256(abi.encode("leaf salt", index)),
            secretHash: sha256(abi.encodePacked("signet/secret/1", bytes1(0), _secret(index)))
        });
    }

    function _secret(uint256 index) private pure returns (bytes32) {
        return keccak256(abi.encode("secret", index));
    }

    /// @dev Sixteen tokens and a text of 64 bytes.
    function _key(uint256 index) private pure returns (bytes memory) {
        bytes32 word = keccak256(abi.encode("key", index));
        return abi.encodePacked(uint32(16), word, word, uint32(64), word, word);
    }

    /// @dev Mode, width, sixteen tokens of 4 bytes, sixteen log-probabilities of 8.
    function _candidates(uint256 index) private pure returns (bytes memory) {
        bytes32 word = keccak256(abi.encode("candidates", index));
        return abi.encodePacked(uint8(1), uint32(_WIDTH), word, word, word, word, word, word);
    }
}
