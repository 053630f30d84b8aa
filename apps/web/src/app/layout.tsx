import { Toaster } from "@mezzotint/ui/toast";
import { TooltipProvider } from "@mezzotint/ui/tooltip";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { parseTheme, THEME_COOKIE } from "#client/theme.ts";
import { ApiProvider } from "#client/trpc.tsx";
import { TopBar } from "#features/shell/top-bar.tsx";
import { getViewer } from "#server/viewer.ts";
import "@fontsource-variable/fraunces/opsz.css";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Mezzotint", template: "%s · Mezzotint" },
  description: "A self-hosted studio for diffusion models.",
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f1e9" },
    { media: "(prefers-color-scheme: dark)", color: "#131010" },
  ],
};

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const viewer = await getViewer();
  return (
    <html lang="en" className={GeistSans.variable} {...(theme === "system" ? {} : { "data-theme": theme })}>
      <body className="flex flex-col font-sans">
        <a
          href="#main"
          className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-ink px-4 py-2 text-sm text-ground focus:translate-y-0"
        >
          Skip to the content
        </a>
        <ApiProvider>
          <TooltipProvider delay={400}>
            <TopBar viewer={viewer} />
            <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
              {children}
            </main>
            <Toaster />
          </TooltipProvider>
        </ApiProvider>
      </body>
    </html>
  );
}
