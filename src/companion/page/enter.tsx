import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused, wordsOf } from "./ask.ts";
import { text, useText } from "./i18n/index.ts";
import { note } from "./live.ts";
import "./style.css";

type Role = "wearer" | "helper";

const askMs = 1_000;
const lookMs = 5_000;

// The code of the link and of the QR code does not stay in the address bar.
const linked = /^#code=(\d{6})$/.exec(location.hash)?.[1] ?? "";
history.replaceState(null, "", "/");

/** Lets this phone in: the wearer allows it on the hat, or it knows the code that the hat has spoken. */
function Enter() {
  const t = useText();
  const [name, setName] = useState(t.enter.nameIs);
  const [role, setRole] = useState<Role>("wearer");
  const [word, setWord] = useState("");
  const [code, setCode] = useState(linked);
  const [wrong, setWrong] = useState("");
  const open = useOpen();
  /** Counts what was begun, so that whoever asks anew is answered to the new question alone. */
  const begun = useRef(0);
  const applicant = { name: name.trim() || t.enter.nameIs, role };
  useEffect(() => {
    document.title = `${t.enter.title} · Brim`;
  }, [t]);

  const enter = () => {
    note(text().enter.paired);
    location.replace("/");
  };
  const askHat = async () => {
    const mine = ++begun.current;
    setWord("");
    try {
      const asked = await ask("POST /pairing/ask", { body: applicant });
      setWord(text().enter.word(asked.word));
      note(text().enter.word(asked.word));
      while (mine === begun.current) {
        await new Promise((resolve) => setTimeout(resolve, askMs));
        if (mine !== begun.current) return;
        const answer = await ask("POST /pairing/answer", { body: { id: asked.id } });
        if ("paired" in answer) return enter();
        if (answer.answer === "wait") continue;
        setWord("");
        return note(text().enter.notAllowed);
      }
    } catch (error) {
      setWord("");
      note(wordsOf(error));
    }
  };
  const refuse = (why: string) => {
    setWrong(why);
    document.getElementById("code")?.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    begun.current++;
    const digits = code.replace(/\D/g, "");
    if (digits.length !== 6) return refuse(t.enter.sixDigits);
    try {
      await ask("POST /pairing/code", { body: { ...applicant, code: digits } });
      enter();
    } catch (error) {
      const tooMany = error instanceof Refused && error.code === "tooMany";
      refuse(tooMany ? text().enter.spent : wordsOf(error));
    }
  };
  const extend = async () => {
    try {
      await ask("POST /pairing/extend", { body: {} });
      note(text().enter.extended);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <main>
      <h1>{t.enter.title}</h1>
      <p class="lead">{t.enter.how}</p>
      {open !== null && (
        <p class="quiet">{open.open ? t.enter.openNow(Math.ceil(open.seconds / 60)) : t.enter.closed}</p>
      )}
      <form onSubmit={submit} noValidate>
        <section>
          <label for="name">{t.enter.name}</label>
          <input
            id="name"
            value={name}
            maxLength={40}
            autoComplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <fieldset>
            <legend>{t.enter.whose}</legend>
            {(["wearer", "helper"] as const).map((each) => (
              <label class="choice" key={each}>
                <input type="radio" name="role" checked={role === each} onChange={() => setRole(each)} />
                {t.enter[each]}
              </label>
            ))}
          </fieldset>
        </section>
        <section aria-labelledby="code-title">
          <h2 id="code-title">{t.enter.byCode}</h2>
          <label for="code">{t.enter.code}</label>
          <input
            id="code"
            class="digits"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            aria-invalid={wrong !== ""}
            aria-describedby={wrong === "" ? undefined : "code-wrong"}
            onInput={(event) => {
              setCode(event.currentTarget.value);
              setWrong("");
            }}
          />
          {wrong !== "" && (
            <p id="code-wrong" class="wrong">
              {wrong}
            </p>
          )}
          <div class="row">
            <button type="submit" class="primary">
              {t.enter.pair}
            </button>
            <button type="button" onClick={() => void extend()}>
              {t.enter.more}
            </button>
          </div>
        </section>
        <section aria-labelledby="word-title">
          <h2 id="word-title">{t.enter.byWord}</h2>
          <p>{t.enter.byWordHelp}</p>
          <button type="button" onClick={() => void askHat()}>
            {t.enter.ask}
          </button>
          {word !== "" && <p class="callout">{word}</p>}
        </section>
      </form>
    </main>
  );
}

/** Whether pairing is open on the hat, looked at every few seconds; null before anybody knows. */
function useOpen(): { open: boolean; seconds: number } | null {
  const [open, setOpen] = useState<{ open: boolean; seconds: number } | null>(null);
  useEffect(() => {
    const look = () => {
      ask("GET /pairing").then(setOpen, () => setOpen(null));
    };
    look();
    const timer = setInterval(look, lookMs);
    return () => clearInterval(timer);
  }, []);
  return open;
}

const app = document.getElementById("app");
if (app !== null) render(<Enter />, app);
