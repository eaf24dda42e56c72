// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Purchases by permit (ERC-2612) and by authorisation (ERC-3009). What is signed is spelt out
/// here from the texts of EIP-712, ERC-2612 and ERC-3009.
contract LicenceSignedTest is LicenceSteps {
    bytes32 private constant DOMAIN = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant SALT = keccak256("salt");
    uint256 private constant LATER = START_TIME + 1 hours;

    struct Permit {
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    function setUp() public {
        deployWithModel();
        sellForBoth(plainKind());
        vm.prank(buyer);
        dollar.approve(address(splitter), 0);
    }

    // Permits

    function test_APermitBuysAndLeavesNoAllowance() public {
        ILicenceToken.Order memory made = order(address(dollar));
        uint256 licence = _buyByPermit(made, _permit(DOLLARS, 0, LATER), LATER);
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(gross(address(dollar)), DOLLARS, "income");
        eq(dollar.allowance(buyer, address(splitter)), 0, "allowance");
        eq(dollar.nonces(buyer), 1, "nonce");
    }

    function test_APermitBuysWithARefundWindow() public {
        changeKind(returnableKind());
        ILicenceToken.Order memory made = order(address(dollar));
        uint256 licence = _buyByPermit(made, _permit(DOLLARS, 0, LATER), LATER);
        eq(licences.escrowOf(licence).amount, DOLLARS, "escrow");
        eq(escrowed(address(dollar)), DOLLARS, "waits");
        eq(dollar.allowance(buyer, address(splitter)), 0, "allowance");
    }

    function test_APermitThatSomebodyUsedBeforeStillBuys() public {
        ILicenceToken.Order memory made = order(address(dollar));
        Permit memory p = _permit(DOLLARS, 0, LATER);
        vm.prank(stranger);
        dollar.permit(buyer, address(splitter), DOLLARS, LATER, p.v, p.r, p.s);
        uint256 licence = _buyByPermit(made, p, LATER);
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(dollar.allowance(buyer, address(splitter)), 0, "allowance");
    }

    function test_APermitIsOfNoUseToAnotherSender() public {
        ILicenceToken.Order memory made = order(address(dollar));
        made.to = stranger;
        Permit memory p = _permit(DOLLARS, 0, LATER);
        vm.startPrank(stranger);
        dollar.approve(address(splitter), 0);
        vm.expectRevert(_noAllowance());
        licences.buyWithPermit(made, LATER, p.v, p.r, p.s);
    }

    function test_AnExpiredPermitBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        Permit memory p = _permit(DOLLARS, 0, START_TIME - 1);
        vm.expectRevert(_noAllowance());
        _buyByPermit(made, p, START_TIME - 1);
    }

    function test_APermitForAnotherChainBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        bytes32 domain = _domain(block.chainid + 1, address(dollar));
        Permit memory p = _signPermit(domain, DOLLARS, 0, LATER);
        vm.expectRevert(_noAllowance());
        _buyByPermit(made, p, LATER);
    }

    function test_APermitOverMoreOrLessThanThePriceBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        Permit memory p = _permit(DOLLARS + 1, 0, LATER);
        vm.expectRevert(_noAllowance());
        _buyByPermit(made, p, LATER);
        p = _permit(DOLLARS - 1, 0, LATER);
        vm.expectRevert(_noAllowance());
        _buyByPermit(made, p, LATER);
    }

    function test_APermitAboveAPriceThatFellIsRefused() public {
        ILicenceToken.Order memory made = order(address(dollar));
        changePrice(address(dollar), DOLLARS - 1);
        Permit memory p = _permit(DOLLARS, 0, LATER);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.WrongPrice.selector, DOLLARS - 1, DOLLARS)
        );
        _buyByPermit(made, p, LATER);
        eq(dollar.allowance(buyer, address(splitter)), 0, "nothing left over");
    }

    function test_APermitBelowAPriceThatRoseIsRefused() public {
        ILicenceToken.Order memory made = order(address(dollar));
        changePrice(address(dollar), DOLLARS + 1);
        Permit memory p = _permit(DOLLARS, 0, LATER);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, DOLLARS + 1, DOLLARS)
        );
        _buyByPermit(made, p, LATER);
    }

    function test_APermitForAFreeLicenceBuys() public {
        changePrice(address(dollar), 0);
        uint256 licence = _buyByPermit(order(address(dollar)), _permit(0, 0, LATER), LATER);
        eq(nft().ownerOf(licence), buyer, "holder");
    }

    function test_TheCoinNeedsNoPermit() public {
        ILicenceToken.Order memory made = order(NATIVE);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.TokenNotAllowed.selector, NATIVE));
        licences.buyWithPermit(made, LATER, 27, 0, 0);
    }

    function test_APausedEntryTakesNoPermit() public {
        ILicenceToken.Order memory made = order(address(dollar));
        Permit memory p = _permit(DOLLARS, 0, LATER);
        pauseEntry();
        vm.expectRevert(
            abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, START_TIME + 7 days)
        );
        _buyByPermit(made, p, LATER);
    }

    // Authorisations

    function test_AnAuthorisationBuysWhoeverSendsIt() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        expectLicenceEvent();
        emit ILicenceToken.LicenceBought(
            model, 1, buyer, buyer, KIND, 1, address(dollar), DOLLARS, START_TIME + YEAR
        );
        vm.prank(stranger);
        uint256 licence = licences.buyWithAuthorization(made, SALT, a);
        eq(nft().ownerOf(licence), buyer, "holder");
        eq(gross(address(dollar)), DOLLARS, "income");
        eq(dollar.balanceOf(buyer), 1_000_000e6 - DOLLARS, "the signer paid");
        eq(dollar.balanceOf(stranger), 1_000_000e6, "the sender did not");
    }

    function test_AnAuthorisationBuysWithARefundWindow() public {
        changeKind(returnableKind());
        ILicenceToken.Order memory made = order(address(dollar));
        uint256 licence = licences.buyWithAuthorization(made, SALT, _authorise(made, DOLLARS));
        eq(licences.escrowOf(licence).amount, DOLLARS, "escrow");
        eq(escrowed(address(dollar)), DOLLARS, "waits");
        eq(gross(address(dollar)), 0, "no income yet");
    }

    function test_AnAuthorisationOfNothingBuysAFreeLicence() public {
        changePrice(address(dollar), 0);
        ILicenceToken.Order memory made = order(address(dollar));
        licences.buyWithAuthorization(made, SALT, _authorise(made, 0));
        changeKind(returnableKind());
        made = order(address(dollar));
        licences.buyWithAuthorization(made, SALT, _authorise(made, 0));
        eq(nft().balanceOf(buyer), 2, "licences");
    }

    function test_AFreeLicenceIsNotForgedInAnothersName() public {
        changePrice(address(dollar), 0);
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, 0);
        a.from = stranger;
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_AnAuthorisationIsForOneOrderAndNoOther() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        ILicenceToken.Order memory stolen = order(address(dollar));
        stolen.to = stranger;
        bytes memory refused = abi.encodeWithSelector(
            ILicenceToken.NonceNotOfOrder.selector, licences.orderNonce(stolen, SALT), a.nonce
        );
        vm.prank(stranger);
        vm.expectRevert(refused);
        licences.buyWithAuthorization(stolen, SALT, a);
        bytes32 otherSalt = keccak256("other salt");
        refused = abi.encodeWithSelector(
            ILicenceToken.NonceNotOfOrder.selector, licences.orderNonce(made, otherSalt), a.nonce
        );
        vm.expectRevert(refused);
        licences.buyWithAuthorization(made, otherSalt, a);
    }

    function test_AnAuthorisationBuysOnce() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        licences.buyWithAuthorization(made, SALT, a);
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, buyer, a.nonce)
        );
        licences.buyWithAuthorization(made, SALT, a);
        eq(licences.licenceCount(), 1, "count");
    }

    function test_AnAuthorisationOverAnotherSumBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_AnAuthorisationIsVoidOnceThePriceRoseOrTermsChanged() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        changePrice(address(dollar), DOLLARS + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenceToken.PriceAboveMax.selector, DOLLARS + 1, DOLLARS)
        );
        licences.buyWithAuthorization(made, SALT, a);
        changeKind(returnableKind());
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenceToken.TermsMismatch.selector, hashOf(plainKind()), hashOf(returnableKind())
            )
        );
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_AnAuthorisationForAnotherChainBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        bytes32 domain = _domain(block.chainid + 1, address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(domain, made, DOLLARS);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_AnAuthorisationOutOfItsTimeBuysNothing() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        bytes memory refused = abi.encodeWithSelector(
            ERC3009.ERC3009InvalidAuthorizationTime.selector, a.validAfter, a.validBefore
        );
        vm.warp(a.validAfter);
        vm.expectRevert(refused);
        licences.buyWithAuthorization(made, SALT, a);
        vm.warp(a.validBefore);
        vm.expectRevert(refused);
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_SignedOrdersTakeNoCoin() public {
        ILicenceToken.Order memory made = order(address(dollar));
        Permit memory p = _permit(DOLLARS, 0, LATER);
        _takesNoCoin(abi.encodeCall(ILicenceToken.buyWithPermit, (made, LATER, p.v, p.r, p.s)));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        _takesNoCoin(abi.encodeCall(ILicenceToken.buyWithAuthorization, (made, SALT, a)));
    }

    function test_TheCoinKnowsNoAuthorisation() public {
        ILicenceToken.Order memory made = order(NATIVE);
        IRevenueSplitter.Authorization memory a = _authorise(made, PRICE);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.TokenNotAllowed.selector, NATIVE));
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_APausedEntryTakesNoAuthorisation() public {
        ILicenceToken.Order memory made = order(address(dollar));
        IRevenueSplitter.Authorization memory a = _authorise(made, DOLLARS);
        pauseEntry();
        vm.expectRevert(
            abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, START_TIME + 7 days)
        );
        licences.buyWithAuthorization(made, SALT, a);
    }

    function test_TheNonceBindsChainContractOrderAndSalt() public {
        ILicenceToken.Order memory made = order(address(dollar));
        bytes32 expected = keccak256(
            bytes.concat(
                abi.encode(block.chainid, address(licences)),
                abi.encode(
                    made.model, made.kind, made.to, made.token, made.maxPrice, made.termsHash
                ),
                abi.encode(SALT)
            )
        );
        eq(licences.orderNonce(made, SALT), expected, "nonce");
        vm.chainId(block.chainid + 1);
        isTrue(licences.orderNonce(made, SALT) != expected, "another chain");
    }

    /// @dev With one unit of coin the call fails, and without it is good.
    function _takesNoCoin(bytes memory call_) private {
        uint256 count = licences.licenceCount();
        vm.prank(buyer);
        (bool ok,) = address(licences).call{value: 1}(call_);
        isFalse(ok, "took coin");
        vm.prank(buyer);
        (ok,) = address(licences).call(call_);
        isTrue(ok, "without coin");
        eq(licences.licenceCount(), count + 1, "count");
    }

    // Signing

    function _buyByPermit(ILicenceToken.Order memory made, Permit memory p, uint256 deadline)
        private
        returns (uint256)
    {
        vm.prank(buyer);
        return licences.buyWithPermit(made, deadline, p.v, p.r, p.s);
    }

    function _permit(uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (Permit memory)
    {
        return _signPermit(_domain(block.chainid, address(dollar)), value, nonce, deadline);
    }

    function _signPermit(bytes32 domain, uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (Permit memory p)
    {
        bytes32 message =
            keccak256(abi.encode(PERMIT, buyer, address(splitter), value, nonce, deadline));
        (p.v, p.r, p.s) = vm.sign(buyerKey, _digest(domain, message));
    }

    function _authorise(ILicenceToken.Order memory made, uint256 value)
        private
        view
        returns (IRevenueSplitter.Authorization memory)
    {
        return _authorise(_domain(block.chainid, address(dollar)), made, value);
    }

    function _authorise(bytes32 domain, ILicenceToken.Order memory made, uint256 value)
        private
        view
        returns (IRevenueSplitter.Authorization memory a)
    {
        a.from = buyer;
        a.validAfter = START_TIME - 1;
        a.validBefore = LATER;
        a.nonce = licences.orderNonce(made, SALT);
        bytes32 message = keccak256(
            abi.encode(
                RECEIVE, buyer, address(splitter), value, a.validAfter, a.validBefore, a.nonce
            )
        );
        a.signature = signed(buyerKey, _digest(domain, message));
    }

    function _domain(uint256 chain, address token) private pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, keccak256("Test dollar"), keccak256("1"), chain, token));
    }

    function _digest(bytes32 domain, bytes32 message) private pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domain, message));
    }

    function _noAllowance() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientAllowance.selector, address(splitter), 0, DOLLARS
        );
    }
}
