// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProverJury} from "../../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {ProverHandler} from "../support/ProverHandler.sol";
import {Test} from "../support/Test.sol";

/// @notice I8: each fingerprint counts once and no case pays more than was put into it. The handler
/// checks both at every step; here are the sums that must hold between any two steps.
contract ProverNetworkInvariantTest is Test {
    uint256 private constant _PEOPLE = 9;

    ProverHandler private _handler;
    IProverNetwork private _provers;
    IProverJury private _court;

    function setUp() public {
        _handler = new ProverHandler();
        target(address(_handler));
        (address provers, address court) = _handler.network_();
        _provers = IProverNetwork(provers);
        _court = IProverJury(court);
    }

    function invariant_I8_NetworkAndJuryOweWhatTheyHold() public view {
        eq(_provers.held(), _handler.owed(), "held is stakes, collateral, bounties, bonds, credits");
        atLeast(address(_provers).balance, _provers.held(), "the network is solvent");
        eq(_court.held(), _handler.owedByCourt(), "held is fees and credits");
        eq(address(_court).balance, _court.held(), "the jury is solvent");
    }

    /// @notice Once a walk, since it counts through all cases and votes.
    function afterInvariant() public view {
        for (uint256 i = 0; i < _PEOPLE; ++i) {
            address who = _handler.personAt(i);
            IProverNetwork.Stake memory stake = _provers.stakeOf(who);
            eq(stake.openCases, _handler.holdsOn(who), "held by open cases and votes alone");
            atMost(stake.leaving, stake.amount, "leaving");
        }
    }

    /// @notice The walk is worth something: seeds that are not random lead cases to every end.
    function test_TheHandlerWalksWholeCases() public {
        _handler.host(0, 2 ether, false);
        for (uint256 round = 0; round < 10; ++round) {
            _handler.fund(round, 5 ether, 200_000);
            _handler.reveal(round, round, round);
            for (uint256 i = 0; i < 20; ++i) {
                _handler.walk(round, i, uint256(keccak256(abi.encode(round, i))));
                if (i % 9 == 8) _handler.pass(1 days);
            }
            _handler.slash(round, round, 0);
            _handler.replay(round, round, round);
            for (uint256 i = 0; i < 25; ++i) {
                _handler.settle(i / 5, i);
                _handler.withdraw(i);
            }
        }
        isTrue(_handler.upheld() > 1, "upheld");
        isTrue(_handler.dismissed() > 1, "dismissed");
        isTrue(_handler.ruled() > 0, "ruled by a jury");
        isTrue(_handler.fines() > 0, "silent jurors fined");
        eq(_handler.slashes(), 10, "slashed");
        eq(_handler.refusedReplays(), 10, "replays refused");
        invariant_I8_NetworkAndJuryOweWhatTheyHold();
        afterInvariant();
    }
}
