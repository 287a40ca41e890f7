import type { Config } from "../../base/config.ts";

/** Why there is no answer, or none of its rest; see `src/scene/client.ts`. */
export type SceneFailure =
  | "unreachable"
  | "slow"
  | "lost"
  | "refused"
  | "busy"
  | "failed"
  | "junk"
  | "tooMuch"
  | "deaf";

/** What is said of descriptions beside the descriptions themselves, by the same rules as `Wording`. */
export interface SceneWording {
  /** Said once in an answer in place of what could be taken for leave to walk. */
  cannotJudge: string;
  /** The answer to "Can I cross?" */
  crossing: string;
  /** Comes before an answer about an older picture. */
  earlier: string;
  /** The hat's own view follows. */
  offline: string;
  /** What is written ahead; `more` where that is not all. */
  text(words: string, more: boolean): string;
  /** Why there is no answer. */
  failed: Record<SceneFailure, string>;
  /** The beginning of the answer was said, and its rest will not come. */
  cutOff: string;
  /** A question was asked while no server is set up to hear it. */
  cannotHear: string;
}

const english: SceneWording = {
  cannotJudge: "I can't judge that.",
  crossing: "Crossing: I can't judge. Use your ears and cane.",
  earlier: "Earlier picture:",
  offline: "Offline.",
  text: (words, more) => (more ? `Text: "${words}". More: press three times.` : `Text: "${words}".`),
  failed: {
    unreachable: "No connection.",
    slow: "No answer in time.",
    lost: "Connection lost.",
    refused: "Not let in: the token is wrong.",
    busy: "Too many questions now.",
    failed: "The answer failed.",
    junk: "No readable answer.",
    tooMuch: "Answer too long. Stopped.",
    deaf: "Spoken questions are not understood. Type them on the phone.",
  },
  cutOff: "Answer cut off.",
  cannotHear: "Spoken questions need a connection.",
};

const spanish: SceneWording = {
  cannotJudge: "Eso no lo puedo juzgar.",
  crossing: "Cruzar: no lo puedo juzgar. Use el oído y el bastón.",
  earlier: "Imagen anterior:",
  offline: "Sin conexión.",
  text: (words, more) => (more ? `Texto: "${words}". Hay más: pulse tres veces.` : `Texto: "${words}".`),
  failed: {
    unreachable: "No hay red.",
    slow: "Sin respuesta a tiempo.",
    lost: "Conexión perdida.",
    refused: "Acceso denegado: la clave no vale.",
    busy: "Demasiadas preguntas ahora.",
    failed: "La respuesta ha fallado.",
    junk: "Respuesta ilegible.",
    tooMuch: "Respuesta demasiado larga. Parada.",
    deaf: "No se entienden preguntas habladas. Escríbalas en el teléfono.",
  },
  cutOff: "Respuesta cortada.",
  cannotHear: "Las preguntas habladas necesitan conexión.",
};

const languages: Record<Config["language"], SceneWording> = { en: english, es: spanish };

export function sceneWordingOf(language: Config["language"]): SceneWording {
  return languages[language];
}
