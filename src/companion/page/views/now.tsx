import { batterySteps } from "../../../base/battery-steps.ts";
import { send, useHat, useHatState, useMay } from "../hat.ts";
import { formatDuration, formatNumber, formatTime, text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Seen } from "../parts/seen.tsx";
import { Title } from "../parts/title.tsx";

export function Now() {
  const t = useText();
  return (
    <>
      <Title>{t.now.title}</Title>
      <Warning />
      <section aria-labelledby="speak-title">
        <h2 id="speak-title">{t.now.hear}</h2>
        <div class="grid">
          {(["around", "read", "repeat", "hush"] as const).map((type) => (
            <button key={type} type="button" onClick={() => sent(send({ type }))}>
              {t.now[type]}
            </button>
          ))}
        </div>
      </section>
      <Seen />
      <Said />
      <Battery />
    </>
  );
}

export function sent(done: boolean): void {
  note(done ? "" : text().now.notSent);
}

/** Whether collision warning warns, and of what. Not live: beeps have their own sound. */
function Warning() {
  const t = useText();
  const guard = useHatState("guard") ?? null;
  const mayPause = useMay("pause");
  const level = guard?.level ?? "off";
  const paused = guard?.pausedFor ?? null;
  const metres = (value: number | null) =>
    value === null ? t.now.noEcho : t.now.metres(formatNumber(value, 1));
  return (
    <section aria-labelledby="warning-title" class="state" data-level={level}>
      <h2 id="warning-title">{t.now.warning}</h2>
      <p class="big">{t.now.levels[level]}</p>
      {level === "quiet" && <p class="quiet">{t.now.quietIs}</p>}
      {paused !== null && <p>{t.now.pausedFor(Math.ceil(paused / 60_000))}</p>}
      <dl>
        <dt>{t.now.distance}</dt>
        <dd>{guard === null ? t.unknown : metres(guard.metres)}</dd>
        <dt>{t.now.beeps}</dt>
        <dd>
          {guard?.beepsPerSecond ? t.now.beepsASecond(formatNumber(guard.beepsPerSecond, 1)) : t.now.none}
        </dd>
        {guard?.reach != null && (
          <>
            <dt>{t.now.reach}</dt>
            <dd>{metres(guard.reach)}</dd>
          </>
        )}
        {guard?.sensors.map(({ name, state, reason }) => (
          <SensorLine key={name} name={name} state={state} reason={reason} />
        ))}
      </dl>
      {mayPause && (
        <button
          type="button"
          onClick={() => sent(send({ type: "pause", minutes: paused === null ? 10 : 0 }))}
        >
          {paused === null ? t.now.pause : t.now.unpause}
        </button>
      )}
    </section>
  );
}

interface SensorLineProps {
  name: string;
  state: "starting" | "good" | "blind";
  reason: string | null;
}

function SensorLine({ name, state, reason }: SensorLineProps) {
  const t = useText();
  return (
    <>
      <dt>{t.now.sensor(name)}</dt>
      <dd>
        {t.now.sensorStates[state]}
        {reason !== null && (
          <>
            : <span lang="en">{reason}</span>
          </>
        )}
      </dd>
    </>
  );
}

/** A plain list, never live: the hat itself has spoken. */
function Said() {
  const t = useText();
  const said = useHatState("said") ?? [];
  const language = useHatState("language");
  return (
    <section aria-labelledby="said-title">
      <h2 id="said-title">{t.now.said}</h2>
      {said.length === 0 ? (
        <p>{t.now.nothingSaid}</p>
      ) : (
        <ol class="said">
          {said.toReversed().map(({ text, time }, index) => (
            <li key={`${time}-${said.length - index}`}>
              <time dateTime={new Date(time).toISOString()}>{formatTime(time)}</time>
              <span lang={language}>{text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Battery() {
  const t = useText();
  const power = useHat(({ state }) => state.power ?? null);
  const known = power !== null && power.percent !== null;
  return (
    <section aria-labelledby="battery-title">
      <h2 id="battery-title">{t.now.battery}</h2>
      {known && (
        <meter
          min={0}
          max={100}
          low={batterySteps[0]}
          value={power.percent ?? 0}
          aria-labelledby="battery-title"
        />
      )}
      <p>
        {!known
          ? t.unknown
          : [
              t.now.batteryIs(Math.round(power.percent ?? 0)),
              ...(power.charging ? [t.now.charging] : []),
              ...(power.minutesLeft === null
                ? []
                : [t.now.batteryLeft(formatDuration(power.minutesLeft * 60))]),
            ].join(", ")}
      </p>
      {power !== null && power.problems.length > 0 && (
        <ul>
          {power.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
