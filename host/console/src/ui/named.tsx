import { Fragment } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { placeOf } from "./places";

/** What an event names, by number and where it leads; without the one whose page it is. */
export function Named({ about, but }: { about: readonly Schemas["NamedByEvent"][]; but?: string }) {
  return about
    .filter((one) => one.id !== but)
    .map((one, n) => {
      const place = placeOf(one.id);
      return (
        <Fragment key={one.id}>
          {n > 0 && " · "}
          {place === null ? <span className="num">{one.number}</span> : <Link to={place}>{one.number}</Link>}
        </Fragment>
      );
    });
}
