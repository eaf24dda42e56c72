// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {
    TimelockControllerUpgradeable
} from "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol";
import {IEntryPause} from "../src/interfaces/IEntryPause.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {IModelDao} from "../src/interfaces/IModelDao.sol";
import {IModelGovernor} from "../src/interfaces/IModelGovernor.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {DaoSteps} from "./support/DaoSteps.sol";

/// @notice What nobody can have a DAO do, however many agree.
contract ModelGovernorBoundsTest is DaoSteps {
    uint64 private _other;

    function setUp() public {
        deployDao();
        _other = modelOfThree();
    }

    // The governor and the timelock themselves

    function test_TheGovernorCannotBeTheTarget() public {
        _refuses(
            address(governor),
            abi.encodeCall(governor.relay, (address(dollar), 0, "")),
            governor.relay.selector
        );
        _refuses(
            address(governor),
            abi.encodeWithSignature("setVotingDelay(uint48)", uint48(1)),
            bytes4(keccak256("setVotingDelay(uint48)"))
        );
        _refuses(
            address(governor),
            abi.encodeCall(governor.setLateQuorumVoteExtension, (0)),
            governor.setLateQuorumVoteExtension.selector
        );
        _refuses(
            address(governor),
            abi.encodeCall(
                governor.updateTimelock, (TimelockControllerUpgradeable(payable(alice)))
            ),
            governor.updateTimelock.selector
        );
    }

    function test_TheGovernorsOwnCallsAreShutForTheTimelockToo() public {
        vm.deal(address(timelock), 1);
        vm.startPrank(address(timelock));
        vm.expectRevert(IModelGovernor.SettingsAreFixed.selector);
        governor.relay(alice, 0, "");
        vm.expectRevert(IModelGovernor.SettingsAreFixed.selector);
        governor.relay{value: 1}(alice, 1, "");
        vm.expectRevert(IModelGovernor.SettingsAreFixed.selector);
        governor.setLateQuorumVoteExtension(0);
        vm.expectRevert(IModelGovernor.SettingsAreFixed.selector);
        governor.updateTimelock(TimelockControllerUpgradeable(payable(alice)));
        vm.stopPrank();
        eq(governor.lateQuorumVoteExtension(), 86_400, "extension");
        eq(governor.timelock(), address(timelock), "timelock");
    }

    function test_TheGovernorHasNoOtherSetters() public {
        string[5] memory setters = [
            "setVotingDelay(uint48)",
            "setVotingPeriod(uint32)",
            "setProposalThreshold(uint256)",
            "updateQuorumNumerator(uint256)",
            "upgradeTo(address)"
        ];
        for (uint256 i; i < setters.length; ++i) {
            vm.prank(address(timelock));
            (bool done,) = address(governor).call(abi.encodeWithSignature(setters[i], 1));
            isFalse(done, setters[i]);
        }
    }

    function test_TheTimelockCannotBeTheTarget() public {
        _refuses(
            address(timelock),
            abi.encodeCall(timelock.updateDelay, (0)),
            timelock.updateDelay.selector
        );
        _refuses(
            address(timelock),
            abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), alice)),
            timelock.grantRole.selector
        );
        _refuses(
            address(timelock),
            abi.encodeCall(timelock.revokeRole, (timelock.PROPOSER_ROLE(), address(governor))),
            timelock.revokeRole.selector
        );
    }

    function test_TheFactoryCannotBeTheTarget() public {
        _refuses(
            address(dao),
            abi.encodeCall(IModelDao.activate, (model, alice, bob)),
            IModelDao.activate.selector
        );
    }

    // Other functions of the contracts on the list

    function test_TheModelCannotBeGivenAway() public {
        _refuses(
            address(registry),
            abi.encodeCall(IModelRegistry.offerOwnership, (model, alice)),
            IModelRegistry.offerOwnership.selector
        );
        _refuses(
            address(registry),
            abi.encodeCall(IModelRegistry.handToDao, (model, alice)),
            IModelRegistry.handToDao.selector
        );
        _refuses(
            address(registry),
            abi.encodeCall(IModelRegistry.acceptOwnership, (model)),
            IModelRegistry.acceptOwnership.selector
        );
    }

    function test_EntryCannotBePaused() public {
        address[4] memory guarded =
            [address(registry), address(licences), address(channel), address(provers)];
        for (uint256 i; i < guarded.length; ++i) {
            _refuses(
                guarded[i],
                abi.encodeCall(IEntryPause.pauseEntry, (uint64(model))),
                IEntryPause.pauseEntry.selector
            );
        }
    }

    function test_MoneyCannotBeMoved() public {
        _refuses(
            address(dollar), abi.encodeCall(IERC20.transfer, (alice, 1)), IERC20.transfer.selector
        );
        _refuses(
            address(shares),
            abi.encodeCall(IERC20.transferFrom, (alice, bob, 1)),
            IERC20.transferFrom.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(IRevenueSplitter.claimTo, (model, NATIVE, alice)),
            IRevenueSplitter.claimTo.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(
                IRevenueSplitter.pay, (model, NATIVE, bob, 1, IRevenueSplitter.Source.Gift)
            ),
            IRevenueSplitter.pay.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(
                IRevenueSplitter.split, (model, NATIVE, 1, IRevenueSplitter.Source.Gift)
            ),
            IRevenueSplitter.split.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(IRevenueSplitter.sweepDonation, (model, NATIVE)),
            IRevenueSplitter.sweepDonation.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(
                IRevenueSplitter.onShareTransfer, (model, alice, bob, ALICE_SHARES, 0, 1)
            ),
            IRevenueSplitter.onShareTransfer.selector
        );
    }

    function test_SharesCannotBeIssuedToTheDaoItself() public {
        address[2] memory own = [address(timelock), address(governor)];
        for (uint256 i; i < own.length; ++i) {
            _refuses(
                address(splitter),
                abi.encodeCall(IRevenueSplitter.issueShares, (model, own[i], 100_000)),
                IRevenueSplitter.issueShares.selector
            );
            // Upper bits that a decoder refuses anyway do not hide the address.
            _refuses(
                address(splitter),
                abi.encodePacked(
                    IRevenueSplitter.issueShares.selector,
                    uint256(model),
                    uint256(uint160(own[i])) | (1 << 200),
                    uint256(100_000)
                ),
                IRevenueSplitter.issueShares.selector
            );
        }
        // Another model's DAO is a stranger like any other contract.
        vm.prank(alice);
        (, address stranger) = dao.activate(_other, alice, bob);
        propose(
            address(splitter),
            abi.encodeCall(IRevenueSplitter.issueShares, (model, stranger, 100_000))
        );
    }

    function test_LicencesInForceCannotBeTouched() public {
        _refuses(
            address(licences),
            abi.encodeCall(ILicenceToken.refund, (model)),
            ILicenceToken.refund.selector
        );
        _refuses(
            address(licences),
            abi.encodeCall(ILicenceToken.lock, (model, 1)),
            ILicenceToken.lock.selector
        );
        _refuses(
            address(licences),
            abi.encodeCall(ILicenceToken.releaseEscrow, (model)),
            ILicenceToken.releaseEscrow.selector
        );
    }

    // Shapes

    function test_AnotherModelCannotBeNamed() public {
        _refuses(
            address(registry),
            abi.encodeCall(IModelRegistry.setUri, (_other, "ipfs://theirs")),
            IModelRegistry.setUri.selector
        );
        _refuses(
            address(splitter),
            abi.encodeCall(IRevenueSplitter.issueShares, (_other, alice, 100_000)),
            IRevenueSplitter.issueShares.selector
        );
    }

    function test_DirtyUpperBitsAreRefused() public {
        bytes4 selector = IModelRegistry.recommit.selector;
        _refuses(
            address(registry),
            abi.encodePacked(selector, uint256(model) | (1 << 64), uint256(0)),
            selector
        );
    }

    function test_CoinCannotBeSent() public {
        Proposal memory made =
            draft(address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new")));
        made.values[0] = 1;
        _refusesProposal(made, address(registry), IModelRegistry.setUri.selector);
        // A plain payment neither.
        made = draft(alice, "");
        made.values[0] = 1;
        _refusesProposal(made, alice, 0);
    }

    function test_ShortCalldataIsRefused() public {
        _refuses(address(registry), "", 0);
        _refuses(address(registry), hex"a1b2", 0xa1b20000);
        bytes4 selector = IModelRegistry.recommit.selector;
        _refuses(
            address(registry),
            abi.encodePacked(selector, bytes31(bytes32(uint256(model)))),
            selector
        );
    }

    function test_OneForbiddenCallAmongAllowedOnesIsFound() public {
        for (uint256 place; place < 3; ++place) {
            Proposal memory made = draft(address(0), "");
            made.targets = new address[](3);
            made.values = new uint256[](3);
            made.calldatas = new bytes[](3);
            for (uint256 i; i < 3; ++i) {
                made.targets[i] = address(registry);
                made.calldatas[i] = i == place
                    ? abi.encodeCall(IModelRegistry.offerOwnership, (model, alice))
                    : abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new"));
            }
            _refusesProposal(made, address(registry), IModelRegistry.offerOwnership.selector);
        }
    }

    function test_ListsOfDifferentLengthAreRefused() public {
        Proposal memory made =
            draft(address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new")));
        made.values = new uint256[](2);
        _refusesShape(made);
        made.values = new uint256[](0);
        _refusesShape(made);
        made.values = new uint256[](1);
        made.calldatas = new bytes[](0);
        _refusesShape(made);
        made.targets = new address[](0);
        made.values = new uint256[](0);
        _refusesShape(made);
    }

    function test_QueueAndExecuteKnowOnlyWhatWasProposed() public {
        Proposal memory made =
            carry(address(registry), abi.encodeCall(IModelRegistry.setUri, (model, "ipfs://new")));
        made.calldatas[0] = abi.encodeCall(IModelRegistry.offerOwnership, (model, alice));
        bytes memory unknown =
            abi.encodeWithSelector(IGovernor.GovernorNonexistentProposal.selector, idOf(made));
        vm.expectRevert(unknown);
        queue(made);
        vm.expectRevert(unknown);
        execute(made);
        vm.expectRevert(unknown);
        governor.state(idOf(made));
    }

    function testFuzz_NoOtherCallCanBeProposed(address target_, bytes calldata data) public {
        (bool allowed,) = dao.isAllowedCall(model, target_, 0, data);
        vm.assume(!allowed);
        _refuses(target_, data, bytes4(data));
    }

    function _refuses(address target_, bytes memory data, bytes4 selector) private {
        _refusesProposal(draft(target_, data), target_, selector);
    }

    function _refusesProposal(Proposal memory made, address target_, bytes4 selector) private {
        vm.expectRevert(
            abi.encodeWithSelector(IModelGovernor.ProposalNotAllowed.selector, target_, selector)
        );
        vm.prank(alice);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
    }

    function _refusesShape(Proposal memory made) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInvalidProposalLength.selector,
                made.targets.length,
                made.calldatas.length,
                made.values.length
            )
        );
        vm.prank(alice);
        governor.propose(made.targets, made.values, made.calldatas, made.description);
    }
}
