// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @notice Base of all tests: cheat codes, comparisons that say what differed, bounded fuzz inputs.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotEqualAddress(string what, address actual, address expected);
    error NotEqualBytes32(string what, bytes32 actual, bytes32 expected);
    error NotEqualBytes(string what, bytes actual, bytes expected);
    error NotTrue(string what);
    error BelowLimit(string what, uint256 actual, uint256 limit);
    error AboveLimit(string what, uint256 actual, uint256 limit);

    /// @notice forge asks each test contract whether it failed.
    bool public constant failed = false;

    address[] private _targets;

    function eq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function eq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualAddress(what, actual, expected);
    }

    function eq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualBytes32(what, actual, expected);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function isFalse(bool condition, string memory what) internal pure {
        if (condition) revert NotTrue(what);
    }

    function eq(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) {
            revert NotEqualBytes(what, actual, expected);
        }
    }

    function eq(string memory actual, string memory expected, string memory what) internal pure {
        eq(bytes(actual), bytes(expected), what);
    }

    function atLeast(uint256 actual, uint256 limit, string memory what) internal pure {
        if (actual < limit) revert BelowLimit(what, actual, limit);
    }

    function atMost(uint256 actual, uint256 limit, string memory what) internal pure {
        if (actual > limit) revert AboveLimit(what, actual, limit);
    }

    /// @notice Maps a fuzz input into [low, high], keeping inputs that lie there already.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        if (value >= low && value <= high) return value;
        uint256 size = high - low + 1;
        return size == 0 ? value : low + (value % size);
    }

    /// @notice Signature in the 65 bytes that OpenZeppelin takes.
    function signed(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice An account with a name, without a key.
    function account(string memory name) internal returns (address made) {
        made = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(made, name);
    }

    /// @notice Deploys from the build by file name, which is the contract's name too.
    function deployBuilt(string memory name, bytes memory arguments)
        internal
        returns (address made)
    {
        bytes memory code = bytes.concat(vm.getCode(string.concat(name, ".sol:", name)), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
            if iszero(made) {
                returndatacopy(mload(0x40), 0, returndatasize())
                revert(mload(0x40), returndatasize())
            }
        }
        vm.label(made, name);
    }

    /// @notice Names a handler whose functions the invariant runner may call.
    function target(address handler) internal {
        _targets.push(handler);
    }

    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }
}
