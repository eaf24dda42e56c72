// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {Money} from "../support/Money.sol";
import {MoneyHandler} from "../support/MoneyHandler.sol";
import {TestToken} from "../support/TestToken.sol";

/// @notice What holds of all money after any sequence of payments, deposits, splits, credits, claims,
/// withdrawals, gifts by force, transfers and issues of shares, over models with a chain of eight
/// ancestors, an ancestor on two paths, and four parents whose fractions add up.
///
/// I1  What the splitter has of a token is what it owes, and gifts that nobody swept yet: all pots less
///     claims, credit, module balances, and fractions that wait (fewer units than ancestors).
/// I2  All own income and waiting fractions together are all that was paid.
/// I3  An ancestor has exactly ⌊gross·p/1e6⌋ of each descendant, a model what ⌊gross·Σp/1e6⌋ leaves.
/// I4  Holders together can claim no more than is theirs, and less than a unit each and epoch stays.
/// I5  A transfer of shares changes nobody's claimable income; the handler checks it at each.
/// I11 Nothing a DAO may call reduces any claimable income; likewise.
contract MoneyInvariants is Money {
    MoneyHandler private handler;
    address[] private tokens;
    address[] private people;
    uint64[] private models;
    /// @dev Lineages as the registry gives them, read once: they never change.
    mapping(uint64 model => IModelRegistry.Ancestor[]) private lineage;

    function setUp() public {
        dollar = new TestToken("Test dollar", 6);
        TestToken point = new TestToken("Test point", 0);
        address[] memory list = new address[](2);
        (list[0], list[1]) = (address(dollar), address(point));
        deployMarket(list);
        namePeople();
        tokens = [NATIVE, address(dollar), address(point)];
        people = [ada, ben, cyd, owner];
        vm.prank(owner);
        point.approve(address(splitter), type(uint256).max);
        _models();
        MoneyHandler.World memory world = MoneyHandler.World({
            splitter: splitter,
            registry: registry,
            licences: licences,
            dao: dao,
            owner: owner,
            modules: [address(licences), address(channel), address(provers)],
            tokens: tokens,
            people: people,
            models: models
        });
        handler = new MoneyHandler(world);
        target(address(handler));
    }

    /// @dev Nine in a chain, four parents of one child, and a child of both ends.
    function _models() private {
        uint64 last = _ready(noParents());
        for (uint256 i; i < 8; ++i) {
            last = _ready(oneParent(last, 500_000));
        }
        IModelRegistry.ParentLink[] memory four = new IModelRegistry.ParentLink[](4);
        four[0] = link(1, 125_000);
        for (uint256 i = 1; i < 4; ++i) {
            four[i] = link(_ready(noParents()), 125_000);
        }
        uint64 wide = _ready(four);
        IModelRegistry.ParentLink[] memory both = new IModelRegistry.ParentLink[](2);
        both[0] = link(3, 333_333);
        both[1] = link(wide, 166_667);
        _ready(both);
        for (uint256 i; i < models.length; ++i) {
            IModelRegistry.Ancestor[] memory ancestors = registry.ancestorsOf(models[i]);
            for (uint256 j; j < ancestors.length; ++j) {
                lineage[models[i]].push(ancestors[j]);
            }
        }
        eq(lineage[9].length, 8, "the chain is deep");
        eq(lineage[wide].length, 4, "the child is wide");
        isTrue(lineage[models[models.length - 1]].length > 4, "the last has both");
    }

    function _ready(IModelRegistry.ParentLink[] memory parents) private returns (uint64 model) {
        model = registerModel(owner, parents);
        openFor(model, ada, 333_333, ben, 666_667);
        releaseModel(owner, model, openTerms(0));
        models.push(model);
    }

    /// @notice After each step, for the model and the token it touched.
    function invariant_I1_I2_I3_I4_I5_I11_MoneyIsWhereItBelongs() public view {
        _checkToken(handler.lastToken());
        _checkHolders(handler.lastModel());
    }

    /// @notice At the end of each run, for all of them.
    function afterInvariant() public view {
        for (uint256 t; t < tokens.length; ++t) {
            _checkToken(tokens[t]);
        }
        for (uint256 i; i < models.length; ++i) {
            _checkHolders(models[i]);
        }
    }

    function _checkToken(address token) private view {
        uint256[] memory expected = new uint256[](models.length + 1);
        uint256 paid;
        uint256 waiting;
        uint256 claimed;
        for (uint256 i; i < models.length; ++i) {
            uint64 model = models[i];
            uint256 total = gross(model, token);
            eq(total, handler.paidIn(model, token), "gross is what was paid");
            uint256 ppm;
            uint256 passedOn;
            for (uint256 j; j < lineage[model].length; ++j) {
                IModelRegistry.Ancestor memory ancestor = lineage[model][j];
                ppm += ancestor.ppm;
                uint256 part = total * ancestor.ppm / 1e6;
                passedOn += part;
                expected[ancestor.model] += part;
            }
            uint256 fractions = total * ppm / 1e6 - passedOn;
            isTrue(fractions == 0 || fractions < lineage[model].length, "I1: fractions are few");
            expected[model] += total - total * ppm / 1e6;
            paid += total;
            waiting += fractions;
            claimed += handler.claimedOf(model, token);
        }
        uint256 owned;
        for (uint256 i; i < models.length; ++i) {
            eq(own(models[i], token), expected[models[i]], "I3: own income");
            owned += expected[models[i]];
        }
        eq(owned + waiting, paid, "I2: all that was paid");
        uint256 held = splitter.held(token);
        uint256 owed = owned - claimed + waiting + handler.credits(token) + handler.deposits(token);
        eq(held, owed, "I1: held is owed");
        uint256 balance = token == NATIVE
            ? address(splitter).balance
            : TestToken(token).balanceOf(address(splitter));
        eq(balance, held + handler.donated(token), "I1: what is held is there");
    }

    function _checkHolders(uint64 model) private view {
        uint256 epochs = splitter.shareEpochOf(model) + 1;
        for (uint256 t; t < tokens.length; ++t) {
            address token = tokens[t];
            uint256 all = claimable(model, token, address(sharesOf(model)));
            for (uint256 i; i < people.length; ++i) {
                all += claimable(model, token, people[i]);
            }
            uint256 left = own(model, token) - handler.claimedOf(model, token);
            isTrue(all <= left, "I4: no more than there is");
            isTrue(left - all < (people.length + 1) * epochs, "I4: fractions alone stay");
        }
    }
}
