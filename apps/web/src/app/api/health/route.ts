import { connect } from "#server/connections.ts";
import { logError } from "#server/log.ts";

export const dynamic = "force-dynamic";

/** 200 once the database answers. */
export async function GET(): Promise<Response> {
  try {
    await connect().db.pool.query("SELECT 1");
    return Response.json({ status: "ok" });
  } catch (error) {
    logError("health", error);
    return Response.json({ status: "database unavailable" }, { status: 503 });
  }
}
