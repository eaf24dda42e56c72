// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {IRevenueSplitter} from "../interfaces/IRevenueSplitter.sol";
import {IReceiveWithAuthorization} from "./IReceiveWithAuthorization.sol";

/// @title Vault
/// @notice Where the splitter's money comes in and goes out: the native coin and the ERC-20s that were
/// named at deployment, each counted to the unit.
abstract contract Vault is IRevenueSplitter {
    using SafeERC20 for IERC20;

    uint256 private constant MAX_TOKENS = 8;

    /// @inheritdoc IRevenueSplitter
    mapping(address token => uint256) public held;

    address[] private _tokens;
    mapping(address token => bool) private _allowed;

    modifier onlyAllowed(address token) {
        if (!isAllowed(token)) revert TokenNotAllowed(token);
        _;
    }

    /// @param tokens ERC-20s that may be used for ever, at most 8, each a contract already
    constructor(address[] memory tokens) {
        for (uint256 i; i < tokens.length; ++i) {
            address token = tokens[i];
            if (i == MAX_TOKENS || token.code.length == 0 || _allowed[token]) {
                revert TokenNotAllowed(token);
            }
            _allowed[token] = true;
        }
        _tokens = tokens;
    }

    /// @inheritdoc IRevenueSplitter
    function allowedTokens() external view returns (address[] memory) {
        return _tokens;
    }

    /// @inheritdoc IRevenueSplitter
    function isAllowed(address token) public view returns (bool) {
        return token == address(0) || _allowed[token];
    }

    /// @dev Takes `amount` from `from`, or from the coin sent along, and counts it as held.
    function _receive(address token, address from, uint256 amount) internal onlyAllowed(token) {
        uint256 value = token == address(0) ? amount : 0;
        if (msg.value != value) revert WrongValue(value, msg.value);
        if (amount == 0) return;
        _checkSize(amount);
        held[token] += amount;
        if (token == address(0)) return;
        uint256 before = _balanceOf(token);
        IERC20(token).safeTransferFrom(from, address(this), amount);
        _checkReceived(token, before, amount);
    }

    /// @dev The same by an authorisation that the payer signed, which the native coin has not.
    function _receiveAuthorized(address token, uint256 amount, Authorization calldata authorization)
        internal
    {
        if (!_allowed[token]) revert TokenNotAllowed(token);
        _checkSize(amount);
        held[token] += amount;
        uint256 before = _balanceOf(token);
        IReceiveWithAuthorization(token)
            .receiveWithAuthorization(
                authorization.from,
                address(this),
                amount,
                authorization.validAfter,
                authorization.validBefore,
                authorization.nonce,
                authorization.signature
            );
        _checkReceived(token, before, amount);
    }

    function _checkSize(uint256 amount) private pure {
        if (amount > type(uint128).max) revert AmountTooLarge(amount);
    }

    function _checkReceived(address token, uint256 before, uint256 amount) private view {
        uint256 balance = _balanceOf(token);
        uint256 received = balance > before ? balance - before : 0;
        if (received != amount) revert FeeOnTransfer(amount, received);
    }

    /// @dev Sends what is held. The last thing a function does, since a receiver may run code.
    function _send(address token, address to, uint256 amount) internal {
        held[token] -= amount;
        if (token != address(0)) IERC20(token).safeTransfer(to, amount);
        else if (!LowLevelCall.callNoReturn(to, amount, "")) revert PaymentRefused(to);
    }

    /// @dev What there is of a token, owed to somebody or not.
    function _balanceOf(address token) internal view returns (uint256) {
        return token == address(0) ? address(this).balance : IERC20(token).balanceOf(address(this));
    }

    /// @dev One more than the ERC-20s: the native coin.
    function _tokenCount() internal view returns (uint256) {
        return _tokens.length + 1;
    }

    /// @dev The native coin first, then the list.
    function _tokenAt(uint256 i) internal view returns (address) {
        return i == 0 ? address(0) : _tokens[i - 1];
    }
}
