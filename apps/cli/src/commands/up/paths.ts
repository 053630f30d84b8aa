import path from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY_ROOT = fileURLToPath(new URL("../../../../..", import.meta.url));
export const WEB_FOLDER = path.join(REPOSITORY_ROOT, "apps/web");
export const NEXT_PROGRAM = path.join(REPOSITORY_ROOT, "node_modules/next/dist/bin/next");
