// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IEntryPause} from "../../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {Steps} from "./Steps.sol";

/// @notice A whole market of three models and four people, what is owed in it, and what its handler needs.
abstract contract MarketBooks is Steps {
    uint32 internal constant REFUNDABLE = 2;
    uint128 internal constant PRICE = 1e15 + 7;
    uint128 internal constant DOLLARS = 1_000_003;
    uint256 internal constant MOST_LICENCES = 12;

    /// @notice Three models, each the parent of the next; the last has two ancestors.
    uint64[3] public models;
    /// @notice What was claimed of a model in a token, in the token's smallest unit.
    mapping(uint64 model => mapping(address token => uint256)) public claimed;
    /// @notice How often each kind of exit was made while entry was paused.
    mapping(bytes32 exit => uint256) public madeInPause;
    /// @notice Entries that a pause refused.
    uint256 public refusals;

    address[4] internal _people;
    uint256[4] internal _keys;
    uint256[] internal _licences;
    mapping(uint256 licence => uint256) internal _sessionKeys;
    mapping(uint256 licence => bool) internal _gone;

    constructor() {
        deployMarket();
        string[4] memory names = ["ann", "ben", "cleo", "host"];
        for (uint256 i; i < 4; ++i) {
            (_people[i], _keys[i]) = person(names[i]);
        }
        models[0] = _model(noParents());
        models[1] = _model(oneParent(models[0], 333_333));
        models[2] = _model(oneParent(models[1], 250_001));
    }

    // Sums for the invariants

    /// @notice What all accounts and modules can take out of the splitter, and what waits there.
    function owedBySplitter(address token) external view returns (uint256 sum) {
        for (uint256 i; i < 4; ++i) {
            sum += splitter.creditOf(_people[i], token);
        }
        sum += splitter.moduleBalanceOf(address(licences), token);
        sum += splitter.moduleBalanceOf(address(channel), token);
        sum += splitter.moduleBalanceOf(address(provers), token);
        for (uint256 i; i < 3; ++i) {
            sum += splitter.potOf(models[i], token).own - claimed[models[i]][token];
        }
    }

    /// @notice What licences and channels say is theirs.
    function owedByModules(address token)
        external
        view
        returns (uint256 escrows, uint256 deposits)
    {
        for (uint256 i; i < _licences.length; ++i) {
            uint256 licence = _licences[i];
            if (_gone[licence]) continue;
            ILicenceToken.Escrow memory escrow = licences.escrowOf(licence);
            if (escrow.token == token) escrows += escrow.amount;
            IUsageChannel.Channel memory now_ = _channel(licence);
            if (now_.token == token) deposits += now_.deposit - now_.settled;
        }
    }

    function owedByProvers() external view returns (uint256 sum) {
        for (uint256 i; i < 4; ++i) {
            sum += provers.stakeOf(_people[i]).amount + provers.hostOf(_people[i]).collateral
            + provers.creditOf(_people[i]);
        }
        for (uint256 i; i < 3; ++i) {
            (uint256 bounty,) = provers.bountyOf(models[i]);
            sum += bounty;
        }
    }

    /// @notice The deployed contracts: splitter, prover network, and those that must hold nothing.
    function contracts() external view returns (address, address, address[6] memory) {
        return (
            address(splitter),
            address(provers),
            [
                address(registry),
                address(licences),
                address(channel),
                address(jury),
                address(dao),
                splitter.sharesOf(models[0])
            ]
        );
    }

    function tokenOf(bool inDollars) external view returns (address) {
        return _token(inDollars);
    }

    /// @notice What the splitter keeps for licences and channels.
    function heldForModules(address token) external view returns (uint256, uint256) {
        return (
            splitter.moduleBalanceOf(address(licences), token),
            splitter.moduleBalanceOf(address(channel), token)
        );
    }

    /// @notice No pause runs for more than 7 days.
    function checkPauses() external view {
        for (uint256 i; i < 4; ++i) {
            atMost(_guarded(i).entryPausedUntil(), block.timestamp + 7 days, "end of a pause");
        }
    }

    // Parts

    /// @dev Makes a call that a pause must refuse and nothing else may.
    function _entry(address who, address to, uint256 value, bytes memory data)
        internal
        returns (bool done)
    {
        uint64 until = IEntryPause(to).entryPausedUntil();
        bool paused = block.timestamp < until;
        bytes memory reason;
        vm.prank(who);
        (done, reason) = to.call{value: value}(data);
        if (!paused) {
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
            return true;
        }
        isFalse(done, "entered in a pause");
        eq(
            keccak256(reason),
            keccak256(abi.encodeWithSelector(IEntryPause.EntryIsPaused.selector, until)),
            "refused by the pause"
        );
        ++refusals;
    }

    function _activate(uint256 licence, address holder) internal {
        ILicenceToken.Licence memory held = licences.licenceOf(licence);
        uint256 nonce = channel.nonceOf(licence, _host());
        uint256 key = uint256(keccak256(abi.encode("session", licence, nonce)));
        _sessionKeys[licence] = key;
        IUsageChannel.Permission memory permission = IUsageChannel.Permission({
            licence: licence,
            holder: holder,
            sessionKey: vm.addr(key),
            host: _host(),
            notBefore: 0,
            expires: type(uint64).max,
            maxCalls: type(uint64).max,
            maxAmount: type(uint128).max,
            termsHash: keccak256(abi.encode(licences.kindOf(held.model, held.kind, held.version))),
            policyHash: 0,
            nonce: nonce
        });
        uint256 signer =
            holder == _people[0] ? _keys[0] : holder == _people[1] ? _keys[1] : _keys[2];
        channel.activate(permission, signed(signer, channel.permissionDigest(permission)));
    }

    function _model(IModelRegistry.ParentLink[] memory parents) internal returns (uint64 model) {
        address owner = _people[0];
        model = registerModel(owner, parents);
        address[] memory holders = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (holders[0], holders[1], holders[2]) = (_people[0], _people[1], _people[2]);
        (amounts[0], amounts[1], amounts[2]) = (500_001, 333_333, 166_666);
        openShares(owner, model, holders, amounts);
        releaseModel(owner, model, openTerms(0));
        sell(model, NATIVE, PRICE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 10 days;
        kind.hostPpm = 123_457;
        sell(model, REFUNDABLE, kind, NATIVE, PRICE);
        vm.startPrank(owner);
        licences.setPrice(model, KIND, address(dollar), DOLLARS, true);
        licences.setPrice(model, REFUNDABLE, address(dollar), DOLLARS, true);
        vm.stopPrank();
    }

    /// @dev Remembers an exit that was made while all entries are paused.
    function _note(string memory exit) internal {
        for (uint256 i; i < 4; ++i) {
            if (block.timestamp >= _guarded(i).entryPausedUntil()) return;
        }
        ++madeInPause[keccak256(bytes(exit))];
    }

    function _guarded(uint256 which) internal view returns (IEntryPause) {
        address[4] memory all =
            [address(registry), address(licences), address(channel), address(provers)];
        return IEntryPause(all[which % 4]);
    }

    function _licence(uint256 which) internal view returns (bool found, uint256 licence) {
        if (_licences.length == 0) return (false, 0);
        licence = _licences[which % _licences.length];
        found = !_gone[licence];
    }

    function _channel(uint256 licence) internal view returns (IUsageChannel.Channel memory) {
        return channel.channelOf(licence, _host());
    }

    function _isOpen(uint256 licence) internal view returns (bool) {
        return _channel(licence).holder != address(0);
    }

    function _inForce(uint256 licence) internal view returns (bool) {
        return licences.isValidAt(licence, uint64(block.timestamp));
    }

    function _holder(uint256 licence) internal view returns (address) {
        return IERC721(address(licences)).ownerOf(licence);
    }

    function _host() internal view returns (address) {
        return _people[3];
    }

    function _person(uint256 who) internal view returns (address) {
        return _people[who % 4];
    }

    function _token(bool inDollars) internal view returns (address) {
        return inDollars ? address(dollar) : NATIVE;
    }

    function _balance(address token, address who) internal view returns (uint256) {
        return token == NATIVE ? who.balance : dollar.balanceOf(who);
    }
}
