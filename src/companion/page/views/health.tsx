import type { ComponentChildren } from "preact";
import type { Health } from "../../api.ts";
import { formatBytes, formatDuration, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { useLoaded } from "../parts/loaded.ts";
import { Sounds } from "../parts/sounds.tsx";
import { Title } from "../parts/title.tsx";

export function HealthView() {
  const t = useText();
  const { value, wrong, again } = useLoaded("GET /health");
  return (
    <>
      <Title>{t.views.health}</Title>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      {value === null ? <p>{t.loading}</p> : <Report health={value} />}
      <p>
        <button type="button" onClick={() => void again().then(() => note(t.health.refreshed))}>
          {t.refresh}
        </button>
      </p>
      <Sounds />
    </>
  );
}

function Report({ health }: { health: Health }) {
  const t = useText();
  const name = <K extends string>(words: Record<K, string>, key: string) => words[key as K] ?? key;
  const free = ({ freeBytes, totalBytes }: { freeBytes: number; totalBytes: number }) =>
    t.health.free(formatBytes(freeBytes), formatBytes(totalBytes));
  return (
    <>
      <section aria-labelledby="troubles-title">
        <h2 id="troubles-title">{t.health.troubles}</h2>
        {health.troubles.length === 0 ? (
          <p>{t.health.noTroubles}</p>
        ) : (
          <ul>
            {health.troubles.map((trouble) => (
              <li key={trouble}>{trouble}</li>
            ))}
          </ul>
        )}
      </section>
      <Table title={t.health.processes} columns={[t.health.process, t.health.state, t.health.memory]}>
        {health.processes.map(({ name: process, state, rssBytes, note: more }) => (
          <tr key={process}>
            <th scope="row">{name(t.health.names, process)}</th>
            <td>
              {t.health.states[state]}
              {more !== null && `: ${more}`}
            </td>
            <td>{rssBytes === null ? t.unknown : formatBytes(rssBytes)}</td>
          </tr>
        ))}
      </Table>
      <Table title={t.health.sensors} columns={[t.health.device, t.health.state]}>
        {health.sensors.map(({ name: sensor, state, reason }) => (
          <tr key={sensor}>
            <th scope="row">{t.now.sensor(sensor)}</th>
            <td>
              {name(t.now.sensorStates, state)}
              {reason !== null && `: ${reason}`}
            </td>
          </tr>
        ))}
      </Table>
      <Table title={t.health.devices} columns={[t.health.device, t.health.state]}>
        {health.devices.map(({ kind, name: device, works }) => (
          <tr key={kind}>
            <th scope="row">{name(t.health.kinds, kind)}</th>
            <td>
              {device}: {works ? t.health.works : t.health.broken}
            </td>
          </tr>
        ))}
      </Table>
      <Table title={t.health.models} columns={[t.health.model, t.health.state]}>
        {health.models.map(({ name: model, built }) => (
          <tr key={model}>
            <th scope="row">{model}</th>
            <td>{built ? t.health.built : t.health.missing}</td>
          </tr>
        ))}
      </Table>
      <section aria-labelledby="machine-title">
        <h2 id="machine-title">{t.health.machine}</h2>
        <dl>
          <dt>{t.health.memory}</dt>
          <dd>{free(health.memory)}</dd>
          <dt>{t.health.disk}</dt>
          <dd>{health.disk === null ? t.unknown : free(health.disk)}</dd>
          <dt>{t.health.celsius}</dt>
          <dd>{health.celsius === null ? t.unknown : t.health.degrees(Math.round(health.celsius))}</dd>
          <dt>{t.health.up}</dt>
          <dd>{formatDuration(health.upSeconds)}</dd>
          <dt>{t.health.version}</dt>
          <dd>
            Brim {health.version}, Node {health.node}
          </dd>
        </dl>
      </section>
    </>
  );
}

interface TableProps {
  title: string;
  columns: readonly string[];
  children: ComponentChildren;
}

export function Table({ title, columns, children }: TableProps) {
  return (
    <section>
      <table>
        <caption>
          <h2>{title}</h2>
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
