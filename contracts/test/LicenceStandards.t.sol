// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/interfaces/IERC721Metadata.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC4907} from "../src/interfaces/IERC4907.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice Licences as ERC-721, ERC-4907 and ERC-2981.
contract LicenceStandardsTest is LicenceSteps {
    uint64 private constant END = START_TIME + YEAR;

    function setUp() public {
        deployWithModel();
        sellForBoth(plainKind());
    }

    // ERC-165. The ids are those that the standards print.

    function test_TheStandardsAreAnnounced() public view {
        IERC165 asked = IERC165(address(licences));
        isTrue(asked.supportsInterface(0x01ffc9a7), "ERC-165");
        isTrue(asked.supportsInterface(0x80ac58cd), "ERC-721");
        isTrue(asked.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        isTrue(asked.supportsInterface(0xad092b5c), "ERC-4907");
        isTrue(asked.supportsInterface(0x8c65f84d), "ERC-5643");
        isTrue(asked.supportsInterface(0x2a55205a), "ERC-2981");
        isFalse(asked.supportsInterface(0xffffffff), "the id that nothing has");
        isFalse(asked.supportsInterface(0x780e9d63), "enumeration");
    }

    function test_TheTokenHasANameAndASymbol() public view {
        eq(IERC721Metadata(address(licences)).name(), "Signet licence", "name");
        eq(IERC721Metadata(address(licences)).symbol(), "SIGNET", "symbol");
    }

    // Transfers

    function test_ALicenceChangesHands() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, licence);
        eq(nft().ownerOf(licence), stranger, "holder");
        eq(nft().balanceOf(buyer), 0, "old");
        eq(nft().balanceOf(stranger), 1, "new");
        isTrue(licences.isValidAt(licence, END), "terms are as before");
    }

    function test_ALicenceChangesHandsUntilItsLastSecond() public {
        uint256 licence = bought(NATIVE);
        vm.warp(END);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, licence);
        vm.warp(END + 1);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.LicenceExpired.selector, licence));
        nft().transferFrom(stranger, buyer, licence);
    }

    function test_AnExpiredLicenceStaysWithItsHolder() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().approve(stranger, licence);
        vm.warp(END + 1);
        bytes memory expired =
            abi.encodeWithSelector(ILicenceToken.LicenceExpired.selector, licence);
        vm.startPrank(stranger);
        vm.expectRevert(expired);
        nft().transferFrom(buyer, stranger, licence);
        vm.expectRevert(expired);
        nft().safeTransferFrom(buyer, stranger, licence);
        eq(nft().ownerOf(licence), buyer, "holder");
    }

    function test_WhatMayNotChangeHandsDoesNot() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.transferable = false;
        changeKind(kind);
        uint256 licence = bought(NATIVE);
        vm.startPrank(buyer);
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.NotTransferable.selector, licence);
        vm.expectRevert(refused);
        nft().transferFrom(buyer, stranger, licence);
        vm.expectRevert(refused);
        nft().transferFrom(buyer, buyer, licence);
    }

    function test_TermsBoughtDecideAboutTransfersAndNotThoseSoldNow() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.transferable = false;
        changeKind(kind);
        vm.prank(buyer);
        nft().transferFrom(buyer, stranger, licence);
        eq(nft().ownerOf(licence), stranger, "holder");
    }

    function test_OnlyHolderAndApprovedMoveALicence() public {
        uint256 licence = bought(NATIVE);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC721Errors.ERC721InsufficientApproval.selector, stranger, licence
            )
        );
        nft().transferFrom(buyer, stranger, licence);
    }

    function test_ATransferEndsApprovals() public {
        uint256 licence = bought(NATIVE);
        vm.startPrank(buyer);
        nft().approve(owner, licence);
        nft().transferFrom(buyer, stranger, licence);
        vm.stopPrank();
        eq(nft().getApproved(licence), address(0), "approved");
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC721Errors.ERC721InsufficientApproval.selector, owner, licence
            )
        );
        nft().transferFrom(stranger, owner, licence);
    }

    function test_WhatIsNotThereIsNotMoved() public {
        vm.startPrank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 4));
        nft().transferFrom(buyer, stranger, 4);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 4));
        nft().transferFrom(address(0), stranger, 4);
    }

    // Users (ERC-4907)

    function test_AUserIsSetForATime() public {
        uint256 licence = bought(NATIVE);
        expectLicenceEvent();
        emit IERC4907.UpdateUser(licence, stranger, START_TIME + 100);
        _lend(licence, START_TIME + 100);
        eq(rental().userOf(licence), stranger, "user");
        eq(rental().userExpires(licence), START_TIME + 100, "term");
        vm.warp(START_TIME + 100);
        eq(rental().userOf(licence), stranger, "last second");
        vm.warp(START_TIME + 101);
        eq(rental().userOf(licence), address(0), "over");
        eq(rental().userExpires(licence), START_TIME + 100, "term");
    }

    function test_NoUserOutlivesTheLicence() public {
        uint256 licence = bought(NATIVE);
        _lend(licence, FOREVER);
        vm.warp(END);
        eq(rental().userOf(licence), stranger, "last second");
        vm.warp(END + 1);
        eq(rental().userOf(licence), address(0), "over");
    }

    function test_ATransferEndsTheUsersTerm() public {
        uint256 licence = bought(NATIVE);
        _lend(licence, FOREVER);
        expectLicenceEvent();
        emit IERC4907.UpdateUser(licence, address(0), 0);
        vm.prank(buyer);
        nft().transferFrom(buyer, owner, licence);
        eq(rental().userOf(licence), address(0), "user");
        eq(rental().userExpires(licence), 0, "term");
    }

    function test_AnEmptyTermIsClearedToo() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        rental().setUser(licence, address(0), 7);
        vm.prank(buyer);
        nft().transferFrom(buyer, owner, licence);
        eq(rental().userExpires(licence), 0, "term");
    }

    function test_AUserCanNeitherMoveNorLendNorReturn() public {
        uint256 licence = bought(NATIVE);
        _lend(licence, FOREVER);
        bytes memory refused =
            abi.encodeWithSelector(ILicenceToken.NotLicenceHolder.selector, licence, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refused);
        rental().setUser(licence, owner, FOREVER);
        vm.expectRevert(refused);
        licences.refund(licence);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC721Errors.ERC721InsufficientApproval.selector, stranger, licence
            )
        );
        nft().transferFrom(buyer, stranger, licence);
    }

    function test_ApprovedAccountsLend() public {
        uint256 licence = bought(NATIVE);
        vm.prank(buyer);
        nft().setApprovalForAll(owner, true);
        vm.prank(owner);
        rental().setUser(licence, stranger, FOREVER);
        eq(rental().userOf(licence), stranger, "user");
    }

    function test_WhatIsNotThereIsNotLent() public {
        eq(rental().userOf(6), address(0), "user");
        eq(rental().userExpires(6), 0, "term");
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 6));
        rental().setUser(6, stranger, 1);
    }

    // Royalties (ERC-2981)

    function test_AResaleOwesTheSharePartOfItsPriceToTheModelsShares() public {
        uint256 licence = bought(NATIVE);
        (address receiver, uint256 amount) =
            IERC2981(address(licences)).royaltyInfo(licence, 10 ether);
        eq(receiver, splitter.sharesOf(model), "receiver");
        isTrue(receiver != address(0), "somebody");
        // 50,000 millionths of 10 ether.
        eq(amount, 0.5 ether, "amount");
    }

    function test_ARoyaltyIsThatOfTheTermsBought() public {
        uint256 licence = bought(NATIVE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.resalePpm = 100_000;
        changeKind(kind);
        (, uint256 amount) = IERC2981(address(licences)).royaltyInfo(licence, 10 ether);
        eq(amount, 0.5 ether, "amount");
        (, amount) = IERC2981(address(licences)).royaltyInfo(bought(NATIVE), 10 ether);
        eq(amount, 1 ether, "amount");
    }

    function test_ARoyaltyOfAnyPriceIsRoundedDownAndFits() public {
        uint256 licence = bought(NATIVE);
        (, uint256 amount) = IERC2981(address(licences)).royaltyInfo(licence, 19);
        eq(amount, 0, "19 * 0.05 = 0.95");
        (, amount) = IERC2981(address(licences)).royaltyInfo(licence, 20);
        eq(amount, 1, "20 * 0.05 = 1");
        (, amount) = IERC2981(address(licences)).royaltyInfo(licence, type(uint256).max);
        eq(amount, type(uint256).max / 20, "a twentieth");
        vm.expectRevert(abi.encodeWithSelector(ILicenceToken.UnknownLicence.selector, 8));
        IERC2981(address(licences)).royaltyInfo(8, 1);
    }

    function test_ARoyaltyThatIsPaidBecomesTheModelsIncome() public {
        uint256 licence = bought(address(dollar));
        (address receiver, uint256 amount) = IERC2981(address(licences)).royaltyInfo(licence, 100e6);
        vm.prank(buyer);
        dollar.transfer(receiver, amount);
        (bool done,) = receiver.call(abi.encodeWithSignature("forward(address)", address(dollar)));
        isTrue(done, "forwarded");
        eq(gross(address(dollar)), DOLLARS + 5e6, "income");
    }

    function _lend(uint256 licence, uint64 until) private {
        vm.prank(buyer);
        rental().setUser(licence, stranger, until);
    }
}
