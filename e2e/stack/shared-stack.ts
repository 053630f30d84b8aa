/** The global set-up starts one studio for the browser specs; these variables carry it into Playwright's processes. */
export const STACK_URL_VARIABLE = "MEZZOTINT_E2E_URL";
export const STACK_DATA_VARIABLE = "MEZZOTINT_E2E_DATA";

export function sharedDataFolder(): string {
  const folder = process.env[STACK_DATA_VARIABLE];
  if (folder === undefined) throw new Error(`${STACK_DATA_VARIABLE} is not set: the global set-up did not run.`);
  return folder;
}
