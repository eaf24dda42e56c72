// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Steps} from "./support/Steps.sol";

/// @notice The test bench itself.
contract MarketTest is Steps {
    function setUp() public {
        deployMarket();
    }

    function test_EveryContractStandsWhereTheOthersLookForIt() public view {
        address[10] memory all = [
            sharesImplementation,
            address(registry),
            address(splitter),
            address(licences),
            address(channel),
            address(provers),
            address(jury),
            governorImplementation,
            timelockImplementation,
            address(dao)
        ];
        for (uint256 i; i < all.length; ++i) {
            isTrue(all[i].code.length > 0, "code");
        }
        eq(splitter.allowedTokens()[0], address(dollar), "token");
    }

    function test_AChainOfModelsIsReadyForSale() public {
        address owner = funded("owner");
        uint64 model = readyChain(owner, 3, 500_000);
        eq(registry.ancestorsOf(model).length, 3, "ancestors");
        sell(model, NATIVE, 1 ether);
        uint256 licence = buyLicence(funded("buyer"), model, NATIVE);
        eq(licences.licenceOf(licence).model, model, "model");
        eq(splitter.potOf(model, NATIVE).own, 0.5 ether, "income");
    }

    function test_PeopleHaveMoney() public {
        (address ada, uint256 key) = person("Ada");
        eq(vm.addr(key), ada, "key");
        eq(ada.balance, 1_000_000 ether, "coins");
        eq(dollar.balanceOf(ada), 1_000_000e6, "dollars");
        eq(dollar.allowance(ada, address(splitter)), type(uint256).max, "allowance");
    }
}
