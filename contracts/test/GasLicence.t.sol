// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice What a purchase costs for somebody who never held a licence, and the end of a refund window.
/// See GasRegistryTest.
contract GasLicenceTest is LicenceSteps {
    address private _fresh;

    function setUp() public {
        deployWithModel();
        _fresh = account("fresh");
    }

    function test_BuyForAFirstTimeHolder() public {
        sellForBoth(plainKind());
        bought(NATIVE);
        _buyForFresh();
        vm.snapshotGasLastCall("licences", "buy with coin, no ancestor, first of its holder");
    }

    function test_ReleaseAnEscrow() public {
        sellForBoth(returnableKind());
        uint256 first = bought(NATIVE);
        uint256 second = bought(NATIVE);
        bought(NATIVE);
        vm.warp(START_TIME + WINDOW);
        licences.releaseEscrow(first);
        licences.releaseEscrow(second);
        vm.snapshotGasLastCall("licences", "release an escrow");
    }

    function _buyForFresh() private {
        ILicenceToken.Order memory made = orderFor(model, KIND, _fresh, NATIVE);
        vm.prank(buyer);
        licences.buy{value: PRICE}(made);
    }
}
