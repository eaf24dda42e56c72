// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {Steps} from "./support/Steps.sol";

/// @notice What operations cost once the slots they write are in use: each is measured on its second
/// call. `npm run gas` prints the table and compares it with contracts/gas-targets.json.
contract GasRegistryTest is Steps {
    address private _owner;

    function setUp() public {
        deployMarket();
        _owner = funded("owner");
        registerModel(_owner, noParents());
    }

    function test_RegisterRoot() public {
        registerModel(_owner, noParents());
        vm.snapshotGasLastCall("registry", "register without parents");
    }

    function test_AddEpoch() public {
        IModelRegistry.Commitment memory commitment = freshCommitment();
        vm.prank(_owner);
        registry.addEpoch(1, commitment);
        vm.snapshotGasLastCall("registry", "add an epoch");
    }
}
