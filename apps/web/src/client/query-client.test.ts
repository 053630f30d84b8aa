import { onlineManager } from "@tanstack/react-query";
import { afterEach, expect, test } from "vitest";
import { createQueryClient } from "./query-client.ts";

afterEach(() => onlineManager.setOnline(true));

test("a browser without internet still asks the studio, which may stand on the same machine", async () => {
  const client = createQueryClient();
  onlineManager.setOnline(false);
  const mutation = client.getMutationCache().build(client, { mutationFn: async () => "asked" });
  expect(await mutation.execute(undefined)).toBe("asked");
  expect(await client.fetchQuery({ queryKey: ["models"], queryFn: async () => "read" })).toBe("read");
});
