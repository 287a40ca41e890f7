import type { ViewName } from "../route.ts";

/** Drawn by stroke on a ground of 24 by 24. */
const paths: Partial<Record<ViewName | "more", string>> = {
  now: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v5l3 2",
  ask: "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14a6.5 6.5 0 0 1 3.5 6",
  picture: "M4 5h16v14H4zM4 16l5-5l4 4l3-3l4 4M15.5 8.5h.01",
  settings: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4v6M8 14v6",
  health: "M3 12h4l2-6l4 12l2.5-6H21",
  privacy: "M12 3l7 3v5c0 5-3 8-7 10c-4-2-7-5-7-10V6z",
  phones: "M7 3h10v18H7zM11 18h2",
  camera: "M3 8h4l2-3h6l2 3h4v11H3zM12 16.5a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7",
  hat: "M3 17c5 2.5 13 2.5 18 0M6 17.500V13a6 6 0 0 1 12 0v4.500",
  more: "M5 12h.01M12 12h.01M19 12h.01",
};

export function Icon({ name }: { name: ViewName | "more" }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
