// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {EntryPause} from "./EntryPause.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {Lineage} from "./lib/Lineage.sol";

/// @title Model registry
/// @notice Commitments to fingerprint banks, their beacons, releases, terms and lineage.
/// @dev Roots need no commit and reveal: the manifest whose hash stands beside a root names the owner,
/// so a copied root proves nothing for the copier. For the same reason a root is unique per owner only;
/// if it were unique at all, a copier could lock the author out.
contract ModelRegistry is IModelRegistry, EntryPause {
    /// @notice All of a model but its epochs. A payment reads the first word, which says that the model
    /// exists and how many ancestors it has, then the ancestors' words, and nothing else.
    /// @param parentWords edges, packed as the ancestors are
    struct Record {
        address owner;
        uint32 epochs;
        uint8 parents;
        uint8 ancestors;
        bool released;
        address pendingOwner;
        uint32 derivativePpm;
        bool derivatives;
        bool approval;
        bytes32 textHash;
        string uri;
        uint256[2] parentWords;
        uint256[8] ancestorWords;
    }

    /// @notice Blocks between a commitment and the block whose hash is its beacon.
    uint256 public constant BEACON_DELAY_BLOCKS = 8;
    /// @notice Most fingerprints of a bank, and most candidates of a fingerprint.
    uint256 private constant _MOST = 65_536;
    /// @notice Longest text, in bytes.
    uint256 private constant _LONGEST_TEXT = 512;

    /// @notice The splitter, which knows whether a model's contributors hold shares.
    IRevenueSplitter public immutable splitter;
    /// @notice The DAO factory, which alone may hand a model to its DAO.
    address public immutable dao;

    /// @inheritdoc IModelRegistry
    uint64 public modelCount;
    /// @inheritdoc IModelRegistry
    uint64 public drawCount;

    mapping(uint64 model => Record) private _models;
    mapping(uint64 model => mapping(uint32 epoch => Epoch)) private _epochs;
    mapping(address owner => mapping(bytes32 root => bool)) private _committed;
    mapping(uint64 model => mapping(address childOwner => bool)) private _approved;

    modifier onlyModelOwner(uint64 model) {
        _requireOwner(model);
        _;
    }

    /// @param splitter_ revenue splitter of this deployment
    /// @param dao_ DAO factory of this deployment
    /// @param guardian_ who may pause registrations; the zero address for nobody
    /// @param guardianUntil_ when that office ends, in Unix seconds
    constructor(address splitter_, address dao_, address guardian_, uint64 guardianUntil_)
        EntryPause(guardian_, guardianUntil_)
    {
        splitter = IRevenueSplitter(splitter_);
        dao = dao_;
    }

    // Commitments

    /// @inheritdoc IModelRegistry
    function register(Commitment calldata commitment, ParentLink[] calldata parents)
        external
        whenEntryOpen
        returns (uint64 model)
    {
        model = modelCount + 1;
        Record storage record = _models[model];
        if (parents.length != 0) _linkParents(record, parents);
        modelCount = model;
        record.owner = msg.sender;
        record.epochs = 1;
        emit ModelRegistered(model, msg.sender, parents);
        _commit(model, 0, commitment);
    }

    /// @inheritdoc IModelRegistry
    function addEpoch(uint64 model, Commitment calldata commitment)
        external
        onlyModelOwner(model)
        returns (uint32 epoch)
    {
        Record storage record = _models[model];
        epoch = record.epochs;
        record.epochs = epoch + 1;
        _commit(model, epoch, commitment);
    }

    /// @inheritdoc IModelRegistry
    /// @dev Where the history contract of EIP-2935 is absent, its address answers with nothing, which
    /// reads as zero: the beacon is lost after 256 blocks.
    function sealBeacon(uint64 model, uint32 epoch) external returns (bytes32 beacon) {
        Epoch storage stored = _epoch(model, epoch);
        uint256 target = _beaconBlock(model, epoch, stored);
        beacon = Blockhash.blockHash(target);
        if (beacon == 0) revert BeaconLost(target);
        stored.beacon = beacon;
        emit BeaconSealed(model, epoch, beacon);
    }

    /// @inheritdoc IModelRegistry
    /// @dev The commitment then dates from now; the first date stays in the log of the commitment.
    function recommit(uint64 model, uint32 epoch) external onlyModelOwner(model) {
        Epoch storage stored = _epoch(model, epoch);
        uint256 target = _beaconBlock(model, epoch, stored);
        if (Blockhash.blockHash(target) != 0) revert BeaconStillReadable(target);
        stored.commitBlock = uint64(block.number);
        uint32 draws = stored.draws + 1;
        stored.draws = draws;
        ++drawCount;
        emit EpochRecommitted(model, epoch, draws);
    }

    /// @inheritdoc IModelRegistry
    function release(
        uint64 model,
        uint32 epoch,
        bytes32 weightsHash,
        Terms calldata terms,
        string calldata uri
    ) external onlyModelOwner(model) {
        Epoch storage stored = _epoch(model, epoch);
        if (weightsHash == 0) revert ZeroWeightsHash();
        if (stored.weightsHash != 0) revert AlreadyReleased(model, epoch);
        if (stored.beacon == 0) revert BeaconNotSealed(model, epoch);
        if (splitter.sharesOf(model) == address(0)) revert SharesNotOpened(model);
        stored.weightsHash = weightsHash;
        stored.releasedAt = uint64(block.timestamp);
        _models[model].released = true;
        emit Released(model, epoch, weightsHash);
        _setTerms(model, terms);
        _setUri(model, uri);
    }

    // Terms

    /// @inheritdoc IModelRegistry
    function setTerms(uint64 model, Terms calldata terms) external onlyModelOwner(model) {
        if (!_models[model].released) revert ModelNotReleased(model);
        _setTerms(model, terms);
    }

    /// @inheritdoc IModelRegistry
    function setUri(uint64 model, string calldata uri) external onlyModelOwner(model) {
        _setUri(model, uri);
    }

    /// @inheritdoc IModelRegistry
    function approveDerivative(uint64 model, address childOwner, bool approved)
        external
        onlyModelOwner(model)
    {
        _approved[model][childOwner] = approved;
        emit DerivativeApproval(model, childOwner, approved);
    }

    // Ownership

    /// @inheritdoc IModelRegistry
    function offerOwnership(uint64 model, address to) external onlyModelOwner(model) {
        _models[model].pendingOwner = to;
        emit OwnershipOffered(model, msg.sender, to);
    }

    /// @inheritdoc IModelRegistry
    function acceptOwnership(uint64 model) external {
        _requireModel(model);
        if (msg.sender != _models[model].pendingOwner) revert NotOffered(model, msg.sender);
        _transfer(model, msg.sender);
    }

    /// @inheritdoc IModelRegistry
    function handToDao(uint64 model, address executor) external {
        if (msg.sender != dao) revert NotDao(msg.sender);
        _requireModel(model);
        _transfer(model, executor);
    }

    // Views

    /// @inheritdoc IModelRegistry
    function ownerOf(uint64 model) external view returns (address) {
        _requireModel(model);
        return _models[model].owner;
    }

    /// @inheritdoc IModelRegistry
    function pendingOwnerOf(uint64 model) external view returns (address) {
        _requireModel(model);
        return _models[model].pendingOwner;
    }

    /// @inheritdoc IModelRegistry
    function epochCount(uint64 model) external view returns (uint32) {
        _requireModel(model);
        return _models[model].epochs;
    }

    /// @inheritdoc IModelRegistry
    function epochOf(uint64 model, uint32 epoch) external view returns (Epoch memory) {
        return _epoch(model, epoch);
    }

    /// @inheritdoc IModelRegistry
    function isReleased(uint64 model) external view returns (bool) {
        _requireModel(model);
        return _models[model].released;
    }

    /// @inheritdoc IModelRegistry
    function termsOf(uint64 model) external view returns (Terms memory) {
        _requireModel(model);
        return _terms(_models[model]);
    }

    /// @inheritdoc IModelRegistry
    function termsHash(uint64 model) external view returns (bytes32) {
        _requireModel(model);
        return keccak256(abi.encode(_terms(_models[model])));
    }

    /// @inheritdoc IModelRegistry
    function uriOf(uint64 model) external view returns (string memory) {
        _requireModel(model);
        return _models[model].uri;
    }

    /// @inheritdoc IModelRegistry
    function parentsOf(uint64 model) external view returns (Ancestor[] memory) {
        _requireModel(model);
        Record storage record = _models[model];
        uint256 count = record.parents;
        uint256[] memory words = new uint256[]((count + 1) / 2);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = record.parentWords[i];
        }
        return Lineage.unpack(words, count);
    }

    /// @inheritdoc IModelRegistry
    function ancestorsOf(uint64 model) external view returns (Ancestor[] memory) {
        _requireModel(model);
        return _ancestors(_models[model]);
    }

    /// @inheritdoc IModelRegistry
    function packedAncestorsOf(uint64 model) external view returns (uint256[] memory) {
        _requireModel(model);
        Record storage record = _models[model];
        return _ancestorWords(record, record.ancestors);
    }

    /// @inheritdoc IModelRegistry
    /// @dev A leaf is hashed twice over 160 bytes, an inner node once over 64: neither can pass for the
    /// other.
    function verifyLeaf(uint64 model, uint32 epoch, Leaf calldata leaf, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        Epoch storage stored = _epoch(model, epoch);
        if (leaf.index >= stored.count) return false;
        bytes32 hash = keccak256(bytes.concat(keccak256(abi.encode(leaf))));
        return MerkleProof.verifyCalldata(proof, stored.root, hash);
    }

    // Internals

    /// @notice Checks each parent's terms and stores the edges and the flattened lineage.
    function _linkParents(Record storage record, ParentLink[] calldata parents) private {
        uint256 count = parents.length;
        if (count > Lineage.MAX_PARENTS) revert TooManyParents(count);
        Ancestor[] memory edges = new Ancestor[](count);
        Ancestor[][] memory above = new Ancestor[][](count);
        for (uint256 i = 0; i < count; ++i) {
            uint64 parent = parents[i].model;
            for (uint256 j = 0; j < i; ++j) {
                if (edges[j].model == parent) revert DuplicateParent(parent);
            }
            _checkParent(parents[i]);
            edges[i] = Ancestor(parent, parents[i].ppm);
            above[i] = _ancestors(_models[parent]);
        }
        Ancestor[] memory flat = Lineage.flatten(edges, above);
        // forge-lint: disable-next-line(unsafe-typecast)
        record.parents = uint8(count);
        // forge-lint: disable-next-line(unsafe-typecast)
        record.ancestors = uint8(flat.length);
        uint256[] memory words = Lineage.pack(edges);
        for (uint256 i = 0; i < words.length; ++i) {
            record.parentWords[i] = words[i];
        }
        words = Lineage.pack(flat);
        for (uint256 i = 0; i < words.length; ++i) {
            record.ancestorWords[i] = words[i];
        }
    }

    function _checkParent(ParentLink calldata link) private view {
        uint64 parent = link.model;
        // The child has no owner yet, so that only an older model is known and no cycle can arise.
        _requireModel(parent);
        Record storage record = _models[parent];
        if (!record.released) revert ModelNotReleased(parent);
        Terms memory terms = _terms(record);
        bytes32 actual = keccak256(abi.encode(terms));
        if (link.expectedTermsHash != actual) {
            revert TermsMismatch(parent, link.expectedTermsHash, actual);
        }
        if (!terms.derivatives) revert DerivativesForbidden(parent);
        if (terms.approval && !_approved[parent][msg.sender]) {
            revert DerivativeNotApproved(parent, msg.sender);
        }
        if (link.ppm < terms.derivativePpm) {
            revert ShareBelowTerms(parent, terms.derivativePpm, link.ppm);
        }
    }

    function _commit(uint64 model, uint32 epoch, Commitment calldata commitment) private {
        bytes32 root = commitment.root;
        uint32 count = commitment.count;
        uint32 width = commitment.width;
        if (
            root == 0 || commitment.manifestHash == 0 || count == 0 || count > _MOST || width < 2
                || width > _MOST || width & (width - 1) != 0
        ) revert BadCommitment();
        if (_committed[msg.sender][root]) revert RootAlreadyCommitted(root);
        _committed[msg.sender][root] = true;
        Epoch storage stored = _epochs[model][epoch];
        stored.root = root;
        stored.manifestHash = commitment.manifestHash;
        stored.commitBlock = uint64(block.number);
        stored.count = count;
        stored.width = width;
        stored.draws = 1;
        ++drawCount;
        emit EpochCommitted(model, epoch, root, commitment.manifestHash, count, width);
    }

    function _setTerms(uint64 model, Terms calldata terms) private {
        if (terms.derivativePpm > Lineage.MAX_PPM) revert TermsOutOfRange(terms.derivativePpm);
        Record storage record = _models[model];
        record.textHash = terms.textHash;
        record.derivativePpm = terms.derivativePpm;
        record.derivatives = terms.derivatives;
        record.approval = terms.approval;
        emit TermsChanged(model, keccak256(abi.encode(terms)), terms);
    }

    function _setUri(uint64 model, string calldata uri) private {
        uint256 size = bytes(uri).length;
        if (size > _LONGEST_TEXT) revert TextTooLong(size);
        _models[model].uri = uri;
        emit UriChanged(model, uri);
    }

    function _transfer(uint64 model, address to) private {
        Record storage record = _models[model];
        address from = record.owner;
        record.owner = to;
        // An offer that a former owner made must not outlive its ownership.
        record.pendingOwner = address(0);
        emit OwnershipTransferred(model, from, to);
    }

    function _terms(Record storage record) private view returns (Terms memory) {
        return Terms(record.textHash, record.derivativePpm, record.derivatives, record.approval);
    }

    function _ancestors(Record storage record) private view returns (Ancestor[] memory) {
        uint256 count = record.ancestors;
        return Lineage.unpack(_ancestorWords(record, count), count);
    }

    function _ancestorWords(Record storage record, uint256 count)
        private
        view
        returns (uint256[] memory words)
    {
        words = new uint256[]((count + 1) / 2);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = record.ancestorWords[i];
        }
    }

    /// @notice Block of the beacon, once it is mined and while the epoch is unsealed.
    function _beaconBlock(uint64 model, uint32 epoch, Epoch storage stored)
        private
        view
        returns (uint256 target)
    {
        if (stored.beacon != 0) revert BeaconAlreadySealed(model, epoch);
        target = uint256(stored.commitBlock) + BEACON_DELAY_BLOCKS;
        if (block.number <= target) revert BeaconTooEarly(target);
    }

    function _epoch(uint64 model, uint32 epoch) private view returns (Epoch storage) {
        _requireModel(model);
        if (epoch >= _models[model].epochs) revert UnknownEpoch(model, epoch);
        return _epochs[model][epoch];
    }

    function _requireOwner(uint64 model) private view {
        _requireModel(model);
        if (msg.sender != _models[model].owner) revert NotModelOwner(model, msg.sender);
    }

    function _requireModel(uint64 model) private view {
        if (_models[model].owner == address(0)) revert UnknownModel(model);
    }
}
