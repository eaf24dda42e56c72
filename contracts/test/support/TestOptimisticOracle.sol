// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {
    IOptimisticOracleV3,
    IOptimisticOracleV3Recipient
} from "../../src/interfaces/IOptimisticOracleV3.sol";

/// @notice UMA's optimistic oracle as far as an asserter and a disputer meet it: bonds are pulled, an
/// undisputed statement becomes true when its time is over, a disputed one waits for the voters (here:
/// for the test), half of the loser's bond is burnt, and callbacks that revert block the settlement.
contract TestOptimisticOracle is IOptimisticOracleV3 {
    struct Assertion {
        address asserter;
        address disputer;
        address recipient;
        address currency;
        uint256 bond;
        uint256 expires;
        bool isSettled;
        bool isResolved;
        bool isTrue;
    }

    bytes32 public constant defaultIdentifier = "ASSERT_TRUTH";
    address public constant STORE = address(0x5702E);
    mapping(bytes32 assertionId => Assertion) private _assertions;
    uint256 private _leastBond;

    constructor(uint256 leastBond) {
        _leastBond = leastBond;
    }

    function assertTruth(
        bytes calldata claim,
        address asserter,
        address recipient,
        address escalationManager,
        uint64 liveness,
        address currency,
        uint256 bond,
        bytes32 identifier,
        bytes32
    ) external returns (bytes32 assertionId) {
        assertionId = keccak256(
            abi.encode(
                claim,
                bond,
                block.timestamp,
                liveness,
                currency,
                recipient,
                escalationManager,
                identifier
            )
        );
        Assertion storage made = _assertions[assertionId];
        require(asserter != address(0), "Asserter cant be 0");
        require(made.asserter == address(0), "Assertion already exists");
        require(identifier == defaultIdentifier, "Unsupported identifier");
        require(bond >= _leastBond, "Bond amount too low");
        made.asserter = asserter;
        made.recipient = recipient;
        made.currency = currency;
        made.bond = bond;
        made.expires = block.timestamp + liveness;
        IERC20(currency).transferFrom(msg.sender, address(this), bond);
    }

    function disputeAssertion(bytes32 assertionId, address disputer) external {
        Assertion storage made = _assertions[assertionId];
        require(made.asserter != address(0), "Assertion does not exist");
        require(made.disputer == address(0), "Assertion already disputed");
        require(made.expires > block.timestamp, "Assertion is expired");
        made.disputer = disputer;
        IERC20(made.currency).transferFrom(msg.sender, address(this), made.bond);
        IOptimisticOracleV3Recipient(made.recipient).assertionDisputedCallback(assertionId);
    }

    /// @notice The voters' word on a disputed statement.
    function decide(bytes32 assertionId, bool isTrue) external {
        _assertions[assertionId].isResolved = true;
        _assertions[assertionId].isTrue = isTrue;
    }

    function settleAssertion(bytes32 assertionId) external {
        Assertion storage made = _assertions[assertionId];
        require(made.asserter != address(0), "Assertion does not exist");
        require(!made.isSettled, "Assertion already settled");
        made.isSettled = true;
        if (made.disputer == address(0)) {
            require(made.expires <= block.timestamp, "Assertion not expired");
            made.isTrue = true;
            IERC20(made.currency).transfer(made.asserter, made.bond);
        } else {
            require(made.isResolved, "Price not resolved");
            uint256 fee = made.bond / 2;
            IERC20(made.currency).transfer(STORE, fee);
            IERC20(made.currency)
                .transfer(made.isTrue ? made.asserter : made.disputer, made.bond * 2 - fee);
        }
        IOptimisticOracleV3Recipient(made.recipient)
            .assertionResolvedCallback(assertionId, made.isTrue);
    }

    /// @notice A callback out of the blue.
    function call(address recipient, bytes32 assertionId, bool isTrue) external {
        IOptimisticOracleV3Recipient(recipient).assertionResolvedCallback(assertionId, isTrue);
    }

    function getMinimumBond(address) external view returns (uint256) {
        return _leastBond;
    }
}
