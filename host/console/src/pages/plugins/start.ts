import { isObject, type Json } from "@/ui/schema";

interface Component {
  digest: string;
  name: string;
  world: string;
  config_schema?: unknown;
}

interface Bound {
  digest: string;
  slot: string;
  config: Json;
}

export interface Start {
  slot: string;
  config: Json;
}

/** What a proposal begins with: what is in force of the component; of another version of it, as far as this one's schema has it; else nothing. */
export function startOf(component: Component, inForce: readonly Bound[], nameOf: (digest: string) => string | undefined): Start {
  const own = inForce.find((one) => one.digest === component.digest);
  if (own !== undefined) return { slot: own.slot, config: own.config };
  const version = inForce.find((one) => nameOf(one.digest) === component.name);
  if (version !== undefined) return { slot: version.slot, config: knownTo(component.config_schema, version.config) };
  return { slot: component.world, config: {} };
}

/** Without the members that a closed schema does not have: no form could take them out. */
function knownTo(schema: unknown, config: Json): Json {
  if (!isObject(schema) || schema["additionalProperties"] !== false) return config;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return Object.fromEntries(Object.entries(config).filter(([name]) => Object.hasOwn(properties, name)));
}
