import { HubApiError } from "@huggingface/hub";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** Whether trying again at once may help: the line broke, or the server was busy. */
export function isPassing(thrown: unknown): boolean {
  if (thrown instanceof MezzotintError) return false;
  return !(thrown instanceof HubApiError) || thrown.statusCode >= 500 || thrown.statusCode === 429;
}

export interface HubErrorContext {
  readonly id: string;
  readonly hubUrl: string;
  /** The folder that the model shall be in. */
  readonly folder: string;
}

/** What went wrong while talking to the Hub, with what a person can do about it. */
export function toHubError(thrown: unknown, { id, hubUrl, folder }: HubErrorContext): MezzotintError {
  if (thrown instanceof MezzotintError) return thrown;
  const options = { cause: thrown };
  const page = `${hubUrl}/${id}`;
  if (thrown instanceof HubApiError) {
    switch (thrown.statusCode) {
      case 401:
        return new MezzotintError(
          "UNAUTHENTICATED",
          `${page}: there is no such model, or it is not for everybody: set HF_TOKEN to a token that may read it`,
          options,
        );
      case 403:
        return new MezzotintError(
          "FORBIDDEN",
          `${page}: the token may not read it; accept its terms on its page first`,
          options,
        );
      case 404:
        return new MezzotintError(
          "NOT_FOUND",
          `${page}: there is no such model, revision or file (status 404)`,
          options,
        );
    }
  }
  const reason = reasonOf(thrown);
  const byHand = `To do without it, fill the folder ${folder} by hand with the files of ${page}, then run: mezzotint models verify ${folder}`;
  const message = `${hubUrl} cannot be reached or broke off: ${reason}. What was fetched is kept; pull again to go on. ${byHand}`;
  return new MezzotintError("MODEL_UNAVAILABLE", message, options);
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message} (${thrown.cause.message})` : thrown.message;
}
