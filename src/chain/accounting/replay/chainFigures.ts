import type { Address } from "viem";
import { ARTEFACTS } from "../../market/artefacts.ts";
import type { Books } from "./books.ts";
import type { ChainWorld } from "./chainWorld.ts";
import type { TracePair } from "./channelSteps.ts";
import type { TraceModel } from "./marketSetup.ts";

/** All figures of a state by what they are, so that two states can be compared at once. */
export type Figures = Record<string, bigint>;

export interface Scope {
  models: readonly TraceModel[];
  accounts: readonly Address[];
  tokens: readonly Address[];
  modules: readonly Address[];
  pairs: readonly TracePair[];
}

/** Every figure of the splitter that a trace can have changed, as its views say it. */
export async function chainFigures(world: ChainWorld, scope: Scope): Promise<Figures> {
  const { client } = world;
  const { splitter } = world.contracts;
  const on = { address: splitter, abi: ARTEFACTS.RevenueSplitter.abi } as const;
  const figures: Figures = {};
  const jobs: Promise<void>[] = [];
  const put = (name: string, value: Promise<bigint>) =>
    jobs.push(
      value.then((figure) => {
        figures[name] = figure;
      }),
    );
  for (const token of scope.tokens) {
    put(`held ${token}`, client.readContract({ ...on, functionName: "held", args: [token] }));
    put(`balance ${token}`, world.balanceOf(splitter, token));
    for (const module of scope.modules) {
      const args = [module, token] as const;
      const read = { ...on, functionName: "moduleBalanceOf", args } as const;
      put(`module ${module} ${token}`, client.readContract(read));
    }
    for (const account of scope.accounts) {
      const args = [account, token] as const;
      const read = { ...on, functionName: "creditOf", args } as const;
      put(`credit ${account} ${token}`, client.readContract(read));
    }
    for (const { id } of scope.models) {
      const pot = client.readContract({ ...on, functionName: "potOf", args: [id, token] });
      put(
        `gross ${id} ${token}`,
        pot.then(({ gross }) => gross),
      );
      put(
        `own ${id} ${token}`,
        pot.then(({ own }) => own),
      );
      for (const account of scope.accounts) {
        const args = [id, token, account] as const;
        const read = { ...on, functionName: "claimable", args } as const;
        put(`claimable ${id} ${token} ${account}`, client.readContract(read));
      }
    }
  }
  for (const { id, shares } of scope.models) {
    const epoch = client.readContract({ ...on, functionName: "shareEpochOf", args: [id] });
    put(`epoch ${id}`, epoch.then(BigInt));
    for (const account of scope.accounts) {
      const abi = ARTEFACTS.ModelShares.abi;
      const read = { address: shares, abi, functionName: "balanceOf", args: [account] } as const;
      put(`shares ${id} ${account}`, client.readContract(read));
    }
  }
  const usage = { address: world.contracts.channel, abi: ARTEFACTS.UsageChannel.abi } as const;
  const licences = { address: world.contracts.licences, abi: ARTEFACTS.LicenceToken.abi } as const;
  for (const { licence, host } of scope.pairs) {
    const args = [licence, host] as const;
    const name = `${licence} ${host}`;
    const channel = client.readContract({ ...usage, functionName: "channelOf", args });
    put(
      `deposit ${name}`,
      channel.then(({ deposit }) => deposit),
    );
    put(
      `settled ${name}`,
      channel.then(({ settled }) => settled),
    );
    put(
      `calls ${name}`,
      channel.then(({ settledCalls }) => settledCalls),
    );
    put(`nonce ${name}`, client.readContract({ ...usage, functionName: "nonceOf", args }));
    const held = client.readContract({ ...licences, functionName: "licenceOf", args: [licence] });
    put(
      `quota ${licence}`,
      held.then(({ quota }) => quota),
    );
  }
  await Promise.all(jobs);
  return figures;
}

/** The same figures as the TypeScript twin has them. */
export function twinFigures({ splitter: twin, channels, licences }: Books, scope: Scope): Figures {
  const figures: Figures = {};
  for (const token of scope.tokens) {
    figures[`held ${token}`] = twin.held(token);
    figures[`balance ${token}`] = twin.balance(token);
    for (const module of scope.modules) {
      figures[`module ${module} ${token}`] = twin.moduleBalanceOf(module, token);
    }
    for (const account of scope.accounts) {
      figures[`credit ${account} ${token}`] = twin.creditOf(account, token);
    }
    for (const { id } of scope.models) {
      const { gross, own } = twin.potOf(id, token);
      figures[`gross ${id} ${token}`] = gross;
      figures[`own ${id} ${token}`] = own;
      for (const account of scope.accounts) {
        figures[`claimable ${id} ${token} ${account}`] = twin.claimable(id, token, account);
      }
    }
  }
  for (const { id } of scope.models) {
    const book = twin.sharesOf(id);
    figures[`epoch ${id}`] = BigInt(book?.epoch ?? 0);
    for (const account of scope.accounts) {
      figures[`shares ${id} ${account}`] = book?.balanceOf(account) ?? 0n;
    }
  }
  for (const { licence, host } of scope.pairs) {
    const name = `${licence} ${host}`;
    const { deposit, settled, calls } = channels.sumsOf(licence, host);
    figures[`deposit ${name}`] = deposit;
    figures[`settled ${name}`] = settled;
    // The chain shows none of a channel that is not open.
    figures[`calls ${name}`] = deposit === 0n ? 0n : calls;
    figures[`nonce ${name}`] = channels.nonceOf(licence, host);
    figures[`quota ${licence}`] = licences.get(licence).quota;
  }
  return figures;
}
