// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {ProverSteps} from "../support/ProverSteps.sol";

/// @notice What the network takes for a fingerprint. An owner may commit to anything, so that malformed
/// keys and candidates stand here in banks that commit to them.
contract ProverNetworkProofTest is ProverSteps {
    uint256 private constant _LEAVES = 8;

    address private _ann;
    bytes[8] private _keys;
    bytes[8] private _candidates;

    function setUp() public {
        setUpProvers();
        _ann = prover("ann", 1 ether);
        for (uint256 i = 0; i < _LEAVES; ++i) {
            _keys[i] = keyAt(i);
            _candidates[i] = candidatesAt(i);
        }
    }

    function test_EachPartThatDoesNotFitIsRefusedByItself() public {
        for (uint256 part = 0; part < 6; ++part) {
            IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
            if (part == 0) shown.leaf.index ^= 1;
            if (part == 1) shown.proof[0] ^= bytes32(uint256(1));
            if (part == 2) shown.proof[shown.proof.length - 1] ^= bytes32(uint256(1));
            if (part == 3) shown.secret ^= bytes32(uint256(1));
            // The last letter, and the last bit of the last score: what is left is well formed.
            if (part == 4) shown.key[shown.key.length - 1] ^= 0x01;
            if (part == 5) shown.candidates[shown.candidates.length - 1] ^= 0x01;
            _refuses(shown);
        }
        show(_ann, HOST, 3);
    }

    function test_TheResponseIsTheCandidateThatTheFirstBitsChoose() public {
        IModelRegistry.Epoch memory epoch = registry.epochOf(model, 0);
        for (uint256 i = 10; i < 20; ++i) {
            IProverNetwork.Reveal memory shown = revealOf(model, HOST, i);
            commitTo(_ann, shown);
            bytes32 draw = sha256(abi.encodePacked(secretAt(i), epoch.beacon, epoch.root, i));
            expectEvent();
            // Four bits choose among sixteen.
            emit IProverNetwork.LeafRevealed(
                model, 0, i, _ann, HOST, candidateAt(i, uint256(draw) >> 252), shown.evidenceHash
            );
            vm.prank(_ann);
            provers.reveal(shown);
        }
    }

    function test_ALeafNumberedAtTheCountIsRefused() public {
        uint64 made = _release(7);
        _refuses(_shown(made, 7));
        _reveals(_shown(made, 6));
    }

    function test_CandidatesMustBeWellFormed() public {
        _candidates[0] = bytes.concat(candidatesAt(0), hex"00");
        _candidates[1][0] = 0x02;
        _candidates[2][4] = 0x08;
        _candidates[3] = "";
        _candidates[4][0] = 0x00;
        uint64 made = _release(8);
        for (uint256 i = 0; i < 4; ++i) {
            _refuses(_shown(made, i));
        }
        _reveals(_shown(made, 4));
        _reveals(_shown(made, 5));
    }

    function test_KeysMustBeWellFormed() public {
        (address host, uint256 hostKey) = hostWith("host", HOST, 1 ether);
        _keys[0] = hex"000000";
        _keys[1] = hex"00000000000000";
        _keys[2] = abi.encodePacked(uint32(1), uint32(5), uint32(2), "abc");
        _keys[3] = abi.encodePacked(uint32(1), uint32(5), uint32(4), "abc");
        _keys[4] = abi.encodePacked(type(uint32).max, uint32(3), "abc");
        // No tokens and no text, and no text after one token.
        _keys[5] = abi.encodePacked(uint64(0));
        _keys[6] = abi.encodePacked(uint32(1), uint32(5), uint32(0));
        uint64 made = _release(8);
        for (uint256 i = 0; i < 7; ++i) {
            IProverNetwork.Reveal memory shown = _shown(made, i);
            IUsageChannel.Receipt memory receipt = receiptFor(i);
            receipt.model = made;
            receipt.callIndex = uint64(i);
            receipt.inputHash = sha256(i == 2 || i == 3 || i == 4 ? bytes("abc") : bytes(""));
            bytes memory signature = signed(hostKey, channel.receiptDigest(receipt));
            commitTo(_ann, shown);
            if (i < 5) refuses(abi.encodeWithSelector(IProverNetwork.BadProof.selector));
            vm.prank(_ann);
            provers.revealWithReceipt(shown, receipt, signature);
        }
        eq(provers.hostOf(host).slashes, 2, "two well formed keys");
    }

    function _shown(uint64 made, uint256 index)
        private
        view
        returns (IProverNetwork.Reveal memory shown)
    {
        shown = revealOf(made, HOST, index);
        shown.leaf = _leaf(index);
        shown.key = _keys[index];
        shown.candidates = _candidates[index];
        shown.proof = new bytes32[](3);
        uint256 position = index;
        for (uint256 level = 0; level < 3; ++level) {
            shown.proof[level] = _node(level, position ^ 1);
            position >>= 1;
        }
    }

    function _refuses(IProverNetwork.Reveal memory shown) private {
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.BadProof.selector));
        vm.prank(_ann);
        provers.reveal(shown);
    }

    function _reveals(IProverNetwork.Reveal memory shown) private {
        commitTo(_ann, shown);
        vm.prank(_ann);
        provers.reveal(shown);
        isTrue(provers.isBurnt(shown.model, 0, shown.leaf.index), "taken");
    }

    /// @dev A released model that committed to the eight leaves and counts `count` of them.
    function _release(uint32 count) private returns (uint64 made) {
        IModelRegistry.Commitment memory commitment = IModelRegistry.Commitment({
            root: _node(3, 0), manifestHash: keccak256("manifest"), count: count, width: WIDTH
        });
        vm.prank(modelOwner);
        made = registry.register(commitment, noParents());
        openShares(modelOwner, made);
        releaseModel(modelOwner, made, openTerms(0));
    }

    function _leaf(uint256 index) private view returns (IModelRegistry.Leaf memory leaf) {
        leaf = leafAt(index);
        leaf.keyHash = sha256(abi.encodePacked("signet/key/1", uint8(0), _keys[index]));
        leaf.candidatesHash =
            sha256(abi.encodePacked("signet/candidates/1", uint8(0), _candidates[index]));
    }

    function _node(uint256 level, uint256 position) private view returns (bytes32) {
        if (level == 0) return keccak256(bytes.concat(keccak256(abi.encode(_leaf(position)))));
        bytes32 left = _node(level - 1, 2 * position);
        bytes32 right = _node(level - 1, 2 * position + 1);
        return
            left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }
}
