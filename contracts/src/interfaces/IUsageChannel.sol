// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Usage channel
/// @notice A licence holder deposits, signs one permission (EIP-712) for a session key, and the session
/// key signs cumulative vouchers for a host, which settles many calls in one transaction.
/// @dev EIP-712 domain: name "OML", version "1", chain id, this contract. Only hashes of inputs ever
/// reach the chain. A channel is the pair of licence and host; it can be opened again after a close.
/// Amounts begin anew with each opening. Calls are counted on, so that the number in a receipt names
/// one call for ever, and a session key serves one opening only, so that no old voucher can return.
interface IUsageChannel {
    /// @notice What the holder allows a session key at one host.
    /// @param maxCalls most that `cumulativeCalls` may reach
    /// @param maxAmount most that `cumulativeAmount` may reach, in the token's smallest unit
    /// @param termsHash terms of the licence that the holder agreed to
    /// @param policyHash hash of the host's own conditions; not checked here
    /// @param nonce `nonceOf(licence, host)` at the time of signing
    struct Permission {
        uint256 licence;
        address holder;
        address sessionKey;
        address host;
        uint64 notBefore;
        uint64 expires;
        uint64 maxCalls;
        uint128 maxAmount;
        bytes32 termsHash;
        bytes32 policyHash;
        uint256 nonce;
    }

    /// @notice What the session key owes the host so far. Later vouchers replace earlier ones.
    /// @param cumulativeCalls calls since the pair was first opened; starts from `settledCalls`
    /// @param cumulativeAmount amount since this opening, in the token's smallest unit
    struct Voucher {
        uint256 licence;
        address host;
        uint64 cumulativeCalls;
        uint128 cumulativeAmount;
        bytes32 lastInputHash;
    }

    /// @notice What a host signs for each call: the user's proof of service and the provers' evidence.
    /// @param licence 0 when the host served without one
    /// @param callIndex number of the call in the channel, from 1
    /// @param inputHash SHA-256 of the user's text in UTF-8
    /// @param outputHash SHA-256 of the answer's text in UTF-8
    /// @param time Unix seconds
    struct Receipt {
        uint64 model;
        uint256 licence;
        uint64 callIndex;
        bytes32 inputHash;
        bytes32 outputHash;
        uint64 time;
    }

    /// @notice What a host signs to close at once, for a last sum that replaces vouchers. It should serve
    /// nothing more until the nonce has changed.
    /// @param nonce `nonceOf(licence, host)`, so that it serves this session only
    struct CoopClose {
        uint256 licence;
        address host;
        uint64 cumulativeCalls;
        uint128 cumulativeAmount;
        uint256 nonce;
    }

    /// @notice A channel between a licence and a host.
    /// @param deposit all that was put in since it was opened, `settled` all that went out
    /// @param maxCalls most that `settledCalls` may reach: what it was at the opening, and the calls
    /// reserved from the licence's quota; 2^64 - 1 without limit
    /// @param sessionMaxCalls the permission's cap or `maxCalls`, whichever is less
    /// @param settledCalls calls since the pair was first opened
    /// @param closesAt Unix seconds from which it can be finalised; 0 while no close was asked for
    /// @param sessionExpires until when the permission lets the session key sign
    struct Channel {
        address holder;
        uint64 model;
        uint32 hostPpm;
        address token;
        uint64 maxCalls;
        uint32 withdrawDelay;
        uint128 deposit;
        uint128 settled;
        address sessionKey;
        uint64 settledCalls;
        uint128 sessionMaxAmount;
        uint64 sessionMaxCalls;
        uint64 closesAt;
        uint64 openedAt;
        uint64 sessionExpires;
    }

    /// @notice A channel was opened.
    event ChannelOpened(
        uint256 indexed licence,
        address indexed host,
        address indexed holder,
        uint64 model,
        address token,
        uint64 maxCalls,
        uint32 withdrawDelay
    );
    /// @notice Money was added; `total` is all that was put in.
    event ToppedUp(uint256 indexed licence, address indexed host, uint256 amount, uint256 total);
    /// @notice A permission was put on the chain.
    event SessionActivated(
        uint256 indexed licence,
        address indexed host,
        address indexed sessionKey,
        uint64 expires,
        uint64 maxCalls,
        uint128 maxAmount
    );
    /// @notice Calls were settled: how many, for how much, and the hash of the last input.
    event Settled(
        uint256 indexed licence,
        address indexed host,
        uint64 calls,
        uint256 amount,
        bytes32 lastInputHash
    );
    /// @notice The channel can be finalised from `closesAt` on.
    event CloseRequested(uint256 indexed licence, address indexed host, uint64 closesAt);
    /// @notice The channel is closed and what was left was credited to the holder.
    event ChannelClosed(uint256 indexed licence, address indexed host, uint256 returned);
    /// @notice Permissions signed before are void; hosts must stop serving at once.
    event Revoked(uint256 indexed licence, address indexed host, uint256 nonce);

