// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ChannelSteps, SmartWallet} from "./support/ChannelSteps.sol";

contract UsageChannelActivateTest is ChannelSteps {
    // Order of the group of secp256k1.
    uint256 private constant CURVE_ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public {
        deployChannelMarket();
        openChannel();
    }

    // What activating does

    function test_ActivatingBeginsASession() public {
        IUsageChannel.Permission memory permission = permissionNow();
        permission.maxCalls = 20;
        permission.maxAmount = 3 ether;
        bytes memory signature = signedPermission(permission);
        vm.expectEmit(true, true, true, true, address(channel));
        emit IUsageChannel.SessionActivated(
            licence, host, session, START_TIME + SESSION_TIME, 20, 3 ether
        );
        vm.prank(publisher);
        channel.activate(permission, signature);
        eq(state().sessionKey, session, "session key");
        eq(state().sessionMaxCalls, 20, "calls");
        eq(state().sessionMaxAmount, 3 ether, "amount");
        eq(state().sessionExpires, START_TIME + SESSION_TIME, "end");
        eq(channel.nonceOf(licence, host), 1, "nonce");
    }

    function test_TheQuotaBoundsThePermission() public {
        activate(permissionNow());
        eq(state().sessionMaxCalls, QUOTA, "calls");
        eq(state().sessionMaxAmount, type(uint128).max, "amount");
    }

    function test_APermissionWorksFromItsFirstToBeforeItsLastSecond() public {
        IUsageChannel.Permission memory permission = permissionNow();
        permission.notBefore = START_TIME + 100;
        permission.expires = START_TIME + 200;
        bytes memory outside = abi.encodeWithSelector(
            IUsageChannel.PermissionNotInForce.selector, START_TIME + 100, START_TIME + 200
        );
        vm.warp(START_TIME + 99);
        activateFails(permission, outside);
        vm.warp(START_TIME + 200);
        activateFails(permission, outside);
        uint256 snapshot = vm.snapshotState();
        vm.warp(START_TIME + 199);
        activate(permission);
        vm.revertToState(snapshot);
        vm.warp(START_TIME + 100);
        activate(permission);
    }

    // What is refused

    function test_ThereMustBeAChannel() public {
        IUsageChannel.Permission memory permission = permissionNow();
        permission.host = publisher;
        activateFails(
            permission,
            abi.encodeWithSelector(IUsageChannel.UnknownChannel.selector, licence, publisher)
        );
    }

    function test_NothingBeginsWhileClosing() public {
        requestClose();
        activateFails(
            permissionNow(), abi.encodeWithSelector(IUsageChannel.Closing.selector, licence, host)
        );
    }

    function test_ThePermissionNamesTheHolderAKeyAndTheTerms() public {
        bytes memory bad = abi.encodeWithSelector(IUsageChannel.BadPermission.selector);
        IUsageChannel.Permission memory permission = permissionNow();
        permission.holder = publisher;
        activateFails(permission, bad);
        permission = permissionNow();
        permission.sessionKey = address(0);
        activateFails(permission, bad);
        permission = permissionNow();
        permission.termsHash = keccak256("other terms");
        activateFails(permission, bad);
    }

    function test_TheTermsAreThoseOfTheLicenceNotThoseSoldNow() public {
        bytes32 bought = licences.termsHashOf(model, KIND);
        ILicenceToken.Kind memory dearer = meteredKind();
        dearer.hostPpm = 1;
        sell(model, KIND, dearer, NATIVE, PRICE);
        activateFails(permissionNow(), abi.encodeWithSelector(IUsageChannel.BadPermission.selector));
        IUsageChannel.Permission memory permission = permissionNow();
        permission.termsHash = bought;
        activate(permission);
        eq(state().hostPpm, HOST_PPM, "host's share as it was opened");
    }

    function test_TheNonceIsUsedUp() public {
        IUsageChannel.Permission memory permission = permissionNow();
        activate(permission);
        activateFails(permission, _wrongNonce(1, 0));
        permission.nonce = 2;
        activateFails(permission, _wrongNonce(1, 2));
    }

    function test_ARevocationVoidsWhatWasSignedBefore() public {
        IUsageChannel.Permission memory permission = permissionNow();
        vm.prank(holder);
        channel.revoke(licence, host);
        vm.warp(block.timestamp + DELAY);
        channel.finalizeClose(licence, host);
        openChannel();
        permission.expires = uint64(block.timestamp) + 1 days;
        activateFails(permission, _wrongNonce(2, 0));
    }

    function test_TheLicenceMustBeInForce() public {
        uint64 expires = licences.licenceOf(licence).expires;
        vm.warp(expires + 1);
        activateFails(
            permissionNow(), abi.encodeWithSelector(IUsageChannel.LicenceExpired.selector, licence)
        );
        vm.warp(expires);
        activate(permissionNow());
    }

    function test_TheHolderMustStillOwnTheLicence() public {
        // The lock bars this; should it ever fail, a former holder signs for nothing.
        vm.mockCall(
            address(licences),
            abi.encodeWithSelector(IERC721.ownerOf.selector, licence),
            abi.encode(publisher)
        );
        activateFails(
            permissionNow(),
            abi.encodeWithSelector(IUsageChannel.NotHolder.selector, licence, holder)
        );
    }

    // Signatures

    function test_OnlyTheHolderSigns() public {
        IUsageChannel.Permission memory permission = permissionNow();
        bytes32 digest = channel.permissionDigest(permission);
        _refused(permission, signed(hostKey, digest));
        _refused(permission, signed(sessionKey, digest));
        _refused(permission, "");
    }

    function test_AnotherChainsPermissionIsRefused() public {
        IUsageChannel.Permission memory permission = permissionNow();
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        bytes memory signature = signedPermission(permission);
        vm.chainId(here);
        _refused(permission, signature);
    }

    function test_AnotherContractsPermissionIsRefused() public {
        address other =
            deployBuilt("UsageChannel", abi.encode(licences, splitter, guardian, guardianUntil));
        IUsageChannel.Permission memory permission = permissionNow();
        bytes32 digest = IUsageChannel(other).permissionDigest(permission);
        _refused(permission, signed(holderKey, digest));
    }

    function test_HighSAndShortSignaturesAreRefused() public {
        IUsageChannel.Permission memory permission = permissionNow();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, channel.permissionDigest(permission));
        bytes32 highS = bytes32(CURVE_ORDER - uint256(s));
        _refused(permission, abi.encodePacked(r, highS, uint8(55 - v)));
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        _refused(permission, abi.encodePacked(r, vs));
    }

    function test_AWalletContractSigns() public {
        SmartWallet wallet = _walletChannel(SmartWallet.Mode.Owner);
        IUsageChannel.Permission memory permission =
            permissionFor(licence, address(wallet), session);
        _refused(permission, signed(hostKey, channel.permissionDigest(permission)));
        activate(permission);
        settle(1, 0.1 ether);
        eq(credit(host), 0.03 ether, "host");
    }

    function test_AWalletContractThatRevertsRefuses() public {
        _walletRefuses(SmartWallet.Mode.Reverts);
    }

    function test_AWalletContractWithTheWrongAnswerRefuses() public {
        _walletRefuses(SmartWallet.Mode.WrongMagic);
    }

    function test_AWalletContractWithAShortAnswerRefuses() public {
        _walletRefuses(SmartWallet.Mode.Short);
    }

    // Replacing a session

    function test_OnlyTheHostReplacesAKeyInForce() public {
        activate(permissionNow());
        newSession("second");
        IUsageChannel.Permission memory second = permissionNow();
        activateFails(second, _inForce());
        bytes memory signature = signedPermission(second);
        vm.prank(host);
        channel.activate(second, signature);
        settle(1, 1 ether);
        eq(state().sessionKey, session, "session key");
    }

    function test_TheOldKeysVouchersEndWithItsSession() public {
        activate(permissionNow());
        IUsageChannel.Voucher memory old = voucherOf(5, 1 ether);
        bytes memory signature = signedVoucher(old);
        newSession("second");
        IUsageChannel.Permission memory second = permissionNow();
        bytes memory permission = signedPermission(second);
        vm.prank(host);
        channel.activate(second, permission);
        vm.expectRevert(
            abi.encodeWithSelector(IUsageChannel.BadSignature.selector), address(channel)
        );
        channel.settle(old, signature);
    }

    function test_AnyoneReplacesAKeyWhoseTimeIsOver() public {
        activate(permissionNow());
        vm.warp(START_TIME + SESSION_TIME + DELAY - 1);
        newSession("second");
        activateFails(permissionNow(), _inForce());
        vm.warp(START_TIME + SESSION_TIME + DELAY);
        activate(permissionNow());
        settle(1, 1 ether);
    }

    function test_AnyoneWidensTheSameKeysSession() public {
        IUsageChannel.Permission memory narrow = permissionNow();
        narrow.maxCalls = 10;
        narrow.maxAmount = 1 ether;
        activate(narrow);
        narrow.nonce = 1;
        activate(narrow);
        IUsageChannel.Permission memory wide = permissionNow();
        wide.maxCalls = 11;
        wide.maxAmount = 1 ether + 1;
        wide.expires += 1;
        activate(wide);
        settle(11, 1 ether + 1);
        eq(state().sessionExpires, wide.expires, "end");
    }

    function test_OnlyTheHostNarrowsASession() public {
        IUsageChannel.Permission memory first = permissionNow();
        first.maxCalls = 10;
        first.maxAmount = 1 ether;
        activate(first);
        first.nonce = 1;
        IUsageChannel.Permission memory narrower = first;
        narrower.maxCalls = 9;
        activateFails(narrower, _inForce());
        narrower.maxCalls = 10;
        narrower.maxAmount = 1 ether - 1;
        activateFails(narrower, _inForce());
        narrower.maxAmount = 1 ether;
        narrower.expires -= 1;
        activateFails(narrower, _inForce());
        narrower.maxCalls = 1;
        bytes memory signature = signedPermission(narrower);
        vm.prank(host);
        channel.activate(narrower, signature);
        eq(state().sessionMaxCalls, 1, "calls");
    }

    function test_AKeyThatWasReplacedDoesNotReturn() public {
        address first = session;
        activate(permissionNow());
        newSession("second");
        vm.warp(START_TIME + SESSION_TIME + DELAY);
        activate(permissionNow());
        vm.warp(block.timestamp + SESSION_TIME + DELAY);
        IUsageChannel.Permission memory again = permissionFor(licence, holder, first);
        activateFails(again, _keyUsed(first));
    }

    function test_AKeyServesOneOpeningOnly() public {
        activate(permissionNow());
        settle(5, 1 ether);
        closeChannel();
        openChannel();
        activateFails(permissionNow(), _keyUsed(session));
    }

    // Parts

    /// @dev A wallet contract buys and opens; its owner's key is the holder's.
    function _walletChannel(SmartWallet.Mode mode) private returns (SmartWallet wallet) {
        wallet = new SmartWallet(holder, mode);
        vm.deal(address(wallet), 10 ether);
        ILicenceToken.Order memory order = orderFor(model, KIND, address(wallet), NATIVE);
        vm.prank(holder);
        licence = licences.buy{value: PRICE}(order);
        bytes memory call = abi.encodeWithSelector(
            IUsageChannel.open.selector, licence, host, NATIVE, 1 ether, 0, DELAY
        );
        wallet.execute(address(channel), 1 ether, call);
        eq(state().holder, address(wallet), "holder");
    }

    function _walletRefuses(SmartWallet.Mode mode) private {
        SmartWallet wallet = _walletChannel(mode);
        IUsageChannel.Permission memory permission =
            permissionFor(licence, address(wallet), session);
        _refused(permission, signedPermission(permission));
    }

    function _refused(IUsageChannel.Permission memory permission, bytes memory signature) private {
        // Without the reverter: forge would name the wallet when it reverts first.
        vm.expectRevert(abi.encodeWithSelector(IUsageChannel.BadSignature.selector));
        channel.activate(permission, signature);
    }

    function _inForce() private view returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.SessionInForce.selector, licence, host);
    }

    function _keyUsed(address key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.SessionKeyUsed.selector, key);
    }

    function _wrongNonce(uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IUsageChannel.WrongNonce.selector, expected, actual);
    }
}
