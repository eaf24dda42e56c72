// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Model registry
/// @notice Commitments to fingerprint banks, their beacons, releases, terms and lineage. Holds no money.
/// The manifest whose hash is committed names the owner's address, so that a root copied from the
/// mempool is worth nothing to the copier.
interface IModelRegistry {
    /// @notice What an owner commits before any beacon is known.
    /// @param root Merkle root over the bank's leaves (OpenZeppelin standard tree)
    /// @param manifestHash SHA-256 of the manifest's canonical JSON
    /// @param count number of fingerprints n, 1 to 65,536
    /// @param width candidates per fingerprint k, a power of two from 2 to 65,536
    struct Commitment {
        bytes32 root;
        bytes32 manifestHash;
        uint32 count;
        uint32 width;
    }

    /// @notice One commitment of a model and what became of it.
    /// @param beacon hash of block commitBlock + 8; zero until sealed
    /// @param weightsHash hash of the released weights; zero until released
    /// @param commitBlock block of the commitment, its priority date; a recommit sets it anew
    /// @param releasedAt Unix seconds; 0 until released
    /// @param draws how many beacons were drawn for this commitment: 1, and one more for each recommit.
    /// Since an owner could have let a beacon lapse, or committed one bank under many names, an auditor
    /// multiplies the evidence needed by `drawCount`, which counts them all.
    struct Epoch {
        bytes32 root;
        bytes32 manifestHash;
        bytes32 beacon;
        bytes32 weightsHash;
        uint64 commitBlock;
        uint64 releasedAt;
        uint32 count;
        uint32 width;
        uint32 draws;
    }

    /// @notice What holds for derivatives that are registered from now on.
    /// @param textHash hash of the licence text people read
    /// @param derivativePpm least share of a child's revenue, in millionths, at most 500,000
    /// @param derivatives whether derivatives may be registered at all
    /// @param approval whether each child's owner must be approved first
    struct Terms {
        bytes32 textHash;
        uint32 derivativePpm;
        bool derivatives;
        bool approval;
    }

    /// @notice A parent as its child names it.
    /// @param model id of the parent, older than the child
    /// @param ppm share of the child's revenue that goes up this edge, in millionths
    /// @param expectedTermsHash `termsHash(model)` that the child's owner read
    struct ParentLink {
        uint64 model;
        uint32 ppm;
        bytes32 expectedTermsHash;
    }

    /// @notice One ancestor of a model after flattening.
    /// @param ppm its share of the model's revenue, in millionths
    struct Ancestor {
        uint64 model;
        uint32 ppm;
    }

    /// @notice The five values of a leaf, hashed as keccak256(keccak256(abi.encode(leaf))).
    struct Leaf {
        uint256 index;
        bytes32 keyHash;
        bytes32 candidatesHash;
        bytes32 salt;
        bytes32 secretHash;
    }

    /// @notice `owner` registered `model`.
    /// @param parents edges as given, in order
    event ModelRegistered(uint64 indexed model, address indexed owner, ParentLink[] parents);
    /// @notice A bank was committed as epoch `epoch` of `model`. Epoch 0 comes with the registration.
    event EpochCommitted(
        uint64 indexed model,
        uint32 indexed epoch,
        bytes32 root,
        bytes32 manifestHash,
        uint32 count,
        uint32 width
    );
    /// @notice The block whose hash was to be the beacon is out of reach, so a later one was chosen.
    event EpochRecommitted(uint64 indexed model, uint32 indexed epoch, uint32 draws);
    /// @notice The beacon of an epoch is known for ever.
    event BeaconSealed(uint64 indexed model, uint32 indexed epoch, bytes32 beacon);
    /// @notice Weights with this hash were released for an epoch.
    event Released(uint64 indexed model, uint32 indexed epoch, bytes32 weightsHash);
    /// @notice New terms hold for derivatives registered from now on.
    event TermsChanged(uint64 indexed model, bytes32 termsHash, Terms terms);
    /// @notice Where the model card and files are described.
    event UriChanged(uint64 indexed model, string uri);
    /// @notice An owner may or may no longer register children of `model`.
    event DerivativeApproval(uint64 indexed model, address indexed childOwner, bool approved);
    /// @notice `to` may accept the ownership of `model`.
    event OwnershipOffered(uint64 indexed model, address indexed from, address indexed to);
    /// @notice The ownership of `model` changed.
    event OwnershipTransferred(uint64 indexed model, address indexed from, address indexed to);

