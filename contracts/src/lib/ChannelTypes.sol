// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IUsageChannel} from "../interfaces/IUsageChannel.sol";

/// @title EIP-712 types of the usage channel
/// @notice Struct hashes of what holders, session keys and hosts sign. `src/permission/types.ts`
/// holds the same types for wallets.
library ChannelTypes {
    bytes32 private constant _PERMISSION = keccak256(
        "Permission(uint256 licence,address holder,address sessionKey,address host,uint64 notBefore,"
        "uint64 expires,uint64 maxCalls,uint128 maxAmount,bytes32 termsHash,bytes32 policyHash,"
        "uint256 nonce)"
    );
    bytes32 private constant _VOUCHER = keccak256(
        "Voucher(uint256 licence,address host,uint64 cumulativeCalls,uint128 cumulativeAmount,"
        "bytes32 lastInputHash)"
    );
    bytes32 private constant _RECEIPT = keccak256(
        "Receipt(uint64 model,uint256 licence,uint64 callIndex,bytes32 inputHash,bytes32 outputHash,"
        "uint64 time)"
    );
    bytes32 private constant _COOP_CLOSE = keccak256(
        "CoopClose(uint256 licence,address host,uint64 cumulativeCalls,uint128 cumulativeAmount,"
        "uint256 nonce)"
    );

    // Every member is of a static type, so a struct's hash is that of its ABI encoding after its type.

    function hash(IUsageChannel.Permission calldata permission) internal pure returns (bytes32) {
        return keccak256(abi.encode(_PERMISSION, permission));
    }

    function hash(IUsageChannel.Voucher calldata voucher) internal pure returns (bytes32 result) {
        // As the others but copied at once, since settling should be cheap. A voucher with stray bits in its
        // padding hashes to what nobody signed.
        bytes32 type_ = _VOUCHER;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, type_)
            calldatacopy(add(free, 0x20), voucher, 0xa0)
            result := keccak256(free, 0xc0)
        }
    }

    function hash(IUsageChannel.Receipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(_RECEIPT, receipt));
    }

    function hash(IUsageChannel.CoopClose calldata close) internal pure returns (bytes32) {
        return keccak256(abi.encode(_COOP_CLOSE, close));
    }
}
