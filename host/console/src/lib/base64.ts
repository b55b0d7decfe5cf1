/** RFC 4648 section 4, in pieces that a call's arguments can hold. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** The bytes of such a text, as a file. */
export const blobOf = (text: string): Blob => new Blob([Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))]);
