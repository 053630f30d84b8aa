import path from "node:path/posix";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** A file of a repository; its checksum is the SHA-256 of large files, else Git's SHA-1 of a blob. */
export interface RepositoryFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly checksum: { readonly algorithm: "sha256" | "git-blob"; readonly hex: string };
}

/** Folders of a pipeline that nothing here uses. */
const UNUSED_FOLDERS: ReadonlySet<string> = new Set(["safety_checker", "feature_extractor"]);
const ROOT_FILES = /^(?:LICEN[CS]E.*|README\.md|.*\.(?:json|txt|model))$/i;
/** Configurations and vocabularies; weights of other frameworks have index files that end in .index.json. */
const PART_FILES = /(?<!\.index)\.(?:json|txt|model|npy|npz)$/;
/** Networks of published folders that are no pipeline, such as CLIP's two towers. */
const TOWERS = ["text_model", "vision_model"];

export interface NeededFiles {
  readonly plain: readonly RepositoryFile[];
  /** Networks; files of weights beside them are named inside. */
  readonly networks: readonly RepositoryFile[];
}

/**
 * What of a repository makes a model folder: one network a part, configurations, vocabularies, licence and card.
 * Throws UNSUPPORTED for a repository without ONNX networks, MODEL_CORRUPT for a path that leaves the folder.
 */
export function neededFiles(files: readonly RepositoryFile[], variant?: string): NeededFiles {
  for (const file of files) refuseOutside(file.path);
  const used = files.filter(({ path: file }) => !UNUSED_FOLDERS.has(file.split("/")[0] ?? ""));
  const exports = used.filter(({ path: file }) => file.endsWith(".onnx"));
  const networks = [...new Set(exports.map(({ path: file }) => path.dirname(file)))].flatMap((folder) =>
    networksOf(folder, { candidates: exports.filter(({ path: file }) => path.dirname(file) === folder), variant }),
  );
  if (networks.length === 0) {
    const message = `the repository has ${files.length} files and no ONNX network among them; it needs an ONNX export`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
  const isNeeded = ({ path: file }: RepositoryFile) =>
    file.includes("/") ? PART_FILES.test(file) : ROOT_FILES.test(file) && !file.endsWith(".index.json");
  return { plain: used.filter(isNeeded), networks };
}

interface Candidates {
  readonly candidates: readonly RepositoryFile[];
  readonly variant: string | undefined;
}

function networksOf(folder: string, { candidates, variant }: Candidates): RepositoryFile[] {
  const named = (stem: string) => {
    const wanted = variant === undefined ? `${stem}.onnx` : `${stem}_${variant}.onnx`;
    return candidates.find(({ path: file }) => path.basename(file) === wanted);
  };
  const towers = TOWERS.map(named).filter((tower) => tower !== undefined);
  if (towers.length === TOWERS.length) return towers;
  const model = named("model") ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (model !== undefined) return [model];
  const names = candidates.map(({ path: file }) => path.basename(file)).join(", ");
  const wanted = variant === undefined ? "model.onnx" : `model_${variant}.onnx`;
  throw new MezzotintError("UNSUPPORTED", `${folder}: expected ${wanted} or one network alone, there are ${names}`);
}

function refuseOutside(file: string): void {
  const inside =
    file !== "" &&
    !path.isAbsolute(file) &&
    !/[\\\0:]/.test(file) &&
    !file.split("/").some((part) => part === ".." || part === "");
  if (inside) return;
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `the repository lists ${JSON.stringify(file)}, which is outside of a folder`,
  );
}
