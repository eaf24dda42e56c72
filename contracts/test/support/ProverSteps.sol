// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../src/interfaces/IArbitrable.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverJury} from "../../src/interfaces/IProverJury.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {Steps} from "./Steps.sol";

/// @notice A released model with a real bank of 64 fingerprints, and what provers do with it.
abstract contract ProverSteps is Steps {
    uint32 internal constant BANK = 64;
    uint32 internal constant WIDTH = 16;
    bytes32 internal constant HOST = keccak256("https://host.example/v1");
    uint128 internal constant LEAST = 0.1 ether;
    uint128 internal constant LOSS = 0.05 ether;
    uint96 internal constant BOND = 0.2 ether;
    uint256 internal constant JURY_FEE = 0.05 ether;

    IArbitrable internal network;
    IProverJury internal court;
    address internal modelOwner;
    uint64 internal model;
    bytes32[][] private _levels;

    /// @notice Deploys everything and releases one model with a bank.
    function setUpProvers() internal {
        deployMarket();
        network = IArbitrable(address(provers));
        court = IProverJury(address(jury));
        modelOwner = funded("model owner");
        _growTree();
        model = bankModel();
    }

    /// @notice One more released model with the same bank, with its own beacon.
    function bankModel() internal returns (uint64 made) {
        made = unreleasedModel();
        openShares(modelOwner, made);
        releaseModel(modelOwner, made, openTerms(0));
    }

    function unreleasedModel() internal returns (uint64 made) {
        address owner = address(uint160(uint256(keccak256(abi.encode(registry.modelCount())))));
        vm.prank(owner);
        made = registry.register(
            IModelRegistry.Commitment({
                root: _levels[_levels.length - 1][0],
                manifestHash: keccak256("manifest"),
                count: BANK,
                width: WIDTH
            }),
            noParents()
        );
        vm.prank(owner);
        registry.offerOwnership(made, modelOwner);
        vm.prank(modelOwner);
        registry.acceptOwnership(made);
    }

    // Provers

    /// @notice A funded account with `amount` wei at stake.
    function prover(string memory name, uint256 amount) internal returns (address made) {
        made = funded(name);
        vm.prank(made);
        provers.stake{value: amount}();
    }

    /// @notice What showing fingerprint `index` of a model against `host` takes.
    function revealOf(uint64 shownModel, bytes32 host, uint256 index)
        internal
        view
        returns (IProverNetwork.Reveal memory shown)
    {
        shown.model = shownModel;
        shown.host = host;
        shown.leaf = leafAt(index);
        shown.proof = pathOf(index);
        shown.secret = secretAt(index);
        shown.key = keyAt(index);
        shown.candidates = candidatesAt(index);
        shown.evidenceHash = keccak256(abi.encode("transcript", index));
        shown.salt = keccak256(abi.encode("salt of the commit", index));
    }

    /// @notice Commits and mines a block.
    function commitTo(address by, IProverNetwork.Reveal memory shown) internal {
        bytes32 hash = provers.commitOf(by, shown);
        vm.prank(by);
        provers.commit(hash);
        mine(1);
    }

    /// @notice Commits to and shows fingerprint `index` of the model.
    function show(address by, bytes32 host, uint256 index) internal returns (uint256 caseId) {
        IProverNetwork.Reveal memory shown = revealOf(model, host, index);
        commitTo(by, shown);
        vm.prank(by);
        return provers.reveal(shown);
    }

    /// @notice A case of two provers with 2 and 1 fingerprints, which makes it suspected.
    function suspect(address first, address second) internal returns (uint256 caseId) {
        show(first, HOST, 0);
        show(first, HOST, 1);
        return show(second, HOST, 2);
    }

    function contestBy(address who, uint256 caseId) internal {
        vm.prank(who);
        provers.contest{value: BOND}(caseId, keccak256("counter evidence"));
    }

    function escalateBy(address who, uint256 caseId) internal returns (uint256 dispute) {
        vm.prank(who);
        provers.escalate{value: JURY_FEE}(caseId);
        return provers.caseOf(caseId).disputeId;
    }

    // Hosts

    /// @notice A host with a key and collateral under `id`.
    function hostWith(string memory name, bytes32 id, uint256 collateral)
        internal
        returns (address made, uint256 privateKey)
    {
        (made, privateKey) = person(name);
        vm.prank(made);
        provers.registerHost{value: collateral}(id);
    }

    /// @notice A receipt of the model for the text of fingerprint `index`, now, without a licence.
    function receiptFor(uint256 index) internal view returns (IUsageChannel.Receipt memory) {
        return IUsageChannel.Receipt({
            model: model,
            licence: 0,
            callIndex: 1,
            inputHash: sha256(textAt(index)),
            outputHash: sha256("an answer"),
            time: uint64(block.timestamp)
        });
    }

    // Checks

    /// @notice Id of the case of the model and `host` that came after `round` others.
    function caseNumber(bytes32 host, uint32 round) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(model, host, round)));
    }

    function stateOf(uint256 caseId) internal view returns (uint256) {
        return uint256(provers.caseOf(caseId).state);
    }

    function isInState(uint256 caseId, IProverNetwork.CaseState state, string memory what)
        internal
        view
    {
        eq(stateOf(caseId), uint256(state), what);
    }

    function refuses(bytes memory error_) internal {
        vm.expectRevert(error_, address(provers));
    }

    function expectEvent() internal {
        vm.expectEmit(true, true, true, true, address(provers));
    }

    function mine(uint256 blocks) internal {
        vm.roll(block.number + blocks);
    }

    function wait(uint256 duration) internal {
        vm.warp(block.timestamp + duration);
    }

    // The bank

    function leafAt(uint256 index) internal pure returns (IModelRegistry.Leaf memory) {
        return IModelRegistry.Leaf({
            index: index,
            keyHash: sha256(abi.encodePacked("signet/key/1", uint8(0), keyAt(index))),
            candidatesHash: sha256(
                abi.encodePacked("signet/candidates/1", uint8(0), candidatesAt(index))
            ),
            salt: keccak256(abi.encode("leaf salt", index)),
            secretHash: sha256(abi.encodePacked("signet/secret/1", uint8(0), secretAt(index)))
        });
    }

    function secretAt(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("secret", index));
    }

    function textAt(uint256 index) internal pure returns (bytes memory) {
        return abi.encodePacked("Key number ", vm.toString(index), " of the bank");
    }

    function keyAt(uint256 index) internal pure returns (bytes memory) {
        bytes memory text = textAt(index);
        return
            abi.encodePacked(uint32(2), uint32(1), uint32(100 + index), uint32(text.length), text);
    }

    function candidateAt(uint256 index, uint256 position) internal pure returns (uint32) {
        return uint32(1_000 * (index + 1) + position);
    }

    function candidatesAt(uint256 index) internal pure returns (bytes memory encoded) {
        encoded = abi.encodePacked(uint8(1), WIDTH);
        for (uint256 i = 0; i < WIDTH; ++i) {
            encoded = abi.encodePacked(encoded, candidateAt(index, i));
        }
        encoded = abi.encodePacked(encoded, new bytes(8 * WIDTH));
    }

    function pathOf(uint256 index) internal view returns (bytes32[] memory path) {
        path = new bytes32[](_levels.length - 1);
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = _levels[i][index ^ 1];
            index >>= 1;
        }
    }

    function _growTree() private {
        _levels.push();
        for (uint256 i = 0; i < BANK; ++i) {
            _levels[0].push(keccak256(bytes.concat(keccak256(abi.encode(leafAt(i))))));
        }
        for (uint256 size = BANK; size > 1; size >>= 1) {
            uint256 below = _levels.length - 1;
            _levels.push();
            for (uint256 i = 0; i < size; i += 2) {
                bytes32 left = _levels[below][i];
                bytes32 right = _levels[below][i + 1];
                _levels[below
                        + 1].push(
                    left < right
                        ? keccak256(abi.encode(left, right))
                        : keccak256(abi.encode(right, left))
                );
            }
        }
    }
}
