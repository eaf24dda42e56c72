import { describe, expect, it } from "vitest";
import { encodeFunctionData, stringToHex } from "viem";
import { testDollarAbi } from "../generated/testDollar.ts";
import { describeCall, describeMessage, describeTypedData } from "./describe.ts";

const TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

describe("what the test accounts are asked, in words", () => {
  it("names the function of a call and its arguments", () => {
    const data = encodeFunctionData({
      abi: testDollarAbi,
      functionName: "mint",
      args: [TO, 1_000_000n],
    });
    const call = describeCall(data);
    expect(call?.name).toBe("mint");
    expect(call?.args.map(([, value]) => value)).toEqual([TO, "1000000"]);
    expect(describeCall("0xdeadbeef")).toBeNull();
  });

  it("shows typed data by its fields, and nothing of what is not that", () => {
    const json = JSON.stringify({
      primaryType: "Permit",
      domain: { name: "Test Dollar" },
      message: { spender: TO, value: "5", nested: { a: 1 } },
    });
    expect(describeTypedData(json)).toEqual({
      name: "Permit for Test Dollar",
      facts: [
        ["spender", TO],
        ["value", "5"],
        ["nested", '{"a":1}'],
      ],
    });
    expect(describeTypedData("{")).toBeNull();
    expect(describeTypedData('{"message":3}')).toBeNull();
  });

  it("shows a message as text only where it is text", () => {
    expect(describeMessage(stringToHex("hello"))).toBe("hello");
    expect(describeMessage("0xff00ff")).toBe("0xff00ff");
  });
});
