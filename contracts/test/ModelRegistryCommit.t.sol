// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Registrations and epochs.
contract ModelRegistryCommitTest is RegistryCase {
    bytes32 private constant ROOT = keccak256("a root");
    bytes32 private constant MANIFEST = keccak256("a manifest");

    function test_DeploymentNamesItsCounterparts() public view {
        eq(address(deployed().splitter()), address(splitter), "splitter");
        eq(deployed().dao(), address(dao), "dao");
        eq(registry.modelCount(), 0, "models");
        eq(deployed().BEACON_DELAY_BLOCKS(), 8, "delay");
    }

    function test_RegisterStoresTheCommitment() public {
        vm.roll(5_000);
        expectEvent();
        emit IModelRegistry.ModelRegistered(1, ada, noParents());
        expectEvent();
        emit IModelRegistry.EpochCommitted(1, 0, ROOT, MANIFEST, 1_024, 16);
        vm.prank(ada);
        uint64 model = registry.register(_commitment(1_024, 16), noParents());

        eq(model, 1, "id");
        eq(registry.modelCount(), 1, "models");
        eq(registry.ownerOf(1), ada, "owner");
        eq(registry.pendingOwnerOf(1), address(0), "pending owner");
        eq(registry.epochCount(1), 1, "epochs");
        isFalse(registry.isReleased(1), "released");
        eq(bytes(registry.uriOf(1)).length, 0, "uri");
        eq(registry.parentsOf(1).length, 0, "parents");
        eq(registry.ancestorsOf(1).length, 0, "ancestors");
        eq(registry.packedAncestorsOf(1).length, 0, "packed ancestors");
        _eqEpoch(
            registry.epochOf(1, 0),
            IModelRegistry.Epoch({
                root: ROOT,
                manifestHash: MANIFEST,
                beacon: 0,
                weightsHash: 0,
                commitBlock: 5_000,
                releasedAt: 0,
                count: 1_024,
                width: 16,
                draws: 1
            })
        );
    }

    function test_IdsRunFromOne() public {
        for (uint64 id = 1; id <= 5; ++id) {
            eq(freshModel(id % 2 == 0 ? ada : bob), id, "id");
        }
        eq(registry.modelCount(), 5, "models");
    }

    function test_LimitsOfACommitmentAreAllowed() public {
        vm.startPrank(ada);
        registry.register(IModelRegistry.Commitment("a", MANIFEST, 1, 2), noParents());
        registry.register(IModelRegistry.Commitment("b", MANIFEST, 65_536, 65_536), noParents());
        vm.stopPrank();
        eq(registry.epochOf(2, 0).count, 65_536, "count");
        eq(registry.epochOf(2, 0).width, 65_536, "width");
    }

    function test_ZeroRootOrManifestIsRefused() public {
        _expectBad();
        registry.register(IModelRegistry.Commitment(0, MANIFEST, 1, 2), noParents());
        _expectBad();
        registry.register(IModelRegistry.Commitment(ROOT, 0, 1, 2), noParents());
    }

    function test_CountOutOfRangeIsRefused() public {
        uint32[3] memory counts = [0, 65_537, type(uint32).max];
        for (uint256 i = 0; i < counts.length; ++i) {
            _expectBad();
            registry.register(_commitment(counts[i], 16), noParents());
        }
    }

    function test_WidthOutOfRangeIsRefused() public {
        uint32[6] memory widths = [0, 1, 65_535, 65_537, 131_072, 2 ** 31];
        for (uint256 i = 0; i < widths.length; ++i) {
            _expectBad();
            registry.register(_commitment(1, widths[i]), noParents());
        }
    }

    function testFuzz_ExactlyThePowersOfTwoAreWidths(uint32 width) public {
        // Half of the inputs near the range, the others anywhere.
        if (width % 2 == 0) width = uint32(bound(width, 0, 70_000));
        bool good = false;
        for (uint256 bits = 1; bits <= 16; ++bits) {
            if (width == 2 ** bits) good = true;
        }
        if (!good) _expectBad();
        registry.register(_commitment(1, width), noParents());
    }

    function test_AnOwnerCommitsARootOnce() public {
        vm.startPrank(ada);
        uint64 model = registry.register(_commitment(8, 4), noParents());
        bytes memory known =
            abi.encodeWithSelector(IModelRegistry.RootAlreadyCommitted.selector, ROOT);
        expectError(known);
        registry.register(_commitment(8, 4), noParents());
        expectError(known);
        registry.addEpoch(model, _commitment(9, 8));
    }

    function test_ACopiedRootDoesNotLockItsAuthorOut() public {
        // Bob copies the root from the mempool and is first. Ada registers all the same, with the
        // manifest that names her.
        vm.prank(bob);
        registry.register(_commitment(8, 4), noParents());
        vm.prank(ada);
        uint64 model = registry.register(_commitment(8, 4), noParents());
        eq(registry.ownerOf(model), ada, "owner");
        eq(registry.epochOf(model, 0).root, ROOT, "root");
    }

    function test_AddEpochKeepsEarlierEpochs() public {
        uint64 model = freshModel(ada);
        IModelRegistry.Epoch memory first = registry.epochOf(model, 0);
        vm.roll(START_BLOCK + 500);
        expectEvent();
        emit IModelRegistry.EpochCommitted(model, 1, ROOT, MANIFEST, 64, 8);
        vm.prank(ada);
        eq(registry.addEpoch(model, _commitment(64, 8)), 1, "epoch");

        eq(registry.epochCount(model), 2, "epochs");
        _eqEpoch(registry.epochOf(model, 0), first);
        eq(registry.epochOf(model, 1).root, ROOT, "root");
        eq(registry.epochOf(model, 1).commitBlock, START_BLOCK + 500, "block");
        eq(registry.modelCount(), 1, "models");
    }

    function test_AddEpochChecksTheCommitment() public {
        uint64 model = freshModel(ada);
        vm.prank(ada);
        _expectBad();
        registry.addEpoch(model, _commitment(0, 8));
    }

    function test_OnlyTheOwnerAddsEpochs() public {
        uint64 model = freshModel(ada);
        expectNotOwner(model, bob);
        vm.prank(bob);
        registry.addEpoch(model, _commitment(8, 8));
    }

    function test_PauseStopsRegistrationsAndNothingElse() public {
        uint64 model = freshModel(ada);
        vm.prank(guardian);
        deployed().pauseEntry(7 days);
        expectError(abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, START_TIME + 7 days));
        registry.register(_commitment(8, 8), noParents());

        vm.startPrank(ada);
        registry.addEpoch(model, _commitment(8, 8));
        vm.roll(block.number + 9);
        registry.sealBeacon(model, 0);
        registry.setUri(model, "ipfs://card");
        registry.approveDerivative(model, bob, true);
        registry.offerOwnership(model, bob);
        vm.stopPrank();
        vm.prank(bob);
        registry.acceptOwnership(model);
        eq(registry.ownerOf(model), bob, "owner");

        vm.warp(START_TIME + 7 days);
        registry.register(_commitment(8, 8), noParents());
    }

    function test_UnknownModelsAreUnknownEverywhere() public {
        freshModel(ada);
        uint64[3] memory unknown = [uint64(0), 2, type(uint64).max];
        for (uint256 i = 0; i < unknown.length; ++i) {
            uint64 id = unknown[i];
            expectUnknown(id);
            registry.ownerOf(id);
            expectUnknown(id);
            registry.pendingOwnerOf(id);
            expectUnknown(id);
            registry.epochCount(id);
            expectUnknown(id);
            registry.epochOf(id, 0);
            expectUnknown(id);
            registry.isReleased(id);
            expectUnknown(id);
            registry.termsOf(id);
            expectUnknown(id);
            registry.termsHash(id);
            expectUnknown(id);
            registry.uriOf(id);
            expectUnknown(id);
            registry.parentsOf(id);
            expectUnknown(id);
            registry.ancestorsOf(id);
            expectUnknown(id);
            registry.packedAncestorsOf(id);
            expectUnknown(id);
            registry.sealBeacon(id, 0);
            expectUnknown(id);
            registry.recommit(id, 0);
            expectUnknown(id);
            registry.addEpoch(id, _commitment(8, 8));
            expectUnknown(id);
            registry.acceptOwnership(id);
        }
    }

    function test_UnknownEpochsAreUnknownEverywhere() public {
        uint64 model = freshModel(ada);
        IModelRegistry.Leaf memory leaf;
        vm.startPrank(ada);
        for (uint256 i = 0; i < 2; ++i) {
            uint32 epoch = i == 0 ? 1 : type(uint32).max;
            bytes memory unknown =
                abi.encodeWithSelector(IModelRegistry.UnknownEpoch.selector, model, epoch);
            expectError(unknown);
            registry.epochOf(model, epoch);
            expectError(unknown);
            registry.sealBeacon(model, epoch);
            expectError(unknown);
            registry.recommit(model, epoch);
            expectError(unknown);
            registry.release(model, epoch, "weights", openTerms(0), "");
            expectError(unknown);
            registry.verifyLeaf(model, epoch, leaf, new bytes32[](0));
        }
    }

    function _commitment(uint32 count, uint32 width)
        private
        pure
        returns (IModelRegistry.Commitment memory)
    {
        return IModelRegistry.Commitment(ROOT, MANIFEST, count, width);
    }

    function _expectBad() private {
        expectError(abi.encodeWithSelector(IModelRegistry.BadCommitment.selector));
    }

    function _eqEpoch(IModelRegistry.Epoch memory actual, IModelRegistry.Epoch memory expected)
        private
        pure
    {
        eq(keccak256(abi.encode(actual)), keccak256(abi.encode(expected)), "epoch");
    }
}
