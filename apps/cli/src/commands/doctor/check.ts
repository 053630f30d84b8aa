/** One thing that must be right, or that somebody may want to know. */
export interface Check {
  readonly name: string;
  /** Without it the studio still runs. */
  readonly optional?: boolean;
  /** Says how things stand; throws a sentence when they are not as they should be. */
  run(): Promise<string>;
}

export interface Finding {
  readonly name: string;
  readonly state: "ok" | "note" | "bad";
  readonly text: string;
}

export async function examine(check: Check): Promise<Finding> {
  const { name } = check;
  try {
    return { name, state: "ok", text: await check.run() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { name, state: check.optional === true ? "note" : "bad", text };
  }
}
