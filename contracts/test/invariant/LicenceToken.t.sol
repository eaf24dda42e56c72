// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LicenceHandler} from "../support/LicenceHandler.sol";
import {Test} from "../support/Test.sol";

/// @notice I9, I10 and I12, and that all the money of licences can be found.
contract LicenceTokenInvariantTest is Test {
    LicenceHandler private _handler;

    function setUp() public {
        _handler = new LicenceHandler();
        target(address(_handler));
    }

    function invariant_I9_ExpiredIsInvalidAndRefundsAreOnceAndOfWhatWasPaid() public view {
        _handler.checkValidity();
        _handler.checkRefunds();
    }

    /// @dev Refunds, releases, transfers and unlocks that were due have all worked, paused or not.
    function invariant_I10_PausesBlockNoExit() public view {
        eq(_handler.exitsMade(), _handler.exitsDue(), "exits");
    }

    function invariant_I12_NobodyPaysMoreOrGetsOtherTermsThanAgreed() public view {
        eq(_handler.overcharged(), 0, "overcharged");
        eq(_handler.otherTerms(), 0, "terms");
    }

    function invariant_LicencesAndMoneyAreWhatTheirHistoryMakesThem() public view {
        _handler.checkLicences();
        _handler.checkMoney();
    }

    /// @dev One history in which everything happens, so that no invariant holds for want of events.
    function test_TheHandlerReachesEverything() public {
        _handler.changePrice(4, true, 3);
        for (uint256 i; i < 5; ++i) {
            _handler.buy(i, 4, i % 2 == 0, 5, 3);
        }
        _handler.buy(0, 4, true, 0, 0);
        _handler.buy(0, 4, true, 0, 1);
        _handler.buy(0, 4, true, 0, 2);
        _handler.lock(0, 20);
        _handler.pause(7 days);
        _handler.buy(0, 4, true, 0, 3);
        _handler.giveBack(1, 1);
        _handler.cancel(2, 1);
        _handler.pass(3, 2);
        _handler.unlock(0, 5);
        _handler.cancel(0, 1);
        _handler.changeKind(4, 10 days + 1, 5, 1, true);
        _handler.renew(3, true, 0, 0);
        _handler.renew(3, true, 0, 1);
        _handler.renew(3, true, 0, 3);
        _handler.wait(8 days);
        _handler.release(4);
        _handler.wait(20 days);
        _handler.wait(20 days);
        _handler.pass(4, 1);
        eq(_handler.exitsMadeWhilePaused(), 4, "exits while paused");
        bytes32[14] memory all = [
            bytes32("buy"),
            "buy refused",
            "renew",
            "renew refused",
            "refund",
            "cancel",
            "cancel as refund",
            "release",
            "pass",
            "lock",
            "unlock",
            "pause",
            "changeKind",
            "refused"
        ];
        for (uint256 i; i < all.length; ++i) {
            atLeast(_handler.done(all[i]), 1, string(abi.encodePacked(all[i])));
        }
        _handler.checkLicences();
        _handler.checkValidity();
        _handler.checkRefunds();
        _handler.checkMoney();
    }
}
