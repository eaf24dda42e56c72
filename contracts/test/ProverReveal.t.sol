// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../src/interfaces/IProverNetwork.sol";
import {ProverSteps} from "./support/ProverSteps.sol";

contract ProverRevealTest is ProverSteps {
    address private _ann;
    address private _bob;

    function setUp() public {
        setUpProvers();
        _ann = prover("ann", 1 ether);
        _bob = prover("bob", 1 ether);
    }

    function test_ACommitSaysNothingAndIsOnesOwn() public {
        bytes32 hash = keccak256("anything");
        expectEvent();
        emit IProverNetwork.Committed(_ann, hash);
        vm.prank(_ann);
        provers.commit(hash);
        refuses(abi.encodeWithSelector(IProverNetwork.CommitExists.selector, hash));
        vm.prank(_ann);
        provers.commit(hash);
        // Copying a commit from the mempool takes nothing away from its owner.
        vm.prank(_bob);
        provers.commit(hash);
    }

    function test_ACommitNeedsTheLeastStake() public {
        address low = prover("low", LEAST - 1);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        vm.prank(low);
        provers.commit("hash");
        vm.prank(low);
        provers.stake{value: 1}();
        vm.prank(low);
        provers.commit("hash");
    }

    function test_LeavingStakeDoesNotCount() public {
        vm.prank(_ann);
        provers.requestUnstake(1 ether - LEAST + 1);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, LEAST - 1, LEAST));
        vm.prank(_ann);
        provers.commit("hash");
    }

    function test_ARevealNeedsTheLeastStakeToo() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 0);
        commitTo(_ann, shown);
        vm.prank(_ann);
        provers.requestUnstake(1 ether);
        refuses(abi.encodeWithSelector(IProverNetwork.StakeTooLow.selector, 0, LEAST));
        _reveal(_ann, shown);
    }

    function test_ARevealBurnsItsFingerprintAndSaysTheResponse() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 7);
        commitTo(_ann, shown);
        isFalse(provers.isBurnt(model, 0, 7), "not burnt yet");
        bytes32 draw = sha256(
            abi.encodePacked(
                secretAt(7), registry.epochOf(model, 0).beacon, _bankRoot(), uint256(7)
            )
        );
        expectEvent();
        emit IProverNetwork.LeafRevealed(
            model,
            0,
            7,
            _ann,
            HOST,
            candidateAt(7, uint256(draw) >> 252),
            keccak256(abi.encode("transcript", 7))
        );
        eq(_reveal(_ann, shown), caseNumber(HOST, 0), "case");
        isTrue(provers.isBurnt(model, 0, 7), "burnt");
        isFalse(provers.isBurnt(model, 0, 6), "not its neighbour");
        isFalse(provers.isBurnt(model, 1, 7), "not in another epoch");
        isFalse(provers.isBurnt(model + 1, 0, 7), "not of another model");
    }

    function test_EachFingerprintIsShownOnce() public {
        show(_ann, HOST, 3);
        bytes memory used = abi.encodeWithSelector(IProverNetwork.LeafUsed.selector, model, 0, 3);
        IProverNetwork.Reveal memory shown = revealOf(model, keccak256("another host"), 3);
        commitTo(_bob, shown);
        refuses(used);
        _reveal(_bob, shown);
        shown.host = HOST;
        shown.salt = "another salt";
        commitTo(_ann, shown);
        refuses(used);
        _reveal(_ann, shown);
    }

    function test_ACommitIsUsedUp() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        _reveal(_ann, shown);
        _refusesCommit(_ann, shown);
    }

    function test_ACopiedRevealIsWorthNothing() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        _refusesCommit(_bob, shown);
        // Copying the commit as well does not help, since it names its maker.
        bytes32 hash = provers.commitOf(_ann, shown);
        vm.prank(_bob);
        provers.commit(hash);
        mine(1);
        _refusesCommit(_bob, shown);
        _reveal(_ann, shown);
    }

    function test_TheCommitBindsEverything() public {
        commitTo(_ann, revealOf(model, HOST, 3));
        for (uint256 part = 0; part < 10; ++part) {
            IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
            if (part == 0) shown.model += 1;
            if (part == 1) shown.epoch += 1;
            if (part == 2) shown.host ^= bytes32(uint256(1));
            if (part == 3) shown.leaf.index ^= 1;
            if (part == 4) shown.proof[0] ^= bytes32(uint256(1));
            if (part == 5) shown.secret ^= bytes32(uint256(1));
            if (part == 6) shown.key[0] ^= 0x01;
            if (part == 7) shown.candidates[0] ^= 0x01;
            if (part == 8) shown.evidenceHash ^= bytes32(uint256(1));
            if (part == 9) shown.salt ^= bytes32(uint256(1));
            _refusesCommit(_ann, shown);
        }
    }

    function test_TheCommitBindsSenderChainAndContract() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        bytes32 here = provers.commitOf(_ann, shown);
        eq(
            here,
            keccak256(abi.encode(_ann, block.chainid, address(provers), shown)),
            "as documented"
        );
        isTrue(here != provers.commitOf(_bob, shown), "sender");
        vm.chainId(block.chainid + 1);
        isTrue(here != provers.commitOf(_ann, shown), "chain");
    }

    function test_NoRevealInTheBlockOfItsCommit() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        bytes32 hash = provers.commitOf(_ann, shown);
        vm.prank(_ann);
        provers.commit(hash);
        refuses(abi.encodeWithSelector(IProverNetwork.RevealTooEarly.selector));
        _reveal(_ann, shown);
        mine(1);
        _reveal(_ann, shown);
    }

    function test_NoRevealAfterItsWindow() public {
        IProverNetwork.Reveal memory first = revealOf(model, HOST, 3);
        IProverNetwork.Reveal memory second = revealOf(model, HOST, 4);
        bytes32 hash = provers.commitOf(_ann, first);
        vm.prank(_ann);
        provers.commit(hash);
        hash = provers.commitOf(_ann, second);
        vm.prank(_ann);
        provers.commit(hash);
        mine(7_200);
        _reveal(_ann, first);
        mine(1);
        refuses(abi.encodeWithSelector(IProverNetwork.RevealTooLate.selector));
        _reveal(_ann, second);
    }

    function test_OnlyReleasedEpochsAreProvable() public {
        uint64 quiet = unreleasedModel();
        IProverNetwork.Reveal memory shown = revealOf(quiet, HOST, 3);
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.NotReleased.selector, quiet, 0));
        _reveal(_ann, shown);
        mine(9);
        registry.sealBeacon(quiet, 0);
        refuses(abi.encodeWithSelector(IProverNetwork.NotReleased.selector, quiet, 0));
        _reveal(_ann, shown);
        openShares(modelOwner, quiet);
        vm.prank(modelOwner);
        registry.release(quiet, 0, keccak256("weights"), openTerms(0), "");
        _reveal(_ann, shown);
    }

    function test_UnknownModelsAndEpochsAreRefused() public {
        IProverNetwork.Reveal memory shown = revealOf(99, HOST, 3);
        commitTo(_ann, shown);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, 99));
        _reveal(_ann, shown);
        shown = revealOf(model, HOST, 3);
        shown.epoch = 1;
        commitTo(_ann, shown);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownEpoch.selector, model, 1));
        _reveal(_ann, shown);
    }

    function test_AProofThatDoesNotFitBurnsNothing() public {
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, 3);
        shown.leaf = leafAt(4);
        shown.proof = pathOf(4);
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.BadProof.selector));
        _reveal(_ann, shown);
        isFalse(provers.isBurnt(model, 0, 4), "not burnt");
        show(_ann, HOST, 4);
    }

    function test_NoCaseAgainstNobodyOrOneself() public {
        IProverNetwork.Reveal memory shown = revealOf(model, 0, 3);
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.BadHost.selector));
        _reveal(_ann, shown);
        vm.prank(_ann);
        provers.registerHost{value: 1 ether}(HOST);
        shown = revealOf(model, HOST, 3);
        commitTo(_ann, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.OwnHost.selector, _ann));
        _reveal(_ann, shown);
        show(_bob, HOST, 4);
        isFalse(provers.isBurnt(model, 0, 3), "not burnt");
    }

    function test_TheSameBankOfAnotherModelIsAnothers() public {
        uint64 other = bankModel();
        show(_ann, HOST, 3);
        IProverNetwork.Reveal memory shown = revealOf(other, HOST, 3);
        commitTo(_ann, shown);
        eq(
            _reveal(_ann, shown),
            uint256(keccak256(abi.encode(other, HOST, uint32(0)))),
            "a case of its own"
        );
    }

    function testFuzz_ALeafIsBurntOnce(uint256 index, uint256 again) public {
        index = bound(index, 0, BANK - 1);
        again = bound(again, 0, BANK - 1);
        show(_ann, HOST, index);
        IProverNetwork.Reveal memory shown = revealOf(model, HOST, again);
        shown.salt = "second";
        commitTo(_bob, shown);
        if (again == index) {
            refuses(abi.encodeWithSelector(IProverNetwork.LeafUsed.selector, model, 0, index));
        }
        _reveal(_bob, shown);
        isTrue(provers.isBurnt(model, 0, again), "burnt either way");
    }

    function _bankRoot() private view returns (bytes32) {
        return registry.epochOf(model, 0).root;
    }

    function _reveal(address by, IProverNetwork.Reveal memory shown) private returns (uint256) {
        vm.prank(by);
        return provers.reveal(shown);
    }

    function _refusesCommit(address by, IProverNetwork.Reveal memory shown) private {
        bytes32 hash = provers.commitOf(by, shown);
        refuses(abi.encodeWithSelector(IProverNetwork.CommitUnknown.selector, hash));
        _reveal(by, shown);
    }
}
