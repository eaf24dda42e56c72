// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Ownership: offers, acceptance and the hand-over to a DAO.
contract ModelRegistryOwnerTest is RegistryCase {
    address private immutable _executor = address(0xDA0);

    function test_OwnershipMovesInTwoSteps() public {
        uint64 model = freshModel(ada);
        expectEvent();
        emit IModelRegistry.OwnershipOffered(model, ada, bob);
        vm.prank(ada);
        registry.offerOwnership(model, bob);
        eq(registry.ownerOf(model), ada, "owner while offered");
        eq(registry.pendingOwnerOf(model), bob, "pending owner");

        expectEvent();
        emit IModelRegistry.OwnershipTransferred(model, ada, bob);
        vm.prank(bob);
        registry.acceptOwnership(model);
        eq(registry.ownerOf(model), bob, "owner");
        eq(registry.pendingOwnerOf(model), address(0), "pending owner after");

        expectNotOwner(model, ada);
        vm.prank(ada);
        registry.setUri(model, "x");
        vm.prank(bob);
        registry.setUri(model, "y");
    }

    function test_OnlyWhomItWasOfferedToAccepts() public {
        uint64 model = freshModel(ada);
        _expectNotOffered(model, bob);
        vm.prank(bob);
        registry.acceptOwnership(model);

        vm.prank(ada);
        registry.offerOwnership(model, bob);
        _expectNotOffered(model, ada);
        vm.prank(ada);
        registry.acceptOwnership(model);
    }

    function test_AnOfferIsAcceptedOnce() public {
        uint64 model = freshModel(ada);
        vm.prank(ada);
        registry.offerOwnership(model, bob);
        vm.startPrank(bob);
        registry.acceptOwnership(model);
        _expectNotOffered(model, bob);
        registry.acceptOwnership(model);
    }

    function test_AnOfferIsWithdrawnByTheZeroAddress() public {
        uint64 model = freshModel(ada);
        vm.startPrank(ada);
        registry.offerOwnership(model, bob);
        expectEvent();
        emit IModelRegistry.OwnershipOffered(model, ada, address(0));
        registry.offerOwnership(model, address(0));
        vm.stopPrank();
        _expectNotOffered(model, bob);
        vm.prank(bob);
        registry.acceptOwnership(model);
    }

    function test_ALaterOfferReplacesTheFirst() public {
        uint64 model = freshModel(ada);
        address carol = account("Carol");
        vm.startPrank(ada);
        registry.offerOwnership(model, bob);
        registry.offerOwnership(model, carol);
        vm.stopPrank();
        _expectNotOffered(model, bob);
        vm.prank(bob);
        registry.acceptOwnership(model);
        vm.prank(carol);
        registry.acceptOwnership(model);
        eq(registry.ownerOf(model), carol, "owner");
    }

    function test_OnlyTheOwnerOffers() public {
        uint64 model = freshModel(ada);
        expectNotOwner(model, bob);
        vm.prank(bob);
        registry.offerOwnership(model, bob);
    }

    function test_TheDaoFactoryHandsAModelOver() public {
        uint64 model = freshModel(ada);
        expectEvent();
        emit IModelRegistry.OwnershipTransferred(model, ada, _executor);
        vm.prank(address(dao));
        registry.handToDao(model, _executor);
        eq(registry.ownerOf(model), _executor, "owner");
    }

    function test_AnOfferDoesNotOutliveTheHandOver() public {
        uint64 model = freshModel(ada);
        vm.prank(ada);
        registry.offerOwnership(model, bob);
        vm.prank(address(dao));
        registry.handToDao(model, _executor);
        eq(registry.pendingOwnerOf(model), address(0), "pending owner");
        _expectNotOffered(model, bob);
        vm.prank(bob);
        registry.acceptOwnership(model);
    }

    function test_NobodyElseHandsAModelOver() public {
        uint64 model = freshModel(ada);
        address[3] memory callers = [ada, bob, guardian];
        for (uint256 i = 0; i < callers.length; ++i) {
            expectError(abi.encodeWithSelector(IModelRegistry.NotDao.selector, callers[i]));
            vm.prank(callers[i]);
            registry.handToDao(model, callers[i]);
        }
    }

    function test_OnlyAKnownModelIsHandedOver() public {
        expectUnknown(1);
        vm.prank(address(dao));
        registry.handToDao(1, _executor);
    }

    function test_ARootCommittedByAFormerOwnerStaysHers() public {
        uint64 model = freshModel(ada);
        bytes32 root = registry.epochOf(model, 0).root;
        IModelRegistry.Commitment memory same = IModelRegistry.Commitment(root, "manifest", 8, 8);
        vm.prank(ada);
        registry.offerOwnership(model, bob);
        vm.startPrank(bob);
        registry.acceptOwnership(model);
        // The new owner's manifest names him, so it is another commitment.
        eq(registry.addEpoch(model, same), 1, "epoch");
        vm.stopPrank();
        expectError(abi.encodeWithSelector(IModelRegistry.RootAlreadyCommitted.selector, root));
        vm.prank(ada);
        registry.register(same, noParents());
    }

    function _expectNotOffered(uint64 model, address caller) private {
        expectError(abi.encodeWithSelector(IModelRegistry.NotOffered.selector, model, caller));
    }
}
