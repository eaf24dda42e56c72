// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "./IModelRegistry.sol";
import {IUsageChannel} from "./IUsageChannel.sol";

/// @title Prover network
/// @notice Staked provers show by fingerprints that a host serves a model without permission. Money here
/// is native coin: stakes, collateral, bounties and bonds.
/// @dev A chain cannot see an HTTP answer. Class A rests on a receipt that the host signed and is decided
/// here; class B rests on several provers' word, waits for a contest, and is decided by an arbitrator.
interface IProverNetwork {
    /// @notice State of a class B case.
    enum CaseState {
        None,
        Gathering,
        Suspected,
        Contested,
        Escalated,
        Upheld,
        Dismissed
    }

    /// @notice A prover's stake.
    /// @param amount wei; `leaving` of it wei on the way out from `leavesAt` (Unix seconds)
    /// @param openCases cases and juries that hold it
    /// @param since Unix seconds at which stake was last added
    struct Stake {
        uint128 amount;
        uint128 leaving;
        uint64 leavesAt;
        uint32 openCases;
        uint64 since;
    }

    /// @notice A host with collateral.
    /// @param id hash of its base URL, as cases name it
    /// @param leavesAt Unix seconds from which the collateral can be taken back; 0 while it stays
    struct Host {
        bytes32 id;
        uint128 collateral;
        uint64 leavesAt;
        uint32 slashes;
    }

    /// @notice What a prover shows of one fingerprint; hashed into the commit.
    /// @param host hash of the host's base URL
    /// @param proof Merkle path of the leaf
    /// @param secret the pair's secret s_i
    /// @param key encoding of the key: uint32 n ‖ n × uint32 token ‖ uint32 size ‖ text in UTF-8
    /// @param candidates encoding of the candidates: mode ‖ uint32 k ‖ k × uint32 token ‖ k × float64
    /// @param evidenceHash hash of the transcript, kept off the chain
    /// @param salt random, so that the commit tells nothing
    struct Reveal {
        uint64 model;
        uint32 epoch;
        bytes32 host;
        IModelRegistry.Leaf leaf;
        bytes32[] proof;
        bytes32 secret;
        bytes key;
        bytes candidates;
        bytes32 evidenceHash;
        bytes32 salt;
    }

    /// @notice A class B case: a model served by a host. Its id is keccak256(abi.encode(model, host,
    /// round)), rounds counted from 0, so that a re-organised chain cannot give it to another case.
    /// @param deadline Unix seconds at which the present state ends; 0 for a state that stays
    /// @param leaves distinct fingerprints shown, by `provers` distinct provers
    /// @param later in the first case of a model and host, how many rounds came after it; else 0
    /// @param bond wei that the contester put up
    /// @param fee wei that the escalator paid to the arbitrator
    struct Case {
        uint64 model;
        CaseState state;
        uint64 deadline;
        uint32 leaves;
        uint32 provers;
        uint32 later;
        bytes32 host;
        address contester;
        uint96 bond;
        address escalator;
        uint96 fee;
        uint256 disputeId;
    }

    /// @notice Stake was added.
    event Staked(address indexed prover, uint256 amount, uint256 total);
    /// @notice Stake began to leave; it can be taken from `leavesAt` on.
    event UnstakeRequested(address indexed prover, uint256 amount, uint64 leavesAt);
    /// @notice Stake left.
    event Unstaked(address indexed prover, uint256 amount);
    /// @notice Stake was lost.
    event StakeSlashed(address indexed prover, uint256 amount);
    /// @notice A host put up collateral.
    event HostRegistered(address indexed host, bytes32 indexed id, uint256 collateral);
    /// @notice A host asked for its collateral back.
    event HostLeaving(address indexed host, uint64 leavesAt);
    /// @notice A host left.
    event HostLeft(address indexed host, uint256 collateral);
    /// @notice A host lost collateral by a class A proof.
    event HostSlashed(
        address indexed host,
        uint64 indexed model,
        address indexed prover,
        uint256 slashed,
        uint256 toProver,
        uint256 toModel
    );
    /// @notice A bounty was added to.
    event BountyFunded(uint64 indexed model, address indexed from, uint256 amount, uint256 total);
    /// @notice The share of the bounty that one upheld case earns was set, in millionths.
    event RewardSet(uint64 indexed model, uint32 ppm);
    /// @notice A commit was made.
    event Committed(address indexed prover, bytes32 indexed commit);
    /// @notice A fingerprint was shown and is burnt. `response` is the token that the beacon chose.
    event LeafRevealed(
        uint64 indexed model,
        uint32 indexed epoch,
        uint256 index,
        address indexed prover,
        bytes32 host,
        uint32 response,
        bytes32 evidenceHash
    );
    /// @notice A case moved to a state that ends at `deadline` (Unix seconds; 0 for none).
    event CaseChanged(
        uint256 indexed caseId,
        uint64 indexed model,
        bytes32 indexed host,
        CaseState state,
        uint64 deadline
    );
    /// @notice A case was contested; the counter evidence is kept off the chain.
    event CaseContested(uint256 indexed caseId, address indexed contester, bytes32 evidenceHash);
    /// @notice An account may withdraw `amount` wei more.
    event Credited(address indexed account, uint256 amount);
    /// @notice Credit was paid out.
    event Withdrawn(address indexed account, address to, uint256 amount);

