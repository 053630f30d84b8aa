import type { Metadata } from "next";
import { AccountPage } from "#features/account/account-page.tsx";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Account" };

export default async function AccountSettingsPage() {
  return <AccountPage viewer={await requireViewer("/account")} />;
}
