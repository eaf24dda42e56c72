// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {RegistryCase} from "./support/RegistryCase.sol";
import {Test} from "./support/Test.sol";

/// @notice Registers random lineages and does everything that an owner may, so that the invariants are
/// looked at in states that a market would reach.
contract LineageHandler is Test {
    IModelRegistry public immutable registry;

    /// @notice Hash of the lineage of each model, taken when it was registered.
    mapping(uint64 model => bytes32) public recorded;
    /// @notice Hash of what is fixed of epoch 0, taken when it was registered.
    mapping(uint64 model => bytes32) public committed;
    uint256 public refused;

    bytes32 private _last;
    address[3] private _owners = [address(0xA1), address(0xA2), address(0xA3)];

    constructor(IModelRegistry registry_) {
        registry = registry_;
    }

    /// @notice Registers a child of up to four models, mostly of the youngest, and releases most.
    function register(uint256 seed, uint256 parents, uint32 most) external {
        uint64 count = registry.modelCount();
        parents = count == 0 ? 0 : bound(parents, 0, 4);
        IModelRegistry.ParentLink[] memory links = new IModelRegistry.ParentLink[](parents);
        for (uint256 i = 0; i < parents; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 back = draw % 3 == 0 ? draw >> 8 : (draw >> 8) % 8;
            uint64 parent = count - uint64(back % count);
            uint32 ppm = uint32((draw >> 128) % (uint256(most) % 300_000 + 1));
            links[i] = IModelRegistry.ParentLink(parent, ppm, registry.termsHash(parent));
        }
        address owner = _owners[seed % 3];
        vm.prank(owner);
        try registry.register(_commitment(), links) returns (uint64 model) {
            recorded[model] = lineageHash(model);
            committed[model] = commitmentHash(model);
            if (seed % 5 != 0) _release(owner, model, seed);
        } catch {
            ++refused;
        }
    }

    function setTerms(uint64 model, uint32 ppm, bool derivatives, bool approval) external {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        if (!registry.isReleased(model)) return;
        address owner = registry.ownerOf(model);
        ppm = uint32(bound(ppm, 0, 500_000));
        vm.prank(owner);
        registry.setTerms(model, IModelRegistry.Terms("text", ppm % 20_000, derivatives, approval));
    }

    function approve(uint64 model, uint256 who) external {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        address owner = registry.ownerOf(model);
        vm.prank(owner);
        registry.approveDerivative(model, _owners[who % 3], true);
    }

    function addEpoch(uint64 model) external {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        address owner = registry.ownerOf(model);
        vm.prank(owner);
        registry.addEpoch(model, _commitment());
    }

    function transfer(uint64 model, uint256 who) external {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        address from = registry.ownerOf(model);
        vm.prank(from);
        registry.offerOwnership(model, _owners[who % 3]);
        vm.prank(_owners[who % 3]);
        registry.acceptOwnership(model);
    }

    function lineageHash(uint64 model) public view returns (bytes32) {
        return keccak256(
            abi.encode(
                registry.parentsOf(model),
                registry.ancestorsOf(model),
                registry.packedAncestorsOf(model)
            )
        );
    }

    function commitmentHash(uint64 model) public view returns (bytes32) {
        IModelRegistry.Epoch memory epoch = registry.epochOf(model, 0);
        return keccak256(
            abi.encode(epoch.root, epoch.manifestHash, epoch.count, epoch.width, epoch.commitBlock)
        );
    }

    function _release(address owner, uint64 model, uint256 seed) private {
        vm.roll(block.number + 9);
        registry.sealBeacon(model, 0);
        bool approval = seed % 11 == 0;
        vm.prank(owner);
        registry.release(
            model,
            0,
            "weights",
            IModelRegistry.Terms("text", uint32(seed % 2_000), true, approval),
            ""
        );
    }

    function _commitment() private returns (IModelRegistry.Commitment memory) {
        _last = keccak256(abi.encode("root", _last));
        return IModelRegistry.Commitment(_last, "manifest", 8, 4);
    }
}

/// @notice I6: lineages have no cycle, are at most 16 wide, give at most half, and never change.
contract ModelRegistryInvariantTest is RegistryCase {
    LineageHandler private _handler;

    function setUp() public override {
        super.setUp();
        // Shares belong to the splitter's own invariants.
        vm.mockCall(
            address(splitter),
            abi.encodeWithSelector(splitter.sharesOf.selector),
            abi.encode(address(1))
        );
        _handler = new LineageHandler(registry);
        target(address(_handler));
    }

    function invariant_I6_AncestorsAreOlderDistinctAndPaid() public view {
        for (uint64 model = 1; model <= registry.modelCount(); ++model) {
            IModelRegistry.Ancestor[] memory list = registry.ancestorsOf(model);
            atMost(list.length, 16, "ancestors");
            uint256 sum = 0;
            for (uint256 i = 0; i < list.length; ++i) {
                isTrue(list[i].model != 0 && list[i].model < model, "an ancestor is older");
                isTrue(list[i].ppm != 0, "an ancestor has a share");
                sum += list[i].ppm;
                for (uint256 j = 0; j < i; ++j) {
                    isTrue(list[i].model != list[j].model, "an ancestor stands once");
                }
            }
            atMost(sum, 500_000, "shares of ancestors");
            eq(sum, _edgesOf(model), "ancestors share the edges exactly");
        }
    }

    function invariant_I6_EveryAncestorIsReachedByParents() public view {
        uint64 count = registry.modelCount();
        for (uint64 model = 1; model <= count; ++model) {
            bool[] memory reached = new bool[](count + 1);
            reached[model] = true;
            // Parents are older, so that one pass from the youngest down follows every path.
            for (uint64 id = model; id > 0; --id) {
                if (!reached[id]) continue;
                IModelRegistry.Ancestor[] memory parents = registry.parentsOf(id);
                atMost(parents.length, 4, "parents");
                for (uint256 i = 0; i < parents.length; ++i) {
                    isTrue(parents[i].model < id, "a parent is older");
                    reached[parents[i].model] = true;
                }
            }
            IModelRegistry.Ancestor[] memory list = registry.ancestorsOf(model);
            for (uint256 i = 0; i < list.length; ++i) {
                isTrue(reached[list[i].model], "an ancestor is above the model");
            }
        }
    }

    function invariant_I6_LineagesAndCommitmentsNeverChange() public view {
        for (uint64 model = 1; model <= registry.modelCount(); ++model) {
            eq(_handler.lineageHash(model), _handler.recorded(model), "lineage");
            eq(_handler.commitmentHash(model), _handler.committed(model), "commitment");
        }
    }

    function _edgesOf(uint64 model) private view returns (uint256 sum) {
        IModelRegistry.Ancestor[] memory parents = registry.parentsOf(model);
        for (uint256 i = 0; i < parents.length; ++i) {
            sum += parents[i].ppm;
        }
    }
}
