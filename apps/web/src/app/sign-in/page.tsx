import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { safeNext } from "#client/sign-in-address.ts";
import { AccountCard } from "#features/account/account-card.tsx";
import { SignInForm } from "#features/account/sign-in-form.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { getViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { readonly searchParams: SearchParams }) {
  const params = await searchParams;
  const next = safeNext(firstOf(params["next"]));
  if ((await getViewer()) !== null) redirect(next);
  const isExpired = firstOf(params["reason"]) === "expired";
  return (
    <AccountCard
      title="Sign in"
      notice={isExpired ? "Your sign-in has ended. Sign in again and you are back where you were." : undefined}
      footer={
        <>
          No account yet?{" "}
          <Link href={`/sign-up?next=${encodeURIComponent(next)}`} className="text-copper underline underline-offset-4">
            Create one
          </Link>
        </>
      }
    >
      <SignInForm next={next} />
    </AccountCard>
  );
}
