// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {Market} from "./support/Market.sol";

/// @notice Digests against those of viem, in a fixture that scripts/oracle/channel_digests.mjs writes.
contract UsageChannelDigestTest is Market {
    address private constant THERE = 0x5615dEB798BB3E4dFa0139dFa1b3D433Cc23b72f;

    string private fixture;

    function setUp() public {
        fixture = vm.readFile("contracts/test/fixtures/channelDigests.json");
        vm.chainId(31_337);
        // Immutables hold the address of the deployment, so the code is built where it is to run.
        address made =
            deployBuilt("UsageChannel", abi.encode(address(1), address(2), address(3), uint64(0)));
        vm.etch(THERE, made.code);
        channel = IUsageChannel(THERE);
    }

    function test_PermissionDigest() public view {
        bytes32 digest = channel.permissionDigest(
            IUsageChannel.Permission({
                licence: type(uint256).max,
                holder: address(bytes20(hex"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1")),
                sessionKey: address(bytes20(hex"b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2")),
                host: address(bytes20(hex"c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3")),
                notBefore: 1_800_000_000,
                expires: type(uint64).max - 1,
                maxCalls: type(uint64).max - 2,
                maxAmount: type(uint128).max - 3,
                termsHash: _repeated(0xd4),
                policyHash: _repeated(0xe5),
                nonce: type(uint256).max - 4
            })
        );
        eq(digest, _expected("Permission"), "permission");
    }

    function test_VoucherDigest() public view {
        bytes32 digest = channel.voucherDigest(
            IUsageChannel.Voucher({
                licence: 7,
                host: address(bytes20(hex"c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3")),
                cumulativeCalls: type(uint64).max - 5,
                cumulativeAmount: type(uint128).max - 6,
                lastInputHash: _repeated(0xf6)
            })
        );
        eq(digest, _expected("Voucher"), "voucher");
    }

    function test_ReceiptDigest() public view {
        bytes32 digest = channel.receiptDigest(
            IUsageChannel.Receipt({
                model: type(uint64).max - 7,
                licence: 0,
                callIndex: 1,
                inputHash: _repeated(0x17),
                outputHash: _repeated(0x28),
                time: type(uint64).max - 8
            })
        );
        eq(digest, _expected("Receipt"), "receipt");
    }

    function test_CoopCloseDigest() public view {
        bytes32 digest = channel.coopCloseDigest(
            IUsageChannel.CoopClose({
                licence: 8,
                host: address(bytes20(hex"c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3")),
                cumulativeCalls: 11,
                cumulativeAmount: 12,
                nonce: 13
            })
        );
        eq(digest, _expected("CoopClose"), "cooperative close");
    }

    function test_TheDomainCanBeRead() public view {
        (, string memory name, string memory version, uint256 chainId, address there,,) =
            IERC5267(THERE).eip712Domain();
        eq(keccak256(bytes(name)), keccak256("OML"), "name");
        eq(keccak256(bytes(version)), keccak256("1"), "version");
        eq(chainId, 31_337, "chain");
        eq(there, THERE, "contract");
    }

    function _expected(string memory type_) private view returns (bytes32) {
        return vm.parseJsonBytes32(fixture, string.concat(".digests.", type_));
    }

    function _repeated(uint8 value) private pure returns (bytes32) {
        return bytes32(uint256(value) * (type(uint256).max / 255));
    }
}
