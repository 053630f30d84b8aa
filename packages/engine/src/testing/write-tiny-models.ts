/** @file `node --import tsx write-tiny-models.ts <folder>`: models for tests that run a whole studio from outside. */
import path from "node:path";
import { writeTinyCascade } from "./tiny-cascade.ts";
import { writeTinyUnclip } from "./tiny-unclip.ts";

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("write-tiny-models: which folder?");
await writeTinyCascade(path.join(folder, "tiny-cascade"));
await writeTinyUnclip(path.join(folder, "tiny-unclip"));
