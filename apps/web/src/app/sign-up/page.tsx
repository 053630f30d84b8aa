import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { safeNext } from "#client/sign-in-address.ts";
import { AccountCard } from "#features/account/account-card.tsx";
import { SignUpForm } from "#features/account/sign-up-form.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { getViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Create account" };

export default async function SignUpPage({ searchParams }: { readonly searchParams: SearchParams }) {
  const next = safeNext(firstOf((await searchParams)["next"]));
  if ((await getViewer()) !== null) redirect(next);
  return (
    <AccountCard
      title="Create account"
      footer={
        <>
          You have one?{" "}
          <Link href={`/sign-in?next=${encodeURIComponent(next)}`} className="text-copper underline underline-offset-4">
            Sign in
          </Link>
        </>
      }
    >
      <SignUpForm next={next} />
    </AccountCard>
  );
}
