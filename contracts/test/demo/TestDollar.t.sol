// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {TestDollar} from "../../src/demo/TestDollar.sol";
import {Test} from "../support/Test.sol";

/// Type hashes and domain are spelt out here from ERC-20, ERC-2612, ERC-3009 and EIP-712 themselves.
contract TestDollarTest is Test {
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant KEY = 0xb0b;
    bytes32 private constant NONCE = keccak256("any nonce that was not used");

    TestDollar private token;
    address private payer;
    address private shop;

    function setUp() public {
        token = new TestDollar();
        payer = vm.addr(KEY);
        shop = account("shop");
        vm.warp(1_800_000_000);
        vm.prank(account("stranger"));
        token.mint(payer, 50_000_000);
    }

    function test_AnyoneMintsAndAmountsHaveSixDecimals() public view {
        eq(token.decimals(), 6, "decimals");
        eq(token.balanceOf(payer), 50_000_000, "balance");
        eq(token.totalSupply(), 50_000_000, "supply");
    }

    function test_DomainIsThatOfEip712() public view {
        eq(token.DOMAIN_SEPARATOR(), _domain(), "domain");
    }

    function test_PermitAllowsOnceAndForTheSignedSum() public {
        bytes32 message = keccak256(
            abi.encode(PERMIT, payer, shop, uint256(7_000_000), uint256(0), block.timestamp)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(message));
        token.permit(payer, shop, 7_000_000, block.timestamp, v, r, s);
        eq(token.allowance(payer, shop), 7_000_000, "allowance");
        eq(token.nonces(payer), 1, "nonce");

        vm.prank(shop);
        isTrue(token.transferFrom(payer, shop, 7_000_000), "transfer");
        eq(token.balanceOf(shop), 7_000_000, "paid");
        try token.permit(payer, shop, 7_000_000, block.timestamp, v, r, s) {
            revert NotTrue("a permit was used twice");
        } catch (bytes memory reason) {
            eq(
                bytes32(bytes4(reason)),
                bytes32(ERC20Permit.ERC2612InvalidSigner.selector),
                "selector"
            );
        }
    }

    function test_PermitEndsAtItsDeadline() public {
        uint256 deadline = block.timestamp - 1;
        bytes32 message =
            keccak256(abi.encode(PERMIT, payer, shop, uint256(1), uint256(0), deadline));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(message));
        vm.expectRevert(
            abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, deadline)
        );
        token.permit(payer, shop, 1, deadline, v, r, s);
    }

    function test_ReceiverTakesAnAuthorisedSumOnce() public {
        (uint8 v, bytes32 r, bytes32 s) = _authorise(RECEIVE, 0, block.timestamp + 1);
        vm.prank(shop);
        token.receiveWithAuthorization(
            payer, shop, 9_000_000, 0, block.timestamp + 1, NONCE, v, r, s
        );
        eq(token.balanceOf(shop), 9_000_000, "paid");
        isTrue(token.authorizationState(payer, NONCE), "nonce is used");

        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, payer, NONCE)
        );
        vm.prank(shop);
        token.receiveWithAuthorization(
            payer, shop, 9_000_000, 0, block.timestamp + 1, NONCE, v, r, s
        );
    }

    function test_OnlyTheNamedReceiverTakes() public {
        (uint8 v, bytes32 r, bytes32 s) = _authorise(RECEIVE, 0, block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, shop));
        vm.prank(account("stranger"));
        token.receiveWithAuthorization(
            payer, shop, 9_000_000, 0, block.timestamp + 1, NONCE, v, r, s
        );
    }

    function test_AnyoneSendsATransferThatWasAuthorised() public {
        (uint8 v, bytes32 r, bytes32 s) = _authorise(TRANSFER, 0, block.timestamp + 1);
        vm.prank(account("stranger"));
        token.transferWithAuthorization(
            payer, shop, 9_000_000, 0, block.timestamp + 1, NONCE, v, r, s
        );
        eq(token.balanceOf(shop), 9_000_000, "paid");
    }

    function test_AuthorisationHoldsStrictlyBetweenItsTimes() public {
        uint256 time = block.timestamp;
        (uint8 v, bytes32 r, bytes32 s) = _authorise(RECEIVE, time, time + 10);
        bytes memory error_ = abi.encodeWithSelector(
            ERC3009.ERC3009InvalidAuthorizationTime.selector, time, time + 10
        );
        vm.expectRevert(error_);
        vm.prank(shop);
        token.receiveWithAuthorization(payer, shop, 9_000_000, time, time + 10, NONCE, v, r, s);
        vm.warp(time + 10);
        vm.expectRevert(error_);
        vm.prank(shop);
        token.receiveWithAuthorization(payer, shop, 9_000_000, time, time + 10, NONCE, v, r, s);
        vm.warp(time + 9);
        vm.prank(shop);
        token.receiveWithAuthorization(payer, shop, 9_000_000, time, time + 10, NONCE, v, r, s);
        eq(token.balanceOf(shop), 9_000_000, "paid");
    }

    function test_AnotherSumThanTheSignedOneIsRefused() public {
        (uint8 v, bytes32 r, bytes32 s) = _authorise(RECEIVE, 0, block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        vm.prank(shop);
        token.receiveWithAuthorization(
            payer, shop, 9_000_001, 0, block.timestamp + 1, NONCE, v, r, s
        );
    }

    function _authorise(bytes32 kind, uint256 validAfter, uint256 validBefore)
        private
        view
        returns (uint8, bytes32, bytes32)
    {
        bytes32 message = keccak256(
            abi.encode(kind, payer, shop, uint256(9_000_000), validAfter, validBefore, NONCE)
        );
        return vm.sign(KEY, _digest(message));
    }

    function _digest(bytes32 message) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domain(), message));
    }

    function _domain() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Test Dollar (worthless)"),
                keccak256("1"),
                block.chainid,
                address(token)
            )
        );
    }
}
