// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {DaoSteps} from "./DaoSteps.sol";

/// @notice A market in which four people earn, trade shares and vote unanimously for anything: income in
/// two tokens, a child model, refundable licences, a bounty, a stake and collateral. Around each
/// execution it compares all that is owed to anybody and all that was promised.
contract DaoHandler is DaoSteps {
    uint256 public constant CALLS = 11;
    uint32 private constant REFUNDABLE = 2;
    /// @dev Licences that are watched, the latest ones.
    uint256 private constant WATCHED = 3;

    /// @notice How often each call of the list was made.
    mapping(uint256 call => uint256) public enacted;

    uint64 public child;
    address[] private _people;
    uint256[] private _licences;
    uint256 private _serial;

    constructor() {
        deployDao();
        _people = [alice, bob, carol, funded("dave")];
        // All let alice vote for them, so that every proposal passes, whoever holds the shares.
        for (uint256 i; i < _people.length; ++i) {
            vm.prank(_people[i]);
            shares.delegate(alice);
        }
        pass(1);
        address dave = _people[3];
        child = registerModel(dave, oneParent(model, 200_000));
        openShares(dave, child);
        releaseModel(dave, child, openTerms(0));
        sell(child, NATIVE, PRICE);
        ILicenceToken.Kind memory kind = plainKind();
        kind.refundWindow = 30 days;
        enact(address(licences), abi.encodeCall(ILicenceToken.setKind, (model, REFUNDABLE, kind)));
        _price(REFUNDABLE, NATIVE, PRICE);
        _price(KIND, address(dollar), 7);
        _price(REFUNDABLE, address(dollar), 1_000_001);
        enact(address(licences), abi.encodeCall(ILicenceToken.setSale, (model, REFUNDABLE, true)));
        vm.prank(_people[2]);
        provers.stake{value: 3 ether}();
        vm.prank(_people[3]);
        provers.registerHost{value: 5 ether}("host");
        vm.deal(address(this), 3 ether);
        provers.fundBounty{value: 2 ether}(model);
        provers.fundBounty{value: 1 ether}(child);
    }

    // What people do

    function give(uint256 who, bool toChild, bool inDollars, uint256 amount) external {
        amount = bound(amount, 1, 1e12);
        uint64 to = toChild ? child : model;
        vm.prank(_person(who));
        if (inDollars) splitter.give(to, address(dollar), bound(amount, 1, 1e6));
        else splitter.give{value: amount}(to, NATIVE, amount);
    }

    function buy(uint256 who, uint32 kind, bool inDollars) external {
        kind = kind % 2 == 0 ? KIND : REFUNDABLE;
        address token = inDollars ? address(dollar) : NATIVE;
        address buyer = _person(who);
        (uint32 version, bool open) = licences.saleOf(model, kind);
        (uint128 price, bool listed) = licences.priceOf(model, kind, token);
        if (version == 0 || !open || !listed || price > (inDollars ? 1e9 : 1e18)) return;
        ILicenceToken.Order memory order = orderFor(model, kind, buyer, token);
        vm.prank(buyer);
        uint256 licence = licences.buy{value: inDollars ? 0 : price}(order);
        if (_licences.length < WATCHED) _licences.push(licence);
        else _licences[licence % WATCHED] = licence;
    }

    function trade(uint256 from, uint256 to, uint256 amount) external {
        amount = bound(amount, 0, shares.balanceOf(_person(from)));
        vm.prank(_person(from));
        shares.transfer(_person(to), amount);
    }

    function claim(uint256 who, bool inDollars) external {
        address token = inDollars ? address(dollar) : NATIVE;
        if (splitter.claimable(model, token, _person(who)) == 0) return;
        splitter.claim(model, token, _person(who));
    }

    // What they vote

    /// @notice Enacts one call of the list with the arguments that `seed` makes.
    function govern(uint256 which, uint256 seed) external {
        which %= CALLS;
        if (which == 3 || which == 4) _prepareEpoch(which == 3);
        (address target_, bytes memory data) = _call(which, seed);
        Proposal memory made = _carried(target_, data);
        if (_executed(made)) ++enacted[which];
    }

    /// @notice Enacts a call of the list with raw bytes for its arguments.
    function governRaw(uint256 which, uint256 seed, bytes calldata tail) external {
        (address target_, bytes memory data) = _call(which % CALLS, seed);
        bytes memory raw = abi.encodePacked(bytes4(data), uint256(model), tail);
        (bool allowed,) = dao.isAllowedCall(model, target_, 0, raw);
        // Bytes that name the DAO itself as the holder of new shares cannot be proposed at all.
        if (!allowed) return isTrue(target_ == address(splitter), "allowed");
        _executed(_carried(target_, raw));
    }

    // What is owed, in one list

    /// @notice Everything that must be the same before and after an execution.
    function owed() public view returns (uint256[] memory list) {
        list = new uint256[](_people.length * 7 + _licences.length * 4 + 16);
        uint256 n;
        for (uint256 i; i < _people.length; ++i) {
            address person_ = _people[i];
            list[n++] = splitter.claimable(model, NATIVE, person_);
            list[n++] = splitter.claimable(model, address(dollar), person_);
            list[n++] = splitter.claimable(child, NATIVE, person_);
            list[n++] = splitter.creditOf(person_, NATIVE);
            list[n++] = splitter.creditOf(person_, address(dollar));
            list[n++] = provers.stakeOf(person_).amount + provers.hostOf(person_).collateral;
            list[n++] = provers.creditOf(person_);
        }
        for (uint256 i; i < _licences.length; ++i) {
            uint256 licence = _licences[i];
            list[n++] = uint256(keccak256(abi.encode(licences.licenceOf(licence))));
            list[n++] = uint256(keccak256(abi.encode(licences.escrowOf(licence))));
            ILicenceToken.Licence memory held = licences.licenceOf(licence);
            list[n++] = uint256(
                keccak256(abi.encode(licences.kindOf(held.model, held.kind, held.version)))
            );
            list[n++] = licences.isValidAt(licence, uint64(block.timestamp)) ? 1 : 0;
        }
        list[n++] = splitter.held(NATIVE);
        list[n++] = splitter.held(address(dollar));
        list[n++] = splitter.moduleBalanceOf(address(licences), NATIVE);
        list[n++] = splitter.moduleBalanceOf(address(licences), address(dollar));
        list[n++] = provers.held();
        (list[n++],) = provers.bountyOf(model);
        (list[n++],) = provers.bountyOf(child);
        list[n++] = uint256(keccak256(abi.encode(splitter.potOf(model, NATIVE))));
        list[n++] = uint256(keccak256(abi.encode(splitter.potOf(child, NATIVE))));
        list[n++] = uint256(keccak256(abi.encode(splitter.potOf(model, address(dollar)))));
        list[n++] = uint256(keccak256(abi.encode(registry.packedAncestorsOf(child))));
        list[n++] = uint256(keccak256(abi.encode(registry.packedAncestorsOf(model))));
        list[n++] = uint256(keccak256(abi.encode(_theChild())));
        list[n++] = uint256(uint160(registry.ownerOf(model)));
        list[n++] = uint256(uint160(registry.pendingOwnerOf(model)));
        list[n++] = timelock.getMinDelay();
    }

    /// @notice What holds at rest: the model stays the timelock's, and nothing is stuck in the DAO.
    function check() external view {
        eq(registry.ownerOf(model), address(timelock), "owner");
        eq(address(timelock).balance + address(governor).balance, 0, "coin");
        eq(dollar.balanceOf(address(timelock)) + dollar.balanceOf(address(governor)), 0, "dollars");
        isTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)), "proposer");
        eq(governor.timelock(), address(timelock), "timelock");
    }

    /// @dev All that the child's owner has set.
    function _theChild() private view returns (bytes memory) {
        (uint128 price, bool listed) = licences.priceOf(child, KIND, NATIVE);
        (uint32 version, bool open) = licences.saleOf(child, KIND);
        (, uint32 reward) = provers.bountyOf(child);
        return abi.encode(
            registry.ownerOf(child),
            registry.termsOf(child),
            registry.uriOf(child),
            registry.epochOf(child, 0),
            price,
            listed,
            version,
            open,
            reward
        );
    }

    // Steps

    /// @dev Executes, comparing before and after; false where a call was refused.
    function _executed(Proposal memory made) private returns (bool done) {
        uint256[] memory before = owed();
        IModelRegistry.Epoch[] memory epochs = _epochs();
        bytes32 description = hashOf(made);
        try governor.execute(made.targets, made.values, made.calldatas, description) {
            done = true;
        } catch {}
        uint256[] memory later = owed();
        for (uint256 i; i < before.length; ++i) {
            eq(later[i], before[i], string.concat("owed at ", vm.toString(i)));
        }
        IModelRegistry.Epoch[] memory epochsLater = _epochs();
        for (uint256 i; i < epochs.length; ++i) {
            _stands(epochs[i], epochsLater[i]);
        }
    }

    function _epochs() private view returns (IModelRegistry.Epoch[] memory list) {
        list = new IModelRegistry.Epoch[](registry.epochCount(model));
        for (uint256 i; i < list.length; ++i) {
            list[i] = registry.epochOf(model, uint32(i));
        }
    }

    /// @dev No epoch loses its bank nor, once they are known, its beacon and released weights.
    function _stands(IModelRegistry.Epoch memory before, IModelRegistry.Epoch memory later)
        private
        pure
    {
        eq(later.root, before.root, "root");
        eq(later.manifestHash, before.manifestHash, "manifest");
        eq(later.count, before.count, "count");
        eq(later.width, before.width, "width");
        eq(later.beacon, before.beacon, "beacon");
        if (before.beacon != 0) eq(later.commitBlock, before.commitBlock, "commit block");
        if (before.releasedAt != 0) eq(later.weightsHash, before.weightsHash, "weights");
    }

    function _carried(address target_, bytes memory data) private returns (Proposal memory made) {
        made = draft(target_, data);
        made.description = string.concat("handler ", vm.toString(++_serial));
        made.id = idOf(made);
        pass(1);
        submit(alice, made);
        openVote();
        vote(alice, made, FOR);
        closeVote(made);
        queue(made);
        pass(2 days);
        isState(made, IGovernor.ProposalState.Queued, "carried");
    }

    /// @dev Makes the last epoch one whose beacon lapsed, or one that is sealed and not released.
    function _prepareEpoch(bool lapsed) private {
        uint32 last = registry.epochCount(model) - 1;
        IModelRegistry.Epoch memory epoch = registry.epochOf(model, last);
        if (epoch.beacon != 0 && (lapsed || epoch.releasedAt != 0)) {
            (address target_, bytes memory data) = _call(2, 0);
            Proposal memory made = _carried(target_, data);
            execute(made);
            epoch = registry.epochOf(model, ++last);
        }
        if (epoch.beacon != 0) return;
        if (lapsed) {
            vm.roll(block.number + 10_000);
        } else {
            vm.roll(epoch.commitBlock + BEACON_DELAY_BLOCKS + 1);
            registry.sealBeacon(model, last);
        }
    }

    function _call(uint256 which, uint256 seed)
        private
        returns (address target_, bytes memory data)
    {
        IModelRegistry.Terms memory terms =
            IModelRegistry.Terms({
                textHash: keccak256(abi.encode(seed)),
                derivativePpm: uint32(seed % 500_001),
                derivatives: seed % 2 == 0,
                approval: seed % 3 == 0
            });
        uint32 last = registry.epochCount(model) - 1;
        target_ = address(registry);
        if (which == 0) data = abi.encodeCall(IModelRegistry.setTerms, (model, terms));
        if (which == 1) data = abi.encodeCall(IModelRegistry.setUri, (model, vm.toString(seed)));
        if (which == 2) data = abi.encodeCall(IModelRegistry.addEpoch, (model, freshCommitment()));
        if (which == 3) data = abi.encodeCall(IModelRegistry.recommit, (model, last));
        if (which == 4) {
            bytes32 weights = keccak256(abi.encode("weights", seed));
            data = abi.encodeCall(IModelRegistry.release, (model, last, weights, terms, "uri"));
        }
        if (which == 5) {
            data = abi.encodeCall(
                IModelRegistry.approveDerivative, (model, _person(seed), seed % 2 == 0)
            );
        }
        if (which < 6) return (target_, data);
        (target_, data) = _moneyCall(which, seed);
    }

    function _moneyCall(uint256 which, uint256 seed) private view returns (address, bytes memory) {
        uint32 kind = seed % 2 == 0 ? KIND : REFUNDABLE;
        if (which == 6) {
            ILicenceToken.Kind memory terms = plainKind();
            terms.hostPpm = uint32(seed % 900_001);
            terms.refundWindow = uint32(seed % (30 days + 1));
            terms.duration = uint64(seed % 3_650 days);
            return (address(licences), abi.encodeCall(ILicenceToken.setKind, (model, kind, terms)));
        }
        if (which == 7) {
            address token = seed % 3 == 0 ? address(dollar) : NATIVE;
            uint128 price = uint128(seed % 1e18);
            return (
                address(licences),
                abi.encodeCall(ILicenceToken.setPrice, (model, kind, token, price, seed % 5 != 0))
            );
        }
        if (which == 8) {
            return (
                address(licences),
                abi.encodeCall(ILicenceToken.setSale, (model, kind, seed % 4 != 0))
            );
        }
        if (which == 9) {
            uint256 supply = shares.totalSupply();
            uint256 amount = bound(seed, supply / 100, supply / 4);
            return (
                address(splitter),
                abi.encodeCall(IRevenueSplitter.issueShares, (model, _person(seed), amount))
            );
        }
        return (
            address(provers),
            abi.encodeCall(IProverNetwork.setReward, (model, uint32(seed % 1_000_001)))
        );
    }

    function _price(uint32 kind, address token, uint128 price) private {
        enact(
            address(licences),
            abi.encodeCall(ILicenceToken.setPrice, (model, kind, token, price, true))
        );
    }

    function _person(uint256 who) private view returns (address) {
        return _people[who % _people.length];
    }
}
