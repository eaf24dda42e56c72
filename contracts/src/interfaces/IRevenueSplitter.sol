// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Revenue splitter
/// @notice Holds all money that buyers and users pay. Each payment is split along the model's lineage
/// by cumulative difference, so that nothing is lost to rounding however small the payments; what a
/// model keeps belongs to the holders of its shares, who pull it.
/// @dev The zero address stands for the native coin. ERC-20s are those named at deployment.
/// A payment that raises a model's gross from c to d gives an ancestor with p millionths
/// ⌊d·p/1e6⌋ − ⌊c·p/1e6⌋, and the model d − c − (⌊d·P/1e6⌋ − ⌊c·P/1e6⌋), P being all p together. Both
/// never fall, so that what was claimed can never be missing. What all ancestors' fractions of a unit
/// add up to, fewer units than there are ancestors, stays in the contract until it makes whole ones.
interface IRevenueSplitter {
    /// @notice What a payment was for.
    enum Source {
        Licence,
        Renewal,
        Usage,
        Resale,
        Slash,
        Gift
    }

    /// @notice Income of a model in one token, in the token's smallest unit.
    /// @param gross all that was paid to the model
    /// @param own what the model keeps: of its own income and of its descendants'
    struct Pot {
        uint128 gross;
        uint128 own;
    }

    /// @notice An ERC-3009 authorisation to transfer to this contract.
    struct Authorization {
        address from;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
        bytes signature;
    }

    /// @notice `amount` of `token` was paid to `model` and split. `gross` is the model's total before it,
    /// from which with the lineage every ancestor's part follows exactly.
    event Revenue(
        uint64 indexed model,
        address indexed token,
        Source indexed source,
        uint256 amount,
        uint256 gross
    );
    /// @notice The model's shares were opened as ERC-20 `shares`.
    event SharesOpened(uint64 indexed model, address indexed shares);
    /// @notice New shares were issued to an improver; earlier income stays with the earlier holders.
    event SharesIssued(uint64 indexed model, address indexed to, uint256 amount, uint32 shareEpoch);
    /// @notice A holder's income was paid out to `to`.
    event Claimed(
        uint64 indexed model,
        address indexed token,
        address indexed holder,
        address to,
        uint256 amount
    );
    /// @notice `account` may withdraw `amount` more: a host's part or a refund, say.
    event Credited(address indexed account, address indexed token, uint256 amount);
    /// @notice Credit was paid out.
    event Withdrawn(address indexed account, address indexed token, address to, uint256 amount);

    /// @notice Thrown when the caller is not one of the modules named at deployment.
    error NotModule(address caller);
    /// @notice Thrown when a token is not on the list.
    error TokenNotAllowed(address token);
    /// @notice Thrown when the coin sent is not the amount.
    error WrongValue(uint256 expected, uint256 sent);
    /// @notice Thrown when a token delivered another amount than was asked for.
    error FeeOnTransfer(uint256 expected, uint256 received);
    /// @notice Thrown when sums would exceed 2^128 - 1.
    error AmountTooLarge(uint256 amount);
    /// @notice Thrown when a module spends more than it put in.
    error ModuleBalanceTooLow(address module, uint256 have, uint256 need);
    /// @notice Thrown when there is nothing to pay out.
    error NothingToClaim();
    /// @notice Thrown when the receiver refused the coin.
    error PaymentRefused(address to);
    /// @notice Thrown when a receiver is the zero address.
    error ZeroReceiver();
    /// @notice Thrown when the caller does not own the model.
    error NotModelOwner(uint64 model, address caller);
    /// @notice Thrown when the model's shares are open already.
    error SharesAlreadyOpen(uint64 model);
    /// @notice Thrown when the model has no shares yet.
    error SharesNotOpen(uint64 model);
    /// @notice Thrown when holders are none, more than 64, zero, doubled, without shares, or do not sum
    /// to 1,000,000.
    error BadHolders();
    /// @notice Thrown when the caller is not the model's share token.
    error NotShares(address caller);
    /// @notice Thrown when the caller is not the model's DAO.
    error NotModelDao(uint64 model, address caller);
    /// @notice Thrown when more than 20 % of the supply would be issued within 365 days.
    error IssueTooLarge(uint256 allowed, uint256 asked);
    /// @notice Thrown when less than 1 % of the supply would be issued, so that share epochs stay few.
    error IssueTooSmall(uint256 least, uint256 asked);
    /// @notice Thrown when two arrays differ in length.
    error LengthMismatch(uint256 models, uint256 tokens);

