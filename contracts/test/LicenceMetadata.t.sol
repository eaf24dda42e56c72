// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/interfaces/IERC721Metadata.sol";
import {LicenceMetadata} from "../src/lib/LicenceMetadata.sol";
import {ILicenceToken} from "../src/interfaces/ILicenceToken.sol";
import {LicenceSteps} from "./support/LicenceSteps.sol";

/// @notice The JSON of a licence. The base64 texts were made by Node's Buffer from the JSON beside them.
contract LicenceMetadataTest is LicenceSteps {
    function setUp() public {
        deployWithModel();
    }

    function test_MetadataIsWrittenOnTheChain() public {
        uint256 licence = bought(plainKind());
        // {"name":"Licence 1","description":"Licence for model 1, kind commercial.","attributes":[
        // {"trait_type":"Model","value":"1"},{"trait_type":"Kind","value":"commercial"},
        // {"trait_type":"Version","value":"1"},
        // {"trait_type":"Expires","display_type":"date","value":1831536000}]}
        eq(
            _uri(licence),
            string.concat(
                "data:application/json;base64,",
                "eyJuYW1lIjoiTGljZW5jZSAxIiwiZGVzY3JpcHRpb24iOiJMaWNlbmNlIGZvciBtb2RlbCAxLCBraW5k",
                "IGNvbW1lcmNpYWwuIiwiYXR0cmlidXRlcyI6W3sidHJhaXRfdHlwZSI6Ik1vZGVsIiwidmFsdWUiOiIx",
                "In0seyJ0cmFpdF90eXBlIjoiS2luZCIsInZhbHVlIjoiY29tbWVyY2lhbCJ9LHsidHJhaXRfdHlwZSI6",
                "IlZlcnNpb24iLCJ2YWx1ZSI6IjEifSx7InRyYWl0X3R5cGUiOiJFeHBpcmVzIiwiZGlzcGxheV90eXBl",
                "IjoiZGF0ZSIsInZhbHVlIjoxODMxNTM2MDAwfV19"
            ),
            "uri"
        );
    }

    function test_AnEndlessLicenceNeverExpires() public {
        ILicenceToken.Kind memory kind = plainKind();
        kind.duration = 0;
        kind.label = "";
        uint256 licence = bought(kind);
        // {"name":"Licence 1","description":"Licence for model 1, kind .","attributes":[
        // {"trait_type":"Model","value":"1"},{"trait_type":"Kind","value":""},
        // {"trait_type":"Version","value":"1"},{"trait_type":"Expires","value":"never"}]}
        eq(
            _uri(licence),
            string.concat(
                "data:application/json;base64,",
                "eyJuYW1lIjoiTGljZW5jZSAxIiwiZGVzY3JpcHRpb24iOiJMaWNlbmNlIGZvciBtb2RlbCAxLCBraW5k",
                "IC4iLCJhdHRyaWJ1dGVzIjpbeyJ0cmFpdF90eXBlIjoiTW9kZWwiLCJ2YWx1ZSI6IjEifSx7InRyYWl0",
                "X3R5cGUiOiJLaW5kIiwidmFsdWUiOiIifSx7InRyYWl0X3R5cGUiOiJWZXJzaW9uIiwidmFsdWUiOiIx",
                "In0seyJ0cmFpdF90eXBlIjoiRXhwaXJlcyIsInZhbHVlIjoibmV2ZXIifV19"
            ),
            "uri"
        );
    }

    function test_WhatIsNotThereHasNoMetadata() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 2));
        _uri(2);
    }

    function test_PlainLabelsStayAsTheyAre() public pure {
        eq(LicenceMetadata.escape("per seat / 5-10 (EU)"), "per seat / 5-10 (EU)", "plain");
        eq(LicenceMetadata.escape(""), "", "empty");
        eq(
            LicenceMetadata.escape("abcdefghijklmnopqrstuvwxyz012345"),
            "abcdefghijklmnopqrstuvwxyz012345",
            "all 32 bytes"
        );
        eq(LicenceMetadata.escape(" ~"), " ~", "the ends of the printable range");
    }

    function test_ALabelEndsAtItsFirstZeroByte() public pure {
        eq(LicenceMetadata.escape(bytes32(hex"61620063")), "ab", "cut");
    }

    function test_WhatCouldBreakOutIsEscaped() public pure {
        eq(LicenceMetadata.escape('","x":"'), "\\u0022,\\u0022x\\u0022:\\u0022", "quotes");
        eq(LicenceMetadata.escape("a\\b"), "a\\u005cb", "backslash");
        eq(LicenceMetadata.escape("<b>&'"), "\\u003cb\\u003e\\u0026\\u0027", "markup");
        eq(
            LicenceMetadata.escape(bytes32(hex"0a1f7f80ff")),
            "\\u000a\\u001f\\u007f\\u0080\\u00ff",
            "bytes"
        );
    }

    function testFuzz_EveryLabelIsPlainJson(bytes32 label) public pure {
        bytes memory text = bytes(LicenceMetadata.escape(label));
        uint256 at_;
        uint256 read;
        while (at_ < text.length) {
            bytes1 c = text[at_];
            if (c != "\\") {
                isTrue(
                    c >= 0x20 && c <= 0x7e && c != '"' && c != "<" && c != ">" && c != "&", "plain"
                );
                eq(uint8(c), uint8(label[read]), "same character");
                at_ += 1;
            } else {
                isTrue(text[at_ + 1] == "u" && text[at_ + 2] == "0" && text[at_ + 3] == "0", "u00");
                eq(_digit(text[at_ + 4]) * 16 + _digit(text[at_ + 5]), uint8(label[read]), "code");
                at_ += 6;
            }
            ++read;
        }
        isTrue(read == 32 || label[read] == 0, "to the first zero byte");
    }

    function _digit(bytes1 c) private pure returns (uint256) {
        return c <= "9" ? uint8(c) - 48 : uint8(c) - 87;
    }

    function _uri(uint256 licence) private view returns (string memory) {
        return IERC721Metadata(address(licences)).tokenURI(licence);
    }
}
