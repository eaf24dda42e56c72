// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelDao} from "./interfaces/IModelDao.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IModelShares} from "./interfaces/IModelShares.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {LineagePots} from "./lib/LineagePots.sol";
import {ShareAccounts} from "./lib/ShareAccounts.sol";
import {ShareRules} from "./lib/ShareRules.sol";
import {Vault} from "./lib/Vault.sol";

/// @title Revenue splitter
/// @notice Holds the money of all models, modules and accounts. Nobody has power over it: modules spend
/// what they put in, and everybody else pulls what is theirs.
/// @dev Money moves last in every function and behind a guard against re-entry. What is owed is kept in
/// `held` for each token, so that money sent by force is told apart.
contract RevenueSplitter is Vault, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using ShareAccounts for ShareAccounts.Debt;
    using ShareAccounts for ShareAccounts.Income;

    /// @notice The registry of models, which knows owners and lineage.
    IModelRegistry public immutable REGISTRY;
    /// @notice The factory of models' DAOs.
    IModelDao public immutable DAO;
    /// @notice The contract that share tokens are clones of.
    address public immutable SHARES_IMPLEMENTATION;

    address private immutable _LICENCES;
    address private immutable _CHANNEL;
    address private immutable _PROVERS;

    /// @inheritdoc IRevenueSplitter
    mapping(address account => mapping(address token => uint256)) public creditOf;
    /// @inheritdoc IRevenueSplitter
    mapping(address module => mapping(address token => uint256)) public moduleBalanceOf;

    mapping(uint64 model => ShareAccounts.Shares) private _shares;
    mapping(uint64 model => mapping(uint32 epoch => ShareRules.Issue)) private _issues;
    mapping(address token => mapping(uint64 model => ShareAccounts.Income)) private _incomes;

    modifier onlyModule() {
        if (msg.sender != _LICENCES && msg.sender != _CHANNEL && msg.sender != _PROVERS) {
            revert NotModule(msg.sender);
        }
        _;
    }

    /// @param registry the registry of models
    /// @param dao the factory of models' DAOs
    /// @param sharesImplementation the contract that share tokens are clones of
    /// @param modules licence token, usage channel and prover network
    /// @param tokens the ERC-20s that may be used for ever, at most 8
    constructor(
        address registry,
        address dao,
        address sharesImplementation,
        address[3] memory modules,
        address[] memory tokens
    ) Vault(tokens) {
        REGISTRY = IModelRegistry(registry);
        DAO = IModelDao(dao);
        SHARES_IMPLEMENTATION = sharesImplementation;
        (_LICENCES, _CHANNEL, _PROVERS) = (modules[0], modules[1], modules[2]);
    }

    // Shares

    /// @inheritdoc IRevenueSplitter
    function openShares(uint64 model, address[] calldata holders, uint256[] calldata amounts)
        external
        returns (address shares)
    {
        if (msg.sender != REGISTRY.ownerOf(model)) revert NotModelOwner(model, msg.sender);
        if (_shares[model].token != address(0)) revert SharesAlreadyOpen(model);
        ShareRules.checkHolders(holders, amounts);
        shares = Clones.cloneDeterministic(SHARES_IMPLEMENTATION, bytes32(uint256(model)));
        _shares[model] = ShareAccounts.Shares(shares, 0, ShareRules.FIRST_SHARES);
        emit SharesOpened(model, shares);
        IModelShares(shares).setUp(model, holders, amounts);
    }

    /// @inheritdoc IRevenueSplitter
    function issueShares(uint64 model, address to, uint256 amount) external {
        address timelock = DAO.timelockOf(model);
        if (timelock == address(0) || msg.sender != timelock) {
            revert NotModelDao(model, msg.sender);
        }
        ShareAccounts.Shares memory shares = _shares[model];
        if (shares.token == address(0)) revert SharesNotOpen(model);
        if (to == address(0)) revert ZeroReceiver();
        ShareRules.checkIssue(_issues[model], shares.epoch, shares.supply, amount);
        uint64 before = shares.supply;
        uint32 epoch = ++shares.epoch;
        shares.supply = (before + amount).toUint64();
        _shares[model] = shares;
        _issues[model][epoch] = ShareRules.Issue(uint64(block.timestamp), before);
        for (uint256 i; i < _tokenCount(); ++i) {
            _incomes[_tokenAt(i)][model].mark(epoch, before);
        }
        emit SharesIssued(model, to, amount, epoch);
        IModelShares(shares.token).issue(to, amount);
    }

    /// @inheritdoc IRevenueSplitter
    function onShareTransfer(
        uint64 model,
        address from,
        address to,
        uint256 fromBalance,
        uint256 toBalance,
        uint256 amount
    ) external {
        ShareAccounts.Shares memory shares = _shares[model];
        if (msg.sender != shares.token) revert NotShares(msg.sender);
        if (from == to || amount == 0) return;
        ShareAccounts.Transfer memory transfer =
            ShareAccounts.Transfer(from, to, fromBalance, toBalance, amount);
        for (uint256 i; i < _tokenCount(); ++i) {
            _incomes[_tokenAt(i)][model].move(shares, transfer);
        }
    }

    // Income

    /// @inheritdoc IRevenueSplitter
    function give(uint64 model, address token, uint256 amount) external payable nonReentrant {
        // Reverts when there is no such model, whose income nobody could claim.
        REGISTRY.ownerOf(model);
        bool resale = msg.sender == _shares[model].token;
        _receive(token, msg.sender, amount);
        _book(model, token, amount, resale ? Source.Resale : Source.Gift);
    }

    /// @inheritdoc IRevenueSplitter
    function pay(uint64 model, address token, address from, uint256 amount, Source source)
        external
        payable
        onlyModule
        nonReentrant
    {
        _receive(token, from, amount);
        _book(model, token, amount, source);
    }

    /// @inheritdoc IRevenueSplitter
    function payWithAuthorization(
        uint64 model,
        address token,
        uint256 amount,
        Source source,
        Authorization calldata authorization
    ) external onlyModule nonReentrant {
        _receiveAuthorized(token, amount, authorization);
        _book(model, token, amount, source);
    }

    /// @inheritdoc IRevenueSplitter
    function deposit(address token, address from, uint256 amount)
        external
        payable
        onlyModule
        nonReentrant
    {
        _receive(token, from, amount);
        moduleBalanceOf[msg.sender][token] += amount;
    }

    /// @inheritdoc IRevenueSplitter
    function depositWithAuthorization(
        address token,
        uint256 amount,
        Authorization calldata authorization
    ) external onlyModule nonReentrant {
        _receiveAuthorized(token, amount, authorization);
        moduleBalanceOf[msg.sender][token] += amount;
    }

    /// @inheritdoc IRevenueSplitter
    function split(uint64 model, address token, uint256 amount, Source source)
        external
        onlyModule
        nonReentrant
    {
        _spend(token, amount);
        _book(model, token, amount, source);
    }

    /// @inheritdoc IRevenueSplitter
    function credit(address account, address token, uint256 amount)
        external
        onlyModule
        nonReentrant
    {
        _spend(token, amount);
        _credit(account, token, amount);
    }

    /// @inheritdoc IRevenueSplitter
    function creditAndSplit(
        address account,
        uint256 credited,
        uint64 model,
        address token,
        uint256 amount,
        Source source
    ) external onlyModule nonReentrant {
        _spend(token, credited + amount);
        _credit(account, token, credited);
        _book(model, token, amount, source);
    }

    // Exits

    /// @inheritdoc IRevenueSplitter
    function claim(uint64 model, address token, address holder)
        external
        nonReentrant
        returns (uint256 amount)
    {
        amount = _claim(model, token, holder, holder);
        if (amount == 0) revert NothingToClaim();
    }

    /// @inheritdoc IRevenueSplitter
    function claimMany(uint64[] calldata models, address[] calldata tokens, address holder)
        external
        nonReentrant
    {
        if (models.length != tokens.length) {
            revert LengthMismatch(models.length, tokens.length);
        }
        for (uint256 i; i < models.length; ++i) {
            _claim(models[i], tokens[i], holder, holder);
        }
    }

    /// @inheritdoc IRevenueSplitter
    function claimTo(uint64 model, address token, address to)
        external
        nonReentrant
        returns (uint256 amount)
    {
        if (to == address(0)) revert ZeroReceiver();
        amount = _claim(model, token, msg.sender, to);
        if (amount == 0) revert NothingToClaim();
    }

    /// @inheritdoc IRevenueSplitter
    function withdraw(address account, address token)
        external
        nonReentrant
        returns (uint256 amount)
    {
        return _withdraw(account, token, account);
    }

    /// @inheritdoc IRevenueSplitter
    function withdrawTo(address token, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0)) revert ZeroReceiver();
        return _withdraw(msg.sender, token, to);
    }

    /// @inheritdoc IRevenueSplitter
    function sweepDonation(uint64 model, address token)
        external
        nonReentrant
        onlyAllowed(token)
        returns (uint256 amount)
    {
        REGISTRY.ownerOf(model);
        uint256 balance = _balanceOf(token);
        uint256 owed = held[token];
        if (balance <= owed) revert NothingToClaim();
        amount = balance - owed;
        held[token] = balance;
        _book(model, token, amount, Source.Gift);
    }

    // Views

    /// @inheritdoc IRevenueSplitter
    function sharesOf(uint64 model) external view returns (address) {
        return _shares[model].token;
    }

    /// @inheritdoc IRevenueSplitter
    function shareEpochOf(uint64 model) external view returns (uint32) {
        return _shares[model].epoch;
    }

    /// @inheritdoc IRevenueSplitter
    function potOf(uint64 model, address token) external view returns (Pot memory) {
        return _incomes[token][model].pot;
    }

    /// @inheritdoc IRevenueSplitter
    function claimable(uint64 model, address token, address holder)
        external
        view
        returns (uint256 amount)
    {
        (amount,) = _claimable(_incomes[token][model], _shares[model], holder);
    }

    // Money in

    function _spend(address token, uint256 amount) private {
        uint256 have = moduleBalanceOf[msg.sender][token];
        if (have < amount) revert ModuleBalanceTooLow(msg.sender, have, amount);
        moduleBalanceOf[msg.sender][token] = have - amount;
    }

    function _credit(address account, address token, uint256 amount) private {
        if (account == address(0)) revert ZeroReceiver();
        if (amount == 0) return;
        creditOf[account][token] += amount;
        emit Credited(account, token, amount);
    }

    /// @dev Splits what is already held. Nothing happens for an amount of 0, such as a free licence's.
    function _book(uint64 model, address token, uint256 amount, Source source) private {
        if (amount == 0) return;
        uint256[] memory lineage = REGISTRY.packedAncestorsOf(model);
        uint256 gross = LineagePots.book(_incomes[token], model, lineage, amount);
        emit Revenue(model, token, source, amount, gross);
    }

    // Money out

    /// @dev Pays nothing and changes nothing when there is nothing to claim.
    function _claim(uint64 model, address token, address holder, address to)
        private
        returns (uint256 amount)
    {
        ShareAccounts.Shares memory shares = _shares[model];
        ShareAccounts.Income storage income = _incomes[token][model];
        int256 scaled;
        (amount, scaled) = _claimable(income, shares, holder);
        if (amount == 0) return 0;
        income.debts[holder].store(scaled + int256(amount * shares.supply), shares.epoch);
        emit Claimed(model, token, holder, to, amount);
        _send(token, to, amount);
    }

    function _withdraw(address account, address token, address to)
        private
        returns (uint256 amount)
    {
        amount = creditOf[account][token];
        if (amount == 0) revert NothingToClaim();
        creditOf[account][token] = 0;
        emit Withdrawn(account, token, to, amount);
        _send(token, to, amount);
    }

    function _claimable(
        ShareAccounts.Income storage income,
        ShareAccounts.Shares memory shares,
        address holder
    ) private view returns (uint256 amount, int256 scaled) {
        if (shares.token == address(0) || income.pot.own == 0) return (0, 0);
        uint256 balance = IERC20(shares.token).balanceOf(holder);
        return income.claimable(shares, income.debts[holder], balance);
    }
}
