// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EntryPause} from "../EntryPause.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../interfaces/IProverNetwork.sol";

/// @title Prover funds
/// @notice The part of the prover network that keeps the coin: stakes, collateral, bounties, credits.
/// @dev `held` is the sum of all stakes, collateral, bounties, live bonds and credits. Coin that is
/// forced onto the contract without a call belongs to nobody and is not counted.
abstract contract ProverFunds is IProverNetwork, EntryPause, ReentrancyGuardTransient {
    /// @notice Least stake, not leaving, of a prover that commits, reveals or sits on a jury, and least
    /// collateral that a host begins with; in wei.
    uint128 public constant LEAST_STAKE = 0.1 ether;
    /// @notice Stake that each prover of a case loses when the arbitrator rules against it, in wei.
    uint128 public constant FALSE_CASE_LOSS = 0.05 ether;
    /// @notice Time between asking for stake and taking it, in seconds.
    uint64 public constant UNSTAKE_DELAY = 7 days;
    /// @notice Time between asking for collateral and taking it, in which it can still be lost, in
    /// seconds.
    uint64 public constant HOST_EXIT_DELAY = 14 days;
    /// @notice Share of the bounty that an upheld case earns unless the owner set another, in millionths.
    uint32 public constant DEFAULT_REWARD_PPM = 100_000;
    /// @notice One whole, in millionths.
    uint256 internal constant _MILLION = 1_000_000;

    struct Bounty {
        uint128 amount;
        uint32 rewardPpm;
        bool isRewardSet;
    }

    /// @notice Where models and their owners are recorded.
    IModelRegistry public immutable registry;
    /// @notice Who may hold and fine stakes.
    address public immutable jury;

    /// @inheritdoc IProverNetwork
    uint256 public held;
    mapping(address account => uint256) private _credits;
    mapping(address prover => Stake) private _stakes;
    mapping(address host => Host) internal _hosts;
    /// @inheritdoc IProverNetwork
    mapping(bytes32 id => address) public hostById;
    mapping(uint64 model => Bounty) private _bounties;

    constructor(IModelRegistry registry_, address jury_) {
        registry = registry_;
        jury = jury_;
    }

    // Stakes

    /// @inheritdoc IProverNetwork
    function stake() external payable whenEntryOpen {
        uint128 amount = _received();
        Stake storage mine = _stakes[msg.sender];
        uint128 total = mine.amount + amount;
        mine.amount = total;
        mine.since = uint64(block.timestamp);
        held += amount;
        emit Staked(msg.sender, amount, total);
    }

    /// @inheritdoc IProverNetwork
    /// @dev Asking again begins the wait anew for all that is leaving.
    function requestUnstake(uint128 amount) external {
        if (amount == 0) revert BadAmount(0);
        Stake storage mine = _stakes[msg.sender];
        uint128 free = mine.amount - mine.leaving;
        if (amount > free) revert StakeTooLow(free, amount);
        mine.leaving += amount;
        uint64 leavesAt = uint64(block.timestamp) + UNSTAKE_DELAY;
        mine.leavesAt = leavesAt;
        emit UnstakeRequested(msg.sender, amount, leavesAt);
    }

    /// @inheritdoc IProverNetwork
    function unstake() external nonReentrant {
        Stake storage mine = _stakes[msg.sender];
        uint128 amount = mine.leaving;
        if (amount == 0) revert NothingToWithdraw();
        if (block.timestamp < mine.leavesAt) revert TooEarly(mine.leavesAt);
        if (mine.openCases != 0) revert HeldByCase();
        mine.amount -= amount;
        mine.leaving = 0;
        emit Unstaked(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IProverNetwork
    function holdStake(address prover, uint64 before) external returns (uint128 amount) {
        if (msg.sender != jury) revert NotJury(msg.sender);
        Stake storage theirs = _stakes[prover];
        amount = _requireStake(theirs, LEAST_STAKE);
        if (theirs.since >= before) revert StakeTooYoung(theirs.since, before);
        ++theirs.openCases;
    }

    /// @inheritdoc IProverNetwork
    function freeStake(address prover, uint128 fine, uint64 model)
        external
        returns (uint128 taken)
    {
        if (msg.sender != jury) revert NotJury(msg.sender);
        --_stakes[prover].openCases;
        taken = _slash(prover, fine);
        if (taken != 0) _bounties[model].amount += taken;
    }

    // Hosts

    /// @inheritdoc IProverNetwork
    /// @dev Adding to the collateral takes back a wish to leave.
    function registerHost(bytes32 id) external payable whenEntryOpen {
        uint128 amount = _received();
        Host storage mine = _hosts[msg.sender];
        if (mine.id == 0) {
            if (id == 0 || hostById[id] != address(0)) revert BadHost();
            if (amount < LEAST_STAKE) revert StakeTooLow(amount, LEAST_STAKE);
            mine.id = id;
            hostById[id] = msg.sender;
        } else if (mine.id != id) {
            revert BadHost();
        }
        uint128 total = mine.collateral + amount;
        mine.collateral = total;
        mine.leavesAt = 0;
        held += amount;
        emit HostRegistered(msg.sender, id, total);
    }

    /// @inheritdoc IProverNetwork
    function requestHostExit() external {
        Host storage mine = _hosts[msg.sender];
        if (mine.id == 0) revert UnknownHost(msg.sender);
        uint64 leavesAt = uint64(block.timestamp) + HOST_EXIT_DELAY;
        mine.leavesAt = leavesAt;
        emit HostLeaving(msg.sender, leavesAt);
    }

    /// @inheritdoc IProverNetwork
    function exitHost() external nonReentrant {
        Host storage mine = _hosts[msg.sender];
        uint64 leavesAt = mine.leavesAt;
        if (leavesAt == 0) revert NothingToWithdraw();
        if (block.timestamp < leavesAt) revert TooEarly(leavesAt);
        uint128 collateral = mine.collateral;
        delete hostById[mine.id];
        delete _hosts[msg.sender];
        emit HostLeft(msg.sender, collateral);
        _send(msg.sender, collateral);
    }

    // Bounties

    /// @inheritdoc IProverNetwork
    function fundBounty(uint64 model) external payable whenEntryOpen {
        uint128 amount = _received();
        // Reverts when there is no such model, so that no coin ends where nothing can earn it.
        registry.ownerOf(model);
        Bounty storage bounty = _bounties[model];
        uint128 total = bounty.amount + amount;
        bounty.amount = total;
        held += amount;
        emit BountyFunded(model, msg.sender, amount, total);
    }

    /// @inheritdoc IProverNetwork
    function setReward(uint64 model, uint32 ppm) external {
        if (registry.ownerOf(model) != msg.sender) revert NotModelOwner(model, msg.sender);
        if (ppm > _MILLION) revert BadReward(ppm);
        Bounty storage bounty = _bounties[model];
        bounty.rewardPpm = ppm;
        bounty.isRewardSet = true;
        emit RewardSet(model, ppm);
    }

    /// @inheritdoc IProverNetwork
    function withdraw(address to) external nonReentrant returns (uint256 amount) {
        amount = _credits[msg.sender];
        if (amount == 0) revert NothingToWithdraw();
        if (to == address(0)) revert PaymentRefused(to);
        _credits[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        _send(to, amount);
    }

    // Views

    /// @inheritdoc IProverNetwork
    function stakeOf(address prover) external view returns (Stake memory) {
        return _stakes[prover];
    }

    /// @inheritdoc IProverNetwork
    function hostOf(address host) external view returns (Host memory) {
        return _hosts[host];
    }

    /// @inheritdoc IProverNetwork
    function bountyOf(uint64 model) external view returns (uint256 amount, uint32 rewardPpm) {
        Bounty storage bounty = _bounties[model];
        return (bounty.amount, _rewardPpm(bounty));
    }

    /// @inheritdoc IProverNetwork
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    // For the other parts

    /// @dev What a case of the model earns now, in wei, without taking it.
    function _rewardOf(uint64 model) internal view returns (uint128) {
        Bounty storage bounty = _bounties[model];
        // A share of a uint128 that is at most one whole fits.
        return uint128((uint256(bounty.amount) * _rewardPpm(bounty)) / _MILLION);
    }

    function _takeBounty(uint64 model, uint128 amount) internal {
        _bounties[model].amount -= amount;
    }

    /// @dev Moves coin that is held already into a bounty.
    function _addBounty(uint64 model, uint128 amount) internal {
        _bounties[model].amount += amount;
    }

    /// @dev Moves coin that is held already into an account's credit.
    function _credit(address account, uint256 amount) internal {
        if (amount == 0) return;
        _credits[account] += amount;
        emit Credited(account, amount);
    }

    /// @dev Reverts when a prover's stake that is not leaving is below the least.
    function _requireLeastStake(address prover) internal view {
        _requireStake(_stakes[prover], LEAST_STAKE);
    }

    /// @dev Binds a prover's stake to one more case. The stake must cover what every case that holds it
    /// may cost, so that one stake cannot stand behind any number of false cases.
    function _bindStake(address prover) internal {
        Stake storage theirs = _stakes[prover];
        uint32 cases = theirs.openCases + 1;
        uint256 need = uint256(cases) * FALSE_CASE_LOSS;
        _requireStake(theirs, need < LEAST_STAKE ? LEAST_STAKE : need);
        theirs.openCases = cases;
    }

    function _unbindStake(address prover) internal {
        --_stakes[prover].openCases;
    }

    /// @notice Takes `amount` wei of a prover's stake, at most what is there. Stake on its way out is lost
    /// last but not spared.
    /// @return taken wei that are held and belong to nobody until the caller gives them to somebody
    function _slash(address prover, uint128 amount) internal returns (uint128 taken) {
        Stake storage theirs = _stakes[prover];
        uint128 have = theirs.amount;
        taken = amount < have ? amount : have;
        if (taken == 0) return 0;
        have -= taken;
        theirs.amount = have;
        if (theirs.leaving > have) theirs.leaving = have;
        emit StakeSlashed(prover, taken);
    }

    /// @dev Sends coin out of the contract. The caller is nonReentrant and has made its changes.
    function _send(address to, uint256 amount) private {
        held -= amount;
        (bool done,) = to.call{value: amount}("");
        if (!done) revert PaymentRefused(to);
    }

    /// @dev The coin sent. 2^96 wei are more than any chain's coins, and keep sums below 2^128.
    function _received() private view returns (uint128) {
        if (msg.value == 0 || msg.value > type(uint96).max) revert BadAmount(msg.value);
        return uint128(msg.value);
    }

    function _requireStake(Stake storage theirs, uint256 need) private view returns (uint128 free) {
        free = theirs.amount - theirs.leaving;
        if (free < need) revert StakeTooLow(free, need);
    }

    function _rewardPpm(Bounty storage bounty) private view returns (uint32) {
        return bounty.isRewardSet ? bounty.rewardPpm : DEFAULT_REWARD_PPM;
    }
}
