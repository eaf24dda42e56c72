// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "../../src/interfaces/IArbitrator.sol";
import {ILicenceToken} from "../../src/interfaces/ILicenceToken.sol";
import {IModelDao} from "../../src/interfaces/IModelDao.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IProverNetwork} from "../../src/interfaces/IProverNetwork.sol";
import {IRevenueSplitter} from "../../src/interfaces/IRevenueSplitter.sol";
import {IUsageChannel} from "../../src/interfaces/IUsageChannel.sol";
import {Test} from "./Test.sol";
import {TestToken} from "./TestToken.sol";

/// @notice Deploys every contract the way a deployment script does, each at the address that the others
/// were told beforehand. Bytecode is taken from the build, so that a test holds none of it and is
/// compiled quickly.
abstract contract Market is Test {
    address internal constant NATIVE = address(0);
    uint64 internal constant START_TIME = 1_800_000_000;
    uint256 internal constant START_BLOCK = 1_000;
    uint64 internal constant GUARDIAN_TERM = 365 days;

    IModelRegistry internal registry;
    IRevenueSplitter internal splitter;
    ILicenceToken internal licences;
    IUsageChannel internal channel;
    IProverNetwork internal provers;
    IArbitrator internal jury;
    IModelDao internal dao;
    address internal sharesImplementation;
    address internal governorImplementation;
    address internal timelockImplementation;
    TestToken internal dollar;
    address internal guardian;
    uint64 internal guardianUntil;

    error NotWhereForetold(string contractName, address actual, address foretold);

    /// @notice Deploys with the test dollar (6 decimals) as the only ERC-20.
    function deployMarket() internal {
        dollar = new TestToken("Test dollar", 6);
        vm.label(address(dollar), "dollar");
        address[] memory tokens = new address[](1);
        tokens[0] = address(dollar);
        deployMarket(tokens);
    }

    function deployMarket(address[] memory tokens) internal {
        vm.warp(START_TIME);
        vm.roll(START_BLOCK);
        guardian = account("guardian");
        guardianUntil = START_TIME + GUARDIAN_TERM;
        _foretell();
        _deployCore(tokens);
        _deployProvers();
        _deployDao();
    }

    function _foretell() private {
        sharesImplementation = _foretold(0);
        registry = IModelRegistry(_foretold(1));
        splitter = IRevenueSplitter(_foretold(2));
        licences = ILicenceToken(_foretold(3));
        channel = IUsageChannel(_foretold(4));
        provers = IProverNetwork(_foretold(5));
        jury = IArbitrator(_foretold(6));
        governorImplementation = _foretold(7);
        timelockImplementation = _foretold(8);
        dao = IModelDao(_foretold(9));
    }

    function _foretold(uint256 ahead) private view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + ahead);
    }

    function _deployCore(address[] memory tokens) private {
        _deploy("ModelShares", abi.encode(splitter), sharesImplementation);
        _deploy(
            "ModelRegistry", abi.encode(splitter, dao, guardian, guardianUntil), address(registry)
        );
        address[3] memory modules = [address(licences), address(channel), address(provers)];
        _deploy(
            "RevenueSplitter",
            abi.encode(registry, dao, sharesImplementation, modules, tokens),
            address(splitter)
        );
        _deploy(
            "LicenceToken",
            abi.encode(registry, splitter, channel, guardian, guardianUntil),
            address(licences)
        );
        _deploy(
            "UsageChannel",
            abi.encode(licences, splitter, guardian, guardianUntil),
            address(channel)
        );
    }

    function _deployProvers() private {
        _deploy(
            "ProverNetwork",
            abi.encode(registry, splitter, channel, jury, jury, guardian, guardianUntil),
            address(provers)
        );
        _deploy("ProverJury", abi.encode(provers), address(jury));
    }

    function _deployDao() private {
        _deploy("ModelGovernor", "", governorImplementation);
        _deploy("ModelTimelock", "", timelockImplementation);
        _deploy(
            "ModelDao",
            abi.encode(
                registry,
                splitter,
                licences,
                provers,
                governorImplementation,
                timelockImplementation
            ),
            address(dao)
        );
    }

    function _deploy(string memory name, bytes memory arguments, address foretold) private {
        address made = deployBuilt(name, arguments);
        if (made != foretold) revert NotWhereForetold(name, made, foretold);
    }
}
