// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {Test} from "./Test.sol";

/// @notice A bank of 1,024 pairs that scripts/oracle/make_fingerprint_proofs.py wrote, sharing no code
/// with the contracts.
abstract contract ProofFixture is Test {
    string internal constant FIXTURE = "contracts/test/fixtures/fingerprints.json";
    uint256 internal constant FIXTURE_SHOWN = 12;

    string private _json;

    function loadFixture() internal {
        _json = vm.readFile(FIXTURE);
    }

    /// @notice The bank's commitment with its beacon, released at time 1.
    function fixtureEpoch() internal view returns (IModelRegistry.Epoch memory epoch) {
        epoch.root = vm.parseJsonBytes32(_json, ".root");
        epoch.beacon = vm.parseJsonBytes32(_json, ".beacon");
        epoch.count = uint32(vm.parseJsonUint(_json, ".count"));
        epoch.width = uint32(vm.parseJsonUint(_json, ".width"));
        epoch.releasedAt = 1;
    }

    /// @notice What showing entry `position` of the fixture takes.
    function fixtureReveal(uint256 position)
        internal
        view
        returns (IProverNetwork.Reveal memory shown)
    {
        shown.leaf = IModelRegistry.Leaf({
            index: _number(position, ".index"),
            keyHash: _word(position, ".keyHash"),
            candidatesHash: _word(position, ".candidatesHash"),
            salt: _word(position, ".salt"),
            secretHash: _word(position, ".secretHash")
        });
        shown.proof = vm.parseJsonBytes32Array(_json, _at(position, ".proof"));
        shown.secret = _word(position, ".secret");
        shown.key = vm.parseJsonBytes(_json, _at(position, ".key"));
        shown.candidates = vm.parseJsonBytes(_json, _at(position, ".candidates"));
    }

    function fixtureResponse(uint256 position) internal view returns (uint32) {
        return uint32(_number(position, ".response"));
    }

    function fixturePosition(uint256 position) internal view returns (uint256) {
        return _number(position, ".position");
    }

    function fixtureInputHash(uint256 position) internal view returns (bytes32) {
        return _word(position, ".inputHash");
    }

    function _number(uint256 position, string memory name) private view returns (uint256) {
        return vm.parseJsonUint(_json, _at(position, name));
    }

    function _word(uint256 position, string memory name) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, _at(position, name));
    }

    function _at(uint256 position, string memory name) private pure returns (string memory) {
        return string.concat(".shown[", vm.toString(position), "]", name);
    }
}
