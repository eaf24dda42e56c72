// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {ProofFixture} from "./support/ProofFixture.sol";
import {ProofHarness} from "./support/ProofHarness.sol";

contract FingerprintProofTest is ProofFixture {
    ProofHarness private _proofs;

    function setUp() public {
        loadFixture();
        _proofs = ProofHarness(deployBuilt("ProofHarness", ""));
    }

    function test_EveryShownFingerprintOfTheBankGivesItsResponse() public view {
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        for (uint256 i = 0; i < FIXTURE_SHOWN; ++i) {
            uint32 response = _proofs.check(fixtureReveal(i), epoch);
            eq(response, fixtureResponse(i), "response");
        }
    }

    function test_TheTextOfAKeyHashesToTheReceiptsInput() public view {
        for (uint256 i = 0; i < FIXTURE_SHOWN; ++i) {
            bytes memory text = _proofs.textOf(fixtureReveal(i).key);
            eq(sha256(text), fixtureInputHash(i), "input hash");
        }
    }

    function test_RefusesAnyChangedPart() public {
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        for (uint256 part = 0; part < 10; ++part) {
            IProverNetwork.Reveal memory shown = fixtureReveal(3);
            if (part == 0) shown.leaf.index ^= 1;
            if (part == 1) shown.leaf.keyHash ^= bytes32(uint256(1));
            if (part == 2) shown.leaf.candidatesHash ^= bytes32(uint256(1));
            if (part == 3) shown.leaf.salt ^= bytes32(uint256(1));
            if (part == 4) shown.leaf.secretHash ^= bytes32(uint256(1));
            if (part == 5) shown.secret ^= bytes32(uint256(1));
            if (part == 6) shown.key[0] ^= 0x01;
            if (part == 7) shown.candidates[0] ^= 0x01;
            if (part == 8) shown.proof[0] ^= bytes32(uint256(1));
            if (part == 9) (shown.proof[0], shown.proof[1]) = (shown.proof[1], shown.proof[0]);
            _expectBadProof();
            _proofs.check(shown, epoch);
        }
    }

    function test_RefusesAnotherRoot() public {
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        epoch.root ^= bytes32(uint256(1));
        IProverNetwork.Reveal memory shown = fixtureReveal(0);
        _expectBadProof();
        _proofs.check(shown, epoch);
    }

    function test_AnotherBeaconOnlyChoosesAnotherResponse() public view {
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        IProverNetwork.Reveal memory shown = fixtureReveal(0);
        uint256 others = 0;
        for (uint256 i = 0; i < 8; ++i) {
            epoch.beacon = bytes32(i);
            if (_proofs.check(shown, epoch) != fixtureResponse(0)) ++others;
        }
        isTrue(others > 3, "the beacon matters");
    }

    function test_RefusesPathsTooLongAndTooShort() public {
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        IProverNetwork.Reveal memory shown = fixtureReveal(5);
        bytes32[] memory path = shown.proof;
        shown.proof = _resized(path, path.length - 1);
        _expectBadProof();
        _proofs.check(shown, epoch);
        shown.proof = _resized(path, path.length + 1);
        _expectBadProof();
        _proofs.check(shown, epoch);
        shown.proof = new bytes32[](0);
        _expectBadProof();
        _proofs.check(shown, epoch);
        shown.proof = path;
        eq(_proofs.check(shown, epoch), fixtureResponse(5), "the right path");
    }

    function test_RefusesAnInnerNodeAsALeaf() public {
        // The leaf's bytes would have to hash once, not twice, to an inner node: an attacker who takes
        // the two children of a node as the leaf's encoding has 64 bytes where a leaf has 160.
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        IProverNetwork.Reveal memory shown = fixtureReveal(0);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(shown.leaf))));
        bytes32 sibling = shown.proof[0];
        bytes memory children =
            leaf < sibling ? abi.encode(leaf, sibling) : abi.encode(sibling, leaf);
        shown.leaf = IModelRegistry.Leaf({
            index: uint256(keccak256(children)) % 1_024,
            keyHash: keccak256(children),
            candidatesHash: leaf,
            salt: sibling,
            secretHash: shown.leaf.secretHash
        });
        shown.proof = _withoutFirst(shown.proof);
        _expectBadProof();
        _proofs.check(shown, epoch);
    }

    function test_ATreeWhoseLeafHashesOnceIsNotAccepted() public {
        // Root = hash of the children of a two-leaf tree, offered as a leaf with an empty path.
        IProverNetwork.Reveal memory shown = fixtureReveal(0);
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        epoch.root = keccak256(abi.encode(shown.leaf));
        shown.proof = new bytes32[](0);
        _expectBadProof();
        _proofs.check(shown, epoch);
        epoch.root = keccak256(bytes.concat(epoch.root));
        _proofs.check(shown, epoch);
    }

    function test_RefusesAnIndexBeyondTheBank() public {
        // A leaf that the owner committed under a number it does not count.
        IProverNetwork.Reveal memory shown = fixtureReveal(0);
        IModelRegistry.Epoch memory epoch = fixtureEpoch();
        shown.leaf.index = 1;
        shown.proof = new bytes32[](0);
        epoch.root = keccak256(bytes.concat(keccak256(abi.encode(shown.leaf))));
        epoch.count = 1;
        _expectBadProof();
        _proofs.check(shown, epoch);
        epoch.count = 2;
        _proofs.check(shown, epoch);
    }

    function test_PositionIsTheFirstBitsOfTheDraw() public view {
        bytes32 draw = bytes32(uint256(0xb7c3) << 240);
        eq(_proofs.positionOf(draw, 2), 1, "1 bit");
        eq(_proofs.positionOf(draw, 4), 2, "2 bits");
        eq(_proofs.positionOf(draw, 16), 0xb, "4 bits");
        eq(_proofs.positionOf(draw, 256), 0xb7, "8 bits");
        eq(_proofs.positionOf(draw, 1_024), 0xb7c3 >> 6, "10 bits");
        eq(_proofs.positionOf(draw, 65_536), 0xb7c3, "16 bits");
        eq(_proofs.positionOf(bytes32(type(uint256).max), 65_536), 65_535, "the last");
        eq(_proofs.positionOf(bytes32(type(uint256).max), 2), 1, "the last of two");
        eq(_proofs.positionOf(bytes32(uint256(1) << 239), 65_536), 0, "later bits do not count");
    }

    function test_CandidatesMustBeEncodedForExactlyTheWidth() public {
        bytes memory two = abi.encodePacked(
            uint8(1), uint32(2), uint32(7), uint32(4_000_000_000), uint64(0), uint64(0)
        );
        eq(_proofs.candidateAt(two, 2, 0), 7, "first");
        eq(_proofs.candidateAt(two, 2, 1), 4_000_000_000, "second");
        two[0] = 0x00;
        eq(_proofs.candidateAt(two, 2, 1), 4_000_000_000, "quiet");
        two[0] = 0x02;
        _expectBadProof();
        _proofs.candidateAt(two, 2, 0);
        two[0] = 0x01;
        two[4] = 0x04;
        _expectBadProof();
        _proofs.candidateAt(two, 2, 0);
        two[4] = 0x02;
        _expectBadProof();
        _proofs.candidateAt(two, 4, 0);
        bytes memory longer = bytes.concat(two, hex"00");
        _expectBadProof();
        _proofs.candidateAt(longer, 2, 0);
        _expectBadProof();
        _proofs.candidateAt("", 2, 0);
    }

    function test_KeysMustBeEncodedToTheByte() public {
        bytes memory key = abi.encodePacked(uint32(2), uint32(5), uint32(6), uint32(3), "abc");
        eq(_proofs.textOf(key), "abc", "text");
        eq(_proofs.textOf(abi.encodePacked(uint64(0))), "", "no tokens, no text");
        bytes[6] memory broken = [
            bytes(""),
            hex"00000000000000",
            abi.encodePacked(uint32(2), uint32(5), uint32(6)),
            abi.encodePacked(uint32(1), uint32(5), uint32(4), "abc"),
            abi.encodePacked(uint32(1), uint32(5), uint32(2), "abc"),
            abi.encodePacked(type(uint32).max, uint32(3), "abc")
        ];
        for (uint256 i = 0; i < broken.length; ++i) {
            _expectBadProof();
            _proofs.textOf(broken[i]);
        }
    }

    function testFuzz_PositionIsDrawShiftedByTheWidthsBits(bytes32 draw, uint256 bits) public view {
        bits = bound(bits, 1, 16);
        eq(_proofs.positionOf(draw, uint32(1 << bits)), uint256(draw) >> (256 - bits), "first bits");
    }

    function testFuzz_TextOfAnyKeyComesBack(uint32[] memory tokens, bytes memory text) public view {
        bytes memory key = abi.encodePacked(uint32(tokens.length));
        for (uint256 i = 0; i < tokens.length; ++i) {
            key = abi.encodePacked(key, tokens[i]);
        }
        key = abi.encodePacked(key, uint32(text.length), text);
        eq(_proofs.textOf(key), text, "text");
    }

    function _expectBadProof() private {
        vm.expectRevert(abi.encodeWithSelector(IProverNetwork.BadProof.selector));
    }

    function _resized(bytes32[] memory path, uint256 size)
        private
        pure
        returns (bytes32[] memory changed)
    {
        changed = new bytes32[](size);
        for (uint256 i = 0; i < size && i < path.length; ++i) {
            changed[i] = path[i];
        }
    }

    function _withoutFirst(bytes32[] memory path) private pure returns (bytes32[] memory rest) {
        rest = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = path[i + 1];
        }
    }
}
