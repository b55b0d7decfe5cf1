/** Kinds of files that begin alike, or as nothing: the name tells them apart, for browsers know some of them by no type or another. */
const BY_NAME: Readonly<Record<string, string>> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ofd: "application/ofd",
  csv: "text/csv",
  xml: "application/xml",
  txt: "text/plain",
};

/** What a file is called when it is sent: the server looks whether it is that. */
export function typeOf({ name, type }: { name: string; type: string }): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return BY_NAME[ending] ?? (type === "" ? "application/octet-stream" : type);
}
