// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ModelGovernor} from "./ModelGovernor.sol";
import {ModelTimelock} from "./ModelTimelock.sol";
import {ILicenceToken} from "./interfaces/ILicenceToken.sol";
import {IModelDao} from "./interfaces/IModelDao.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IProverNetwork} from "./interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";

/// @title Model DAO factory
/// @notice Makes DAOs of models and lists what they may do: terms for later children, the model's page,
/// new banks and releases, prices and kinds for later buyers, the reward of provers, and new shares.
/// Nothing on the list touches income, credit, licences or lineage that exist, or another model.
/// @dev Knows contracts by fixed addresses and holds nothing.
contract ModelDao is IModelDao {
    address private immutable _registry;
    address private immutable _splitter;
    address private immutable _licences;
    address private immutable _provers;
    address private immutable _governorImplementation;
    address private immutable _timelockImplementation;

    /// @inheritdoc IModelDao
    mapping(uint64 model => address) public governorOf;
    /// @inheritdoc IModelDao
    mapping(uint64 model => address) public timelockOf;

    /// @notice Fixes the contracts that DAOs may call and the code of their clones.
    constructor(
        address registry,
        address splitter,
        address licences,
        address provers,
        address governorImplementation,
        address timelockImplementation
    ) {
        _registry = registry;
        _splitter = splitter;
        _licences = licences;
        _provers = provers;
        _governorImplementation = governorImplementation;
        _timelockImplementation = timelockImplementation;
    }

    /// @inheritdoc IModelDao
    function activate(uint64 model, address holderA, address holderB)
        external
        returns (address governor, address timelock)
    {
        if (timelockOf[model] != address(0)) revert AlreadyActive(model);
        if (IModelRegistry(_registry).ownerOf(model) != msg.sender) {
            revert NotModelOwner(model, msg.sender);
        }
        address shares = IRevenueSplitter(_splitter).sharesOf(model);
        if (shares == address(0)) revert SharesNotOpen(model);
        if (holderA == holderB || !_holds(shares, holderA) || !_holds(shares, holderB)) {
            revert NeedsTwoHolders();
        }

        // The salt ties the addresses to the model, whatever order a re-organised chain ends up with.
        bytes32 salt = bytes32(uint256(model));
        governor = Clones.cloneDeterministic(_governorImplementation, salt);
        timelock = Clones.cloneDeterministic(_timelockImplementation, salt);
        governorOf[model] = governor;
        timelockOf[model] = timelock;

        address[] memory proposers = new address[](1);
        proposers[0] = governor;
        ModelTimelock queue = ModelTimelock(payable(timelock));
        // One executor, the zero address, which stands for everyone; no administrator.
        queue.initialize(queue.DELAY(), proposers, new address[](1), address(0));
        ModelGovernor(payable(governor)).initialize(model, IVotes(shares), queue);

        emit DaoActivated(model, governor, timelock);
        IModelRegistry(_registry).handToDao(model, timelock);
    }

    /// @inheritdoc IModelDao
    function isAllowedCall(uint64 model, address target, uint256 value, bytes calldata data)
        external
        view
        returns (bool allowed, bool supermajority)
    {
        if (value != 0 || data.length < 36) return (false, false);
        // The whole word is compared: a decoder that dropped upper bits would see another model.
        if (uint256(bytes32(data[4:36])) != model) return (false, false);
        bytes4 selector = bytes4(data[:4]);
        if (target == _registry) {
            allowed = selector == IModelRegistry.setTerms.selector
                || selector == IModelRegistry.setUri.selector
                || selector == IModelRegistry.addEpoch.selector
                || selector == IModelRegistry.recommit.selector
                || selector == IModelRegistry.release.selector
                || selector == IModelRegistry.approveDerivative.selector;
        } else if (target == _licences) {
            allowed = selector == ILicenceToken.setKind.selector
                || selector == ILicenceToken.setPrice.selector
                || selector == ILicenceToken.setSale.selector;
        } else if (target == _splitter) {
            allowed = selector == IRevenueSplitter.issueShares.selector && !_isToItself(model, data);
            supermajority = allowed;
        } else if (target == _provers) {
            allowed = selector == IProverNetwork.setReward.selector;
        }
    }

    /// @dev Whether new shares would go to the DAO, which could never spend what they earn.
    function _isToItself(uint64 model, bytes calldata data) private view returns (bool) {
        if (data.length < 68) return false;
        address to = address(uint160(uint256(bytes32(data[36:68]))));
        return to != address(0) && (to == timelockOf[model] || to == governorOf[model]);
    }

    function _holds(address shares, address account) private view returns (bool) {
        return IERC20(shares).balanceOf(account) != 0;
    }
}
