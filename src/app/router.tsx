import {
  createHashHistory,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Audit } from "@/features/audit/Audit.tsx";
import { Creator } from "@/features/creator/Creator.tsx";
import { resumeRun } from "@/features/creator/runActions.ts";
import { isActive, useCreator } from "@/features/creator/store.ts";
import { Runs } from "@/features/runs/Runs.tsx";
import { Settings } from "@/features/settings/Settings.tsx";
import { chainRoutes } from "./chainRoutes.ts";
import { ErrorScreen } from "./ErrorScreen.tsx";
import { pagePolicy } from "./policy.ts";
import { root } from "./rootRoute.tsx";

const creator = createRoute({ getParentRoute: () => root, path: "/", component: Creator });
const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: Audit });
const runs = createRoute({ getParentRoute: () => root, path: "/runs", component: RunsScreen });
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: () => <Settings policy={pagePolicy()} />,
});
/** Needs no chain, but shows what one knows where there is one. */
const challenges = createRoute({
  getParentRoute: () => root,
  path: "/challenges",
  component: lazyRouteComponent(() => import("./ChallengesScreen.tsx"), "ChallengesScreen"),
});

/** Routes live in the hash, so that any static host and a reload without network serve them. */
export const router = createRouter({
  routeTree: root.addChildren([creator, audit, challenges, runs, settings, chainRoutes]),
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