    /// @notice Thrown when there is no such model.
    error UnknownModel(uint64 model);
    /// @notice Thrown when the model has no such epoch.
    error UnknownEpoch(uint64 model, uint32 epoch);
    /// @notice Thrown when the caller does not own the model.
    error NotModelOwner(uint64 model, address caller);
    /// @notice Thrown when ownership was not offered to the caller.
    error NotOffered(uint64 model, address caller);
    /// @notice Thrown when root or manifest hash are zero, or count or width out of range.
    error BadCommitment();
    /// @notice Thrown when this owner has committed this root before.
    error RootAlreadyCommitted(bytes32 root);
    /// @notice Thrown when more than 4 parents are named.
    error TooManyParents(uint256 count);
    /// @notice Thrown when a parent is named twice.
    error DuplicateParent(uint64 parent);
    /// @notice Thrown when a model has not been released, so that it has no terms yet: as a parent, or
    /// when its owner would change them.
    error ModelNotReleased(uint64 model);
    /// @notice Thrown when a parent's terms forbid derivatives.
    error DerivativesForbidden(uint64 parent);
    /// @notice Thrown when a parent's terms ask for an approval that the child's owner lacks.
    error DerivativeNotApproved(uint64 parent, address childOwner);
    /// @notice Thrown when a parent's terms are not those the caller read.
    error TermsMismatch(uint64 model, bytes32 expected, bytes32 actual);
    /// @notice Thrown when an edge gives less than the parent's terms ask for, in millionths.
    error ShareBelowTerms(uint64 parent, uint32 required, uint32 given);
    /// @notice Thrown when all ancestors together would get more than half, in millionths.
    error ShareOverflow(uint256 ppm);
    /// @notice Thrown when a model would have more than 16 ancestors.
    error LineageTooWide(uint256 count);
    /// @notice Thrown when terms ask for more than half, in millionths.
    error TermsOutOfRange(uint32 derivativePpm);
    /// @notice Thrown when the block of the beacon is not mined yet; it is number `block_`.
    error BeaconTooEarly(uint256 block_);
    /// @notice Thrown when the hash of block `block_` is out of reach; recommit.
    error BeaconLost(uint256 block_);
    /// @notice Thrown when the beacon can still be sealed, so that a new draw would be a choice.
    error BeaconStillReadable(uint256 block_);
    /// @notice Thrown when the epoch's beacon is sealed already.
    error BeaconAlreadySealed(uint64 model, uint32 epoch);
    /// @notice Thrown when weights are released before the beacon is sealed.
    error BeaconNotSealed(uint64 model, uint32 epoch);
    /// @notice Thrown when the epoch was released already.
    error AlreadyReleased(uint64 model, uint32 epoch);
    /// @notice Thrown when a weights hash is zero.
    error ZeroWeightsHash();
    /// @notice Thrown when the contributors' shares were not opened before the release.
    error SharesNotOpened(uint64 model);
    /// @notice Thrown when a text has more than 512 bytes.
    error TextTooLong(uint256 sizeBytes);
    /// @notice Thrown when only the DAO factory may call.
    error NotDao(address caller);

    /// @notice Registers a model with its first commitment and its lineage, both for ever.
    /// @param commitment bank committed as epoch 0
    /// @param parents at most 4, released, older, each with the terms its owner set
    /// @return model id of the new model, counted from 1
    function register(Commitment calldata commitment, ParentLink[] calldata parents)
        external
        returns (uint64 model);

