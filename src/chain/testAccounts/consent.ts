import type { Address } from "viem";
import { create } from "zustand";
import type { ConsentRequest } from "./provider.ts";

interface Waiting {
  request: ConsentRequest;
  /** The account that is to act, or null for no. */
  answer: (account: Address | null) => void;
}

/** What the test accounts are being asked; a screen shows it and answers. */
export const useConsent = create<{ waiting: Waiting | null }>(() => ({ waiting: null }));

export function askConsent(request: ConsentRequest): Promise<Address | null> {
  return new Promise((resolve) => {
    useConsent.setState({
      waiting: {
        request,
        answer: (account) => {
          useConsent.setState({ waiting: null });
          resolve(account);
        },
      },
    });
  });
}
