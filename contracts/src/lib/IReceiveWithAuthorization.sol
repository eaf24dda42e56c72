// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-3009 receipt with a signature in bytes
/// @notice The overload that USDC has had since version 2.2 and OpenZeppelin's
/// ERC20TransferAuthorization has; it takes contract wallets' signatures (ERC-1271) too.
interface IReceiveWithAuthorization {
    /// @notice Moves `value` from `from` to `to`, which must be the caller.
    /// @param value in the token's smallest unit
    /// @param validAfter Unix seconds, exclusive; likewise `validBefore`
    /// @param nonce any word that `from` has not used before
    /// @param signature of `from` over the EIP-712 struct ReceiveWithAuthorization
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
