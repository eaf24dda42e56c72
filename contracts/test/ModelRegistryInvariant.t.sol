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
    uint256 public calls;
    /// @notice Whether the last call registered a model.
    bool public grew;

    bytes32 private _last;
    address[3] private _owners = [address(0xA1), address(0xA2), address(0xA3)];

    modifier counted() {
        ++calls;
        grew = false;
        _;
    }

    constructor(IModelRegistry registry_) {
        registry = registry_;
    }

    /// @notice Registers a child of up to four models. One in eight gives a little too much, one in
    /// eight names any parent, ready or not.
    function register(uint256 seed, uint256 parents) public counted {
        uint64 count = registry.modelCount();
        parents = count == 0 ? 0 : bound(parents, 0, 4);
        address owner = _owners[seed % 3];
        bool careless = seed % 8 == 0;
        IModelRegistry.ParentLink[] memory links = new IModelRegistry.ParentLink[](parents);
        for (uint256 i = 0; i < parents; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            // Mostly one of the youngest, so that lineages grow deep.
            uint256 back = draw % 3 == 0 ? draw >> 8 : (draw >> 8) % 6;
            uint64 parent = count - uint64(back % count);
            if (!careless) _admit(parent, owner);
            uint256 most = seed % 8 == 1 ? 510_000 / parents : 500_000 / parents;
            uint256 least = registry.termsOf(parent).derivativePpm;
            uint32 ppm = uint32(bound(draw >> 128, least, most));
            links[i] = IModelRegistry.ParentLink(parent, ppm, registry.termsHash(parent));
        }
        IModelRegistry.Commitment memory commitment = _commitment();
        vm.prank(owner);
        try registry.register(commitment, links) returns (uint64 model) {
            grew = true;
            recorded[model] = lineageHash(model);
            committed[model] = commitmentHash(model);
        } catch {
            ++refused;
        }
    }

    /// @notice Registers a child of one or two, so that chains grow.
    function registerDeep(uint256 seed) external {
        register(seed, 1 + (seed % 2));
    }

    function setTerms(uint64 model, uint32 ppm, bool derivatives, bool approval) external counted {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        if (!registry.isReleased(model)) return;
        address owner = registry.ownerOf(model);
        ppm = uint32(bound(ppm, 0, 20_000));
        vm.prank(owner);
        registry.setTerms(model, IModelRegistry.Terms("text", ppm, derivatives, approval));
    }

    function approve(uint64 model, uint256 who) external counted {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        address owner = registry.ownerOf(model);
        vm.prank(owner);
        registry.approveDerivative(model, _owners[who % 3], true);
    }

    function addEpoch(uint64 model) external counted {
        if (registry.modelCount() == 0) return;
        model = uint64(bound(model, 1, registry.modelCount()));
        address owner = registry.ownerOf(model);
        vm.prank(owner);
        registry.addEpoch(model, _commitment());
    }

    function transfer(uint64 model, uint256 who) external counted {
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

    /// @notice Releases a parent where it is not, and has its owner admit the child's.
    function _admit(uint64 parent, address childOwner) private {
        address owner = registry.ownerOf(parent);
        if (!registry.isReleased(parent)) {
            vm.roll(block.number + 9);
            registry.sealBeacon(parent, 0);
            vm.prank(owner);
            registry.release(parent, 0, "weights", IModelRegistry.Terms("text", 0, true, false), "");
        }
        IModelRegistry.Terms memory terms = registry.termsOf(parent);
        if (!terms.derivatives) {
            terms.derivatives = true;
            vm.prank(owner);
            registry.setTerms(parent, terms);
        }
        if (terms.approval) {
            vm.prank(owner);
            registry.approveDerivative(parent, childOwner, true);
        }
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

    /// @notice Each model is looked at whole when it comes; that it stays as it is, is looked at for one
    /// model that goes round with each call.
    function invariant_I6_LineagesAreAcyclicNarrowAndFixed() public view {
        uint64 count = registry.modelCount();
        if (count == 0) return;
        if (_handler.grew()) {
            _checkAncestors(count);
            _checkReach(count);
        }
        _checkFixed(uint64(1 + (_handler.calls() % count)));
    }

    function _checkFixed(uint64 model) private view {
        eq(_handler.lineageHash(model), _handler.recorded(model), "lineage");
        eq(_handler.commitmentHash(model), _handler.committed(model), "commitment");
    }

    function _checkAncestors(uint64 model) private view {
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

        IModelRegistry.Ancestor[] memory parents = registry.parentsOf(model);
        for (uint256 i = 0; i < parents.length; ++i) {
            sum -= parents[i].ppm;
        }
        eq(sum, 0, "ancestors share the edges exactly");
    }

    function _checkReach(uint64 model) private view {
        bool[] memory reached = new bool[](model + 1);
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
