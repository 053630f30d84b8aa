import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));
const isDevelopment = process.env["NODE_ENV"] === "development";

// Next puts its data into inline scripts, hence 'unsafe-inline'; nothing is ever loaded from another host.
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${isDevelopment ? " 'unsafe-eval'" : ""}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=()" },
  { key: "X-Frame-Options", value: "DENY" },
];

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // `npm run verify` checks the types; a second time here would cost nine seconds of every build.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: repositoryRoot },
  outputFileTracingRoot: repositoryRoot,
  transpilePackages: [
    "@mezzotint/api",
    "@mezzotint/contracts",
    "@mezzotint/db",
    "@mezzotint/numeric",
    "@mezzotint/queue",
    "@mezzotint/services",
    "@mezzotint/statistics",
    "@mezzotint/storage",
    "@mezzotint/ui",
  ],
  serverExternalPackages: ["pg", "@prisma/adapter-pg", "@prisma/client"],
  headers: () => Promise.resolve([{ source: "/:path*", headers: securityHeaders }]),
};

export default config;
