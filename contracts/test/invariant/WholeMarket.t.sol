// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {MarketHandler} from "../support/MarketHandler.sol";
import {Test} from "../support/Test.sol";

/// @notice All contracts together: every unit is owed to somebody (I1), no pause shuts an exit (I10), and
/// nobody pays more than agreed (I12).
contract WholeMarketTest is Test {
    MarketHandler private _handler;
    IRevenueSplitter private _splitter;
    IProverNetwork private _provers;
    address[6] private _empty;
    address private _dollar;

    function setUp() public {
        _handler = new MarketHandler();
        target(address(_handler));
        address splitter;
        address provers;
        (splitter, provers, _empty) = _handler.contracts();
        _splitter = IRevenueSplitter(splitter);
        _provers = IProverNetwork(provers);
        _dollar = _handler.tokenOf(true);
    }

    function invariant_I1_EveryUnitIsOwedToSomebody() public view {
        _books(address(0), address(_splitter).balance);
        _books(_dollar, IERC20(_dollar).balanceOf(address(_splitter)));
        eq(address(_provers).balance, _provers.held(), "coin of the prover network");
        eq(_provers.held(), _handler.owedByProvers(), "owed by the prover network");
        eq(IERC20(_dollar).balanceOf(address(_provers)), 0, "dollars of the prover network");
        for (uint256 i; i < _empty.length; ++i) {
            eq(_empty[i].balance, 0, "coin where none belongs");
            eq(IERC20(_dollar).balanceOf(_empty[i]), 0, "dollars where none belong");
        }
    }

    /// @dev The handler makes every exit in the open and every entry against the pause, so that either
    /// fails the run where it goes wrong; what is left to say here is that a pause stays bounded.
    function invariant_I10_NoPauseShutsAnExit() public view {
        _handler.checkPauses();
    }

    function test_EveryExitIsMadeInAPause() public {
        for (uint256 i; i < 4; ++i) {
            _handler.buy(0, 2, false, i % 2 == 0);
            _handler.buy(1, 2, true, i % 2 == 0);
            _handler.stake(i, 1 ether);
            _handler.registerHost(i, 1 ether);
        }
        for (uint256 i; i < 4; ++i) {
            _handler.open(2 * i, i % 2 == 0, 1e6);
        }
        _handler.unstake(0, 1 ether);
        _handler.exitHost(0);
        _handler.wait(5 days);
        _handler.wait(5 days);
        _handler.wait(5 days);
        _handler.pauseAll();

        _handler.settle(0, 1e6);
        _handler.settle(2, 5e5);
        _handler.coopClose(2, 1e6);
        _handler.requestClose(0, false);
        _handler.requestClose(4, true);
        _handler.releaseEscrow(1);
        _handler.claim(0, 2, true);
        _handler.claim(1, 0, false);
        _handler.withdraw(3, true);
        _handler.trade(0, 3, 2, 7);
        _handler.unstake(0, 0);
        _handler.unstake(1, 1);
        _handler.exitHost(0);
        _handler.exitHost(1);
        _handler.wait(1 days);
        _handler.finalizeClose(0);
        string[12] memory exits = [
            "settle",
            "coopClose",
            "requestClose",
            "finalizeClose",
            "releaseEscrow",
            "claim",
            "withdraw",
            "trade",
            "unstake",
            "requestUnstake",
            "exitHost",
            "requestHostExit"
        ];
        for (uint256 i; i < exits.length; ++i) {
            isTrue(_handler.madeInPause(keccak256(bytes(exits[i]))) != 0, exits[i]);
        }

        uint256 before = _handler.refusals();
        _handler.buy(0, 0, false, false);
        _handler.topUp(6, 1);
        _handler.stake(0, 1);
        _handler.registerHost(1, 1 ether);
        _handler.fundBounty(0, 1);
        eq(_handler.refusals() - before, 5, "entries refused");
    }

    function test_ARefundIsMadeInAPause() public {
        _handler.buy(1, 2, true, true);
        _handler.pauseAll();
        _handler.refund(0);
        eq(_handler.madeInPause(keccak256("refund")), 1, "refund");
        _handler.withdraw(1, true);
        eq(_handler.madeInPause(keccak256("withdraw")), 1, "withdraw");
    }

    /// @dev What the splitter has is what it says it owes. The books of modules agree with theirs, and
    /// what the last model's two ancestors have in fractions is one unit at most.
    function _books(address token, uint256 balance) private view {
        eq(balance, _splitter.held(token), "balance");
        uint256 owed = _handler.owedBySplitter(token);
        isTrue(owed <= balance, "all that is owed is there");
        atMost(balance - owed, 1, "fractions");
        (uint256 escrows, uint256 deposits) = _handler.owedByModules(token);
        (uint256 licences, uint256 channel) = _handler.heldForModules(token);
        eq(licences, escrows, "escrow");
        eq(channel, deposits, "deposits");
    }
}
