"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { Button } from "@mezzotint/ui/button";
import { PageActions } from "#client/page-actions.tsx";
import { comparisonCsv } from "./comparison-csv.ts";

/** The table as files, every field of every protocol in them. */
export function ExportLinks({ comparison }: { readonly comparison: RunComparison }) {
  return (
    <>
      <Button size="small" onClick={() => save("comparison.csv", "text/csv", comparisonCsv(comparison))}>
        CSV
      </Button>
      <Button
        size="small"
        onClick={() => save("comparison.json", "application/json", JSON.stringify(comparison, null, 2))}
      >
        JSON
      </Button>
      <PageActions />
    </>
  );
}

function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
