import { Problem } from "@/api/problem";
import { t } from "@/strings";

/** What the server said about single fields, in words. */
export type FieldErrors = Partial<Record<string, string>>;

/** The field that a problem's code is about, where it names none itself. */
const fieldOf: Record<string, string> = {
  email_invalid: "email",
  name_invalid: "name",
  password_blocked: "password",
  password_too_long: "password",
  password_too_short: "password",
};

/** The words for each field that was refused, by the field's name. */
export function fieldErrors(error: unknown): FieldErrors {
  if (!(error instanceof Problem)) return {};
  const errors: FieldErrors = {};
  const field = fieldOf[error.code];
  if (field) errors[field] = [error.message, error.hint].filter(Boolean).join(" ");
  for (const { field, code } of error.fields) {
    errors[field] ??= t.enter.fields[code] ?? t.enter.fields.invalid ?? "";
  }
  return errors;
}

/** Passwords are compared byte by byte, so both ways of writing "é" become one. */
export function normalised(password: string): string {
  return password.normalize("NFC");
}

/** A one-time code or token that stands behind the "#" of an address, alone or named. */
export function codeBehind(hash: string, name: string): string {
  return hash.includes("=") ? (new URLSearchParams(hash).get(name) ?? "") : hash;
}
