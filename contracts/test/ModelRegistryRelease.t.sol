// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Releases, terms and texts.
contract ModelRegistryReleaseTest is RegistryCase {
    bytes32 private constant WEIGHTS = keccak256("weights");

    // Release

    function test_ReleaseBindsWeightsTermsAndUri() public {
        uint64 model = _sealedModel(ada);
        IModelRegistry.Terms memory terms =
            IModelRegistry.Terms(keccak256("text"), 125_000, true, true);
        bytes32 hash =
            keccak256(abi.encode(keccak256("text"), uint256(125_000), uint256(1), uint256(1)));
        vm.warp(START_TIME + 99);
        expectEvent();
        emit IModelRegistry.Released(model, 0, WEIGHTS);
        expectEvent();
        emit IModelRegistry.TermsChanged(model, hash, terms);
        expectEvent();
        emit IModelRegistry.UriChanged(model, "ipfs://card");
        vm.prank(ada);
        registry.release(model, 0, WEIGHTS, terms, "ipfs://card");

        isTrue(registry.isReleased(model), "released");
        eq(registry.epochOf(model, 0).weightsHash, WEIGHTS, "weights");
        eq(registry.epochOf(model, 0).releasedAt, START_TIME + 99, "time");
        eq(registry.termsHash(model), hash, "terms hash");
        eq(keccak256(abi.encode(registry.termsOf(model))), keccak256(abi.encode(terms)), "terms");
        eq(keccak256(bytes(registry.uriOf(model))), keccak256("ipfs://card"), "uri");
    }

    function test_ReleaseLeavesTheCommitmentAlone() public {
        uint64 model = _sealedModel(ada);
        IModelRegistry.Epoch memory before = registry.epochOf(model, 0);
        _release(ada, model, 0);
        IModelRegistry.Epoch memory epoch = registry.epochOf(model, 0);
        before.weightsHash = WEIGHTS;
        before.releasedAt = START_TIME;
        eq(keccak256(abi.encode(epoch)), keccak256(abi.encode(before)), "epoch");
    }

    function test_ReleaseComesAfterTheSeal() public {
        uint64 model = freshModel(ada);
        openShares(ada, model);
        expectError(
            abi.encodeWithSelector(IModelRegistry.BeaconNotSealed.selector, model, uint32(0))
        );
        _release(ada, model, 0);
    }

    function test_ReleaseComesAfterTheSharesAreOpened() public {
        uint64 model = freshModel(ada);
        vm.roll(START_BLOCK + 9);
        registry.sealBeacon(model, 0);
        expectError(abi.encodeWithSelector(IModelRegistry.SharesNotOpened.selector, model));
        _release(ada, model, 0);
        openShares(ada, model);
        _release(ada, model, 0);
    }

    function test_AnEpochIsReleasedOnce() public {
        uint64 model = _sealedModel(ada);
        _release(ada, model, 0);
        expectError(
            abi.encodeWithSelector(IModelRegistry.AlreadyReleased.selector, model, uint32(0))
        );
        _release(ada, model, 0);
    }

    function test_WeightsHashIsNotZero() public {
        uint64 model = _sealedModel(ada);
        expectError(abi.encodeWithSelector(IModelRegistry.ZeroWeightsHash.selector));
        vm.prank(ada);
        registry.release(model, 0, 0, openTerms(0), "");
    }

    function test_OnlyTheOwnerReleases() public {
        uint64 model = _sealedModel(ada);
        expectNotOwner(model, bob);
        _release(bob, model, 0);
    }

    function test_ALaterEpochIsReleasedByItself() public {
        uint64 model = _sealedModel(ada);
        _release(ada, model, 0);
        IModelRegistry.Commitment memory next = freshCommitment();
        vm.prank(ada);
        registry.addEpoch(model, next);
        expectError(
            abi.encodeWithSelector(IModelRegistry.BeaconNotSealed.selector, model, uint32(1))
        );
        _release(ada, model, 1);

        vm.roll(block.number + 9);
        registry.sealBeacon(model, 1);
        vm.prank(ada);
        registry.release(model, 1, keccak256("new weights"), openTerms(7), "");
        eq(registry.epochOf(model, 0).weightsHash, WEIGHTS, "weights of epoch 0");
        eq(registry.epochOf(model, 1).weightsHash, keccak256("new weights"), "of epoch 1");
        eq(registry.termsOf(model).derivativePpm, 7, "terms are the model's");
        eq(bytes(registry.uriOf(model)).length, 0, "uri is the model's");
    }

    function test_ALaterEpochMayBeReleasedFirst() public {
        uint64 model = freshModel(ada);
        openShares(ada, model);
        IModelRegistry.Commitment memory next = freshCommitment();
        vm.prank(ada);
        registry.addEpoch(model, next);
        vm.roll(START_BLOCK + 9);
        registry.sealBeacon(model, 1);
        _release(ada, model, 1);
        isTrue(registry.isReleased(model), "released");
        eq(registry.epochOf(model, 0).weightsHash, 0, "epoch 0");
    }

    // Terms

    function test_SetTermsReplacesThem() public {
        uint64 model = withTerms(ada, openTerms(300_000));
        IModelRegistry.Terms memory terms = IModelRegistry.Terms("text", 500_000, false, true);
        bytes32 hash = keccak256(abi.encode(terms));
        expectEvent();
        emit IModelRegistry.TermsChanged(model, hash, terms);
        vm.prank(ada);
        registry.setTerms(model, terms);
        eq(registry.termsHash(model), hash, "hash");
        eq(keccak256(abi.encode(registry.termsOf(model))), hash, "terms");
        eq(registry.ownerOf(model), ada, "owner");
        isTrue(registry.isReleased(model), "released");
    }

    function test_TermsAskForHalfAtMost() public {
        uint64 model = withTerms(ada, openTerms(500_000));
        uint32[2] memory above = [500_001, type(uint32).max];
        for (uint256 i = 0; i < above.length; ++i) {
            bytes memory error_ =
                abi.encodeWithSelector(IModelRegistry.TermsOutOfRange.selector, above[i]);
            expectError(error_);
            vm.prank(ada);
            registry.setTerms(model, openTerms(above[i]));
        }

        uint64 other = _sealedModel(bob);
        expectError(
            abi.encodeWithSelector(IModelRegistry.TermsOutOfRange.selector, uint32(500_001))
        );
        vm.prank(bob);
        registry.release(other, 0, WEIGHTS, openTerms(500_001), "");
        isFalse(registry.isReleased(other), "released");
    }

    function test_TermsComeWithTheRelease() public {
        uint64 model = _sealedModel(ada);
        IModelRegistry.Terms memory none;
        eq(keccak256(abi.encode(registry.termsOf(model))), keccak256(abi.encode(none)), "terms");
        eq(registry.termsHash(model), keccak256(new bytes(128)), "hash of no terms");
        expectError(abi.encodeWithSelector(IModelRegistry.ModelNotReleased.selector, model));
        vm.prank(ada);
        registry.setTerms(model, openTerms(0));
    }

    function test_OnlyTheOwnerSetsTerms() public {
        uint64 model = withTerms(ada, openTerms(0));
        expectNotOwner(model, bob);
        vm.prank(bob);
        registry.setTerms(model, openTerms(1));
    }

    // Texts

    function test_UriMayHave512Bytes() public {
        uint64 model = freshModel(ada);
        string memory longest = string(new bytes(512));
        expectEvent();
        emit IModelRegistry.UriChanged(model, longest);
        vm.prank(ada);
        registry.setUri(model, longest);
        eq(bytes(registry.uriOf(model)).length, 512, "size");

        expectError(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, uint256(513)));
        vm.prank(ada);
        registry.setUri(model, string(new bytes(513)));

        uint64 other = _sealedModel(bob);
        expectError(abi.encodeWithSelector(IModelRegistry.TextTooLong.selector, uint256(10_000)));
        vm.prank(bob);
        registry.release(other, 0, WEIGHTS, openTerms(0), string(new bytes(10_000)));
    }

    function test_UriIsStoredAsItIsAndMayBeEmptied() public {
        // Text is untrusted; that a link is safe to follow is for the reader to check.
        uint64 model = freshModel(ada);
        vm.startPrank(ada);
        registry.setUri(model, "javascript:alert(1)");
        eq(keccak256(bytes(registry.uriOf(model))), keccak256("javascript:alert(1)"), "uri");
        registry.setUri(model, "");
        eq(bytes(registry.uriOf(model)).length, 0, "size");
    }

    function test_OnlyTheOwnerSetsTheUri() public {
        uint64 model = freshModel(ada);
        expectNotOwner(model, bob);
        vm.prank(bob);
        registry.setUri(model, "x");
    }

    function _sealedModel(address owner) private returns (uint64 model) {
        model = freshModel(owner);
        openShares(owner, model);
        vm.roll(block.number + 9);
        registry.sealBeacon(model, 0);
    }

    function _release(address caller, uint64 model, uint32 epoch) private {
        vm.prank(caller);
        registry.release(model, epoch, WEIGHTS, openTerms(0), "ipfs://card");
    }
}
