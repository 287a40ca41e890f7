import { useRef, useState } from "preact/hooks";
import type { Simulate } from "../../../base/protocol.ts";
import { send, useHatState } from "../hat.ts";
import { formatNumber, useText } from "../i18n/index.ts";
import { Title } from "../parts/title.tsx";
import { sent } from "./now.tsx";

type Wall = "walk" | "byHand" | "noEcho" | "fault";

/** The simulated devices by hand. The light shows what is heard; it is never in a live region. */
export function VirtualHat() {
  const t = useText();
  const level = useHatState("guard")?.level ?? "off";
  const buzzer = useHatState("buzzer") === true;
  return (
    <>
      <Title>{t.hat.title}</Title>
      <p class="lead">{t.hat.how}</p>
      <section aria-labelledby="buzzer-title" class="state" data-level={level}>
        <h2 id="buzzer-title">{t.hat.buzzer}</h2>
        <p class="big">
          <span class="light" data-on={buzzer} aria-hidden="true" />
          {t.now.levels[level]}
        </p>
      </section>
      <Range />
      <HatButton />
    </>
  );
}

function Range() {
  const t = useText();
  const [wall, setWall] = useState<Wall>("walk");
  const [metres, setMetres] = useState(2);
  const move = (to: Wall, at: number) => {
    setWall(to);
    setMetres(at);
    const ranges: Record<Wall, Simulate["range"]> = {
      walk: "walk",
      byHand: { metres: at },
      noEcho: { noEcho: true },
      fault: { fault: "sensor fault" },
    };
    sent(send({ type: "simulate", range: ranges[to] }));
  };
  const words = t.now.metres(formatNumber(metres, 1));
  return (
    <section>
      <fieldset>
        <legend>
          <h2>{t.hat.sensor}</h2>
        </legend>
        <div class="grid">
          {(["walk", "byHand", "noEcho", "fault"] as const).map((each) => (
            <label class="choice" key={each}>
              <input type="radio" name="range" checked={wall === each} onChange={() => move(each, metres)} />
              {t.hat[each]}
            </label>
          ))}
        </div>
        <label for="metres">{t.hat.distance}</label>
        <output for="metres">{words}</output>
        <input
          id="metres"
          type="range"
          min={0.3}
          max={5}
          step={0.1}
          value={metres}
          aria-valuetext={words}
          onInput={(event) => move("byHand", Number(event.currentTarget.value))}
        />
      </fieldset>
    </section>
  );
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function HatButton() {
  const t = useText();
  const [down, setDown] = useState(false);
  const pressed = useRef(false);
  /** A finger or a key made the click that follows, which is not counted twice. */
  const handled = useRef(false);
  const press = (to: boolean) => {
    if (pressed.current === to) return;
    pressed.current = to;
    setDown(to);
    sent(send({ type: "simulate", button: to ? "press" : "release" }));
  };
  const clicks = async (...lengths: number[]) => {
    for (const ms of lengths) {
      press(true);
      await wait(ms);
      press(false);
      await wait(100);
    }
  };
  const isKey = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  return (
    <section aria-labelledby="button-title">
      <h2 id="button-title">{t.hat.button}</h2>
      <p id="button-help">{t.hat.buttonHelp}</p>
      <button
        type="button"
        class="hat-button"
        data-down={down}
        aria-describedby="button-help"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          handled.current = true;
          press(true);
        }}
        onPointerUp={() => press(false)}
        onPointerCancel={() => press(false)}
        onBlur={() => press(false)}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (!isKey(event)) return;
          event.preventDefault();
          if (!event.repeat) press(true);
        }}
        onKeyUp={(event) => {
          if (!isKey(event)) return;
          event.preventDefault();
          press(false);
        }}
        onClick={() => {
          // Screen readers and voice control click without a finger or a key.
          if (!handled.current) void clicks(80);
          handled.current = false;
        }}
      >
        {t.hat.button}
      </button>
      <h3>{t.hat.gestures}</h3>
      <div class="grid">
        <button type="button" onClick={() => void clicks(80)}>
          {t.hat.once}
        </button>
        <button type="button" onClick={() => void clicks(80, 80)}>
          {t.hat.twice}
        </button>
        <button type="button" onClick={() => void clicks(80, 80, 80)}>
          {t.hat.thrice}
        </button>
        <button type="button" onClick={() => void clicks(1_000)}>
          {t.hat.hold}
        </button>
        <button type="button" onClick={() => void clicks(80, 1_000)}>
          {t.hat.menu}
        </button>
      </div>
    </section>
  );
}