    /// @notice Thrown when an amount is nothing or too large.
    error BadAmount(uint256 amount);
    /// @notice Thrown when the stake that is not leaving is below what is needed, in wei.
    error StakeTooLow(uint256 have, uint256 need);
    /// @notice Thrown when stake added at `since` is not older than `before` (Unix seconds).
    error StakeTooYoung(uint64 since, uint64 before);
    /// @notice Thrown when stake is held by an open case or a jury.
    error HeldByCase();
    /// @notice Thrown before `notBefore` (Unix seconds).
    error TooEarly(uint64 notBefore);
    /// @notice Thrown when nothing is leaving or there is nothing to take.
    error NothingToWithdraw();
    /// @notice Thrown when a host id is zero or taken, or the caller is a host already.
    error BadHost();
    /// @notice Thrown when the caller or signer is not a host with collateral.
    error UnknownHost(address host);
    /// @notice Thrown when the commit is unknown or was used.
    error CommitUnknown(bytes32 commit);
    /// @notice Thrown when the same commit was made before.
    error CommitExists(bytes32 commit);
    /// @notice Thrown when a reveal comes in the block of its commit.
    error RevealTooEarly();
    /// @notice Thrown when a reveal comes more than 7,200 blocks after its commit.
    error RevealTooLate();
    /// @notice Thrown when the fingerprint was shown before.
    error LeafUsed(uint64 model, uint32 epoch, uint256 index);
    /// @notice Thrown when leaf, proof, secret, key or candidates do not fit together.
    error BadProof();
    /// @notice Thrown when the epoch was not released, so that no model can answer by it.
    error NotReleased(uint64 model, uint32 epoch);
    /// @notice Thrown when the host's receipt is not over this key and model.
    error ReceiptMismatch();
    /// @notice Thrown when the receipt, by its digest, has cost its host collateral before.
    error ReceiptUsed(bytes32 digest);
    /// @notice Thrown when the call was paid for or can still be.
    error CallCovered();
    /// @notice Thrown when a prover acts against itself.
    error OwnHost(address prover);
    /// @notice Thrown when the caller is not one of the case's provers.
    error NotProver(uint256 caseId, address caller);
    /// @notice Thrown when a case has 16 provers already.
    error CaseFull(uint256 caseId);
    /// @notice Thrown when a case is not in the state for this.
    error WrongState(uint256 caseId, CaseState state);
    /// @notice Thrown when the time for this is over.
    error WindowClosed(uint64 deadline);
    /// @notice Thrown while the time for others to act runs.
    error WindowOpen(uint64 deadline);
    /// @notice Thrown when the bond or fee sent is not what is asked for, in wei.
    error WrongBond(uint256 expected, uint256 sent);
    /// @notice Thrown when the caller is not the arbitrator.
    error NotArbitrator(address caller);
    /// @notice Thrown when the caller is not the jury.
    error NotJury(address caller);
    /// @notice Thrown when the caller does not own the model.
    error NotModelOwner(uint64 model, address caller);
    /// @notice Thrown when a share is above all, in millionths.
    error BadReward(uint32 ppm);
    /// @notice Thrown when the receiver refused the coin.
    error PaymentRefused(address to);

    // Stakes, hosts, bounties

    /// @notice Adds the coin sent to the caller's stake.
    function stake() external payable;

