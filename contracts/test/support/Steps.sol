// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {Market} from "./Market.sol";

/// @notice What most tests have to do before they begin: released models with shares, something on
/// sale, people with money.
abstract contract Steps is Market {
    uint32 internal constant KIND = 1;
    uint256 internal constant SHARES = 1_000_000;
    uint256 internal constant BEACON_DELAY_BLOCKS = 8;

    uint256 private _commitments;

    // Models

    /// @notice A commitment that was not used before.
    function freshCommitment() internal returns (IModelRegistry.Commitment memory) {
        ++_commitments;
        return IModelRegistry.Commitment({
            root: keccak256(abi.encode("root", _commitments)),
            manifestHash: keccak256(abi.encode("manifest", _commitments)),
            count: 1_024,
            width: 16
        });
    }

    /// @notice Terms that let anyone derive for `derivativePpm` of the child's revenue or more.
    function openTerms(uint32 derivativePpm) internal pure returns (IModelRegistry.Terms memory) {
        return IModelRegistry.Terms({
            textHash: keccak256("licence text"),
            derivativePpm: derivativePpm,
            derivatives: true,
            approval: false
        });
    }

    function link(uint64 parent, uint32 ppm)
        internal
        view
        returns (IModelRegistry.ParentLink memory)
    {
        return IModelRegistry.ParentLink({
            model: parent, ppm: ppm, expectedTermsHash: registry.termsHash(parent)
        });
    }

    function noParents() internal pure returns (IModelRegistry.ParentLink[] memory) {
        return new IModelRegistry.ParentLink[](0);
    }

    function oneParent(uint64 parent, uint32 ppm)
        internal
        view
        returns (IModelRegistry.ParentLink[] memory parents)
    {
        parents = new IModelRegistry.ParentLink[](1);
        parents[0] = link(parent, ppm);
    }

    function registerModel(address owner, IModelRegistry.ParentLink[] memory parents)
        internal
        returns (uint64 model)
    {
        IModelRegistry.Commitment memory commitment = freshCommitment();
        vm.prank(owner);
        model = registry.register(commitment, parents);
    }

    /// @notice Opens all shares for the owner alone.
    function openShares(address owner, uint64 model) internal returns (address shares) {
        address[] memory holders = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        holders[0] = owner;
        amounts[0] = SHARES;
        return openShares(owner, model, holders, amounts);
    }

    function openShares(
        address owner,
        uint64 model,
        address[] memory holders,
        uint256[] memory amounts
    ) internal returns (address shares) {
        vm.prank(owner);
        return splitter.openShares(model, holders, amounts);
    }

    /// @notice Mines on to the beacon, seals it and releases. Shares must be open.
    function releaseModel(address owner, uint64 model, IModelRegistry.Terms memory terms) internal {
        uint256 beaconBlock = registry.epochOf(model, 0).commitBlock + BEACON_DELAY_BLOCKS;
        vm.roll(beaconBlock + 1);
        registry.sealBeacon(model, 0);
        vm.prank(owner);
        registry.release(model, 0, keccak256(abi.encode("weights", model)), terms, "ipfs://card");
    }

    /// @notice A released model whose shares the owner holds alone.
    function readyModel(address owner, IModelRegistry.ParentLink[] memory parents)
        internal
        returns (uint64 model)
    {
        model = registerModel(owner, parents);
        openShares(owner, model);
        releaseModel(owner, model, openTerms(0));
    }

    /// @notice A released model without parents.
    function readyModel(address owner) internal returns (uint64 model) {
        return readyModel(owner, noParents());
    }

    /// @notice A chain of released models; the last has `depth` ancestors, each edge giving `ppm`.
    function readyChain(address owner, uint256 depth, uint32 ppm) internal returns (uint64 last) {
        last = readyModel(owner);
        for (uint256 i; i < depth; ++i) {
            last = readyModel(owner, oneParent(last, ppm));
        }
    }

    // Sales

    /// @notice A year, no quota, transferable, half of usage to the host, no refund window.
    function plainKind() internal pure returns (ILicenceToken.Kind memory) {
        return ILicenceToken.Kind({
            label: "commercial",
            textHash: keccak256("licence text"),
            duration: 365 days,
            quota: 0,
            refundWindow: 0,
            hostPpm: 500_000,
            resalePpm: 50_000,
            transferable: true
        });
    }

    /// @notice Puts `kind` on sale for `price` of `token`.
    function sell(
        uint64 model,
        uint32 kind,
        ILicenceToken.Kind memory terms,
        address token,
        uint128 price
    ) internal {
        address owner = registry.ownerOf(model);
        vm.startPrank(owner);
        licences.setKind(model, kind, terms);
        licences.setPrice(model, kind, token, price, true);
        licences.setSale(model, kind, true);
        vm.stopPrank();
    }

    /// @notice Puts the plain kind on sale for `price` of `token`.
    function sell(uint64 model, address token, uint128 price) internal {
        sell(model, KIND, plainKind(), token, price);
    }

    function orderFor(uint64 model, uint32 kind, address to, address token)
        internal
        view
        returns (ILicenceToken.Order memory)
    {
        (uint128 price,) = licences.priceOf(model, kind, token);
        return ILicenceToken.Order({
            model: model,
            kind: kind,
            to: to,
            token: token,
            maxPrice: price,
            termsHash: licences.termsHashOf(model, kind)
        });
    }

    /// @notice Buys the plain kind for the buyer itself.
    function buyLicence(address buyer, uint64 model, address token)
        internal
        returns (uint256 licence)
    {
        ILicenceToken.Order memory order = orderFor(model, KIND, buyer, token);
        uint256 value = token == NATIVE ? order.maxPrice : 0;
        vm.prank(buyer);
        return licences.buy{value: value}(order);
    }

    // People

    /// @notice An account with a key, 1,000,000 coins and as many test dollars, approved to the splitter.
    function person(string memory name) internal returns (address made, uint256 privateKey) {
        privateKey = uint256(keccak256(abi.encode("key of", name)));
        made = vm.addr(privateKey);
        vm.label(made, name);
        fund(made);
    }

    /// @notice An account without a key, with the same money.
    function funded(string memory name) internal returns (address made) {
        made = account(name);
        fund(made);
    }

    function fund(address who) internal {
        vm.deal(who, 1_000_000 ether);
        if (address(dollar) == address(0)) return;
        dollar.mint(who, 1_000_000e6);
        vm.prank(who);
        dollar.approve(address(splitter), type(uint256).max);
    }
}
