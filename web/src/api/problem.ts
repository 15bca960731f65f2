/** A field of a request that was refused, with a stable code for the reason. */
export type FieldProblem = { field: string; code: string };

/** The body of an `application/problem+json` answer. */
export type ProblemBody = {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  hint?: string;
  request_id?: string;
  fields?: FieldProblem[];
};

/**
 * An answer that isn't a success. `code` is the server's stable word for it, or
 * `offline` when no answer came, or `unexpected` when the answer wasn't ours.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: FieldProblem[];
  /** Whole seconds to wait before another try, when the server named them. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: ProblemBody, retryAfter?: number) {
    super(body.detail ?? body.title ?? "");
    this.status = status;
    this.code = body.code ?? "unexpected";
    this.hint = body.hint;
    this.requestId = body.request_id;
    this.fields = body.fields ?? [];
    this.retryAfter = retryAfter;
  }
}

/** Whether an error is a Problem with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}

/** What a 401 says of something that was typed, and not of the session. */
const typed = [
  "identity_unknown",
  "invalid_credentials",
  "provider_denied",
  "provider_refused",
  "second_factor_invalid",
  "sign_in_over",
];

/** Whether an error says that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401 && !typed.includes(error.code);
}
