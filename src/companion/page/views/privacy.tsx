import { useState } from "preact/hooks";
import type { Privacy } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";
import { useHatState, useMay } from "../hat.ts";
import { formatBytes, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Title } from "../parts/title.tsx";
import { Export } from "../parts/transfer.tsx";
import { Table } from "./health.tsx";

export function PrivacyView() {
  const t = useText();
  const stamp = `${useHatState("people")} ${useHatState("phones")}`;
  const { value, wrong } = useLoaded("GET /privacy", stamp);
  return (
    <>
      <Title>{t.views.privacy}</Title>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      {value === null ? <p>{t.loading}</p> : <Kept privacy={value} />}
      <Export />
      <DeleteAll />
    </>
  );
}

function Kept({ privacy }: { privacy: Privacy }) {
  const t = useText();
  const { people, things, spokenNames, phones, files, descriptions, picture } = privacy;
  return (
    <>
      <section aria-labelledby="kept-title">
        <h2 id="kept-title">{t.privacy.kept}</h2>
        <ul>
          <li>{t.privacy.people(people)}</li>
          <li>{t.privacy.things(things)}</li>
          <li>{t.privacy.spoken(spokenNames)}</li>
          <li>{t.privacy.phones(phones)}</li>
        </ul>
        <p>{t.privacy.keptHelp}</p>
      </section>
      <section aria-labelledby="leaves-title">
        <h2 id="leaves-title">{t.privacy.leaves}</h2>
        {descriptions === null ? (
          <p>{t.privacy.noServer}</p>
        ) : (
          <p>
            {t.privacy.server(descriptions.host)}{" "}
            {descriptions.sendNames ? t.privacy.names : t.privacy.noNames}
          </p>
        )}
        <p>{t.privacy.pictures[picture]}</p>
      </section>
      {files.length > 0 && (
        <Table title={t.privacy.files} columns={[t.privacy.file, t.privacy.size]}>
          {files.map(({ what, name, bytes }) => (
            <tr key={name}>
              <th scope="row">
                {t.privacy.fileKinds[what]}: {name}
              </th>
              <td>{formatBytes(bytes)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function DeleteAll() {
  const t = useText();
  const may = useMay("delete_all");
  const [asking, setAsking] = useState(false);
  const deleteAll = async () => {
    setAsking(false);
    try {
      await ask("POST /privacy/delete", { body: { confirm: "delete everything" } });
      note(t.privacy.deleted);
      location.replace("/");
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="delete-title">
      <h2 id="delete-title">{t.privacy.delete}</h2>
      <p>{may ? t.privacy.deleteHelp : t.people.helper}</p>
      {may && (
        <button type="button" class="danger" onClick={() => setAsking(true)}>
          {t.privacy.deleteDo}
        </button>
      )}
      {asking && (
        <Confirm
          title={t.privacy.deleteSure}
          text={t.privacy.deleteMeans}
          action={t.privacy.deleteDo}
          onConfirm={() => void deleteAll()}
          onCancel={() => setAsking(false)}
        />
      )}
    </section>
  );
}
