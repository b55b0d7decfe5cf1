import { readdirSync, readFileSync } from "node:fs";

/** For tests: the server's sources below a folder, without their own tests, with literals that go on in the next line put together. */
export function rust(folder: string): { name: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".rs") && !/^target|(^|\/|_)tests?(\.rs$|\/)/.test(name))
    .map((name) => ({
      name,
      text: readFileSync(`${folder}/${name}`, "utf8").replace(/#\[cfg\(test\)\]\nmod \w+ \{.*/s, "").replace(/\\\n\s*/g, ""),
    }));
}

/** A literal as it is said: what it escapes is not. */
export const plain = (literal: string): string => literal.replace(/\\(["\\])/g, "$1");
