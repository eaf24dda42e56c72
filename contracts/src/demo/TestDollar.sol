// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @title Test dollar: NOT MONEY
/// @notice A WORTHLESS coin for local chains and test networks. ANYONE MAY MINT ANY AMOUNT, so nobody
/// must ever take it for something of value. It exists so that purchases by allowance, by permit
/// (ERC-2612) and by authorisation (ERC-3009) can be tried with a coin shaped like a real stablecoin.
contract TestDollar is ERC20Permit, ERC3009 {
    constructor() ERC20("Test Dollar (worthless)", "tUSD") ERC20Permit("Test Dollar (worthless)") {}

    /// @notice Makes coins out of nothing. ANYONE MAY CALL, for any amount and any receiver.
    /// @param to receiver of the new coins
    /// @param amount in millionths of a test dollar
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Six, as real stablecoins have: one test dollar is 1,000,000 units.
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
