// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelDao} from "../../src/interfaces/IModelDao.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {ModelShares} from "../../src/ModelShares.sol";
import {Steps} from "./Steps.sol";

/// @notice What tests of money need besides a market: payments in a module's name, shares of several
/// holders, a model's DAO that needs no vote.
abstract contract Money is Steps {
    address internal owner;
    address internal ada;
    address internal ben;
    address internal cyd;
    /// @dev Plays every model's timelock.
    address internal timelock;

    function setUpMoney() internal {
        deployMarket();
        namePeople();
    }

    function namePeople() internal {
        owner = funded("owner");
        ada = account("ada");
        ben = account("ben");
        cyd = account("cyd");
        timelock = account("timelock");
    }

    // Models

    /// @notice A registered, unreleased model whose shares are split between two.
    function modelOfTwo(uint256 first, uint256 second) internal returns (uint64 model) {
        model = registerModel(owner, noParents());
        openFor(model, ada, first, ben, second);
    }

    function openFor(uint64 model, address a, uint256 first, address b, uint256 second)
        internal
        returns (ModelShares)
    {
        address[] memory holders = new address[](2);
        uint256[] memory amounts = new uint256[](2);
        (holders[0], holders[1]) = (a, b);
        (amounts[0], amounts[1]) = (first, second);
        return ModelShares(payable(openShares(owner, model, holders, amounts)));
    }

    /// @notice `count` released models without parents, each held by the owner, and a child that gives
    /// each of them `ppm`.
    function childOf(uint256 count, uint32 ppm)
        internal
        returns (uint64 child, uint64[] memory parents)
    {
        parents = new uint64[](count);
        IModelRegistry.ParentLink[] memory links = new IModelRegistry.ParentLink[](count);
        for (uint256 i; i < count; ++i) {
            parents[i] = readyModel(owner);
            links[i] = link(parents[i], ppm);
        }
        child = readyModel(owner, links);
    }

    function sharesOf(uint64 model) internal view returns (ModelShares) {
        return ModelShares(payable(splitter.sharesOf(model)));
    }

    function move(uint64 model, address from, address to, uint256 amount) internal {
        ModelShares shares = sharesOf(model);
        vm.prank(from);
        shares.transfer(to, amount);
    }

    /// @notice Issues shares as the model's DAO would.
    function issue(uint64 model, address to, uint256 amount) internal {
        mockDao(model);
        vm.prank(timelock);
        splitter.issueShares(model, to, amount);
    }

    function mockDao(uint64 model) internal {
        vm.mockCall(
            address(dao), abi.encodeCall(IModelDao.timelockOf, (model)), abi.encode(timelock)
        );
    }

    // Money

    /// @notice A payment by the licence token in the native coin.
    function pay(uint64 model, uint256 amount) internal {
        vm.deal(address(licences), amount);
        vm.prank(address(licences));
        splitter.pay{value: amount}(model, NATIVE, owner, amount, IRevenueSplitter.Source.Licence);
    }

    /// @notice A payment by the licence token in test dollars of the owner.
    function payDollars(uint64 model, uint256 amount) internal {
        dollar.mint(owner, amount);
        vm.prank(address(licences));
        splitter.pay(model, address(dollar), owner, amount, IRevenueSplitter.Source.Licence);
    }

    /// @notice A deposit by the usage channel in the native coin.
    function deposit(uint256 amount) internal {
        vm.deal(address(channel), amount);
        vm.prank(address(channel));
        splitter.deposit{value: amount}(NATIVE, owner, amount);
    }

    function own(uint64 model, address token) internal view returns (uint256) {
        return splitter.potOf(model, token).own;
    }

    function gross(uint64 model, address token) internal view returns (uint256) {
        return splitter.potOf(model, token).gross;
    }

    function claimable(uint64 model, address token, address holder)
        internal
        view
        returns (uint256)
    {
        return splitter.claimable(model, token, holder);
    }
}
