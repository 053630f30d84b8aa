import { z } from "zod";

/** How a worker names what it holds. */
export const ClaimInput = z.object({ jobId: z.string().max(64), attemptId: z.string().max(64) });
