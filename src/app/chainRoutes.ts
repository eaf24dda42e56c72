import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readSearch } from "@/features/govern/search.ts";
import { root } from "./rootRoute.tsx";

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
const revenue = createRoute({
  getParentRoute: () => chain,
  path: "/revenue",
  component: lazyRouteComponent(() => import("@/features/revenue/Revenue.tsx"), "Revenue"),
});
const revenueModel = createRoute({
  getParentRoute: () => chain,
  path: "/revenue/$model",
  component: lazyRouteComponent(
    () => import("@/features/revenue/RevenueModel.tsx"),
    "RevenueModel",
  ),
});

const buy = createRoute({
  getParentRoute: () => chain,
  path: "/buy/$model/$kind",
  // What the offer was looked at in; any text, since it comes from the page's address.
  validateSearch: ({ token }: Record<string, unknown>): { token?: string } =>
    typeof token === "string" ? { token } : {},
  component: lazyRouteComponent(() => import("@/features/licences/Buy.tsx"), "Buy"),
});
const licences = createRoute({
  getParentRoute: () => chain,
  path: "/licences",
  component: lazyRouteComponent(() => import("@/features/licences/Licences.tsx"), "Licences"),
});
const licence = createRoute({
  getParentRoute: () => chain,
  path: "/licences/$id",
  component: lazyRouteComponent(() => import("@/features/licences/LicencePage.tsx"), "LicencePage"),
});
const receipt = createRoute({
  getParentRoute: () => chain,
  path: "/receipts/$tx",
  component: lazyRouteComponent(
    () => import("@/features/licences/ReceiptScreen.tsx"),
    "ReceiptScreen",
  ),
});
const permissions = createRoute({
  getParentRoute: () => chain,
  path: "/permissions",
  // The licence that a link elsewhere is about; its address is anyone's text.
  validateSearch: ({ licence: about }: Record<string, unknown>): { licence?: string } =>
    /^\d{1,78}$/.test(String(about)) ? { licence: String(about) } : {},
  component: lazyRouteComponent(
    () => import("@/features/permissions/Permissions.tsx"),
    "Permissions",
  ),
});
const permission = createRoute({
  getParentRoute: () => chain,
  path: "/permissions/$licence/$host",
  component: lazyRouteComponent(
    () => import("@/features/permissions/PairScreen.tsx"),
    "PairScreen",
  ),
});

const govern = createRoute({
  getParentRoute: () => chain,
  path: "/govern",
  component: lazyRouteComponent(() => import("@/features/govern/Govern.tsx"), "Govern"),
});
const governModel = createRoute({
  getParentRoute: () => chain,
  path: "/govern/$model",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("@/features/govern/GovernModel.tsx"), "GovernModel"),
});
const proposal = createRoute({
  getParentRoute: () => chain,
  path: "/govern/$model/$proposal",
  component: lazyRouteComponent(() => import("@/features/govern/ProposalPage.tsx"), "ProposalPage"),
});
const provers = createRoute({
  getParentRoute: () => chain,
  path: "/provers",
  component: lazyRouteComponent(() => import("@/features/provers/Provers.tsx"), "Provers"),
});
const proverCase = createRoute({
  getParentRoute: () => chain,
  path: "/provers/cases/$id",
  component: lazyRouteComponent(() => import("@/features/provers/CasePage.tsx"), "CasePage"),
});

/** The layout and every screen below it. */
export const chainRoutes = chain.addChildren([
  wallet,
  market,
  marketModel,
  register,
  registerRun,
  buy,
  licences,
  licence,
  receipt,
  revenue,
  revenueModel,
  govern,
  governModel,
  proposal,
  permissions,
  permission,
  provers,
  proverCase,
]);
