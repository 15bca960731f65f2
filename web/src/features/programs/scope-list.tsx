import { t } from "@/strings";

/** What a program may do, in words. */
export function ScopeList({ scopes }: { scopes: string[] }) {
  return (
    <ul className="list-disc pl-5 text-sm">
      {scopes.map((scope) => (
        <li key={scope}>{t.programs.scopes[scope] ?? scope}</li>
      ))}
    </ul>
  );
}
