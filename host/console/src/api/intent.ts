/** A UUID (version 4): `crypto.randomUUID` is there over https and on this machine alone, and a company's network may have neither. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * One `Idempotency-Key` for one thing that a person wants. A second click, and a repetition after a lost connection, are the same thing and
 * bear the same key; another body, or the next act after an answer, is a new one.
 */
export class Intent {
  private key: string | null = null;
  private body: string | null = null;

  constructor(private readonly fresh: () => string = freshKey) {}

  keyFor(body: unknown): string {
    const text = body === undefined ? "" : JSON.stringify(body);
    if (this.key === null || this.body !== text) {
      this.key = this.fresh();
      this.body = text;
    }
    return this.key;
  }

  /** The server has answered, for good or ill: what is asked next is asked anew. */
  answered(): void {
    this.key = null;
    this.body = null;
  }
}
