// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {Steps} from "./Steps.sol";

/// @notice A holder with a licence of 1,000 calls, a host that gets 30 % and a session key.
abstract contract ChannelSteps is Steps {
    uint64 internal constant QUOTA = 1_000;
    uint32 internal constant HOST_PPM = 300_000;
    uint32 internal constant DELAY = 1 days;
    uint64 internal constant SESSION_TIME = 7 days;
    uint128 internal constant DEPOSIT = 10 ether;
    uint128 internal constant PRICE = 1 ether;
    bytes32 internal constant INPUT = keccak256("input");

    address internal publisher;
    address internal holder;
    uint256 internal holderKey;
    address internal host;
    uint256 internal hostKey;
    address internal session;
    uint256 internal sessionKey;
    uint64 internal model;
    uint256 internal licence;

    function deployChannelMarket() internal {
        deployMarket();
        publisher = funded("publisher");
        (holder, holderKey) = person("holder");
        (host, hostKey) = person("host");
        (session, sessionKey) = person("session");
        model = readyModel(publisher);
        sell(model, KIND, meteredKind(), NATIVE, PRICE);
        licence = buyLicence(holder, model, NATIVE);
    }

    function meteredKind() internal pure returns (ILicenceToken.Kind memory kind) {
        kind = plainKind();
        kind.quota = QUOTA;
        kind.hostPpm = HOST_PPM;
    }

    // Channels

    function openChannel() internal {
        openChannel(licence, holder, DEPOSIT);
    }

    function openChannel(uint256 licence_, address holder_, uint128 amount) internal {
        vm.prank(holder_);
        channel.open{value: amount}(licence_, host, NATIVE, amount, 0, DELAY);
    }

    /// @notice Opens and activates, so that vouchers can be settled.
    function startSession() internal {
        openChannel();
        activate(permissionNow());
    }

    /// @notice A permission for the session key, as wide as the channel, for a week from now.
    function permissionNow() internal view returns (IUsageChannel.Permission memory) {
        return permissionFor(licence, holder, session);
    }

    function permissionFor(uint256 licence_, address holder_, address session_)
        internal
        view
        returns (IUsageChannel.Permission memory)
    {
        return IUsageChannel.Permission({
            licence: licence_,
            holder: holder_,
            sessionKey: session_,
            host: host,
            notBefore: uint64(block.timestamp),
            expires: uint64(block.timestamp) + SESSION_TIME,
            maxCalls: type(uint64).max,
            maxAmount: type(uint128).max,
            termsHash: licences.termsHashOf(licences.licenceOf(licence_).model, KIND),
            policyHash: keccak256("policy"),
            nonce: channel.nonceOf(licence_, host)
        });
    }

    function signedPermission(IUsageChannel.Permission memory permission)
        internal
        view
        returns (bytes memory)
    {
        return signed(holderKey, channel.permissionDigest(permission));
    }

    function activate(IUsageChannel.Permission memory permission) internal {
        channel.activate(permission, signedPermission(permission));
    }

    function voucherOf(uint64 calls, uint128 amount)
        internal
        view
        returns (IUsageChannel.Voucher memory)
    {
        return IUsageChannel.Voucher(licence, host, calls, amount, INPUT);
    }

    function signedVoucher(IUsageChannel.Voucher memory voucher)
        internal
        view
        returns (bytes memory)
    {
        return signed(sessionKey, channel.voucherDigest(voucher));
    }

    function settle(uint64 calls, uint128 amount) internal {
        IUsageChannel.Voucher memory voucher = voucherOf(calls, amount);
        channel.settle(voucher, signedVoucher(voucher));
    }

    /// @notice Settles and expects `revertData` from the channel.
    function settleFails(uint64 calls, uint128 amount, bytes memory revertData) internal {
        IUsageChannel.Voucher memory voucher = voucherOf(calls, amount);
        bytes memory signature = signedVoucher(voucher);
        vm.expectRevert(revertData, address(channel));
        channel.settle(voucher, signature);
    }

    function activateFails(IUsageChannel.Permission memory permission, bytes memory revertData)
        internal
    {
        bytes memory signature = signedPermission(permission);
        vm.expectRevert(revertData, address(channel));
        channel.activate(permission, signature);
    }

    function requestClose() internal {
        vm.prank(holder);
        channel.requestClose(licence, host);
    }

    /// @notice Asks for the close, waits and finalises.
    function closeChannel() internal {
        requestClose();
        vm.warp(block.timestamp + DELAY);
        channel.finalizeClose(licence, host);
    }

    function coopCloseOf(uint64 calls, uint128 amount)
        internal
        view
        returns (IUsageChannel.CoopClose memory)
    {
        return IUsageChannel.CoopClose(licence, host, calls, amount, channel.nonceOf(licence, host));
    }

    function signedClose(IUsageChannel.CoopClose memory close)
        internal
        view
        returns (bytes memory)
    {
        return signed(hostKey, channel.coopCloseDigest(close));
    }

    /// @notice A key of its own for a later session.
    function newSession(string memory name) internal {
        (session, sessionKey) = person(name);
    }

    // What is left

    function state() internal view returns (IUsageChannel.Channel memory) {
        return channel.channelOf(licence, host);
    }

    function credit(address who) internal view returns (uint256) {
        return splitter.creditOf(who, NATIVE);
    }

    function channelBalance() internal view returns (uint256) {
        return splitter.moduleBalanceOf(address(channel), NATIVE);
    }

    function licenceNft() internal view returns (IERC721) {
        return IERC721(address(licences));
    }
}

/// @notice A wallet contract whose signatures are valid, invalid, or a revert.
contract SmartWallet {
    enum Mode {
        Owner,
        WrongMagic,
        Reverts,
        Short
    }

    address private immutable _owner;
    Mode private immutable _mode;

    constructor(address owner, Mode mode) {
        _owner = owner;
        _mode = mode;
    }

    receive() external payable {}

    function execute(address to, uint256 value, bytes calldata data) external {
        (bool ok, bytes memory result) = to.call{value: value}(data);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        return this.onERC721Received.selector;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        if (_mode == Mode.Reverts) revert();
        if (_mode == Mode.WrongMagic) return 0xffffffff;
        if (_mode == Mode.Short) {
            assembly ("memory-safe") {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:64]);
        bool isOwner = ecrecover(digest, uint8(signature[64]), r, s) == _owner;
        return isOwner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}
