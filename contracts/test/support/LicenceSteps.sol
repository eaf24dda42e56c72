// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC4907} from "../../src/interfaces/IERC4907.sol";
import {IERC5643} from "../../src/interfaces/IERC5643.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {Steps} from "./Steps.sol";

/// @notice A model on sale, its owner, a buyer and a stranger, and what tests of licences repeat.
abstract contract LicenceSteps is Steps {
    uint64 internal constant FOREVER = type(uint64).max;
    uint64 internal constant UNLIMITED = type(uint64).max;
    uint64 internal constant YEAR = 365 days;
    uint32 internal constant WINDOW = 14 days;
    uint128 internal constant PRICE = 3 ether;
    uint128 internal constant DOLLARS = 25e6;

    address internal owner;
    address internal buyer;
    uint256 internal buyerKey;
    address internal stranger;
    uint64 internal model;

    function deployWithModel() internal {
        deployMarket();
        owner = funded("owner");
        (buyer, buyerKey) = person("buyer");
        stranger = funded("stranger");
        model = readyModel(owner);
    }

    /// @notice The plain kind, returnable for 14 days.
    function returnableKind() internal pure returns (ILicenceToken.Kind memory kind) {
        kind = plainKind();
        kind.refundWindow = WINDOW;
    }

    /// @notice Sells a kind for both the coin and the dollar.
    function sellForBoth(ILicenceToken.Kind memory kind) internal {
        sell(model, KIND, kind, NATIVE, PRICE);
        vm.prank(owner);
        licences.setPrice(model, KIND, address(dollar), DOLLARS, true);
    }

    /// @notice The buyer's order for itself at today's price and terms.
    function order(address token) internal view returns (ILicenceToken.Order memory) {
        return orderFor(model, KIND, buyer, token);
    }

    /// @notice The buyer buys one for itself.
    function bought(address token) internal returns (uint256 licence) {
        return buyLicence(buyer, model, token);
    }

    /// @notice Sells `kind` for the coin alone and the buyer buys one.
    function bought(ILicenceToken.Kind memory kind) internal returns (uint256 licence) {
        sell(model, KIND, kind, NATIVE, PRICE);
        return bought(NATIVE);
    }

    function hashOf(ILicenceToken.Kind memory kind) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                kind.label,
                kind.textHash,
                kind.duration,
                kind.quota,
                kind.refundWindow,
                kind.hostPpm,
                kind.resalePpm,
                kind.transferable
            )
        );
    }

    function changeKind(ILicenceToken.Kind memory kind) internal {
        vm.prank(owner);
        licences.setKind(model, KIND, kind);
    }

    function changePrice(address token, uint128 price) internal {
        vm.prank(owner);
        licences.setPrice(model, KIND, token, price, true);
    }

    function pauseEntry() internal {
        // A guardian's contract is one and the same address for every module.
        vm.prank(guardian);
        (bool done,) =
            address(licences).call(abi.encodeWithSignature("pauseEntry(uint64)", uint64(7 days)));
        isTrue(done, "pause");
    }

    function gross(address token) internal view returns (uint256) {
        return splitter.potOf(model, token).gross;
    }

    function escrowed(address token) internal view returns (uint256) {
        return splitter.moduleBalanceOf(address(licences), token);
    }

    function nft() internal view returns (IERC721) {
        return IERC721(address(licences));
    }

    function rental() internal view returns (IERC4907) {
        return IERC4907(address(licences));
    }

    function subscription() internal view returns (IERC5643) {
        return IERC5643(address(licences));
    }

    /// @notice All four parts of the next event of the licence token must be as emitted now.
    function expectLicenceEvent() internal {
        vm.expectEmit(true, true, true, true, address(licences));
    }
}
