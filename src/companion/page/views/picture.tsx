import { useEffect, useRef, useState } from "preact/hooks";
import type { BodyOf, CutOutAnswer, PictureThing, ShownPictureAnswer } from "../../api.ts";
import { ask, Refused, wordsOf } from "../ask.ts";
import { useHatState } from "../hat.ts";
import { text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Learn } from "../parts/learn.tsx";
import { Overlay } from "../parts/overlay.tsx";
import { Title } from "../parts/title.tsx";

export type Prompt = BodyOf<"POST /picture/:id/segment">;

interface Shown {
  answer: ShownPictureAnswer;
  /** Of the JPEG, in this browser. */
  url: string;
}

export interface Chosen {
  /** In words. */
  what: string;
  prompt: Prompt;
  /** Whom or what it is taken for. */
  thing: PictureThing | null;
  cutOut: CutOutAnswer;
}

const third = (n: number) => (n + 0.5) / 3;
/** Centres of nine areas, in shares of the picture, in reading order. */
const areas = Array.from({ length: 9 }, (_, n): [number, number] => [third(n % 3), third(Math.floor(n / 3))]);

/** What the hat sees, only when it is asked for; whatever is chosen in it can be learned. */
export function PictureView() {
  const t = useText();
  const language = useHatState("language");
  const setting = useHatState("settings")?.picture;
  const [shown, setShown] = useState<Shown | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const busy = useRef(false);
  useEffect(() => () => URL.revokeObjectURL(shown?.url ?? ""), [shown]);

  const show = async () => {
    if (busy.current) return;
    busy.current = true;
    note(setting === "ask" ? t.picture.askingWearer : t.picture.asking);
    try {
      const answer = await ask("POST /picture", { body: {} });
      const jpeg = await ask("GET /picture/:id", { params: { id: String(answer.id) } });
      setChosen(null);
      setShown({ answer, url: URL.createObjectURL(jpeg) });
      note(text().picture.shown(answer.things.length));
    } catch (error) {
      note(wordsOf(error));
    } finally {
      busy.current = false;
    }
  };

  const choose = async (what: string, asked: Partial<Prompt>, thing: PictureThing | null) => {
    if (shown === null || busy.current) return;
    busy.current = true;
    note(t.picture.cutting);
    const prompt: Prompt = { clicks: [], not: [], ...asked };
    try {
      const cutOut = await ask("POST /picture/:id/segment", {
        params: { id: String(shown.answer.id) },
        body: prompt,
      });
      const on = thing ?? thingOn(shown.answer.things, cutOut);
      setChosen({ what: on?.text ?? what, prompt, thing: on, cutOut });
      note(
        cutOut.score < 0.5
          ? text().picture.unsure
          : text().picture.cutOut(Math.round(cutOut.box[2] * cutOut.box[3] * 100)),
      );
    } catch (error) {
      const code = error instanceof Refused ? error.code : undefined;
      if (code === "unfit") note(text().picture.nothingThere);
      else note(code === "gone" ? text().picture.old : wordsOf(error));
    } finally {
      busy.current = false;
    }
  };

  return (
    <>
      <Title>{t.picture.title}</Title>
      <p class="lead">{setting === "ask" ? t.picture.howAsk : t.picture.how}</p>
      <p>
        <button type="button" class="primary" onClick={() => void show()}>
          {shown === null ? t.picture.show : t.picture.again}
        </button>
      </p>
      {shown !== null && (
        <div class="picture">
          <div class="lists">
            <section aria-labelledby="found-title">
              <h2 id="found-title">{t.picture.found}</h2>
              {shown.answer.things.length === 0 && <p>{t.picture.foundNone}</p>}
              <ol class="choices">
                {shown.answer.things.map((thing, index) => (
                  <li key={index}>
                    <button type="button" onClick={() => void choose(thing.text, { box: thing.box }, thing)}>
                      <span class="number" aria-hidden="true">
                        {index + 1}
                      </span>
                      <span>
                        {thing.known !== null && `${thing.label === "person" ? t.person : t.thing}, `}
                        <span lang={language}>{thing.text}</span>
                      </span>
                    </button>
                  </li>
                ))}
              </ol>
            </section>
            <section aria-labelledby="else-title">
              <h2 id="else-title">{t.picture.elsewhere}</h2>
              <button type="button" onClick={() => void choose(t.picture.something, {}, null)}>
                {t.picture.striking}
              </button>
              <fieldset>
                <legend>{t.picture.areas}</legend>
                <div class="areas">
                  {areas.map((centre, n) => (
                    <button
                      key={String(centre)}
                      type="button"
                      onClick={() => void choose(t.picture.area[n as 0] ?? "", { clicks: [centre] }, null)}
                    >
                      {t.picture.area[n as 0]}
                    </button>
                  ))}
                </div>
              </fieldset>
            </section>
          </div>
          <div class="shown">
            <Overlay
              url={shown.url}
              picture={shown.answer}
              outline={chosen?.cutOut.outline ?? []}
              onTap={(point) => void choose(t.picture.something, { clicks: [point] }, null)}
            />
            <p class="quiet">{t.picture.tap}</p>
          </div>
          {chosen !== null && <Learn key={chosen.what} id={String(shown.answer.id)} chosen={chosen} />}
        </div>
      )}
    </>
  );
}

/** What was found where something was cut out, if it is much the same. */
function thingOn(things: readonly PictureThing[], { box }: CutOutAnswer): PictureThing | null {
  const best = things
    .map((thing) => ({ thing, overlap: overlapOf(thing.box, box) }))
    .toSorted((a, b) => b.overlap - a.overlap)[0];
  return best !== undefined && best.overlap >= 0.5 ? best.thing : null;
}

type Box = PictureThing["box"];

/** Intersection over union. */
function overlapOf(a: Box, b: Box): number {
  const side = (i: 0 | 1) => {
    const size = (i + 2) as 2 | 3;
    return Math.max(0, Math.min(a[i] + a[size], b[i] + b[size]) - Math.max(a[i], b[i]));
  };
  const both = side(0) * side(1);
  return both / (a[2] * a[3] + b[2] * b[3] - both);
}
