// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IModelDao} from "../src/interfaces/IModelDao.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {ModelGovernor} from "../src/ModelGovernor.sol";
import {ModelTimelock} from "../src/ModelTimelock.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice Who may activate a model's DAO, when, and what stands afterwards.
contract ModelDaoTest is DaoSteps {
    uint64 private _plain;

    function setUp() public {
        deployDao();
        _plain = modelOfThree();
    }

    function test_ActivationHandsTheModelToItsTimelock() public {
        eq(dao.governorOf(_plain), address(0), "no governor before");
        eq(dao.timelockOf(_plain), address(0), "no timelock before");
        vm.recordLogs();
        vm.prank(alice);
        (address governor_, address timelock_) = dao.activate(_plain, alice, carol);
        eq(dao.governorOf(_plain), governor_, "governor");
        eq(dao.timelockOf(_plain), timelock_, "timelock");
        eq(registry.ownerOf(_plain), timelock_, "owner");
        isTrue(governor_ != address(governor), "own governor");
        isTrue(timelock_ != address(timelock), "own timelock");
        eq(governor.model(), model, "the first is as it was");
        eq(ModelGovernor(payable(governor_)).model(), _plain, "model");
        eq(ModelGovernor(payable(governor_)).dao(), address(dao), "factory");
        eq(ModelGovernor(payable(governor_)).timelock(), timelock_, "governor's timelock");
        eq(address(ModelGovernor(payable(governor_)).token()), splitter.sharesOf(_plain), "votes");
    }

    function test_ActivationIsAnnounced() public {
        // The addresses follow from the factory, the model and the code that is cloned (ERC-1167).
        address governor_ = _cloneOf(governorImplementation, _plain);
        address timelock_ = _cloneOf(timelockImplementation, _plain);
        vm.expectEmit(true, true, true, true, address(dao));
        emit IModelDao.DaoActivated(_plain, governor_, timelock_);
        vm.prank(alice);
        dao.activate(_plain, alice, bob);
    }

    function test_OnlyTheOwnerActivates() public {
        vm.expectRevert(abi.encodeWithSelector(IModelDao.NotModelOwner.selector, _plain, bob));
        vm.prank(bob);
        dao.activate(_plain, alice, bob);
    }

    function test_AModelThatIsNotThereCannotBeActivated() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, uint64(99)));
        vm.prank(alice);
        dao.activate(99, alice, bob);
    }

    function test_ActivatesOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IModelDao.AlreadyActive.selector, model));
        vm.prank(alice);
        dao.activate(model, alice, bob);
        vm.expectRevert(abi.encodeWithSelector(IModelDao.AlreadyActive.selector, model));
        vm.prank(address(timelock));
        dao.activate(model, alice, bob);
    }

    function test_SharesMustBeOpen() public {
        uint64 closed = registerModel(alice, noParents());
        vm.expectRevert(abi.encodeWithSelector(IModelDao.SharesNotOpen.selector, closed));
        vm.prank(alice);
        dao.activate(closed, alice, bob);
    }

    function test_TwoHoldersAreNeeded() public {
        _refusesHolders(_plain, alice, alice);
        _refusesHolders(_plain, bob, bob);
        _refusesHolders(_plain, alice, account("nobody"));
        _refusesHolders(_plain, account("nobody"), alice);
        _refusesHolders(_plain, address(0), alice);
        _refusesHolders(_plain, account("nobody"), account("nobody else"));
    }

    function test_OneHolderOfAllIsNotEnough() public {
        uint64 single = registerModel(alice, noParents());
        openShares(alice, single);
        _refusesHolders(single, alice, bob);
        // One share in a second hand is.
        IVotes held = IVotes(splitter.sharesOf(single));
        vm.prank(alice);
        (bool sent,) =
            address(held).call(abi.encodeWithSignature("transfer(address,uint256)", bob, 1));
        isTrue(sent, "transfer");
        vm.prank(alice);
        dao.activate(single, bob, alice);
        eq(registry.ownerOf(single), dao.timelockOf(single), "owner");
    }

    function test_AHolderWhoSoldAllDoesNotCount() public {
        address held = splitter.sharesOf(_plain);
        vm.prank(carol);
        (bool sent,) =
            held.call(abi.encodeWithSignature("transfer(address,uint256)", bob, CAROL_SHARES));
        isTrue(sent, "transfer");
        _refusesHolders(_plain, alice, carol);
    }

    function test_AnEarlierOfferOfTheModelIsVoid() public {
        vm.startPrank(alice);
        registry.offerOwnership(_plain, carol);
        dao.activate(_plain, alice, bob);
        vm.stopPrank();
        eq(registry.pendingOwnerOf(_plain), address(0), "offer");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotOffered.selector, _plain, carol));
        vm.prank(carol);
        registry.acceptOwnership(_plain);
    }

    function test_OnlyTheFactoryHandsModelsOver() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotDao.selector, alice));
        vm.prank(alice);
        registry.handToDao(_plain, alice);
    }

    function test_TheFormerOwnerHasNoSayLeft() public {
        bytes memory refusal =
            abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, model, alice);
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        registry.setTerms(model, openTerms(1));
        vm.expectRevert(refusal);
        registry.offerOwnership(model, alice);
        vm.expectRevert();
        licences.setPrice(model, KIND, NATIVE, 1, true);
        vm.expectRevert();
        provers.setReward(model, 1);
        vm.expectRevert();
        splitter.issueShares(model, alice, 1);
        vm.stopPrank();
    }

    function test_ImplementationsCannotBeSetUp() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        ModelGovernor(payable(governorImplementation))
            .initialize(1, IVotes(address(shares)), timelock);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        ModelTimelock(payable(timelockImplementation))
            .initialize(0, new address[](0), new address[](0), alice);
    }

    function test_ClonesAreSetUpOnce() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        governor.initialize(model, IVotes(address(shares)), timelock);
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        timelock.initialize(0, new address[](0), new address[](0), alice);
    }

    function _refusesHolders(uint64 which, address holderA, address holderB) private {
        vm.expectRevert(IModelDao.NeedsTwoHolders.selector);
        vm.prank(alice);
        dao.activate(which, holderA, holderB);
    }

    function _cloneOf(address implementation, uint64 salt) private view returns (address) {
        bytes32 code = keccak256(
            abi.encodePacked(
                hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
                implementation,
                hex"5af43d82803e903d91602b57fd5bf3"
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"ff", dao, bytes32(uint256(salt)), code));
        return address(uint160(uint256(digest)));
    }
}
