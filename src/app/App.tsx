import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import type { ReactNode } from "react";
import { ToastRegion } from "@/ui/ToastRegion.tsx";
import { router } from "./router.tsx";

const queries = new QueryClient({
  // Everything asked for is local, so being offline is no reason to wait and failing once is final.
  defaultOptions: {
    queries: { networkMode: "always", retry: false, staleTime: 0 },
    mutations: { networkMode: "always" },
  },
});

export function App(): ReactNode {
  return (
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <Tooltip.Provider delay={400}>
            <RouterProvider router={router} />
            <ToastRegion />
          </Tooltip.Provider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>
  );
}
