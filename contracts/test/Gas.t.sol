// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {Lineages} from "./support/Lineages.sol";

/// @notice What registrations cost when the owner has registered before. `npm run gas` prints these
/// figures; contracts/gas-targets.json has their limits.
contract GasRegistryTest is Lineages {
    address private _owner;

    function setUp() public {
        deployMarket();
        _owner = funded("owner");
        readyModel(_owner);
    }

    function test_RegisterWithoutParents() public {
        registerModel(_owner, noParents());
        vm.snapshotGasLastCall("registry", "register, no parent");
    }

    function test_RegisterWithEightAncestors() public {
        IModelRegistry.ParentLink[] memory parents = oneParent(readyChain(_owner, 7, HALF), HALF);
        uint64 model = registerModel(_owner, parents);
        vm.snapshotGasLastCall("registry", "register, chain of 8 ancestors");
        eq(registry.ancestorsOf(model).length, 8, "ancestors");
    }

    function test_RegisterWithSixteenAncestors() public {
        IModelRegistry.ParentLink[] memory parents = widestParents(_owner);
        uint64 model = registerModel(_owner, parents);
        vm.snapshotGasLastCall("registry", "register, 4 parents, 16 ancestors");
        eq(registry.ancestorsOf(model).length, 16, "ancestors");
    }

    function test_SealAndRelease() public {
        uint64 model = registerModel(_owner, noParents());
        openShares(_owner, model);
        vm.snapshotGasLastCall("splitter", "open shares, one holder");
        vm.roll(block.number + BEACON_DELAY_BLOCKS + 1);
        registry.sealBeacon(model, 0);
        vm.snapshotGasLastCall("registry", "seal a beacon");
        vm.prank(_owner);
        registry.release(model, 0, keccak256("weights"), openTerms(0), "ipfs://card");
        vm.snapshotGasLastCall("registry", "release");
    }

    function test_AddEpoch() public {
        IModelRegistry.Commitment memory commitment = freshCommitment();
        vm.prank(_owner);
        registry.addEpoch(1, commitment);
        vm.snapshotGasLastCall("registry", "add an epoch");
    }
}
