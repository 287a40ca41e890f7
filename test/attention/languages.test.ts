import { describe, expect, test } from "vitest";
import { labels } from "../../src/attention/labels.ts";
import { english } from "../../src/attention/wording/en.ts";
import { spanish } from "../../src/attention/wording/es.ts";
import { wordingOf } from "../../src/attention/wording/index.ts";
import type { Group } from "../../src/attention/wording/wording.ts";
import { everyText } from "./every-text.ts";

/** Words that the wearer could take for leave to walk, or for eyes that are his own. */
const promises = {
  en: /clear|safe|\bI see\b/i,
  es: /libre|despejad|segur|puedes? (pasar|cruzar)|clear|safe/i,
};

describe.each([english, spanish])("all that is said in $language", (wording) => {
  const texts = everyText(wording);

  test("is short, whole, and promises nothing", () => {
    expect(texts.length).toBeGreaterThan(1_000);
    for (const text of texts) {
      expect(text).toMatch(/^[¿A-ZÁÉÍÓÚ0-9].*[.?]$/);
      expect(text).not.toMatch(/undefined|null|\[object|\s\s|\s[.,]|[.,]{2}/);
      expect(text).not.toMatch(promises[wording.language as keyof typeof promises]);
      for (const sentence of text.split(/[.?] /)) expect(sentence).not.toMatch(/^(\S+ ){12}/);
    }
  });

  test("is found by its tag", () => {
    expect(wordingOf(wording.language as "en" | "es")).toBe(wording);
  });
});

test("no two languages say the same, but for names and what is one word in both", () => {
  const both = new Set(everyText(english));
  expect(everyText(spanish).filter((text) => both.has(text))).toEqual(["Normal."]);
});

const group = (changes: Partial<Group>): string =>
  spanish.group({
    label: "person",
    count: 1,
    more: false,
    from: 12,
    to: 12,
    distance: { kind: "near" },
    ...changes,
  });

describe("in Spanish", () => {
  test("people and things are counted with their gender", () => {
    expect(group({})).toBe("Persona, a las doce, cerca.");
    expect(group({ more: true })).toBe("Otra persona, a las doce, cerca.");
    expect(group({ label: "car", more: true })).toBe("Otro coche, a las doce, cerca.");
    expect(group({ count: 3 })).toBe("Tres personas, a las doce, cerca.");
    expect(group({ label: "chair", count: 2, more: true })).toBe("Dos sillas más, a las doce, cerca.");
    expect(group({ count: 13 })).toBe("13 personas, a las doce, cerca.");
  });

  test("every label has a name of its own, and none is English", () => {
    const names = Object.keys(labels).map((label) => group({ label }));
    expect(new Set(names).size).toBe(80);
    for (const name of names) expect(name).not.toMatch(/^Cosa/);
  });

  test("the clock speaks of one o'clock as one does", () => {
    expect(group({ from: 1, to: 1 })).toBe("Persona, a la una, cerca.");
    expect(group({ from: 11, to: 1, count: 2 })).toBe("Dos personas, de once a una, cerca.");
  });

  test("metres are said as one says them", () => {
    const away = (metres: number) => group({ distance: { kind: "metres", metres } });
    expect(away(0.5)).toBe("Persona, a las doce, a medio metro.");
    expect(away(1)).toBe("Persona, a las doce, a un metro.");
    expect(away(1.4)).toBe("Persona, a las doce, a un metro y medio.");
    expect(away(3.6)).toBe("Persona, a las doce, a cuatro metros.");
    expect(spanish.collision.shortReach(1)).toBe("Mucho sol. El aviso de choque alcanza un metro.");
  });

  test("doubt comes before the name, and things are the wearer's", () => {
    const name = spanish.name({ kind: "thing", name: "llaves", number: 1 });
    const where = { hour: 12, distance: { kind: "armsLength" } as const };
    expect(spanish.known({ kind: "thing", name, sure: false, ...where })).toBe(
      "Quizá tus llaves, a las doce, al alcance del brazo.",
    );
    expect(spanish.name({ kind: "thing", name: "mi taza", number: 1 })).toBe("tu taza");
    expect(spanish.name({ kind: "thing", name: "bolso de Ana", number: 1 })).toBe("bolso de Ana");
    expect(spanish.name({ kind: "person", name: null, number: 3 })).toBe("persona nueva tres");
    expect(spanish.knownPeople({ count: 3, known: [{ name: "Ana", sure: true, side: "left" }] })).toBe(
      "Tres personas. Ana izquierda, dos desconocidas.",
    );
    expect(spanish.knownPeople({ count: 2, known: [{ name: "Ana", sure: true, side: "ahead" }] })).toBe(
      "Dos personas. Ana delante, una desconocida.",
    );
  });

  test("learning is told as in English", () => {
    const { enrol } = spanish;
    expect(enrol.views(4, true)).toBe("Cuatro vistas buenas. Nombre tras el tono.");
    expect(enrol.views(1, false)).toBe("Una vista buena.");
    expect(enrol.known("Ana", 2)).toBe("Conocido: Ana. Dos vistas añadidas.");
    expect(enrol.notLearned("backlit", "face")).toBe(
      "No aprendido: luz a su espalda. Ponte de espaldas a la ventana.",
    );
  });

  test("what sensors' drivers say is told in Spanish, or not at all", () => {
    expect(spanish.collision.blind("sensor covered")).toBe("Aviso de choque ciego: sensor tapado.");
    expect(spanish.collision.blind("EIO: i2c 0x29")).toBe("Aviso de choque ciego: fallo del sensor.");
    expect(spanish.collision.sensorAgain("left")).toBe("Sensor left activo de nuevo.");
    expect(spanish.collision.sensorAgain("safe")).toBe("Un sensor activo de nuevo.");
  });

  test("nothing but what is so is said of collision warning in the dark", () => {
    expect(spanish.notSeeing("dark", { kind: "on" })).toBe(
      "Demasiado oscuro para ver. El aviso de choque sigue activo.",
    );
    expect(spanish.notSeeing("dark", { kind: "off" })).toBe("Demasiado oscuro para ver.");
  });

  test("the introduction says all that Brim never finds", () => {
    const limits = spanish.tutorial.limits.join(" ");
    for (const never of [
      "escalones",
      "bordillos",
      "agujeros",
      "cristal",
      "bajo",
      "vehículos rápidos",
      "pedir ayuda",
    ]) {
      expect(limits).toContain(never);
    }
  });
});
