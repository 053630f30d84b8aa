import type { ImageDetailView } from "@mezzotint/contracts/generation";
import { classNames } from "@mezzotint/ui/class-names";
import { Picture } from "@mezzotint/ui/picture";
import Link from "next/link";

/** The pictures of the same generation, each with its own seed. */
export function Siblings({ picture }: { readonly picture: ImageDetailView }) {
  if (picture.siblings.length === 0) return null;
  const family = [picture, ...picture.siblings].toSorted((a, b) => a.index - b.index);
  return (
    <nav aria-label="Pictures of the same generation" className="w-full">
      <ul className="flex flex-wrap justify-center gap-3">
        {family.map((member) => {
          const isHere = member.id === picture.id;
          return (
            <li key={member.id}>
              <Link
                href={`/images/${member.id}`}
                replace
                aria-current={isHere ? "page" : undefined}
                title={`Seed ${member.seed}`}
                className={classNames(
                  "block w-16 rounded-[3px] transition-opacity duration-150 focus-visible:outline-offset-4",
                  isHere ? "outline-2 outline-offset-2 outline-copper" : "opacity-75 hover:opacity-100",
                )}
              >
                <Picture src={member.url} alt={`Seed ${member.seed}`} width={member.width} height={member.height} />
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
