import "server-only";
import type { ApiContext } from "@mezzotint/api/trpc";
import type { Viewer } from "@mezzotint/services/account/get-viewer";
import { connect } from "./connections.ts";

export function apiContext(viewer: Viewer | null): ApiContext {
  return { ...connect(), viewer, now: () => new Date() };
}
