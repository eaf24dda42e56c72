// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "../src/interfaces/IUsageChannel.sol";
import {ProverSteps} from "./support/ProverSteps.sol";

/// @notice Class A: a host signed for a call that nobody paid.
contract ProverReceiptTest is ProverSteps {
    uint256 private constant _CURVE_ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    address private _ann;
    address private _host;
    uint256 private _key;

    function setUp() public {
        setUpProvers();
        _ann = prover("ann", 1 ether);
        (_host, _key) = hostWith("host", HOST, 1 ether);
        wait(1 days);
    }

    function test_ASignedUnpaidCallCostsHalfOfTheCollateral() public {
        vm.prank(modelOwner);
        provers.fundBounty{value: 1 ether}(model);
        uint256 splitterBefore = address(splitter).balance;
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        // Of 0.5 ether 40 % to ann and 60 % to the model; the bounty adds a tenth of 1 ether.
        expectEvent();
        emit IProverNetwork.HostSlashed(_host, model, _ann, 0.5 ether, 0.2 ether, 0.3 ether);
        expectEvent();
        emit IProverNetwork.Credited(_ann, 0.3 ether);
        vm.expectEmit(true, true, true, true, address(splitter));
        emit IRevenueSplitter.Revenue(model, NATIVE, IRevenueSplitter.Source.Slash, 0.3 ether, 0);
        _reveal(shown, receipt, s);
        IProverNetwork.Host memory host = provers.hostOf(_host);
        eq(host.collateral, 0.5 ether, "collateral");
        eq(host.slashes, 1, "slashes");
        eq(provers.creditOf(_ann), 0.3 ether, "prover");
        eq(splitter.potOf(model, NATIVE).gross, 0.3 ether, "the model's income");
        eq(address(splitter).balance - splitterBefore, 0.3 ether, "paid");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 0.9 ether, "bounty");
        eq(provers.held(), 1 ether + 0.5 ether + 0.3 ether + 0.9 ether, "held");
        eq(address(provers).balance, provers.held(), "balance");
        isTrue(provers.isBurnt(model, 0, 3), "burnt");
        eq(provers.openCaseOf(model, HOST), 0, "no case");
        eq(provers.stakeOf(_ann).openCases, 0, "no stake is held");
    }

    function test_TheBountyAddsNoMoreThanWentToTheModel() public {
        vm.startPrank(modelOwner);
        provers.fundBounty{value: 100 ether}(model);
        provers.setReward(model, 1_000_000);
        vm.stopPrank();
        _slash(3);
        eq(provers.creditOf(_ann), 0.5 ether, "as much as was lost, not more");
        (uint256 bounty,) = provers.bountyOf(model);
        eq(bounty, 99.7 ether, "bounty");
    }

    function test_EachReceiptCostsHalfOfTheRest() public {
        _slash(3);
        _slash(4);
        eq(provers.hostOf(_host).collateral, 0.25 ether, "a quarter is left");
        eq(provers.hostOf(_host).slashes, 2, "slashes");
    }

    function test_TheLastWeiGoesToo() public {
        // 0.1 ether is halved 57 times, the last time from one wei to none.
        (address small, uint256 key) = hostWith("small", keccak256("small"), LEAST);
        for (uint256 i = 0; i < 57; ++i) {
            eq(provers.hostOf(small).slashes, i, "slashes");
            isTrue(provers.hostOf(small).collateral > 0, "something is left");
            _slashBy(key, keccak256("small"), i);
        }
        eq(provers.hostOf(small).collateral, 0, "nothing is left");
        IUsageChannel.Receipt memory receipt = receiptFor(60);
        IProverNetwork.Reveal memory shown = revealOf(model, keccak256("small"), 60);
        commitTo(_ann, shown);
        bytes memory s = signed(key, channel.receiptDigest(receipt));
        refuses(abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, small));
        _reveal(shown, receipt, s);
        eq(address(provers).balance, provers.held(), "balance");
        // It may begin again under its name, and still leave.
        vm.startPrank(small);
        provers.registerHost{value: 1}(keccak256("small"));
        provers.requestHostExit();
        wait(14 days);
        provers.exitHost();
        vm.stopPrank();
    }

    function test_AHostCannotDodgeByLeaving() public {
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        vm.prank(_host);
        provers.requestHostExit();
        wait(14 days);
        _reveal(shown, receipt, s);
        uint256 before = _host.balance;
        vm.prank(_host);
        provers.exitHost();
        eq(_host.balance - before, 0.5 ether, "only half is left");
    }

    function test_AHostThatLeftIsOutOfReach() public {
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        vm.prank(_host);
        provers.requestHostExit();
        wait(14 days);
        vm.prank(_host);
        provers.exitHost();
        refuses(abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, _host));
        _reveal(shown, receipt, s);
    }

    function test_RefusesReceiptsOfAnythingElse() public {
        uint64 released = registry.epochOf(model, 0).releasedAt;
        for (uint256 part = 0; part < 5; ++part) {
            IUsageChannel.Receipt memory receipt = receiptFor(3);
            bytes32 host = HOST;
            if (part == 0) receipt.model += 1;
            if (part == 1) receipt.inputHash = sha256(textAt(4));
            if (part == 2) receipt.time = released - 1;
            if (part == 3) receipt.time = uint64(block.timestamp + 1);
            if (part == 4) host = keccak256("another host");
            IProverNetwork.Reveal memory shown = revealOf(model, host, 3);
            shown.salt = bytes32(part);
            bytes memory s = signed(_key, channel.receiptDigest(receipt));
            commitTo(_ann, shown);
            refuses(abi.encodeWithSelector(IProverNetwork.ReceiptMismatch.selector));
            _reveal(shown, receipt, s);
        }
        IUsageChannel.Receipt memory oldest = receiptFor(3);
        oldest.time = released;
        IProverNetwork.Reveal memory good = revealOf(model, HOST, 3);
        commitTo(_ann, good);
        _reveal(good, oldest, signed(_key, channel.receiptDigest(oldest)));
    }

    function test_RefusesSignaturesOfOthers() public {
        IUsageChannel.Receipt memory receipt = receiptFor(3);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        (address stranger, uint256 key) = person("stranger");
        bytes32 digest = channel.receiptDigest(receipt);
        refuses(abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, stranger));
        _reveal(shown, receipt, signed(key, digest));
        bytes memory nobody =
            abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, address(0));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key, digest);
        bytes[4] memory malformed = [
            bytes(""),
            abi.encodePacked(r, s),
            abi.encodePacked(r, s, uint8(2)),
            // The other s of the same signature: valid for the curve, refused for being high.
            abi.encodePacked(r, bytes32(_CURVE_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27))
        ];
        for (uint256 i = 0; i < malformed.length; ++i) {
            refuses(nobody);
            _reveal(shown, receipt, malformed[i]);
        }
        _reveal(shown, receipt, abi.encodePacked(r, s, v));
    }

    function test_AChangedReceiptIsAStrangers() public {
        IUsageChannel.Receipt memory receipt = receiptFor(3);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        bytes memory s = signed(_key, channel.receiptDigest(receipt));
        receipt.outputHash = sha256("another answer");
        address signer =
            ecrecover(channel.receiptDigest(receipt), uint8(s[64]), _wordAt(s, 32), _wordAt(s, 64));
        refuses(abi.encodeWithSelector(IProverNetwork.UnknownHost.selector, signer));
        _reveal(shown, receipt, s);
    }

    function test_AHostDoesNotSlashItself() public {
        vm.prank(_host);
        provers.stake{value: 1 ether}();
        IUsageChannel.Receipt memory receipt = receiptFor(3);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_host, shown);
        bytes memory s = signed(_key, channel.receiptDigest(receipt));
        refuses(abi.encodeWithSelector(IProverNetwork.OwnHost.selector, _host));
        vm.prank(_host);
        provers.revealWithReceipt(shown, receipt, s);
    }

    function test_AFingerprintAndAReceiptCountOnce() public {
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        _reveal(shown, receipt, s);
        shown.salt = "second";
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.LeafUsed.selector, model, 0, 3));
        _reveal(shown, receipt, s);
        // The same text under another number of another epoch's bank: the receipt is used up.
        _addEpoch();
        shown.epoch = 1;
        commitTo(_ann, shown);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.ReceiptUsed.selector, channel.receiptDigest(receipt)
            )
        );
        _reveal(shown, receipt, s);
    }

    function test_ALeafShownAsClassBIsNotShownAsClassA() public {
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        show(prover("bob", 1 ether), HOST, 3);
        refuses(abi.encodeWithSelector(IProverNetwork.LeafUsed.selector, model, 0, 3));
        _reveal(shown, receipt, s);
    }

    function test_ACopiedClassARevealIsWorthNothing() public {
        (IProverNetwork.Reveal memory shown, IUsageChannel.Receipt memory receipt, bytes memory s) =
            _evidence(3);
        address copier = prover("copier", 1 ether);
        refuses(
            abi.encodeWithSelector(
                IProverNetwork.CommitUnknown.selector, provers.commitOf(copier, shown)
            )
        );
        vm.prank(copier);
        provers.revealWithReceipt(shown, receipt, s);
        _reveal(shown, receipt, s);
    }

    function test_APaidCallCostsNothing() public {
        sell(model, NATIVE, 1 ether);
        (address buyer, uint256 buyerKey) = person("buyer");
        uint256 licence = buyLicence(buyer, model, NATIVE);
        vm.prank(buyer);
        channel.open{value: 1 ether}(licence, _host, NATIVE, 1 ether, 0, 1 days);
        _activate(licence, buyer, buyerKey);
        IUsageChannel.Receipt memory receipt = receiptFor(3);
        receipt.licence = licence;
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        isTrue(channel.isCovered(receipt, _host), "covered");
        bytes memory s = signed(_key, channel.receiptDigest(receipt));
        refuses(abi.encodeWithSelector(IProverNetwork.CallCovered.selector));
        _reveal(shown, receipt, s);
        isFalse(provers.isBurnt(model, 0, 3), "the fingerprint is not burnt");
        // The same call without the licence was not paid for.
        receipt.licence = 0;
        _reveal(shown, receipt, signed(_key, channel.receiptDigest(receipt)));
    }

    function testFuzz_SlashedCollateralIsSplitToTheWei(uint96 collateral, uint96 bounty, uint32 ppm)
        public
    {
        collateral = uint96(bound(collateral, LEAST, 900_000 ether));
        bounty = uint96(bound(bounty, 1, 900_000 ether));
        ppm = uint32(bound(ppm, 0, 1_000_000));
        vm.startPrank(modelOwner);
        provers.fundBounty{value: bounty}(model);
        provers.setReward(model, ppm);
        vm.stopPrank();
        (address fuzzed, uint256 key) = hostWith("fuzzed", keccak256("fuzzed"), collateral);
        _slashBy(key, keccak256("fuzzed"), 3);
        uint256 slashed = (uint256(collateral) + 1) / 2;
        uint256 toProver = (slashed * 40) / 100;
        uint256 toModel = slashed - toProver;
        uint256 reward = (uint256(bounty) * ppm) / 1_000_000;
        if (reward > toModel) reward = toModel;
        eq(provers.hostOf(fuzzed).collateral, collateral - slashed, "collateral");
        eq(provers.creditOf(_ann), toProver + reward, "prover");
        eq(splitter.potOf(model, NATIVE).gross, toModel, "model");
        (uint256 left,) = provers.bountyOf(model);
        eq(left, bounty - reward, "bounty");
        eq(address(provers).balance, provers.held(), "balance");
    }

    function _activate(uint256 licence, address holder, uint256 holderKey) private {
        IUsageChannel.Permission memory permission = IUsageChannel.Permission({
            licence: licence,
            holder: holder,
            sessionKey: account("session key"),
            host: _host,
            notBefore: uint64(block.timestamp),
            expires: uint64(block.timestamp + 30 days),
            maxCalls: 100,
            maxAmount: 1 ether,
            termsHash: licences.termsHashOf(model, KIND),
            policyHash: 0,
            nonce: channel.nonceOf(licence, _host)
        });
        channel.activate(permission, signed(holderKey, channel.permissionDigest(permission)));
    }

    function _addEpoch() private {
        IModelRegistry.Epoch memory first = registry.epochOf(model, 0);
        vm.startPrank(modelOwner);
        registry.addEpoch(
            model,
            IModelRegistry.Commitment({
                root: first.root,
                manifestHash: first.manifestHash,
                count: first.count,
                width: first.width
            })
        );
        mine(9);
        registry.sealBeacon(model, 1);
        registry.release(model, 1, keccak256("second weights"), openTerms(0), "");
        vm.stopPrank();
    }

    function _wordAt(bytes memory data, uint256 end) private pure returns (bytes32 word) {
        assembly ("memory-safe") { word := mload(add(data, end)) }
    }

    function _slash(uint256 index) private {
        _slashBy(_key, HOST, index);
    }

    function _slashBy(uint256 key, bytes32 host, uint256 index) private {
        IUsageChannel.Receipt memory receipt = receiptFor(index);
        IProverNetwork.Reveal memory shown = revealOf(model, host, index);
        commitTo(_ann, shown);
        _reveal(shown, receipt, signed(key, channel.receiptDigest(receipt)));
    }

    function _evidence(uint256 index)
        private
        returns (
            IProverNetwork.Reveal memory shown,
            IUsageChannel.Receipt memory receipt,
            bytes memory signature
        )
    {
        receipt = receiptFor(index);
        shown = revealOf(model, HOST, index);
        commitTo(_ann, shown);
        signature = signed(_key, channel.receiptDigest(receipt));
    }

    function _reveal(
        IProverNetwork.Reveal memory shown,
        IUsageChannel.Receipt memory receipt,
        bytes memory signature
    ) private {
        vm.prank(_ann);
        provers.revealWithReceipt(shown, receipt, signature);
    }
}
