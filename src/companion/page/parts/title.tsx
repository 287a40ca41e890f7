import { useEffect, useRef } from "preact/hooks";
import { note } from "../live.ts";

/** The page has just loaded: the screen reader reads it from its top, and is left where it is. */
let first = true;

/** The one heading of a view: it gets the focus when the view comes, and names the document. */
export function Title({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!first) {
      note("");
      scrollTo(0, 0);
      heading.current?.focus();
    }
    first = false;
  }, []);
  useEffect(() => {
    document.title = `${children} · Brim`;
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
