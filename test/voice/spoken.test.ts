import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wholeEnglish } from "../../src/voice/spoken/en.ts";
import { wholeSpanish } from "../../src/voice/spoken/es.ts";
import { spoken } from "../../src/voice/spoken/index.ts";

describe("English", () => {
  test.each([
    ["Ana, 1 o'clock, near.", "Ana, one o'clock, near."],
    ["Three people, 11 to 12 o'clock, far.", "Three people, eleven to twelve o'clock, far."],
    ["Wall, 1.5 m.", "Wall, one point five metres."],
    ["1 m, 2m, 21 cm", "one metre, two metres, twenty-one centimetres"],
    ["Battery 10 percent, 20 minutes.", "Battery ten percent, twenty minutes."],
    ["Battery 80%.", "Battery eighty percent."],
    ["30 km/h", "thirty kilometres an hour"],
    ["-5 °C, −1.5 m", "minus five degrees, minus one point five metres"],
    ['Sign, 12 o\'clock: "Platform 4".', 'Sign, twelve o\'clock: "Platform four".'],
    [
      "Bus 142, 14:30, 9:05, 17:00.",
      "Bus one hundred and forty-two, fourteen thirty, nine oh five, seventeen hundred.",
    ],
    ["Open 9-17", "Open nine to seventeen"],
    ["€3.50, £2, $1.00", "three euros fifty, two pounds, one dollar"],
    ["Room 1204, since 1998", "Room twelve oh four, since nineteen ninety-eight"],
    ["1,250 people", "one thousand two hundred and fifty people"],
    ["Call 0171 5550199.", "Call zero one seven one five five five zero one nine nine."],
    ["3rd floor, 21st, 12th, 30th", "third floor, twenty-first, twelfth, thirtieth"],
    ["Exit A4, version v1.2, 4B", "Exit A4, version v1.2, 4B"],
  ])("%s", (written, heard) => {
    expect(spoken(written, "en-GB")).toBe(heard);
  });

  test("numbers", () => {
    expect(wholeEnglish(0)).toBe("zero");
    expect(wholeEnglish(40)).toBe("forty");
    expect(wholeEnglish(115)).toBe("one hundred and fifteen");
    expect(wholeEnglish(2_000_003)).toBe("two million three");
  });
});

describe("Spanish", () => {
  test.each([
    ["Ana, a la 1, cerca.", "Ana, a la una, cerca."],
    ["Tres personas, de 11 a 12, lejos.", "Tres personas, de once a doce, lejos."],
    ["Silla, a las 11.", "Silla, a las once."],
    ["Pared, 1,5 m.", "Pared, uno coma cinco metros."],
    ["1 m, 21 m, 31 cm", "un metro, veintiún metros, treinta y un centímetros"],
    ["1 h, 21 h, 200 h", "una hora, veintiuna horas, doscientas horas"],
    ["Batería 80 %, 1 %", "Batería ochenta por ciento, uno por ciento"],
    ["3,50 €, 1 €, €2", "tres euros con cincuenta, un euro, dos euros"],
    [
      "a las 14:30, a la 1:05, a las 21:00",
      "a las catorce treinta, a la una cero cinco, a las veintiuna en punto",
    ],
    ["1.250 personas, 1998", "mil doscientos cincuenta personas, mil novecientos noventa y ocho"],
    ["-3 °C", "menos tres grados"],
    ["Andén 4, salida A4", "Andén cuatro, salida A4"],
    ["1º, 2ª, 3.º", "primero, segunda, tercero"],
    ["Llame al 915550199", "Llame al nueve uno cinco cinco cinco cero uno nueve nueve"],
  ])("%s", (written, heard) => {
    expect(spoken(written, "es")).toBe(heard);
  });

  test("numbers", () => {
    expect(wholeSpanish(100)).toBe("cien");
    expect(wholeSpanish(101)).toBe("ciento uno");
    expect(wholeSpanish(22)).toBe("veintidós");
    expect(wholeSpanish(555)).toBe("quinientos cincuenta y cinco");
    expect(wholeSpanish(21_000)).toBe("veintiún mil");
    expect(wholeSpanish(1_000_000)).toBe("un millón");
    expect(wholeSpanish(500, "feminine")).toBe("quinientas");
  });
});

test("a language without rules is left as it is", () => {
  expect(spoken("1 Uhr, 2 m", "de")).toBe("1 Uhr, 2 m");
});

test.each(["en", "es"])(
  "texts without a digit are never changed, and no digit stands alone (%s)",
  (language) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        if (!/\d/.test(text)) expect(spoken(text, language)).toBe(text.normalize("NFC"));
      }),
    );
    fc.assert(
      fc.property(fc.nat(999_999_999), (n) => {
        expect(spoken(`So ${n} then`, language)).toMatch(/^So [\p{Ll} -]+ then$/u);
      }),
    );
  },
);
