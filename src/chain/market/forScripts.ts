// What scripts import of the studio's code, as one module.
export { channelDomain, channelTypes } from "@/permission/types.ts";
export { ARTEFACTS } from "./artefacts.ts";
export { CAST, DEMO_MODELS, TEST_PHRASE } from "./demoCast.ts";
export { DEMO_KINDS, DERIVATIVE_TEXT, label32, textHash } from "./demoKinds.ts";
