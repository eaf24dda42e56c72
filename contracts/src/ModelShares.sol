// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC6372Utils} from "@openzeppelin/contracts/utils/ERC6372Utils.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IModelShares} from "./interfaces/IModelShares.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";

/// @title Model shares
/// @notice Contributor shares of one model. The splitter clones this contract for each model, so that
/// nothing but the splitter's address, which is code, may be set at construction.
/// @dev Votes count by timestamp. A holder's first shares are delegated to itself, since votes that
/// nobody delegated would count for nobody; who delegates to the zero address gives them up until its
/// balance was zero in between. The splitter is told of every change before it happens.
contract ModelShares is ERC20Votes, IModelShares {
    using SafeERC20 for IERC20;

    /// @notice The revenue splitter, which holds the income of these shares.
    IRevenueSplitter public immutable SPLITTER;

    /// @inheritdoc IModelShares
    uint64 public model;

    modifier onlySplitter() {
        if (msg.sender != address(SPLITTER)) revert NotSplitter(msg.sender);
        _;
    }

    /// @param splitter the revenue splitter, which clones this contract
    constructor(address splitter) ERC20("", "") EIP712("Signet model shares", "1") {
        SPLITTER = IRevenueSplitter(splitter);
    }

    /// @notice Takes the native coin, which `forward` then pays to the model. Does no work here, since
    /// those who pay royalties give little gas.
    receive() external payable {}

    /// @inheritdoc IModelShares
    function setUp(uint64 model_, address[] calldata holders, uint256[] calldata amounts)
        external
        onlySplitter
    {
        if (model != 0) revert AlreadySetUp();
        model = model_;
        for (uint256 i; i < holders.length; ++i) {
            _mint(holders[i], amounts[i]);
        }
    }

    /// @inheritdoc IModelShares
    function issue(address to, uint256 amount) external onlySplitter {
        _mint(to, amount);
    }

    /// @inheritdoc IModelShares
    function forward(address token) external returns (uint256 amount) {
        if (token == address(0)) {
            amount = address(this).balance;
            if (amount != 0) SPLITTER.give{value: amount}(model, token, amount);
            return amount;
        }
        amount = IERC20(token).balanceOf(address(this));
        if (amount == 0) return 0;
        IERC20(token).forceApprove(address(SPLITTER), amount);
        SPLITTER.give(model, token, amount);
    }

    /// @notice "Signet model 7 shares", with the model's number.
    function name() public view override returns (string memory) {
        return string.concat("Signet model ", Strings.toString(model), " shares");
    }

    /// @notice "SIGNET-7", with the model's number.
    function symbol() public view override returns (string memory) {
        return string.concat("SIGNET-", Strings.toString(model));
    }

    /// @notice None: a share is whole.
    function decimals() public pure override returns (uint8) {
        return 0;
    }

    /// @notice Unix seconds, by which votes are counted.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice "mode=timestamp", as ERC-6372 asks.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override returns (string memory) {
        return ERC6372Utils.timestampClockMode(clock);
    }

    /// @dev Shares of the splitter itself would earn what nobody could ever claim.
    function _update(address from, address to, uint256 amount) internal override {
        if (to == address(SPLITTER)) revert ERC20InvalidReceiver(to);
        uint256 fromBalance = balanceOf(from);
        if (from != address(0) && fromBalance < amount) {
            revert ERC20InsufficientBalance(from, fromBalance, amount);
        }
        uint256 toBalance = balanceOf(to);
        SPLITTER.onShareTransfer(model, from, to, fromBalance, toBalance, amount);
        if (amount != 0 && toBalance == 0 && delegates(to) == address(0)) _delegate(to, to);
        super._update(from, to, amount);
    }
}
