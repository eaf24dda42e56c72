// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice A well-behaved ERC-20 with permits and authorisations that anyone may mint. Authorisations
/// take the signature as bytes too, as USDC 2.2 does.
contract TestToken is ERC20Permit, ERC3009 {
    uint8 private immutable _decimals;

    constructor(string memory name, uint8 decimals_) ERC20(name, "TEST") ERC20Permit(name) {
        _decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes32 digest = authorizationDigest(from, to, value, validAfter, validBefore, nonce);
        if (!SignatureChecker.isValidSignatureNow(from, digest, signature)) {
            revert ERC3009InvalidSignature();
        }
        if (to != msg.sender) revert ERC20InvalidReceiver(to);
        _transferWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @notice What the payer signs for `receiveWithAuthorization`.
    function authorizationDigest(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) public view returns (bytes32) {
        bytes32 type_ = RECEIVE_WITH_AUTHORIZATION_TYPEHASH;
        return _hashTypedDataV4(
            keccak256(abi.encode(type_, from, to, value, validAfter, validBefore, nonce))
        );
    }

    /// @notice What the owner signs for `permit`.
    function permitDigest(address owner, address spender, uint256 value, uint256 deadline)
        external
        view
        returns (bytes32)
    {
        bytes32 type_ = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        return _hashTypedDataV4(
            keccak256(abi.encode(type_, owner, spender, value, nonces(owner), deadline))
        );
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
