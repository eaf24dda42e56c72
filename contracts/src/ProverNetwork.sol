// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {EntryPause} from "./EntryPause.sol";
import {IArbitrator} from "./interfaces/IArbitrator.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IProverNetwork} from "./interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "./interfaces/IUsageChannel.sol";
import {FingerprintProof} from "./lib/FingerprintProof.sol";
import {ProverCases} from "./provers/ProverCases.sol";
import {ProverFunds} from "./provers/ProverFunds.sol";

/// @title Prover network
/// @notice Staked provers show fingerprints, one commit and one reveal each. What a host signed is judged
/// here; what only provers saw begins or joins a case.
contract ProverNetwork is ProverCases {
    using BitMaps for BitMaps.BitMap;

    /// @notice Blocks after its commit in which a reveal is taken.
    uint256 public constant REVEAL_BLOCKS = 7_200;
    /// @notice Share of slashed collateral that goes to the prover, in millionths; the rest is income of
    /// the model.
    uint256 public constant PROVER_PPM = 400_000;

    /// @notice Where slashed collateral becomes income.
    IRevenueSplitter public immutable splitter;
    /// @notice Who knows which calls were paid for.
    IUsageChannel public immutable channel;

    mapping(address prover => mapping(bytes32 commitHash => uint256 blockNumber)) private _commits;
    mapping(uint64 model => mapping(uint32 epoch => BitMaps.BitMap)) private _burnt;
    mapping(bytes32 digest => bool) private _usedReceipts;

    /// @param jury_ who may hold and fine stakes; the zero address when the arbitrator is no jury
    /// @param arbitrator_ who rules on escalated cases
    /// @param guardian_ who may pause entries until `guardianUntil_` (Unix seconds)
    constructor(
        IModelRegistry registry_,
        IRevenueSplitter splitter_,
        IUsageChannel channel_,
        address jury_,
        IArbitrator arbitrator_,
        address guardian_,
        uint64 guardianUntil_
    ) EntryPause(guardian_, guardianUntil_) ProverFunds(registry_, jury_) ProverCases(arbitrator_) {
        splitter = splitter_;
        channel = channel_;
    }

    /// @inheritdoc IProverNetwork
    function commit(bytes32 commitHash) external {
        _requireLeastStake(msg.sender);
        if (_commits[msg.sender][commitHash] != 0) revert CommitExists(commitHash);
        _commits[msg.sender][commitHash] = block.number;
        emit Committed(msg.sender, commitHash);
    }

    /// @inheritdoc IProverNetwork
    function reveal(Reveal calldata shown) external returns (uint256 caseId) {
        if (shown.host == 0) revert BadHost();
        if (hostById[shown.host] == msg.sender) revert OwnHost(msg.sender);
        _show(shown);
        return _join(shown.model, shown.host, msg.sender);
    }

    /// @inheritdoc IProverNetwork
    function revealWithReceipt(
        Reveal calldata shown,
        IUsageChannel.Receipt calldata receipt,
        bytes calldata hostSignature
    ) external nonReentrant {
        uint64 releasedAt = _show(shown);
        bytes32 digest = channel.receiptDigest(receipt);
        address host = _signerOf(digest, hostSignature);
        if (host == msg.sender) revert OwnHost(msg.sender);
        if (
            receipt.model != shown.model || _hosts[host].id != shown.host
                || receipt.inputHash != sha256(FingerprintProof.textOf(shown.key))
                || receipt.time < releasedAt || receipt.time > block.timestamp
        ) revert ReceiptMismatch();
        if (_usedReceipts[digest]) revert ReceiptUsed(digest);
        if (channel.isCovered(receipt, host)) revert CallCovered();
        _usedReceipts[digest] = true;
        _slashHost(host, shown.model, msg.sender);
    }

    /// @inheritdoc IProverNetwork
    function commitOf(address prover, Reveal calldata shown) public view returns (bytes32) {
        return keccak256(abi.encode(prover, block.chainid, address(this), shown));
    }

    /// @inheritdoc IProverNetwork
    function isBurnt(uint64 model, uint32 epoch, uint256 index) external view returns (bool) {
        return _burnt[model][epoch].get(index);
    }

    /// @notice Uses up the caller's commit and burns the fingerprint, if all of it is true.
    /// @return releasedAt Unix seconds since when a model can answer by this fingerprint
    function _show(Reveal calldata shown) private returns (uint64 releasedAt) {
        _requireLeastStake(msg.sender);
        _useCommit(commitOf(msg.sender, shown));
        IModelRegistry.Epoch memory epoch = registry.epochOf(shown.model, shown.epoch);
        releasedAt = epoch.releasedAt;
        if (releasedAt == 0) revert NotReleased(shown.model, shown.epoch);
        uint32 response = FingerprintProof.check(shown, epoch);
        uint256 index = shown.leaf.index;
        _burn(shown.model, shown.epoch, index);
        emit LeafRevealed(
            shown.model, shown.epoch, index, msg.sender, shown.host, response, shown.evidenceHash
        );
    }

    function _useCommit(bytes32 commitHash) private {
        uint256 committed = _commits[msg.sender][commitHash];
        if (committed == 0) revert CommitUnknown(commitHash);
        if (block.number == committed) revert RevealTooEarly();
        if (block.number > committed + REVEAL_BLOCKS) revert RevealTooLate();
        delete _commits[msg.sender][commitHash];
    }

    function _burn(uint64 model, uint32 epoch, uint256 index) private {
        BitMaps.BitMap storage burnt = _burnt[model][epoch];
        if (burnt.get(index)) revert LeafUsed(model, epoch, index);
        burnt.set(index);
    }

    /// @dev The host that signed a receipt, which must have collateral.
    function _signerOf(bytes32 digest, bytes calldata signature)
        private
        view
        returns (address host)
    {
        // A malformed signature recovers to the zero address, which never has collateral.
        (host,,) = ECDSA.tryRecover(digest, signature);
        if (_hosts[host].collateral == 0) revert UnknownHost(host);
    }

    /// @dev Takes half of a host's collateral, rounded up so that the last wei goes too. The bounty adds
    /// no more than what became the model's income, so that nobody gains by having itself slashed.
    function _slashHost(address host, uint64 model, address prover) private {
        Host storage theirs = _hosts[host];
        uint128 collateral = theirs.collateral;
        uint128 slashed = collateral - collateral / 2;
        // A share of a uint128 below one whole fits.
        uint128 toProver = uint128((uint256(slashed) * PROVER_PPM) / _MILLION);
        uint128 toModel = slashed - toProver;
        uint128 reward = _rewardOf(model);
        if (reward > toModel) reward = toModel;
        theirs.collateral = collateral - slashed;
        ++theirs.slashes;
        _takeBounty(model, reward);
        held -= toModel;
        emit HostSlashed(host, model, prover, slashed, toProver, toModel);
        _credit(prover, toProver + reward);
        splitter.pay{value: toModel}(
            model, address(0), address(this), toModel, IRevenueSplitter.Source.Slash
        );
    }
}
