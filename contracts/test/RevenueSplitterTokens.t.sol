// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {Money} from "./support/Money.sol";
import {BlocklistToken} from "./support/tokens/BlocklistToken.sol";
import {BonusToken} from "./support/tokens/BonusToken.sol";
import {DrainToken} from "./support/tokens/DrainToken.sol";
import {FalseToken} from "./support/tokens/FalseToken.sol";
import {FeeToken} from "./support/tokens/FeeToken.sol";
import {HookToken} from "./support/tokens/HookToken.sol";
import {LyingToken} from "./support/tokens/LyingToken.sol";
import {RebasingToken} from "./support/tokens/RebasingToken.sol";
import {SilentToken} from "./support/tokens/SilentToken.sol";
import {SimpleToken} from "./support/tokens/SimpleToken.sol";

/// @notice Tokens that behave otherwise than OpenZeppelin's.
contract RevenueSplitterTokensTest is Money {
    uint64 private model;
    address private token;

    // Those that work

    function test_TokenThatReturnsNothing() public {
        _with(address(new SilentToken()));
        _give(100);
        splitter.claim(model, token, ada);
        eq(_balance(ada), 75, "ada");
        // Resale income through an allowance that has to be set anew.
        address shares = splitter.sharesOf(model);
        for (uint256 i; i < 2; ++i) {
            SilentToken(token).mint(shares, 40);
            sharesOf(model).forward(token);
        }
        eq(claimable(model, token, ben), 45, "ben's quarter of 180");
    }

    function test_TokensOfAnyDecimals() public {
        uint8[3] memory decimals = [0, 2, 36];
        for (uint256 i; i < 3; ++i) {
            _with(address(new SimpleToken(decimals[i])));
            uint256 amount = 4 * 10 ** decimals[i];
            _give(amount);
            eq(splitter.claim(model, token, ada), amount * 3 / 4, "ada");
            eq(splitter.claim(model, token, ben), amount / 4, "ben");
        }
    }

    // Those that are noticed

    function test_TokenThatSaysFalseOnTheWayIn() public {
        _with(address(new FalseToken()));
        FalseToken(token).refuse(true);
        vm.expectRevert(_failed());
        vm.prank(owner);
        splitter.give(model, token, 100);
    }

    function test_TokenThatSaysFalseOnTheWayOut() public {
        _with(address(new FalseToken()));
        _give(100);
        FalseToken(token).refuse(true);
        vm.expectRevert(_failed());
        splitter.claim(model, token, ada);
        FalseToken(token).refuse(false);
        eq(splitter.claim(model, token, ada), 75, "nothing was lost");
    }

    function test_TokenThatMovesNothing() public {
        _with(address(new LyingToken()));
        _expectDelivered(100, 0);
        splitter.give(model, token, 100);
    }

    function test_TokenThatTakesAFee() public {
        _with(address(new FeeToken()));
        _expectDelivered(100, 99);
        splitter.give(model, token, 100);
        vm.prank(address(channel));
        vm.expectRevert(_delivered(100, 99));
        splitter.deposit(token, owner, 100);
        eq(splitter.held(token), 0, "held");
    }

    function test_TokenThatDeliversMore() public {
        _with(address(new BonusToken()));
        _expectDelivered(100, 101);
        splitter.give(model, token, 100);
    }

    function test_TokenThatTakesWhatWasThere() public {
        _with(address(new DrainToken()));
        _give(100);
        DrainToken(token).drain();
        _expectDelivered(100, 0);
        splitter.give(model, token, 100);
    }

    function test_TokenThatLostItsCode() public {
        _with(address(new SimpleToken(18)));
        vm.etch(token, "");
        vm.expectRevert(bytes(""));
        vm.prank(owner);
        splitter.give(model, token, 100);
    }

    function test_TokenThatCallsBack() public {
        _with(address(new HookToken()));
        _give(100);
        SimpleToken(token).mint(address(splitter), 5);
        bytes4 guard = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        bytes[3] memory calls = [
            abi.encodeCall(IRevenueSplitter.claim, (model, token, ada)),
            abi.encodeCall(IRevenueSplitter.sweepDonation, (model, token)),
            abi.encodeCall(IRevenueSplitter.withdraw, (ada, token))
        ];
        for (uint256 i; i < calls.length; ++i) {
            HookToken(token).hook(address(splitter), calls[i]);
            vm.expectRevert(guard);
            vm.prank(owner);
            splitter.give(model, token, 100);
            vm.expectRevert(guard);
            splitter.claim(model, token, ada);
        }
        HookToken(token).hook(address(0), "");
        eq(splitter.claim(model, token, ada), 75, "nothing was lost");
    }

    /// @dev Money that arrives on the way would make a payment look larger than it was.
    function test_TokenThatLetsADonationInBetween() public {
        _with(address(new HookToken()));
        bytes memory donate = abi.encodeCall(SimpleToken.mint, (address(splitter), 100));
        HookToken(token).hook(token, donate);
        _expectDelivered(100, 200);
        splitter.give(model, token, 100);
    }

    // Those that hurt their own holders alone

    function test_BlockedHolderClaimsElsewhere() public {
        _with(address(new BlocklistToken()));
        _give(100);
        BlocklistToken(token).setBlocked(ada, true);
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.Blocked.selector, ada));
        splitter.claim(model, token, ada);
        splitter.claim(model, token, ben);
        eq(_balance(ben), 25, "ben is paid");
        vm.prank(ada);
        splitter.claimTo(model, token, cyd);
        eq(_balance(cyd), 75, "and ada elsewhere");
    }

    function test_ShrinkingTokenTouchesNoOther() public {
        _with(address(new RebasingToken()));
        _give(100);
        pay(model, 100);
        RebasingToken(token).shrink(address(splitter), 2);
        // 50 are left of 100: no donation, and whoever comes last waits.
        vm.expectRevert(IRevenueSplitter.NothingToClaim.selector);
        splitter.sweepDonation(model, token);
        splitter.claim(model, token, ben);
        // The token's own subtraction, 75 from 25.
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        splitter.claim(model, token, ada);
        eq(claimable(model, token, ada), 75, "still owed");
        eq(splitter.claim(model, NATIVE, ada), 75, "the coin is untouched");
        // 200 more: ada's 75 and 150 are just the 225 there are.
        _give(200);
        eq(splitter.claim(model, token, ada), 225, "paid once there is enough");
    }

    // Helpers

    function _with(address token_) private {
        token = token_;
        address[] memory tokens = new address[](1);
        tokens[0] = token;
        deployMarket(tokens);
        namePeople();
        model = modelOfTwo(750_000, 250_000);
        SimpleToken(token).mint(owner, type(uint128).max);
        vm.prank(owner);
        (bool ok,) =
            token.call(abi.encodeCall(SimpleToken.approve, (address(splitter), type(uint256).max)));
        isTrue(ok, "approve");
    }

    function _give(uint256 amount) private {
        vm.prank(owner);
        splitter.give(model, token, amount);
    }

    function _balance(address account) private view returns (uint256) {
        return SimpleToken(token).balanceOf(account);
    }

    function _failed() private view returns (bytes memory) {
        return abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token);
    }

    function _delivered(uint256 asked, uint256 got) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueSplitter.FeeOnTransfer.selector, asked, got);
    }

    function _expectDelivered(uint256 asked, uint256 got) private {
        vm.expectRevert(_delivered(asked, got));
        vm.prank(owner);
    }
}
