import {
  createPublicClient,
  encodeFunctionData,
  http,
  zeroAddress,
  type Abi,
  type Address,
  type Hex,
  type Log,
  type PublicClient,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";
import { startAnvil, type Anvil } from "../../../../scripts/lib/chain/anvil.mjs";
import { deployLocal } from "../../../../scripts/lib/chain/deployLocal.mjs";
import { rpc } from "../../../../scripts/lib/chain/rpc.mjs";
import { localClients } from "../../../../scripts/lib/chain/sender.mjs";
import type { ChainAddresses } from "../../addresses/schema.ts";
import { ARTEFACTS, type ContractName } from "../../market/artefacts.ts";
import { TEST_PHRASE } from "../../market/demoCast.ts";

/** What became of a transaction. */
export interface Outcome {
  ok: boolean;
  /** Unix seconds of its block. */
  time: bigint;
  logs: readonly Log[];
}

/** What anvil answers to `eth_sendTransactionSync`. */
interface Receipt {
  status: Hex;
  logs: Log[];
  blockTimestamp: number;
}

const RICH = `0x${(1n << 126n).toString(16)}`;
const GAS = "0x989680";

/** A node with all contracts, whose accounts have more money than any trace spends. */
export class ChainWorld {
  readonly accounts: readonly HDAccount[];
  /** The native coin and the test dollar. */
  readonly tokens: readonly [Address, Address];
  readonly contracts: ChainAddresses["contracts"];
  /** Asks many views in one request. */
  readonly client: PublicClient;
  private readonly anvil: Anvil;
  private now = 0n;

  private constructor(
    anvil: Anvil,
    accounts: readonly HDAccount[],
    dollar: Address,
    contracts: ChainAddresses["contracts"],
  ) {
    this.anvil = anvil;
    this.accounts = accounts;
    this.tokens = [zeroAddress, dollar];
    this.contracts = contracts;
    const transport = http(anvil.url, { batch: { batchSize: 500 } });
    this.client = createPublicClient({ transport });
  }

  static async start(count = 8): Promise<ChainWorld> {
    const anvil = await startAnvil({ port: 0 });
    const accounts = Array.from({ length: count }, (_, addressIndex) =>
      mnemonicToAccount(TEST_PHRASE, { addressIndex }),
    );
    const clients = localClients(anvil.url);
    const deployer = mnemonicToAccount(TEST_PHRASE, { addressIndex: 9 }).address;
    const { addresses, testDollar } = await deployLocal(clients, ARTEFACTS, deployer);
    const world = new ChainWorld(anvil, accounts, testDollar, addresses.contracts);
    for (const { address } of accounts) {
      await rpc(anvil.url, "anvil_setBalance", [address, RICH]);
      await world.must(address, "TestDollar", testDollar, "mint", [address, 1n << 126n]);
      const allowance = [addresses.contracts.splitter, (1n << 256n) - 1n];
      await world.must(address, "TestDollar", testDollar, "approve", allowance);
    }
    return world;
  }

  stop(): Promise<void> {
    return this.anvil.stop();
  }

  /** Unix seconds of the latest block that a step made. */
  get time(): bigint {
    return this.now;
  }

  async advance(seconds: bigint): Promise<void> {
    await rpc(this.anvil.url, "evm_increaseTime", [Number(seconds)]);
  }

  async mine(blocks: number): Promise<void> {
    await rpc(this.anvil.url, "anvil_mine", [`0x${blocks.toString(16)}`]);
  }

  /** Lets a contract be the sender of transactions. */
  async impersonate(address: Address): Promise<void> {
    await rpc(this.anvil.url, "anvil_impersonateAccount", [address]);
    await rpc(this.anvil.url, "anvil_setBalance", [address, RICH]);
  }

  /** Sends a call; one that reverts is mined too and changes nothing. */
  async send(
    from: Address,
    name: ContractName,
    to: Address,
    functionName: string,
    args: readonly unknown[],
    value = 0n,
  ): Promise<Outcome> {
    const abi: Abi = ARTEFACTS[name].abi;
    const data = encodeFunctionData({ abi, functionName, args: [...args] });
    const receipt = await rpc<Receipt>(this.anvil.url, "eth_sendTransactionSync", [
      { from, to, data, gas: GAS, value: `0x${value.toString(16)}` },
    ]);
    this.now = BigInt(receipt.blockTimestamp);
    return { ok: receipt.status === "0x1", time: this.now, logs: receipt.logs };
  }

  /** The same, where a revert is a fault of the test. */
  async must(...call: Parameters<ChainWorld["send"]>): Promise<Outcome> {
    const outcome = await this.send(...call);
    if (!outcome.ok) throw new Error(`${call[1]}.${call[3]} reverted`);
    return outcome;
  }

  async balanceOf(account: Address, token: Address): Promise<bigint> {
    if (token === zeroAddress) return this.client.getBalance({ address: account });
    const { abi } = ARTEFACTS.TestDollar;
    return this.client.readContract({
      address: token,
      abi,
      functionName: "balanceOf",
      args: [account],
    });
  }
}
