// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Leaves and proofs that the studio made, see scripts/contracts/makeLeafFixture.mjs.
contract ModelRegistryLeafTest is RegistryCase {
    struct Row {
        bytes32 candidatesHash;
        uint256 index;
        bytes32 keyHash;
        bytes32[] proof;
        bytes32 salt;
        bytes32 secretHash;
    }

    struct Bank {
        uint256 count;
        Row[] leaves;
        bytes32 root;
    }

    Row[] private _rows;
    uint64 private _model;

    function setUp() public override {
        super.setUp();
        Bank memory bank = _read(".seven");
        for (uint256 i = 0; i < bank.leaves.length; ++i) {
            _rows.push(bank.leaves[i]);
        }
        _model = _commit(bank);
    }

    function test_EveryLeafOfTheStudiosBankIsAccepted() public view {
        eq(_rows.length, 7, "leaves");
        for (uint256 i = 0; i < _rows.length; ++i) {
            isTrue(_verify(_leaf(i), _rows[i].proof), "leaf");
        }
    }

    function test_TheOnlyLeafNeedsAnEmptyProof() public {
        Bank memory bank = _read(".single");
        uint64 model = _commit(bank);
        IModelRegistry.Leaf memory leaf = _leafOf(bank.leaves[0]);
        isTrue(registry.verifyLeaf(model, 0, leaf, new bytes32[](0)), "leaf");
        isFalse(registry.verifyLeaf(model, 0, leaf, new bytes32[](1)), "proof too long");
    }

    function test_AProofOfAnotherLeafIsFalse() public view {
        for (uint256 i = 0; i < _rows.length; ++i) {
            isFalse(_verify(_leaf(i), _rows[(i + 1) % 7].proof), "other proof");
        }
    }

    function test_AProofTooShortOrTooLongIsFalse() public view {
        for (uint256 i = 0; i < _rows.length; ++i) {
            bytes32[] memory proof = _rows[i].proof;
            isFalse(_verify(_leaf(i), _resized(proof, 0)), "none");
            isFalse(_verify(_leaf(i), _resized(proof, proof.length - 1)), "one short");
            isFalse(_verify(_leaf(i), _resized(proof, proof.length + 1)), "one more");
            isFalse(_verify(_leaf(i), _resized(proof, 300)), "many more");
        }
    }

    function test_AChangedProofIsFalse() public view {
        for (uint256 i = 0; i < _rows.length; ++i) {
            for (uint256 j = 0; j < _rows[i].proof.length; ++j) {
                bytes32[] memory proof = _rows[i].proof;
                proof[j] ^= bytes32(uint256(1));
                isFalse(_verify(_leaf(i), proof), "flipped bit");
            }
        }
    }

    function testFuzz_AChangedLeafIsFalse(uint256 which, uint256 field, uint256 mask) public view {
        which = bound(which, 0, 6);
        IModelRegistry.Leaf memory leaf = _leaf(which);
        isTrue(_verify(leaf, _rows[which].proof), "unchanged");
        mask = mask == 0 ? 1 : mask;
        field = field % 5;
        if (field == 0) leaf.index ^= mask;
        else if (field == 1) leaf.keyHash ^= bytes32(mask);
        else if (field == 2) leaf.candidatesHash ^= bytes32(mask);
        else if (field == 3) leaf.salt ^= bytes32(mask);
        else leaf.secretHash ^= bytes32(mask);
        isFalse(_verify(leaf, _rows[which].proof), "changed");
    }

    function testFuzz_ARandomProofIsFalse(uint256 which, bytes32[] memory proof) public view {
        which = bound(which, 0, 6);
        vm.assume(keccak256(abi.encode(proof)) != keccak256(abi.encode(_rows[which].proof)));
        isFalse(_verify(_leaf(which), proof), "random");
    }

    function test_AnInnerNodeIsNoLeaf() public view {
        // The parent of leaf 0 and its sibling is a node of the tree, and the rest of the path leads
        // from it to the root. A leaf would have to hash to it, twice over 160 bytes.
        bytes32 own = _hash(_leaf(0));
        bytes32[] memory proof = _rows[0].proof;
        bytes32 node = own < proof[0]
            ? keccak256(abi.encode(own, proof[0]))
            : keccak256(abi.encode(proof[0], own));
        bytes32 top = node;
        bytes32[] memory rest = new bytes32[](proof.length - 1);
        for (uint256 i = 1; i < proof.length; ++i) {
            rest[i - 1] = proof[i];
            top = top < proof[i]
                ? keccak256(abi.encode(top, proof[i]))
                : keccak256(abi.encode(proof[i], top));
        }
        eq(top, registry.epochOf(_model, 0).root, "the path is right");

        // The two children as the first words of a leaf, in both orders and in every place.
        IModelRegistry.Leaf memory leaf = IModelRegistry.Leaf(0, own, proof[0], 0, 0);
        isFalse(_verify(leaf, rest), "children as fields");
        leaf = IModelRegistry.Leaf(0, proof[0], own, 0, 0);
        isFalse(_verify(leaf, rest), "children in the other order");
        leaf = IModelRegistry.Leaf(0, node, 0, 0, 0);
        isFalse(_verify(leaf, rest), "node as a field");
        isFalse(_verify(leaf, new bytes32[](0)), "root as a leaf");
    }

    function test_AnIndexBeyondTheCountIsNoLeaf() public {
        // The same tree committed as a bank of three: leaves 3 to 6 lie in it and do not count.
        Bank memory bank = _read(".seven");
        bank.count = 3;
        vm.prank(bob);
        uint64 model =
            registry.register(IModelRegistry.Commitment(bank.root, "manifest", 3, 4), noParents());
        for (uint256 i = 0; i < 7; ++i) {
            bool good = registry.verifyLeaf(model, 0, _leaf(i), _rows[i].proof);
            isTrue(good == (i < 3), "counted leaves only");
        }
    }

    function test_EarlierEpochsStayProvable() public {
        Bank memory bank = _read(".single");
        IModelRegistry.Leaf memory only = _leafOf(bank.leaves[0]);
        vm.prank(ada);
        registry.addEpoch(_model, IModelRegistry.Commitment(bank.root, "manifest", 1, 4));
        isTrue(registry.verifyLeaf(_model, 1, only, new bytes32[](0)), "new epoch");
        isTrue(_verify(_leaf(3), _rows[3].proof), "first epoch");
        isFalse(registry.verifyLeaf(_model, 1, _leaf(3), _rows[3].proof), "first in second");
        isFalse(registry.verifyLeaf(_model, 0, only, new bytes32[](0)), "second in first");
    }

    function test_LeavesOfUnknownModelsRevert() public {
        IModelRegistry.Leaf memory leaf = _leaf(0);
        expectUnknown(77);
        registry.verifyLeaf(77, 0, leaf, new bytes32[](0));
    }

    function _verify(IModelRegistry.Leaf memory leaf, bytes32[] memory proof)
        private
        view
        returns (bool)
    {
        return registry.verifyLeaf(_model, 0, leaf, proof);
    }

    function _commit(Bank memory bank) private returns (uint64) {
        vm.prank(ada);
        return registry.register(
            IModelRegistry.Commitment(bank.root, "manifest", uint32(bank.count), 4), noParents()
        );
    }

    function _read(string memory key) private view returns (Bank memory) {
        string memory json = vm.readFile("contracts/test/fixtures/leaves.json");
        return abi.decode(vm.parseJson(json, key), (Bank));
    }

    function _leaf(uint256 i) private view returns (IModelRegistry.Leaf memory) {
        return _leafOf(_rows[i]);
    }

    function _leafOf(Row memory row) private pure returns (IModelRegistry.Leaf memory) {
        return
            IModelRegistry.Leaf(
                row.index, row.keyHash, row.candidatesHash, row.salt, row.secretHash
            );
    }

    function _hash(IModelRegistry.Leaf memory leaf) private pure returns (bytes32) {
        bytes32 inner = keccak256(
            abi.encode(leaf.index, leaf.keyHash, leaf.candidatesHash, leaf.salt, leaf.secretHash)
        );
        return keccak256(abi.encode(inner));
    }

    function _resized(bytes32[] memory proof, uint256 size)
        private
        pure
        returns (bytes32[] memory resized)
    {
        resized = new bytes32[](size);
        for (uint256 i = 0; i < size && i < proof.length; ++i) {
            resized[i] = proof[i];
        }
    }
}
