// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";

/// @notice Sealing and drawing beacons, with and without the history contract of EIP-2935.
contract ModelRegistryBeaconTest is RegistryCase {
    bytes32 private constant HASH = keccak256("a block");
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    address private constant SYSTEM = 0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE;
    /// @dev Runtime code as the EIP gives it.
    bytes private constant HISTORY_CODE = hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f356001430381116042"
        hex"57611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    uint64 private _model;
    uint256 private _beaconBlock;

    function setUp() public override {
        super.setUp();
        _model = freshModel(ada);
        _beaconBlock = START_BLOCK + 8;
    }

    // Sealing

    function test_AnyoneSealsTheHashOfTheEighthBlock() public {
        vm.roll(_beaconBlock + 1);
        vm.setBlockhash(_beaconBlock, HASH);
        expectEvent();
        emit IModelRegistry.BeaconSealed(_model, 0, HASH);
        vm.prank(bob);
        eq(registry.sealBeacon(_model, 0), HASH, "returned beacon");
        eq(registry.epochOf(_model, 0).beacon, HASH, "stored beacon");
    }

    function test_SealingIsTooEarlyUntilTheBlockIsMined() public {
        uint256[3] memory early = [START_BLOCK, _beaconBlock - 1, _beaconBlock];
        for (uint256 i = 0; i < early.length; ++i) {
            vm.roll(early[i]);
            _expect(IModelRegistry.BeaconTooEarly.selector);
            registry.sealBeacon(_model, 0);
        }
    }

    function test_ABeaconIsSealedOnce() public {
        vm.roll(_beaconBlock + 1);
        registry.sealBeacon(_model, 0);
        bytes32 beacon = registry.epochOf(_model, 0).beacon;
        vm.roll(_beaconBlock + 2);
        vm.setBlockhash(_beaconBlock, HASH);
        expectError(
            abi.encodeWithSelector(IModelRegistry.BeaconAlreadySealed.selector, _model, uint32(0))
        );
        registry.sealBeacon(_model, 0);
        eq(registry.epochOf(_model, 0).beacon, beacon, "beacon");
    }

    function test_WithoutHistoryABeaconIsReadableFor256Blocks() public {
        vm.roll(_beaconBlock + 256);
        vm.setBlockhash(_beaconBlock, HASH);
        eq(registry.sealBeacon(_model, 0), HASH, "beacon");
    }

    function test_WithoutHistoryABeaconIsLostAfter256Blocks() public {
        eq(HISTORY.code.length, 0, "no history contract");
        vm.roll(_beaconBlock + 257);
        _expect(IModelRegistry.BeaconLost.selector);
        registry.sealBeacon(_model, 0);
    }

    function test_HistoryKeepsABeaconReadableFor8191Blocks() public {
        _recordInHistory();
        vm.roll(_beaconBlock + 257);
        uint256 state = vm.snapshotState();
        eq(registry.sealBeacon(_model, 0), HASH, "after 257");
        isTrue(vm.revertToState(state), "reverted");
        vm.roll(_beaconBlock + 8_191);
        eq(registry.sealBeacon(_model, 0), HASH, "after 8,191");
    }

    function test_HistoryLosesABeaconAfter8191Blocks() public {
        _recordInHistory();
        vm.roll(_beaconBlock + 8_192);
        _expect(IModelRegistry.BeaconLost.selector);
        registry.sealBeacon(_model, 0);
    }

    function test_HistoryFromBeforeItsForkIsLost() public {
        vm.etch(HISTORY, HISTORY_CODE);
        vm.roll(_beaconBlock + 257);
        _expect(IModelRegistry.BeaconLost.selector);
        registry.sealBeacon(_model, 0);
    }

    // Recommitting

    function test_ALostBeaconIsDrawnAgainAndCounted() public {
        uint256 later = _beaconBlock + 300;
        vm.roll(later);
        expectEvent();
        emit IModelRegistry.EpochRecommitted(_model, 0, 2);
        vm.prank(ada);
        registry.recommit(_model, 0);

        IModelRegistry.Epoch memory epoch = registry.epochOf(_model, 0);
        eq(epoch.draws, 2, "draws");
        eq(epoch.commitBlock, later, "commit block");
        eq(epoch.beacon, 0, "beacon");
        vm.roll(later + 9);
        vm.setBlockhash(later + 8, HASH);
        eq(registry.sealBeacon(_model, 0), HASH, "beacon");
        eq(registry.epochOf(_model, 0).draws, 2, "draws stay");
    }

    function test_DrawsAddUp() public {
        vm.startPrank(ada);
        for (uint32 draws = 2; draws < 6; ++draws) {
            vm.roll(block.number + 8 + 257);
            registry.recommit(_model, 0);
            eq(registry.epochOf(_model, 0).draws, draws, "draws");
        }
    }

    function test_EveryDrawOfAnybodyCounts() public {
        eq(registry.drawCount(), 1, "the model of the set-up");
        // One bank under two names, another epoch, and a beacon let lapse.
        bytes32 root = registry.epochOf(_model, 0).root;
        vm.prank(bob);
        registry.register(IModelRegistry.Commitment(root, "manifest", 8, 4), noParents());
        eq(registry.drawCount(), 2, "after a registration");
        IModelRegistry.Commitment memory next = freshCommitment();
        vm.prank(ada);
        registry.addEpoch(_model, next);
        eq(registry.drawCount(), 3, "after an epoch");
        vm.roll(_beaconBlock + 257);
        vm.prank(ada);
        registry.recommit(_model, 0);
        eq(registry.drawCount(), 4, "after a recommit");
        vm.roll(block.number + 9);
        registry.sealBeacon(_model, 0);
        eq(registry.drawCount(), 4, "a seal is no draw");
        eq(registry.modelCount(), 2, "models");
    }

    function test_AReadableBeaconIsNoChoice() public {
        vm.startPrank(ada);
        uint256[2] memory readable = [_beaconBlock + 1, _beaconBlock + 256];
        for (uint256 i = 0; i < readable.length; ++i) {
            vm.roll(readable[i]);
            vm.setBlockhash(_beaconBlock, HASH);
            _expect(IModelRegistry.BeaconStillReadable.selector);
            registry.recommit(_model, 0);
        }
    }

    function test_ABeaconInHistoryIsNoChoice() public {
        _recordInHistory();
        vm.roll(_beaconBlock + 8_191);
        _expect(IModelRegistry.BeaconStillReadable.selector);
        vm.prank(ada);
        registry.recommit(_model, 0);

        vm.roll(_beaconBlock + 8_192);
        vm.prank(ada);
        registry.recommit(_model, 0);
        eq(registry.epochOf(_model, 0).draws, 2, "draws");
    }

    function test_ABeaconToComeIsNoChoice() public {
        vm.roll(_beaconBlock);
        _expect(IModelRegistry.BeaconTooEarly.selector);
        vm.prank(ada);
        registry.recommit(_model, 0);
    }

    function test_ASealedBeaconIsNoChoice() public {
        vm.roll(_beaconBlock + 1);
        registry.sealBeacon(_model, 0);
        vm.roll(_beaconBlock + 10_000);
        expectError(
            abi.encodeWithSelector(IModelRegistry.BeaconAlreadySealed.selector, _model, uint32(0))
        );
        vm.prank(ada);
        registry.recommit(_model, 0);
    }

    function test_OnlyTheOwnerRecommits() public {
        vm.roll(_beaconBlock + 300);
        expectNotOwner(_model, bob);
        vm.prank(bob);
        registry.recommit(_model, 0);
    }

    function test_EpochsHaveTheirOwnBeacons() public {
        IModelRegistry.Commitment memory next = freshCommitment();
        vm.roll(_beaconBlock + 1);
        vm.prank(ada);
        registry.addEpoch(_model, next);
        vm.roll(_beaconBlock + 20);
        vm.setBlockhash(_beaconBlock + 1 + 8, HASH);
        eq(registry.sealBeacon(_model, 1), HASH, "beacon of epoch 1");
        eq(registry.epochOf(_model, 0).beacon, 0, "epoch 0 is unsealed");
    }

    /// @notice In any block after the commitment exactly one of three holds: too early, readable, or
    /// lost, when only the owner's recommit goes through.
    function testFuzz_SealAndRecommitNeverBothGoThrough(uint256 blocks, bool history) public {
        if (history) _recordInHistory();
        uint256 kept = history ? 8_191 : 256;
        blocks = bound(blocks, 0, 2 * kept);
        vm.roll(START_BLOCK + blocks);
        bool early = blocks <= 8;
        bool lost = blocks > 8 + kept;

        uint256 state = vm.snapshotState();
        if (early) _expect(IModelRegistry.BeaconTooEarly.selector);
        else if (lost) _expect(IModelRegistry.BeaconLost.selector);
        registry.sealBeacon(_model, 0);
        isTrue(vm.revertToState(state), "reverted");

        if (early) _expect(IModelRegistry.BeaconTooEarly.selector);
        else if (!lost) _expect(IModelRegistry.BeaconStillReadable.selector);
        vm.prank(ada);
        registry.recommit(_model, 0);
    }

    /// @notice Does what a client does at the start of each block: the system call that stores the hash
    /// of the block before.
    function _recordInHistory() private {
        vm.etch(HISTORY, HISTORY_CODE);
        vm.roll(_beaconBlock + 1);
        vm.prank(SYSTEM);
        (bool done,) = HISTORY.call(abi.encode(HASH));
        isTrue(done, "system call");
    }

    /// @dev Without the reverter's address: the history contract, asked for what it has lost, reverts
    /// first.
    function _expect(bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(selector, _beaconBlock));
    }
}