    /// @notice Begins to take stake out; it can be taken after 7 days.
    function requestUnstake(uint128 amount) external;

    /// @notice Takes out what was asked for 7 days ago, unless a case holds it.
    function unstake() external;

    /// @notice Puts up collateral as a host, or adds to it.
    /// @param id hash of the base URL; the same as before when adding
    function registerHost(bytes32 id) external payable;

    /// @notice Asks for the collateral back, after 14 days.
    function requestHostExit() external;

    /// @notice Takes the collateral back.
    function exitHost() external;

    /// @notice Adds to a model's bounty. Anyone.
    function fundBounty(uint64 model) external payable;

    /// @notice Sets what share of the bounty one upheld case earns, in millionths. Model owner.
    function setReward(uint64 model, uint32 ppm) external;

    // Evidence

    /// @notice Commits to a reveal: `commitOf(prover, reveal)`. Needs the least stake. Commits of others
    /// do not meet it, so that nobody can take a commit away by copying it.
    function commit(bytes32 commitHash) external;

    /// @notice Shows one fingerprint as class B evidence: begins the case of model and host or joins it.
    function reveal(Reveal calldata shown) external returns (uint256 caseId);

    /// @notice Shows one fingerprint with a receipt that the host signed: if no permission covers the
    /// call, half of the host's collateral is lost, without a vote. A receipt counts once, so that a bank
    /// full of the same text gains nothing.
    function revealWithReceipt(
        Reveal calldata shown,
        IUsageChannel.Receipt calldata receipt,
        bytes calldata hostSignature
    ) external;

    /// @notice Contests a suspected case with a bond. Anyone but its provers.
    function contest(uint256 caseId, bytes32 evidenceHash) external payable;

    /// @notice Takes a contested case to the arbitrator, paying its fee. One of its provers.
    function escalate(uint256 caseId) external payable;

    /// @notice Ends a case whose time is over: gathering lapses, suspicion is upheld, a contest that
    /// nobody escalated is dismissed, and so is one on which the arbitrator was silent for 90 days, so
    /// that no stake is held for ever. Anyone.
    function finalize(uint256 caseId) external;

    /// @notice Pays out the caller's credit to `to`.
    function withdraw(address to) external returns (uint256 amount);

    // Jury

    /// @notice Holds a prover's stake while it sits on a jury. Jury only. Stake to which anything was
    /// added at or after `before` (Unix seconds) is refused, so that no vote is bought for one dispute.
    /// @return amount stake that is not leaving, in wei
    function holdStake(address prover, uint64 before) external returns (uint128 amount);

    /// @notice Lets go of a prover's stake and moves a fine from it to a model's bounty. Jury only.
    /// @param fine wei; at most what is there is taken
    /// @return taken wei that was
    function freeStake(address prover, uint128 fine, uint64 model) external returns (uint128 taken);

    /// @notice Whether an account is a prover or the contester of a case, or the host itself.
    function isParty(uint256 caseId, address account) external view returns (bool);

    // Views

    /// @notice keccak256(abi.encode(prover, chain id, this contract, reveal)).
    function commitOf(address prover, Reveal calldata shown) external view returns (bytes32);

    /// @notice A prover's stake.
    function stakeOf(address prover) external view returns (Stake memory);

    /// @notice A host by its signing address.
    function hostOf(address host) external view returns (Host memory);

    /// @notice Address of a host by the hash of its base URL; zero when it put up nothing.
    function hostById(bytes32 id) external view returns (address);

    /// @notice A model's bounty in wei, and the share of it that one case earns, in millionths.
    function bountyOf(uint64 model) external view returns (uint256 amount, uint32 rewardPpm);

    /// @notice A class B case.
    function caseOf(uint256 caseId) external view returns (Case memory);

    /// @notice The case of model and host that is open now; 0 when none.
    function openCaseOf(uint64 model, bytes32 host) external view returns (uint256);

    /// @notice How many cases against a host were upheld: the tag that studios show.
    function upheldAgainst(bytes32 host) external view returns (uint32);

    /// @notice Whether a fingerprint was shown before.
    function isBurnt(uint64 model, uint32 epoch, uint256 index) external view returns (bool);

    /// @notice What an account may withdraw, in wei.
    function creditOf(address account) external view returns (uint256);

    /// @notice All wei that is owed to somebody. The balance is never below it.
    function held() external view returns (uint256);
}
