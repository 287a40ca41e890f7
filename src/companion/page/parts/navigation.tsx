import { useEffect, useState } from "preact/hooks";
import { useHatState } from "../hat.ts";
import { useText } from "../i18n/index.ts";
import { hrefOf, useRoute, type ViewName, viewNames } from "../route.ts";
import { Icon } from "./icons.tsx";

const always = ["now", "ask", "people", "picture"] as const;

/** All views as links. On a phone the bar below has four of them, and the others behind "More". */
export function Navigation() {
  const t = useText();
  const { view } = useRoute();
  const simulated = useHatState("simulated") === true;
  const [open, setOpen] = useState(false);
  const others = viewNames.filter(
    (name) => !always.some((one) => one === name) && (name !== "hat" || simulated),
  );
  useEffect(() => setOpen(false), [view]);
  const link = (name: ViewName) => (
    <li key={name}>
      <a href={hrefOf(name)} aria-current={name === view ? "page" : undefined}>
        <Icon name={name} />
        <span class="long">{t.views[name]}</span>
        {name in t.short && (
          <span class="short" aria-hidden="true">
            {t.short[name as keyof typeof t.short]}
          </span>
        )}
      </a>
    </li>
  );
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector("h1")?.focus()}>
        {t.skip}
      </button>
      <nav
        aria-label={t.navigation}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !open) return;
          setOpen(false);
          document.getElementById("more")?.focus();
        }}
      >
        <ul>
          {always.map(link)}
          <li class="more">
            <button
              type="button"
              id="more"
              aria-expanded={open}
              aria-controls="others"
              data-current={others.includes(view)}
              onClick={() => setOpen(!open)}
            >
              <Icon name="more" />
              <span>{t.more}</span>
            </button>
          </li>
        </ul>
        <ul id="others" data-open={open}>
          {others.map(link)}
        </ul>
      </nav>
    </>
  );
}