    /// @notice Commits a new bank of the same model; older epochs stay provable. Owner only.
    /// @return epoch number of the new epoch
    function addEpoch(uint64 model, Commitment calldata commitment) external returns (uint32 epoch);

    /// @notice Stores the hash of block commitBlock + 8 while it is readable: 256 blocks, or 8,191 on
    /// chains with EIP-2935. Anyone may call.
    function sealBeacon(uint64 model, uint32 epoch) external returns (bytes32 beacon);

    /// @notice Draws a later beacon when the first is out of reach. Owner only; counted in `draws`.
    function recommit(uint64 model, uint32 epoch) external;

    /// @notice Binds the released weights to an epoch whose beacon is sealed. Owner only.
    /// @param weightsHash hash of the released weights
    /// @param terms what holds for derivatives from now on
    /// @param uri where the model is described; 512 bytes at most
    function release(
        uint64 model,
        uint32 epoch,
        bytes32 weightsHash,
        Terms calldata terms,
        string calldata uri
    ) external;

    /// @notice Changes the terms for children registered later. Owner only.
    function setTerms(uint64 model, Terms calldata terms) external;

    /// @notice Changes where the model is described; 512 bytes at most. Owner only.
    function setUri(uint64 model, string calldata uri) external;

    /// @notice Allows or forbids an owner to register children, where terms ask for approval. Owner only.
    function approveDerivative(uint64 model, address childOwner, bool approved) external;

    /// @notice Offers the ownership to `to`, which must accept it; the zero address withdraws an offer.
    function offerOwnership(uint64 model, address to) external;

    /// @notice Takes the ownership that was offered to the caller.
    function acceptOwnership(uint64 model) external;

    /// @notice Hands a model to its DAO. Only the DAO factory, which asks the owner.
    function handToDao(uint64 model, address executor) external;

    /// @notice Number of models; ids run from 1 to it.
    function modelCount() external view returns (uint64);

    /// @notice Number of beacons drawn for all commitments of all models: what a claim that one of them
    /// proves has to be corrected for, since nobody can tell which of them belong to one person.
    function drawCount() external view returns (uint64);

    /// @notice Owner of a model. Reverts when there is no such model.
    function ownerOf(uint64 model) external view returns (address);

    /// @notice Who may accept the ownership; zero when nobody.
    function pendingOwnerOf(uint64 model) external view returns (address);

    /// @notice Number of epochs of a model.
    function epochCount(uint64 model) external view returns (uint32);

    /// @notice One epoch of a model.
    function epochOf(uint64 model, uint32 epoch) external view returns (Epoch memory);

    /// @notice Whether any epoch of the model was released.
    function isReleased(uint64 model) external view returns (bool);

    /// @notice Terms for derivatives, all zero before the first release.
    function termsOf(uint64 model) external view returns (Terms memory);

    /// @notice keccak256(abi.encode(terms)): what a child's owner names as expected.
    function termsHash(uint64 model) external view returns (bytes32);

    /// @notice Where the model is described. Untrusted text.
    function uriOf(uint64 model) external view returns (string memory);

    /// @notice Edges to the parents as they were given at registration.
    function parentsOf(uint64 model) external view returns (Ancestor[] memory);

    /// @notice The flattened lineage, at most 16, shares summing to 500,000 at most: the parents as given,
    /// then the first of each parent's own list, then the second of each, and so on; nobody without a
    /// share.
    function ancestorsOf(uint64 model) external view returns (Ancestor[] memory);

    /// @notice The same, two to a word: bits 0–63 model, 64–95 ppm, 128–191 model, 192–223 ppm.
    function packedAncestorsOf(uint64 model) external view returns (uint256[] memory);

    /// @notice Whether the leaf is one of the epoch's. Malformed proofs are false.
    function verifyLeaf(uint64 model, uint32 epoch, Leaf calldata leaf, bytes32[] calldata proof)
        external
        view
        returns (bool);
}
