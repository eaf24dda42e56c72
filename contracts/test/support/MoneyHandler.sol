// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IModelDao} from "../../src/interfaces/IModelDao.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {ModelShares} from "../../src/ModelShares.sol";
import {Forcer} from "./Receivers.sol";
import {Test} from "./Test.sol";
import {TestToken} from "./TestToken.sol";

/// @notice Does at random what people, modules and DAOs can do with money, keeps its own account of it,
/// and checks after each step what that step must not have changed.
contract MoneyHandler is Test {
    struct World {
        IRevenueSplitter splitter;
        IModelRegistry registry;
        ILicenceToken licences;
        IModelDao dao;
        address owner;
        address[3] modules;
        address[] tokens;
        address[] people;
        uint64[] models;
    }

    /// @notice Sums of one model and token: all that was paid, and all that holders claimed.
    mapping(uint64 model => mapping(address token => uint256)) public paidIn;
    mapping(uint64 model => mapping(address token => uint256)) public claimedOf;
    /// @notice Sums of one token: credit and module balances that must be left, gifts not swept yet.
    mapping(address token => uint256) public credits;
    mapping(address token => uint256) public deposits;
    mapping(address token => uint256) public donated;
    /// @notice Model and token of the last step.
    uint64 public lastModel;
    address public lastToken;

    World private _world;
    uint256 private _commitments;

    constructor(World memory world) {
        _world = world;
        lastModel = world.models[0];
        for (uint256 i; i < world.models.length; ++i) {
            vm.mockCall(
                address(world.dao),
                abi.encodeCall(IModelDao.timelockOf, (world.models[i])),
                abi.encode(address(this))
            );
        }
    }

    // Steps

    function pay(uint256 m, uint256 t, uint256 by, uint256 size) external {
        (uint64 model, address token) = _choose(m, t);
        uint256 amount = _amount(size);
        uint256[] memory before = _claimables(model);
        address module = _world.modules[by % 3];
        _fund(token, _world.owner, amount);
        vm.deal(module, token == address(0) ? amount : 0);
        vm.prank(module);
        _world.splitter.pay{value: token == address(0) ? amount : 0}(
            model, token, _world.owner, amount, IRevenueSplitter.Source.Usage
        );
        paidIn[model][token] += amount;
        uint256[] memory afterwards = _claimables(model);
        for (uint256 i; i < before.length; ++i) {
            isTrue(afterwards[i] >= before[i], "income takes nothing from anybody");
        }
    }

    function give(uint256 m, uint256 t, uint256 by, uint256 size) external {
        (uint64 model, address token) = _choose(m, t);
        address giver = _person(by);
        uint256 amount = _amount(size);
        _fund(token, giver, amount);
        vm.deal(giver, giver.balance + (token == address(0) ? amount : 0));
        vm.startPrank(giver);
        if (token != address(0)) {
            TestToken(token).approve(address(_world.splitter), type(uint256).max);
        }
        _world.splitter.give{value: token == address(0) ? amount : 0}(model, token, amount);
        vm.stopPrank();
        paidIn[model][token] += amount;
    }

    function deposit(uint256 t, uint256 by, uint256 size) external {
        address token = _token(t);
        uint256 amount = _amount(size);
        address module = _world.modules[by % 3];
        _fund(token, _world.owner, amount);
        vm.deal(module, token == address(0) ? amount : 0);
        vm.prank(module);
        _world.splitter.deposit{value: token == address(0) ? amount : 0}(
            token, _world.owner, amount
        );
        deposits[token] += amount;
    }

    function split(uint256 m, uint256 t, uint256 by, uint256 size) external {
        (uint64 model, address token) = _choose(m, t);
        address module = _world.modules[by % 3];
        uint256 amount = bound(size, 0, _world.splitter.moduleBalanceOf(module, token));
        vm.prank(module);
        _world.splitter.split(model, token, amount, IRevenueSplitter.Source.Licence);
        deposits[token] -= amount;
        paidIn[model][token] += amount;
    }

    function credit(uint256 t, uint256 by, uint256 to, uint256 size) external {
        address token = _token(t);
        address module = _world.modules[by % 3];
        uint256 amount = bound(size, 0, _world.splitter.moduleBalanceOf(module, token));
        vm.prank(module);
        _world.splitter.credit(_person(to), token, amount);
        deposits[token] -= amount;
        credits[token] += amount;
    }

    function withdraw(uint256 t, uint256 by, uint256 to) external {
        address token = _token(t);
        address account = _person(by);
        uint256 amount = _world.splitter.creditOf(account, token);
        if (amount == 0) return;
        address receiver = to % 2 == 0 ? account : _person(to / 2);
        uint256 before = _balance(token, receiver);
        vm.prank(account);
        if (receiver == account) _world.splitter.withdraw(account, token);
        else _world.splitter.withdrawTo(token, receiver);
        eq(_balance(token, receiver) - before, amount, "withdrawn");
        credits[token] -= amount;
    }

    function claim(uint256 m, uint256 t, uint256 by, uint256 to) external {
        (uint64 model, address token) = _choose(m, t);
        address holder = _holder(model, by);
        uint256 amount = _world.splitter.claimable(model, token, holder);
        if (amount == 0) return;
        address receiver = to % 2 == 0 ? holder : _person(to / 2);
        uint256 before = _balance(token, receiver);
        vm.prank(holder);
        if (receiver == holder) _world.splitter.claim(model, token, holder);
        else _world.splitter.claimTo(model, token, receiver);
        eq(_balance(token, receiver) - before, amount, "claimed");
        eq(_world.splitter.claimable(model, token, holder), 0, "all of it");
        claimedOf[model][token] += amount;
    }

    function claimMany(uint256 by) external {
        address holder = _person(by);
        uint256 count = _world.models.length * _world.tokens.length;
        uint64[] memory models = new uint64[](count);
        address[] memory tokens = new address[](count);
        for (uint256 i; i < count; ++i) {
            (models[i], tokens[i]) = _choose(i, i / _world.models.length);
            claimedOf[
                models[i]
            ][tokens[i]] += _world.splitter.claimable(models[i], tokens[i], holder);
        }
        _world.splitter.claimMany(models, tokens, holder);
    }

    function transfer(uint256 m, uint256 from, uint256 to, uint256 size) external {
        (uint64 model,) = _choose(m, 0);
        ModelShares shares = _shares(model);
        address sender = _holder(model, from);
        uint256 balance = shares.balanceOf(sender);
        // Every third time all of it.
        uint256 amount = size % 3 == 0 ? balance : bound(size, 0, balance);
        address receiver = _holder(model, to);
        uint256[] memory before = _claimables(model);
        vm.prank(sender);
        shares.transfer(receiver, amount);
        _expectSame(model, before, "I5: a transfer moves no income");
    }

    function issue(uint256 m, uint256 to, uint256 size) external {
        (uint64 model,) = _choose(m, 0);
        uint256 supply = _shares(model).totalSupply();
        vm.warp(block.timestamp + 365 days);
        uint256[] memory before = _claimables(model);
        _world.splitter
            .issueShares(model, _holder(model, to), bound(size, (supply + 99) / 100, supply / 5));
        _expectSame(model, before, "I11: an issue moves no income");
    }

    /// @notice The other calls that a model's DAO may make, in the owner's name.
    function govern(uint256 m, uint256 what, uint256 size) external {
        (uint64 model,) = _choose(m, 0);
        uint256[] memory before = _claimables(model);
        ILicenceToken.Kind memory kind;
        kind.label = "kind";
        kind.textHash = bytes32(size | 1);
        kind.hostPpm = uint32(size % 900_001);
        IModelRegistry.Terms memory terms;
        terms.derivativePpm = uint32(size % 500_001);
        terms.derivatives = true;
        what %= 6;
        vm.startPrank(_world.owner);
        if (what == 0) _world.registry.setTerms(model, terms);
        if (what == 1) _world.registry.setUri(model, "ipfs://another");
        if (what == 2) _world.registry.approveDerivative(model, _person(size), true);
        if (what == 3) _world.registry.addEpoch(model, _commitment());
        if (what == 4) _world.licences.setKind(model, 1, kind);
        if (what == 5) {
            _world.licences.setKind(model, 2, kind);
            _world.licences.setPrice(model, 2, address(0), uint128(size), true);
            _world.licences.setSale(model, 2, size % 2 == 0);
        }
        vm.stopPrank();
        _expectSame(model, before, "I11: no call of a DAO moves income");
    }

    function force(uint256 t, uint256 size) external {
        address token = _token(t);
        uint256 amount = bound(size, 1, 1e20);
        vm.deal(address(this), amount);
        if (token == address(0)) new Forcer{value: amount}(payable(address(_world.splitter)));
        else TestToken(token).mint(address(_world.splitter), amount);
        donated[token] += amount;
    }

    function sweep(uint256 m, uint256 t) external {
        (uint64 model, address token) = _choose(m, t);
        if (donated[token] == 0) return;
        eq(_world.splitter.sweepDonation(model, token), donated[token], "swept");
        paidIn[model][token] += donated[token];
        donated[token] = 0;
    }

    function forward(uint256 m, uint256 t) external {
        (uint64 model, address token) = _choose(m, t);
        uint256 amount = _balance(token, address(_shares(model)));
        eq(_shares(model).forward(token), amount, "forwarded");
        paidIn[model][token] += amount;
    }

    // Choices

    function _choose(uint256 m, uint256 t) private returns (uint64 model, address token) {
        model = _world.models[m % _world.models.length];
        token = _token(t);
        lastModel = model;
    }

    function _token(uint256 t) private returns (address) {
        return lastToken = _world.tokens[t % _world.tokens.length];
    }

    function _person(uint256 p) private view returns (address) {
        return _world.people[p % _world.people.length];
    }

    /// @dev The share token itself may hold shares too.
    function _holder(uint64 model, uint256 p) private view returns (address) {
        uint256 i = p % (_world.people.length + 1);
        return i == 0 ? address(_shares(model)) : _world.people[i - 1];
    }

    function _shares(uint64 model) private view returns (ModelShares) {
        return ModelShares(payable(_world.splitter.sharesOf(model)));
    }

    /// @dev Half of all amounts are a few units, where rounding shows.
    function _amount(uint256 size) private pure returns (uint256) {
        return size % 2 == 0 ? (size >> 1) % 64 : (size >> 1) % 1e27;
    }

    function _commitment() private returns (IModelRegistry.Commitment memory) {
        bytes32 root = keccak256(abi.encode("handler's root", ++_commitments));
        return IModelRegistry.Commitment(root, root, 16, 4);
    }

    function _fund(address token, address who, uint256 amount) private {
        if (token != address(0)) TestToken(token).mint(who, amount);
    }

    function _balance(address token, address who) private view returns (uint256) {
        return token == address(0) ? who.balance : TestToken(token).balanceOf(who);
    }

    // Checks

    /// @dev What every holder of a model can claim, in every token.
    function _claimables(uint64 model) private view returns (uint256[] memory result) {
        address[] memory people = _world.people;
        uint256 holders = people.length + 1;
        address shares = address(_shares(model));
        IRevenueSplitter splitter = _world.splitter;
        result = new uint256[](holders * _world.tokens.length);
        for (uint256 i; i < result.length; ++i) {
            address holder = i % holders == 0 ? shares : people[i % holders - 1];
            result[i] = splitter.claimable(model, _world.tokens[i / holders], holder);
        }
    }

    function _expectSame(uint64 model, uint256[] memory before, string memory what) private view {
        uint256[] memory afterwards = _claimables(model);
        for (uint256 i; i < before.length; ++i) {
            eq(afterwards[i], before[i], what);
        }
    }
}
