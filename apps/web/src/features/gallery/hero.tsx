import { buttonClasses } from "@mezzotint/ui/button-classes";
import Link from "next/link";
import { EmergingPicture } from "./emerging-picture.tsx";

/** What a stranger sees first. */
export function Hero({ urls }: { readonly urls: readonly string[] }) {
  return (
    <section className="page grid items-center gap-10 py-10 md:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)] md:py-20 lg:gap-20">
      <div className="flex flex-col items-start gap-6">
        <h1 className="font-title text-5xl leading-[1.05] tracking-tight text-balance sm:text-6xl lg:text-7xl">
          Every picture begins as <em className="text-copper not-italic">noise</em>.
        </h1>
        <p className="max-w-xl text-lg leading-relaxed text-ink-soft">
          Mezzotint is a studio for diffusion models that runs on your own machines. Write a prompt, watch the picture
          come out of the grain, and keep it with everything that made it.
        </p>
        <div className="flex flex-wrap gap-3">
          <Link href="/sign-up" className={buttonClasses({ variant: "primary", size: "large" })}>
            Create an account
          </Link>
          <Link href="/sign-in" className={buttonClasses({ variant: "outline", size: "large" })}>
            Sign in
          </Link>
        </div>
      </div>
      <div className="mx-auto w-full max-w-md">
        <EmergingPicture urls={urls} />
      </div>
    </section>
  );
}
