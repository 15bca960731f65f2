import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";

/** A part of a JSON schema, as far as the page shows it. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
};

type Content = { content?: Record<string, { schema?: Schema }> };

/** An operation of the API's document. */
export type Operation = Content & {
  operationId: string;
  summary?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
  }[];
  requestBody?: Content;
  responses?: Record<string, Content>;
  "x-scope"?: string;
};

/** The document, as far as the page shows it. */
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** The API's own description of itself. */
export const documentQuery = queryOptions({
  queryKey: ["openapi"],
  queryFn: ({ signal }) => api.get<Document>("/openapi.json", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The schema that a reference means. */
export function resolve(document: Document, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split("/").pop();
  return name === undefined ? schema : document.components.schemas[name];
}

/** A type in a word or two. */
export function typeName(schema: Schema | undefined): string {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop() ?? "";
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.type === "array") return `${typeName(schema.items)}[]`;
  return [schema.type].flat().join(" | ");
}

/** The schema of a body, of whatever media type. */
export function bodyOf(content: Content | undefined): Schema | undefined {
  return Object.values(content?.content ?? {})[0]?.schema;
}