    // Shares

    /// @notice Opens the model's 1,000,000 shares as an ERC-20 with votes. Model owner, once.
    function openShares(uint64 model, address[] calldata holders, uint256[] calldata amounts)
        external
        returns (address shares);

    /// @notice Issues new shares to an improver and begins a share epoch; nobody's claimable income
    /// changes. The model's DAO only; at least 1 % of the supply, and in any 365 days at most 20 % of
    /// what it was when they began.
    function issueShares(uint64 model, address to, uint256 amount) external;

    /// @notice Called by the share token before balances change, so that nobody's income does.
    /// @param from zero when shares are issued
    /// @param fromBalance balance of `from` before the transfer; likewise `toBalance`
    function onShareTransfer(
        uint64 model,
        address from,
        address to,
        uint256 fromBalance,
        uint256 toBalance,
        uint256 amount
    ) external;

    // Income

    /// @notice Pays `amount` to the model out of the caller's pocket, whoever it is: as resale income
    /// when the caller is the model's share token, else as a gift.
    function give(uint64 model, address token, uint256 amount) external payable;

    /// @notice Takes a payment and splits it at once. Modules only; an ERC-20 is pulled from `from`,
    /// which has approved this contract.
    function pay(uint64 model, address token, address from, uint256 amount, Source source)
        external
        payable;

    /// @notice The same by an ERC-3009 authorisation. Modules only.
    function payWithAuthorization(
        uint64 model,
        address token,
        uint256 amount,
        Source source,
        Authorization calldata authorization
    ) external;

    /// @notice Takes money into the module's own account, for escrow and deposits. Modules only.
    function deposit(address token, address from, uint256 amount) external payable;

    /// @notice The same by an ERC-3009 authorisation. Modules only.
    function depositWithAuthorization(
        address token,
        uint256 amount,
        Authorization calldata authorization
    ) external;

    /// @notice Splits money from the module's account as income of a model. Modules only.
    function split(uint64 model, address token, uint256 amount, Source source) external;

    /// @notice Gives money from the module's account to an account that may withdraw it. Modules only.
    function credit(address account, address token, uint256 amount) external;

    /// @notice `credit` and `split` in one call, for a payment that is partly a host's. Modules only.
    /// @param credited for the account, `amount` for the model, in the token's smallest unit
    function creditAndSplit(
        address account,
        uint256 credited,
        uint64 model,
        address token,
        uint256 amount,
        Source source
    ) external;

    // Exits

    /// @notice Pays a holder what it can claim. Anyone may call; the money goes to the holder.
    function claim(uint64 model, address token, address holder) external returns (uint256 amount);

    /// @notice Claims several at once and skips what is empty.
    function claimMany(uint64[] calldata models, address[] calldata tokens, address holder) external;

    /// @notice Claims the caller's income to another address.
    function claimTo(uint64 model, address token, address to) external returns (uint256 amount);

    /// @notice Pays out an account's credit. Anyone may call; the money goes to the account.
    function withdraw(address account, address token) external returns (uint256 amount);

    /// @notice Pays the caller's credit to another address.
    function withdrawTo(address token, address to) external returns (uint256 amount);

    /// @notice Gives what was sent here without a payment, by force or by mistake, to a model as a gift.
    function sweepDonation(uint64 model, address token) external returns (uint256 amount);

    // Views

    /// @notice The ERC-20s that may be used, without the native coin.
    function allowedTokens() external view returns (address[] memory);

    /// @notice Whether a token may be used; the native coin always may.
    function isAllowed(address token) external view returns (bool);

    /// @notice The share token of a model; zero before its shares are opened.
    function sharesOf(uint64 model) external view returns (address);

    /// @notice Number of share epochs that ended for a model.
    function shareEpochOf(uint64 model) external view returns (uint32);

    /// @notice Income of a model in one token.
    function potOf(uint64 model, address token) external view returns (Pot memory);

    /// @notice What `claim` would pay, income of earlier share epochs included.
    function claimable(uint64 model, address token, address holder) external view returns (uint256);

    /// @notice What an account may withdraw.
    function creditOf(address account, address token) external view returns (uint256);

    /// @notice What a module holds here.
    function moduleBalanceOf(address module, address token) external view returns (uint256);

    /// @notice All of a token that is owed to somebody. The balance is never below it.
    function held(address token) external view returns (uint256);
}
