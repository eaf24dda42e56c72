// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {Steps} from "./Steps.sol";

/// @notice What the tests of the registry share.
abstract contract RegistryCase is Steps {
    address internal ada;
    address internal bob;

    function setUp() public virtual {
        deployMarket();
        ada = account("Ada");
        bob = account("Bob");
    }

    /// @notice The contract itself, for what stands in no interface.
    function deployed() internal view returns (ModelRegistry) {
        return ModelRegistry(address(registry));
    }

    function expectError(bytes memory data) internal {
        vm.expectRevert(data, address(registry));
    }

    function expectEvent() internal {
        vm.expectEmit(true, true, true, true, address(registry));
    }

    function expectUnknown(uint64 model) internal {
        expectError(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, model));
    }

    function expectNotOwner(uint64 model, address caller) internal {
        expectError(abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, model, caller));
    }

    /// @notice A model without parents, not sealed.
    function freshModel(address owner) internal returns (uint64) {
        return registerModel(owner, noParents());
    }

    /// @notice A released model whose shares its owner holds, with the terms given.
    function withTerms(address owner, IModelRegistry.Terms memory terms)
        internal
        returns (uint64 model)
    {
        model = freshModel(owner);
        openShares(owner, model);
        releaseModel(owner, model, terms);
    }

    function eqAncestors(
        IModelRegistry.Ancestor[] memory actual,
        IModelRegistry.Ancestor[] memory expected,
        string memory what
    ) internal pure {
        eq(keccak256(abi.encode(actual)), keccak256(abi.encode(expected)), what);
    }

    function ancestor(uint64 model, uint32 ppm)
        internal
        pure
        returns (IModelRegistry.Ancestor memory)
    {
        return IModelRegistry.Ancestor(model, ppm);
    }
}