    /// @notice Thrown when there is no such channel.
    error UnknownChannel(uint256 licence, address host);
    /// @notice Thrown when the channel is open already.
    error ChannelExists(uint256 licence, address host);
    /// @notice Thrown when the caller may not act for the licence.
    error NotHolder(uint256 licence, address caller);
    /// @notice Thrown when the licence has expired.
    error LicenceExpired(uint256 licence);
    /// @notice Thrown when a host is the zero address or the holder itself.
    error BadHost(address host);
    /// @notice Thrown when the delay is not between 15 minutes and 30 days, in seconds.
    error BadDelay(uint32 withdrawDelay);
    /// @notice Thrown when sums would exceed 2^128 - 1 or are nothing.
    error BadAmount(uint256 amount);
    /// @notice Thrown when the coin sent is not the amount.
    error WrongValue(uint256 expected, uint256 sent);
    /// @notice Thrown when a close was asked for, so that nothing new may begin.
    error Closing(uint256 licence, address host);
    /// @notice Thrown when the channel cannot be finalised before `closesAt` (Unix seconds); 0 when no
    /// close was asked for.
    error CloseTooEarly(uint64 closesAt);
    /// @notice Thrown when a permission names another holder, other terms or no key.
    error BadPermission();
    /// @notice Thrown when what was signed is for another session.
    error WrongNonce(uint256 expected, uint256 actual);
    /// @notice Thrown when a session key was replaced before, or served an earlier opening of the pair.
    error SessionKeyUsed(address sessionKey);
    /// @notice Thrown when anyone but the host would narrow or replace a session whose vouchers can
    /// still be settled.
    error SessionInForce(uint256 licence, address host);
    /// @notice Thrown when a permission is put on the chain outside its time, or a voucher is settled
    /// more than `withdrawDelay` after it; Unix seconds.
    error PermissionNotInForce(uint64 notBefore, uint64 expires);
    /// @notice Thrown when a signature is not the expected signer's.
    error BadSignature();
    /// @notice Thrown when no permission is active on the channel.
    error NoSession(uint256 licence, address host);
    /// @notice Thrown when a voucher adds nothing.
    error VoucherStale(uint64 calls, uint128 amount);
    /// @notice Thrown when a voucher is above the deposit.
    error OverDeposit(uint256 amount, uint256 deposit);
    /// @notice Thrown when a voucher is above the permission's caps or the licence's quota.
    error OverCap();
    /// @notice Thrown when arrays differ in length or are empty.
    error BadBatch();

    /// @notice Opens a channel and deposits. Holder of the licence.
    /// @param calls calls to reserve from the licence's quota; 0 for all it has
    /// @param withdrawDelay seconds a host has to settle after a close is asked for, 15 min to 30 d
    function open(
        uint256 licence,
        address host,
        address token,
        uint128 amount,
        uint64 calls,
        uint32 withdrawDelay
    ) external payable;

    /// @notice Adds to a channel's deposit. Anyone; the money is the holder's.
    function topUp(uint256 licence, address host, uint128 amount) external payable;

    /// @notice Puts a permission that the holder signed (ECDSA or ERC-1271) on the chain and uses up its
    /// nonce. Anyone, and a host serves only under a permission that is here. A later one replaces it;
    /// while vouchers of the earlier can still be settled, only the host may do so, which settles them
    /// first, unless the later has the same key and no less of calls, amount and time.
    function activate(Permission calldata permission, bytes calldata signature) external;

    /// @notice Settles one voucher. Anyone; the money goes to host and model. Possible until `closesAt`,
    /// and until `withdrawDelay` after the permission's end, since the chain cannot see when a voucher
    /// was signed: the host of an expired session is paid, a thief of its key gains no longer.
    function settle(Voucher calldata voucher, bytes calldata signature) external;

    /// @notice Settles many; reverts if any fails.
    function settleBatch(Voucher[] calldata vouchers, bytes[] calldata signatures) external;

    /// @notice Asks for the close; vouchers can be settled for `withdrawDelay` more. Holder.
    function requestClose(uint256 licence, address host) external;

    /// @notice Closes after the delay and credits the rest to the holder. Anyone.
    function finalizeClose(uint256 licence, address host) external;

    /// @notice Closes at once on sums that the host signed. Holder.
    function coopClose(CoopClose calldata close, bytes calldata hostSignature) external;

    /// @notice Voids all permissions to a host and asks for the close. What the session key signed before
    /// can still be settled within the delay, so that a host is not cheated. Holder.
    function revoke(uint256 licence, address host) external;

    /// @notice A channel; all zero when there is none.
    function channelOf(uint256 licence, address host) external view returns (Channel memory);

    /// @notice Nonce that the next permission must carry.
    function nonceOf(uint256 licence, address host) external view returns (uint256);

    /// @notice Whether a receipt's call was paid for or can still be: licence of that model in force at
    /// that time, and that call settled at any time, or open to be settled by a voucher now. A host that
    /// settles before a session or channel ends stays covered, whatever becomes of the licence.
    function isCovered(Receipt calldata receipt, address host) external view returns (bool);

    /// @notice EIP-712 digest of a permission.
    function permissionDigest(Permission calldata permission) external view returns (bytes32);

    /// @notice EIP-712 digest of a voucher.
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32);

    /// @notice EIP-712 digest of a receipt.
    function receiptDigest(Receipt calldata receipt) external view returns (bytes32);

    /// @notice EIP-712 digest of a cooperative close.
    function coopCloseDigest(CoopClose calldata close) external view returns (bytes32);
}
