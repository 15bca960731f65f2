import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { buttonClasses } from "@/ui/button";
import { Card } from "@/ui/card";
import { TextField } from "@/ui/field";
import { Page } from "@/ui/page";
import { ErrorState, Loading, Skeleton } from "@/ui/states";
import {
  bodyOf,
  type Document,
  documentQuery,
  type Operation,
  resolve,
  type Schema,
  typeName,
} from "./document";

/** The API's document, for people who write programs. */
export function ApiPage() {
  const { data, error, isFetching, refetch } = useQuery(documentQuery);
  const words = t.programs.api;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <a href="/api/v1/openapi.json" className={buttonClasses()}>
          {words.download}
        </a>
      }
    >
      {data ? (
        <Operations document={data} />
      ) : error ? (
        <ErrorState
          title={words.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Loading>
          <Skeleton className="h-96 rounded-2xl" />
        </Loading>
      )}
    </Page>
  );
}

function Operations({ document }: { document: Document }) {
  const [sought, setSought] = useState("");
  const words = t.programs.api;
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const found = all.filter(({ path, operation }) =>
    `${path} ${operation.summary ?? ""} ${operation["x-scope"] ?? ""}`
      .toLowerCase()
      .includes(sought.trim().toLowerCase()),
  );
  return (
    <div className="grid max-w-4xl gap-4">
      <TextField
        label={words.search}
        type="search"
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      <p role="status" className="text-muted text-sm">
        {found.length === 0 ? words.none : words.count(found.length)}
      </p>
      {found.map(({ path, method, operation }) => (
        <Card key={operation.operationId} className="p-0!">
          <details>
            <summary className="grid cursor-pointer gap-1 p-4">
              <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <code className="break-all font-semibold">
                  {method.toUpperCase()} {path}
                </code>
                <Badge tone={operation["x-scope"] ? "good" : "plain"}>
                  {operation["x-scope"] === "any"
                    ? `${words.scope}: ${words.any}`
                    : (operation["x-scope"] ?? words.browser)}
                </Badge>
              </span>
              <span className="text-muted">{operation.summary}</span>
            </summary>
            <Details document={document} operation={operation} />
          </details>
        </Card>
      ))}
    </div>
  );
}

function Details({ document, operation }: { document: Document; operation: Operation }) {
  const words = t.programs.api;
  const good = Object.entries(operation.responses ?? {}).find(([status]) => status[0] === "2");
  const parameters = (operation.parameters ?? []).map((parameter) => ({
    name: parameter.name,
    schema: { ...parameter.schema, description: parameter.description },
    required: parameter.required,
  }));
  return (
    <div className="grid gap-4 border-line border-t p-4">
      <Fields title={words.parameters} fields={parameters} />
      <Fields
        title={words.body}
        fields={fieldsOf(resolve(document, bodyOf(operation.requestBody)))}
      />
      <Fields title={words.answer} fields={fieldsOf(resolve(document, bodyOf(good?.[1])))} />
    </div>
  );
}

type FieldRow = { name: string; schema: Schema; required: boolean | undefined };

function fieldsOf(schema: Schema | undefined): FieldRow[] {
  return Object.entries(schema?.properties ?? {})
    .filter(([name]) => name !== "$schema")
    .map(([name, property]) => ({
      name,
      schema: property,
      required: schema?.required?.includes(name),
    }));
}

function Fields({ title, fields }: { title: string; fields: FieldRow[] }) {
  if (fields.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-semibold">{title}</h2>
      <dl className="grid gap-2">
        {fields.map(({ name, schema, required }) => (
          <div key={name}>
            <dt className="flex flex-wrap gap-x-3">
              <code className="break-all">{name}</code>
              <span className="break-words text-muted text-sm">
                {typeName(schema)}
                {required && ` · ${t.programs.api.required}`}
              </span>
            </dt>
            {schema.description && <dd className="text-sm">{schema.description}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}
