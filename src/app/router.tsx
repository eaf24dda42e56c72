import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
} from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { Audit } from "@/features/audit/Audit.tsx";
import { Creator } from "@/features/creator/Creator.tsx";
import { resumeRun } from "@/features/creator/runActions.ts";
import { isActive, useCreator } from "@/features/creator/store.ts";
import { Runs } from "@/features/runs/Runs.tsx";
import { Settings } from "@/features/settings/Settings.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorScreen } from "./ErrorScreen.tsx";
import { pagePolicy } from "./policy.ts";
import { Shell } from "./Shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const creator = createRoute({ getParentRoute: () => root, path: "/", component: Creator });
const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: Audit });
const runs = createRoute({ getParentRoute: () => root, path: "/runs", component: RunsScreen });
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: () => <Settings policy={pagePolicy()} />,
});

/** Screens that need a chain are children of this; its code and theirs are loaded when first needed. */
const chain = createRoute({
  getParentRoute: () => root,
  id: "chain",
  component: lazyRouteComponent(() => import("./ChainLayout.tsx"), "ChainLayout"),
});
const wallet = createRoute({
  getParentRoute: () => chain,
  path: "/wallet",
  component: lazyRouteComponent(() => import("@/features/wallet/WalletScreen.tsx"), "WalletScreen"),
});
const market = createRoute({
  getParentRoute: () => chain,
  path: "/market",
  component: lazyRouteComponent(() => import("@/features/market/Market.tsx"), "Market"),
});
const marketModel = createRoute({
  getParentRoute: () => chain,
  path: "/market/$model",
  component: lazyRouteComponent(() => import("@/features/market/ModelPage.tsx"), "ModelPage"),
});
const register = createRoute({
  getParentRoute: () => chain,
  path: "/register",
  component: lazyRouteComponent(() => import("@/features/register/Register.tsx"), "Register"),
});
const registerRun = createRoute({
  getParentRoute: () => chain,
  path: "/register/$runId",
  component: lazyRouteComponent(() => import("./RegisterScreens.tsx"), "RegisterRunScreen"),
});

/** Routes live in the hash, so that any static host and a reload without network serve them. */
export const router = createRouter({
  routeTree: root.addChildren([
    creator,
    audit,
    runs,
    settings,
    chain.addChildren([wallet, market, marketModel, register, registerRun]),
  ]),
  history: createHashHistory(),
  defaultErrorComponent: ErrorScreen,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function RunsScreen(): ReactNode {
  const run = useCreator((state) => state.run);
  return (
    <Runs
      activeRunId={isActive(run) ? (run?.runId ?? "") : null}
      onResume={(record, passphrase) => {
        void resumeRun(record, passphrase, record.settings.device);
        void router.navigate({ to: "/" });
      }}
    />
  );
}

function NotFound(): ReactNode {
  return (
    <EmptyState
      icon={<Compass aria-hidden />}
      title="There is no such screen"
      action={<Link to="/">Go to the creator</Link>}
    >
      The address may be from another version of the studio.
    </EmptyState>
  );
}
