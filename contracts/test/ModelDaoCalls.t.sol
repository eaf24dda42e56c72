// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Market} from "./support/Market.sol";

/// @notice The list of calls that a DAO may make. Signatures are written out, so that a change of an
/// interface has to be made here as well.
contract ModelDaoCallsTest is Market {
    uint64 private constant MODEL = 7;
    string[6] private _registryCalls = [
        "setTerms(uint64,(bytes32,uint32,bool,bool))",
        "setUri(uint64,string)",
        "addEpoch(uint64,(bytes32,bytes32,uint32,uint32))",
        "recommit(uint64,uint32)",
        "release(uint64,uint32,bytes32,(bytes32,uint32,bool,bool),string)",
        "approveDerivative(uint64,address,bool)"
    ];
    string[3] private _licenceCalls = [
        "setKind(uint64,uint32,(bytes32,bytes32,uint64,uint64,uint32,uint32,uint32,bool))",
        "setPrice(uint64,uint32,address,uint128,bool)",
        "setSale(uint64,uint32,bool)"
    ];
    string private constant ISSUE = "issueShares(uint64,address,uint256)";
    string private constant REWARD = "setReward(uint64,uint32)";

    function setUp() public {
        deployMarket();
    }

    function test_EachCallOnTheListIsAllowed() public view {
        for (uint256 i; i < _registryCalls.length; ++i) {
            _isAllowed(address(registry), _registryCalls[i], false);
        }
        for (uint256 i; i < _licenceCalls.length; ++i) {
            _isAllowed(address(licences), _licenceCalls[i], false);
        }
        _isAllowed(address(provers), REWARD, false);
        _isAllowed(address(splitter), ISSUE, true);
    }

    function test_ACallIsAllowedAtItsOwnTargetOnly() public view {
        address[5] memory targets = _targets();
        for (uint256 i; i < targets.length; ++i) {
            for (uint256 j; j < _registryCalls.length; ++j) {
                if (i != 0) _isRefused(targets[i], 0, _data(_registryCalls[j]));
            }
            for (uint256 j; j < _licenceCalls.length; ++j) {
                if (i != 1) _isRefused(targets[i], 0, _data(_licenceCalls[j]));
            }
            if (i != 2) _isRefused(targets[i], 0, _data(REWARD));
            if (i != 3) _isRefused(targets[i], 0, _data(ISSUE));
        }
    }

    function test_CoinIsRefused() public view {
        _isRefused(address(registry), 1, _data(_registryCalls[0]));
        _isRefused(address(splitter), type(uint256).max, _data(ISSUE));
    }

    function test_ShortCalldataIsRefused() public view {
        bytes memory whole = abi.encodePacked(bytes4(keccak256(bytes(ISSUE))), uint256(MODEL));
        _isAllowedData(address(splitter), whole, true);
        _isRefused(address(splitter), 0, "");
        _isRefused(address(splitter), 0, abi.encodePacked(bytes4(keccak256(bytes(ISSUE)))));
        bytes memory short = new bytes(35);
        for (uint256 i; i < 35; ++i) {
            short[i] = whole[i];
        }
        _isRefused(address(splitter), 0, short);
    }

    function test_AnotherModelIsRefused() public view {
        _isRefused(address(registry), 0, _dataOf(_registryCalls[1], MODEL + 1));
        _isRefused(address(licences), 0, _dataOf(_licenceCalls[1], MODEL - 1));
        _isRefused(address(provers), 0, _dataOf(REWARD, 0));
    }

    function test_DirtyUpperBitsAreRefused() public view {
        _isRefused(address(registry), 0, _dataOf(_registryCalls[1], uint256(MODEL) | (1 << 64)));
        _isRefused(address(registry), 0, _dataOf(_registryCalls[1], uint256(MODEL) | (1 << 255)));
        _isRefused(address(splitter), 0, _dataOf(ISSUE, uint256(MODEL) << 192));
    }

    /// @dev Half of the inputs name the model, and half a function of the list at any target.
    function testFuzz_NothingElseIsAllowed(uint256 where, uint256 which, bytes4 other, uint256 word)
        public
        view
    {
        address target_ = _targets()[where % 5];
        bytes4 selector = which % 2 == 0 ? other : _listed(which / 4);
        if (which % 4 < 2) word = MODEL;
        bool known = _known(target_, selector) && word == MODEL;
        (bool allowed, bool supermajority) = dao.isAllowedCall(
            MODEL, target_, 0, abi.encodePacked(selector, word, bytes32(0), bytes32(0))
        );
        isTrue(allowed == known, "allowed");
        isTrue(supermajority == (known && target_ == address(splitter)), "supermajority");
    }

    function testFuzz_AnyOtherTargetIsRefused(address target_, uint256 which) public view {
        address[5] memory targets = _targets();
        for (uint256 i; i < 4; ++i) {
            vm.assume(target_ != targets[i]);
        }
        string memory call = which % 2 == 0 ? _registryCalls[which % 6] : ISSUE;
        _isRefused(target_, 0, _data(call));
    }

    function testFuzz_TheModelMustBeTheOneAskedFor(uint64 asked, uint64 given) public view {
        (bool allowed,) =
            dao.isAllowedCall(asked, address(registry), 0, _dataOf(_registryCalls[1], given));
        isTrue(allowed == (asked == given), "allowed");
    }

    function _listed(uint256 which) private view returns (bytes4) {
        which %= 11;
        string memory signature = which < 6
            ? _registryCalls[which]
            : which < 9 ? _licenceCalls[which - 6] : which == 9 ? ISSUE : REWARD;
        return bytes4(keccak256(bytes(signature)));
    }

    function _known(address target_, bytes4 selector) private view returns (bool) {
        if (target_ == address(registry)) {
            for (uint256 i; i < _registryCalls.length; ++i) {
                if (selector == bytes4(keccak256(bytes(_registryCalls[i])))) return true;
            }
        }
        if (target_ == address(licences)) {
            for (uint256 i; i < _licenceCalls.length; ++i) {
                if (selector == bytes4(keccak256(bytes(_licenceCalls[i])))) return true;
            }
        }
        if (target_ == address(provers)) return selector == bytes4(keccak256(bytes(REWARD)));
        if (target_ == address(splitter)) return selector == bytes4(keccak256(bytes(ISSUE)));
        return false;
    }

    function _targets() private view returns (address[5] memory) {
        return [
            address(registry),
            address(licences),
            address(provers),
            address(splitter),
            address(channel)
        ];
    }

    function _data(string memory signature) private pure returns (bytes memory) {
        return _dataOf(signature, MODEL);
    }

    function _dataOf(string memory signature, uint256 word) private pure returns (bytes memory) {
        return abi.encodePacked(bytes4(keccak256(bytes(signature))), word, new bytes(320));
    }

    function _isAllowed(address target_, string memory signature, bool needed) private view {
        _isAllowedData(target_, _data(signature), needed);
    }

    function _isAllowedData(address target_, bytes memory data, bool needed) private view {
        (bool allowed, bool supermajority) = dao.isAllowedCall(MODEL, target_, 0, data);
        isTrue(allowed, "allowed");
        isTrue(supermajority == needed, "supermajority");
    }

    function _isRefused(address target_, uint256 value, bytes memory data) private view {
        (bool allowed, bool supermajority) = dao.isAllowedCall(MODEL, target_, value, data);
        isFalse(allowed, "refused");
        isFalse(supermajority, "no supermajority");
    }
}
