/**
 * One `Idempotency-Key` for one thing that a person wants. A second click, and a repetition after a lost connection, are the same thing and
 * bear the same key; another body, or the next act after an answer, is a new one.
 */
export class Intent {
  private key: string | null = null;
  private body: string | null = null;

  constructor(private readonly fresh: () => string = () => crypto.randomUUID()) {}

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
