import { factsOf, labels } from "../../src/attention/labels.ts";
import type { CollisionState, Group, Wording } from "../../src/attention/wording/wording.ts";
import { burstVerdicts } from "../../src/base/eyes-protocol.ts";
import { verbosities } from "../../src/base/settings.ts";

const states: CollisionState[] = [
  { kind: "on" },
  { kind: "starting" },
  { kind: "off" },
  { kind: "paused" },
  { kind: "blind", reason: "readings implausible" },
];
const blindness = ["dark", "blurred", "covered", "none", "off"] as const;

/** Texts without arguments in a part of the wording. */
function plain(part: unknown): string[] {
  if (typeof part === "string") return [part];
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(plain) : [];
}

/** All that is said in a language, with what makes it long where it depends on something. */
export function everyText(wording: Wording): string[] {
  const { collision, enrol, find, gesture, menu, memory, pairing, practice, tutorial, eyes } = wording;
  const person = wording.name({ kind: "person", name: null, number: 12 });
  const thing = wording.name({ kind: "thing", name: null, number: 12 });
  const distances: Group["distance"][] = [
    { kind: "armsLength" },
    { kind: "near" },
    { kind: "steps" },
    { kind: "far" },
    ...[0.5, 1, 1.5, 2, 7].map((metres) => ({ kind: "metres" as const, metres })),
  ];
  const groups = Object.keys(labels).flatMap((label): Group[] => [
    { label, count: 12, more: true, from: 11, to: 1, distance: { kind: "steps" } },
    ...distances.map((distance) => ({ label, count: 1, more: true, from: 1, to: 1, distance })),
  ]);
  return [
    ...groups.map((group) => wording.group(group)),
    ...groups
      .filter(({ label }) => ["person", "mover"].includes(factsOf(label).weight))
      .flatMap((group) => [wording.coming(group), wording.going(group)]),
    ...states.flatMap((state) => [
      wording.greeting(state, false, 80),
      wording.greeting(state, true, 80),
      wording.greeting(state, true, null),
      ...blindness.map((how) => wording.notSeeing(how, state)),
      ...(["good", ...blindness] as const).map((seeing) =>
        wording.status({ collision: state, seeing, battery: null, hours: 23, minutes: 59 }),
      ),
    ]),
    ...[collision, enrol, find, gesture, menu, memory, practice, tutorial, eyes].flatMap(plain),
    ...plain(wording.power),
    ...[null, 1, 20, 47, 89, 90, 300].map((minutesLeft) =>
      wording.power.battery({ percent: 24.6, minutesLeft, charging: false }),
    ),
    wording.power.battery({ percent: 100, minutesLeft: null, charging: true }),
    ...plain({ ...pairing, words: [] }),
    pairing.code("123456"),
    ...(["wearer", "helper"] as const).flatMap((role) => [
      pairing.asked("apple", role),
      pairing.paired(role),
    ]),
    ...plain(wording.phone),
    wording.phone.asksForPicture("ana's phone"),
    wording.phone.picture("the way is clear"),
    wording.phone.camera("ana's phone"),
    ...[wording.phone.named, wording.phone.learned, wording.phone.forgotten, wording.phone.merged].map(
      (say) => say(thing),
    ),
    wording.phone.imported(12),
    wording.phone.rate(220),
    wording.phone.helper([]),
    wording.phone.helper(["speech", "pause", "export", "delete_all"]),
    ...plain(wording.reading),
    ...(["left", "right", "top", "bottom"] as const).map((side) => wording.reading.cut(side)),
    wording.soundAgain,
    wording.nothingRecognised,
    wording.something(1.5),
    collision.blind("sensor covered"),
    collision.blind("the way is clear"),
    collision.sensorBlind("left", "sensor stuck"),
    collision.sensorAgain("left"),
    collision.shortReach(1.5),
    collision.paused(1),
    collision.paused(10),
    ...[true, false].map((sure) =>
      wording.known({ kind: "thing", name: thing, sure, hour: 11, distance: { kind: "armsLength" } }),
    ),
    wording.knownPeople({
      count: 4,
      known: [
        { name: person, sure: true, side: "left" },
        { name: "Ben", sure: false, side: "right" },
      ],
    }),
    ...[0, 1, 2].map((others) => wording.forgetting(person, others)),
    ...[1, 2].map((count) => wording.forgotten(count)),
    ...[...burstVerdicts, "off" as const].flatMap((verdict) => [
      enrol.notLearned(verdict, "face"),
      enrol.notLearned(verdict, "thing"),
    ]),
    ...[1, 5].flatMap((count) => [enrol.views(count, true), enrol.views(count, false)]),
    enrol.saved(person),
    ...[0, 1, 2].map((added) => enrol.known(person, added)),
    enrol.unnamed(person),
    enrol.notSaved(true),
    enrol.notSaved(false),
    find.begin(thing),
    find.seen(thing, 11),
    find.found(thing, 12),
    find.over(thing),
    find.overSeen(thing, 1),
    ...blindness.map((seeing) => find.notSeeing(seeing)),
    menu.open(true),
    menu.open(false),
    menu.entry.pause(10),
    ...verbosities.map((now) => menu.entry.verbosity(now)),
    menu.which(thing),
    menu.sureToForget(thing),
    menu.forgotten(thing),
    ...[1, 12].map((count) => memory.learnAgain(count)),
  ];
}
