import "server-only";
import { asDatabaseError } from "@mezzotint/db/errors";
import { createPersonalTeam } from "@mezzotint/services/account/create-personal-team";
import { getViewer as findViewer, type Viewer } from "@mezzotint/services/account/get-viewer";
import { getSessionCookie } from "better-auth/cookies";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { signInAddress } from "#client/sign-in-address.ts";
import { accountContext, getAuth } from "./auth.ts";

/** Who asks, once a request; null for strangers. */
export const getViewer = cache(async (): Promise<Viewer | null> => viewerOf(await headers()));

export async function viewerOf(requestHeaders: Headers): Promise<Viewer | null> {
  const session = await getAuth()
    .api.getSession({ headers: requestHeaders })
    .catch((thrown: unknown) => {
      // Or callers would hear of a failure of ours and not try again.
      throw asDatabaseError(thrown);
    });
  if (session === null) return null;
  const { id: userId, name: userName } = session.user;
  const ctx = accountContext();
  const viewer = await findViewer({ ctx, input: { userId } });
  if (viewer !== null) return viewer;
  // The account was written and the process ended before its team was: finish the sign-up now.
  await createPersonalTeam({ ctx, input: { userId, userName } });
  return findViewer({ ctx, input: { userId } });
}

/** The viewer of a page that needs one; others are led to the sign-in page and back afterwards. */
export async function requireViewer(path: string): Promise<Viewer> {
  const viewer = await getViewer();
  if (viewer !== null) return viewer;
  const hadSession = getSessionCookie(await headers(), { cookiePrefix: "mezzotint" }) !== null;
  redirect(signInAddress({ next: path, expired: hadSession }));
}
