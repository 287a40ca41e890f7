import { useEffect, useState } from "preact/hooks";
import type { ToPage } from "../../messages.ts";
import { onMessage, send, useHatState } from "../hat.ts";
import { text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Title } from "../parts/title.tsx";
import { Store, useStore } from "../store.ts";

interface Question {
  id: number;
  /** Null asks for a description. */
  text: string | null;
  sentences: string[];
  how: Extract<ToPage, { type: "answered" }>["how"] | null;
}

/** Kept while the page is open, whichever view shows; the latest first. */
const questions = new Store<readonly Question[]>([]);
const mostQuestions = 20;
let last = 0;

function change(id: number, changed: (question: Question) => Partial<Question>): void {
  questions.set(
    questions.value.map((question) =>
      question.id === id ? { ...question, ...changed(question) } : question,
    ),
  );
}

onMessage((message) => {
  if (message.type === "answer") {
    change(message.id, ({ sentences }) => ({ sentences: [...sentences, message.text] }));
  } else if (message.type === "answered") {
    change(message.id, () => ({ how: message.how }));
    note(message.how === "hushed" ? text().ask.hushed : text().ask.answered);
  } else if (message.type === "error" && message.of === "ask") note(message.message);
});

function put(words: string | null): boolean {
  const id = ++last;
  if (!send({ type: "ask", id, ...(words !== null && { text: words }) })) {
    note(text().now.notSent);
    return false;
  }
  questions.set([{ id, text: words, sentences: [], how: null }, ...questions.value].slice(0, mostQuestions));
  note(text().ask.asked);
  return true;
}

export function Ask() {
  const t = useText();
  const asked = useStore(questions, (value) => value);
  const language = useHatState("language");
  const [words, setWords] = useState("");
  const [wrong, setWrong] = useState("");
  useEffect(() => setWrong(""), [words]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (words.trim() === "") {
      setWrong(t.ask.empty);
      document.getElementById("question")?.focus();
    } else if (put(words.trim())) setWords("");
  };
  return (
    <>
      <Title>{t.ask.title}</Title>
      <p class="lead">{t.ask.how}</p>
      <section>
        <form onSubmit={submit} noValidate>
          <label for="question">{t.ask.question}</label>
          <input
            id="question"
            value={words}
            maxLength={500}
            autoComplete="off"
            enterKeyHint="send"
            aria-invalid={wrong !== ""}
            aria-describedby={wrong === "" ? undefined : "question-wrong"}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          {wrong !== "" && (
            <p id="question-wrong" class="wrong">
              {wrong}
            </p>
          )}
          <div class="grid">
            <button type="submit" class="primary">
              {t.ask.ask}
            </button>
            <button type="button" onClick={() => put(null)}>
              {t.ask.describe}
            </button>
            <button type="button" onClick={() => send({ type: "hush" })}>
              {t.now.hush}
            </button>
          </div>
        </form>
      </section>
      <section aria-labelledby="answers-title">
        <h2 id="answers-title">{t.ask.answers}</h2>
        {asked.length === 0 && <p>{t.ask.none}</p>}
        {asked.map((question) => (
          <article key={question.id} aria-label={question.text ?? t.ask.described}>
            <h3>{question.text ?? t.ask.described}</h3>
            <p lang={language}>{question.sentences.join(" ")}</p>
            <p class="quiet">{question.how === null ? t.ask.waiting : t.ask.from[question.how]}</p>
          </article>
        ))}
        <p class="quiet">{t.ask.last}</p>
      </section>
    </>
  );
}
