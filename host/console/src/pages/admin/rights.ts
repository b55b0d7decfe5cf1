interface Role {
  name: string;
  permissions: readonly { name: string }[];
  may: readonly string[];
}

export interface Rights {
  /** What something is done to, in the order of the server's table. */
  nouns: string[];
  /** What is done, in that order. */
  verbs: string[];
  /** Roles that may; nobody where that is not done to it at all: what is done at all an administrator may. */
  holders: (noun: string, verb: string) => string[];
}

/** Who may do what to what. */
export function rightsOf(roles: readonly Role[]): Rights {
  const nounOf = (permission: string) => permission.split(":")[0] ?? "";
  return {
    nouns: [...new Set(roles.flatMap((role) => role.may.map(nounOf)))],
    verbs: [...new Set(roles.flatMap((role) => role.permissions.map((permission) => permission.name)))],
    holders: (noun, verb) => roles.filter((role) => role.may.includes(`${noun}:${verb}`)).map((role) => role.name),
  };
}
