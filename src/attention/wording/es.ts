import type { Seeing } from "../../base/eyes-protocol.ts";
import type { Right } from "../../base/settings.ts";
import type { Distance } from "../geometry.ts";
import { isPlainName, phoneName, roundedMetres, roundedTime, sentence } from "./common.ts";
import type { BatteryState, CollisionState, Group, Kind, KnownPeople, Side, Wording } from "./wording.ts";

type Gender = "m" | "f";

const numbers = [
  "cero",
  "uno",
  "dos",
  "tres",
  "cuatro",
  "cinco",
  "seis",
  "siete",
  "ocho",
  "nueve",
  "diez",
  "once",
  "doce",
];

/** Words up to twelve, digits from there on. Before a noun, one is "un" or "una". */
function number(n: number, gender?: Gender): string {
  if (n === 1 && gender !== undefined) return gender === "m" ? "un" : "una";
  return numbers[n] ?? String(n);
}

/** "un minuto", "dos minutos". */
function count(n: number, gender: Gender, one: string, several: string): string {
  return `${number(n, gender)} ${n === 1 ? one : several}`;
}

/** Of each label of COCO: one, several, gender. */
const nouns: Readonly<Record<string, readonly [one: string, several: string, gender: Gender]>> = {
  person: ["persona", "personas", "f"],
  bicycle: ["bicicleta", "bicicletas", "f"],
  car: ["coche", "coches", "m"],
  motorcycle: ["moto", "motos", "f"],
  airplane: ["avión", "aviones", "m"],
  bus: ["autobús", "autobuses", "m"],
  train: ["tren", "trenes", "m"],
  truck: ["camión", "camiones", "m"],
  boat: ["barca", "barcas", "f"],
  "traffic light": ["semáforo", "semáforos", "m"],
  "fire hydrant": ["hidrante", "hidrantes", "m"],
  "stop sign": ["señal de stop", "señales de stop", "f"],
  "parking meter": ["parquímetro", "parquímetros", "m"],
  bench: ["banco", "bancos", "m"],
  bird: ["pájaro", "pájaros", "m"],
  cat: ["gato", "gatos", "m"],
  dog: ["perro", "perros", "m"],
  horse: ["caballo", "caballos", "m"],
  sheep: ["oveja", "ovejas", "f"],
  cow: ["vaca", "vacas", "f"],
  elephant: ["elefante", "elefantes", "m"],
  bear: ["oso", "osos", "m"],
  zebra: ["cebra", "cebras", "f"],
  giraffe: ["jirafa", "jirafas", "f"],
  backpack: ["mochila", "mochilas", "f"],
  umbrella: ["paraguas", "paraguas", "m"],
  handbag: ["bolso", "bolsos", "m"],
  tie: ["corbata", "corbatas", "f"],
  suitcase: ["maleta", "maletas", "f"],
  frisbee: ["disco volador", "discos voladores", "m"],
  skis: ["par de esquís", "pares de esquís", "m"],
  snowboard: ["tabla de nieve", "tablas de nieve", "f"],
  "sports ball": ["pelota", "pelotas", "f"],
  kite: ["cometa", "cometas", "f"],
  "baseball bat": ["bate de béisbol", "bates de béisbol", "m"],
  "baseball glove": ["guante de béisbol", "guantes de béisbol", "m"],
  skateboard: ["monopatín", "monopatines", "m"],
  surfboard: ["tabla de surf", "tablas de surf", "f"],
  "tennis racket": ["raqueta de tenis", "raquetas de tenis", "f"],
  bottle: ["botella", "botellas", "f"],
  "wine glass": ["copa de vino", "copas de vino", "f"],
  cup: ["taza", "tazas", "f"],
  fork: ["tenedor", "tenedores", "m"],
  knife: ["cuchillo", "cuchillos", "m"],
  spoon: ["cuchara", "cucharas", "f"],
  bowl: ["cuenco", "cuencos", "m"],
  banana: ["plátano", "plátanos", "m"],
  apple: ["manzana", "manzanas", "f"],
  sandwich: ["bocadillo", "bocadillos", "m"],
  orange: ["naranja", "naranjas", "f"],
  broccoli: ["brócoli", "brócolis", "m"],
  carrot: ["zanahoria", "zanahorias", "f"],
  "hot dog": ["perrito caliente", "perritos calientes", "m"],
  pizza: ["pizza", "pizzas", "f"],
  donut: ["rosquilla", "rosquillas", "f"],
  cake: ["tarta", "tartas", "f"],
  chair: ["silla", "sillas", "f"],
  couch: ["sofá", "sofás", "m"],
  "potted plant": ["planta en maceta", "plantas en maceta", "f"],
  bed: ["cama", "camas", "f"],
  "dining table": ["mesa", "mesas", "f"],
  toilet: ["inodoro", "inodoros", "m"],
  tv: ["televisor", "televisores", "m"],
  laptop: ["portátil", "portátiles", "m"],
  mouse: ["ratón de ordenador", "ratones de ordenador", "m"],
  remote: ["mando a distancia", "mandos a distancia", "m"],
  keyboard: ["teclado", "teclados", "m"],
  "cell phone": ["móvil", "móviles", "m"],
  microwave: ["microondas", "microondas", "m"],
  oven: ["horno", "hornos", "m"],
  toaster: ["tostadora", "tostadoras", "f"],
  sink: ["lavabo", "lavabos", "m"],
  refrigerator: ["nevera", "neveras", "f"],
  book: ["libro", "libros", "m"],
  clock: ["reloj", "relojes", "m"],
  vase: ["jarrón", "jarrones", "m"],
  scissors: ["par de tijeras", "pares de tijeras", "m"],
  "teddy bear": ["oso de peluche", "osos de peluche", "m"],
  "hair drier": ["secador de pelo", "secadores de pelo", "m"],
  toothbrush: ["cepillo de dientes", "cepillos de dientes", "m"],
};
const unknownThing = ["cosa", "cosas", "f"] as const;

/** "persona", "otra persona", "tres personas", "dos sillas más". */
function things({ label, count: n, more }: Group): string {
  const [one, several, gender] = (Object.hasOwn(nouns, label) ? nouns[label] : undefined) ?? unknownThing;
  if (n === 1) return more ? `${gender === "m" ? "otro" : "otra"} ${one}` : one;
  return `${number(n)} ${several}${more ? " más" : ""}`;
}

/** "a la una", "a las doce", "de once a una". */
/** "uno dos tres, cuatro cinco seis" */
function inThrees(digits: string): string {
  const spoken = (part: string) => [...part].map((digit) => number(Number(digit))).join(" ");
  return `${spoken(digits.slice(0, 3))}, ${spoken(digits.slice(3))}`;
}

function direction(from: number, to: number): string {
  const hour = (h: number) => (h === 1 ? "una" : number(h));
  if (from !== to) return `de ${hour(from)} a ${hour(to)}`;
  return `${from === 1 ? "a la" : "a las"} ${hour(from)}`;
}

/** "medio metro", "un metro", "un metro y medio", "cuatro metros". */
function metres(value: number): string {
  const { whole, half } = roundedMetres(value);
  if (whole === 0) return "medio metro";
  return `${count(whole, "m", "metro", "metros")}${half ? " y medio" : ""}`;
}

function distance(where: Distance): string {
  switch (where.kind) {
    case "armsLength":
      return "al alcance del brazo";
    case "near":
      return "cerca";
    case "steps":
      return "a unos pasos";
    case "far":
      return "lejos";
    case "metres":
      return `a ${metres(where.metres)}`;
  }
}

/** Words that the wearer could take for leave to walk, in both languages. */
const promises = /clear|safe|libre|despejad|segur/i;

/** What the sensors' drivers say, in English; anything else is a fault. */
const reasons: Readonly<Record<string, string>> = {
  "no readings": "sin lecturas",
  "sensor covered": "sensor tapado",
  "sensor stuck": "sensor atascado",
  "readings implausible": "lecturas imposibles",
};

function spokenReason(reason: string): string {
  return (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? "fallo del sensor";
}

function sensor(name: string): string {
  return isPlainName(name, promises) ? `sensor ${name}` : "un sensor";
}

function stillOn(collision: CollisionState): string {
  return collision.kind === "on" ? " El aviso de choque sigue activo." : "";
}

const cannotSee: Record<Exclude<Seeing, "good"> | "off", string> = {
  dark: "Demasiado oscuro para ver.",
  blurred: "Imagen borrosa.",
  covered: "Cámara tapada.",
  none: "Sin imagen de la cámara.",
  off: "Ojos apagados.",
};

function collisionNow(collision: CollisionState): string {
  switch (collision.kind) {
    case "on":
      return "Aviso de choque activo.";
    case "starting":
      return "Aviso de choque aún arrancando.";
    case "off":
      return "Aviso de choque apagado.";
    case "paused":
      return "Pitidos en pausa.";
    case "blind":
      return `Aviso de choque ciego: ${spokenReason(collision.reason)}.`;
  }
}

/** "dieciséis" and the like are the synthesiser's: "las 16 y 5", "la una", "las doce". */
function clockTime(hours: number, minutes: number): string {
  const hour = hours === 1 ? "la una" : `las ${number(hours)}`;
  return minutes === 0 ? hour : `${hour} y ${number(minutes)}`;
}

/** "Batería al 10 por ciento, 20 minutos." */
function batteryText({ percent, minutesLeft, charging }: BatteryState): string {
  const level = `Batería al ${Math.round(percent)} por ciento`;
  if (charging === true) return `${level}, cargando.`;
  if (minutesLeft === null) return `${level}.`;
  const { hours, minutes } = roundedTime(minutesLeft);
  if (hours > 0) return `${level}, ${count(hours, "f", "hora", "horas")}.`;
  return `${level}, ${minutes} ${minutes === 1 ? "minuto" : "minutos"}.`;
}

const kindNames: Record<Kind, string> = { person: "persona nueva", thing: "cosa nueva" };

/** "llaves" become "tus llaves"; who says "la taza azul" has said it. */
function thingName(name: string): string {
  if (/^mis?\s/i.test(name)) return name.replace(/^mi(s?)\s/i, "tu$1 ");
  if (/^(tus?|sus?|el|la|los|las|una?|unos|unas|nuestr[oa]s?)\s|\sde\s\p{Lu}/iu.test(name)) return name;
  return `${/s$/i.test(name) ? "tus" : "tu"} ${name}`;
}

function perhaps(name: string, sure: boolean): string {
  return sure ? name : `quizá ${name}`;
}

const sides: Record<Side, string> = { left: "izquierda", ahead: "delante", right: "derecha" };

/** "Tres personas. Ana izquierda, dos desconocidas." */
function knownPeople({ count: n, known }: KnownPeople): string {
  const parts = known.map(({ name, sure, side }) => `${perhaps(name, sure)} ${sides[side]}`);
  const unknown = n - known.length;
  if (unknown > 0) parts.push(count(unknown, "f", "desconocida", "desconocidas"));
  return `${sentence(count(n, "f", "persona", "personas"))} ${sentence(parts.join(", "))}`;
}

const helps = {
  dark: () => "No aprendido: demasiado oscuro. Más luz.",
  backlit: (face: boolean) =>
    `No aprendido: luz ${face ? "a su espalda" : "detrás"}. Ponte de espaldas a la ventana.`,
  blurred: (face: boolean) =>
    face ? "No aprendido: borroso. Mantén quieta la cabeza." : "No aprendido: borroso. Mantenlo quieto.",
  far: (face: boolean) =>
    face ? "No aprendido: demasiado lejos. Que se acerque." : "No aprendido: demasiado lejos. A medio brazo.",
  near: (face: boolean) =>
    face ? "No aprendido: demasiado cerca. Más distancia." : "No aprendido: demasiado cerca. A medio brazo.",
  offCentre: (face: boolean) =>
    face
      ? "No aprendido: en el borde. Apunta la nariz hacia su cara."
      : "No aprendido: en el borde. Ponlo ante tu nariz.",
  turned: () => "No aprendido: cara girada. Pulsa cuando te mire.",
  covered: () => "No aprendido: cámara tapada.",
  nothing: () => "No aprendido: nada encontrado. Ponlo ante tu nariz.",
  off: () => "No aprendido: ojos apagados.",
};

/** @param motion what one does, and what several do */
function groupText(group: Group, [one, several] = ["", ""]): string {
  const { from, to, count: n } = group;
  const motion = n === 1 ? one : several;
  return sentence(`${things(group)}${motion}, ${direction(from, to)}, ${distance(group.distance)}`);
}

const amounts = { quiet: "poco", normal: "normal", chatty: "mucho" } as const;

const textCut = {
  left: "Texto cortado, izquierda. Gira la cabeza a la izquierda.",
  right: "Texto cortado, derecha. Gira la cabeza a la derecha.",
  top: "Texto cortado, arriba. Levanta la cabeza.",
  bottom: "Texto cortado, abajo. Baja la cabeza.",
};

function phone(name: string): string {
  return phoneName(name, promises, "otro teléfono");
}

const helperRights: Record<Right, string> = {
  speech: "cambiar la voz",
  pause: "pausar pitidos",
  export: "exportar",
  delete_all: "borrar todo",
};

export const spanish: Wording = {
  language: "es",
  group: (group) => groupText(group),
  coming: (group) => groupText(group, [" se acerca", " se acercan"]),
  going: (group) => groupText(group, [" se aleja", " se alejan"]),
  something: (away) => sentence(`algo, a las doce, a ${metres(away)}`),
  nothingRecognised: "Nada que reconozca. Puede haber otras cosas.",
  notSeeing: (seeing, collision) => cannotSee[seeing] + stillOn(collision),
  greeting: (collision, eyes, percent) => {
    const battery = percent === null ? "" : ` Batería al ${Math.round(percent)} por ciento.`;
    return `Brim encendido. ${collisionNow(collision)}${eyes ? battery : " Ojos aún no listos."}`;
  },
  collision: {
    off: "Aviso de choque apagado. Reiniciando.",
    on: "Aviso de choque activo.",
    blind: (reason) => `Aviso de choque ciego: ${spokenReason(reason)}.`,
    sensorBlind: (name, reason) => sentence(`${sensor(name)} ciego: ${spokenReason(reason)}`),
    sensorAgain: (name) => sentence(`${sensor(name)} activo de nuevo`),
    onAgain: "Aviso de choque activo de nuevo.",
    shortReach: (away) => `Mucho sol. El aviso de choque alcanza ${metres(away)}.`,
    fullReach: "El aviso de choque vuelve a alcanzar lejos.",
    paused: (minutes) => sentence(`pitidos en pausa, ${count(minutes, "m", "minuto", "minutos")}`),
    pauseOver: "Pitidos activos de nuevo.",
  },
  eyes: {
    off: "Ojos apagados. Reiniciando.",
    onAgain: "Ojos encendidos de nuevo.",
    seeingAgain: "Veo de nuevo.",
  },
  status: ({ collision, seeing, battery, hours, minutes }) => {
    const eyes = seeing === "good" ? "Ojos encendidos." : cannotSee[seeing];
    return `${collisionNow(collision)} ${eyes} Hora: ${clockTime(hours, minutes)}. ${battery === null ? "Batería desconocida." : batteryText(battery)}`;
  },
  power: {
    battery: (battery) => batteryText(battery),
    empty: "Batería vacía. Brim se apaga. Aviso de choque apagado.",
    notOff: "No se ha apagado: Brim sigue encendido. Desenchufa la batería.",
    underVoltage: "Corriente demasiado débil. Revisa la batería y su cable.",
    hot: "Gorro demasiado caliente. Sombra y aire fresco.",
    throttled: "El calor frena a Brim. Apágalo un rato.",
    diskFull: "Disco casi lleno. Alguien tiene que hacer sitio.",
  },
  reading: {
    nothing: "No hay texto.",
    cut: (side) => textCut[side],
    far: "Texto demasiado lejos. Acércate.",
    failed: "La lectura ha fallado. Prueba otra vez.",
    more: "Triple pulsación: más.",
  },
  name: ({ kind, name, number: n }) => {
    if (name === null) return `${kindNames[kind]} ${number(n)}`;
    return kind === "thing" ? thingName(name) : name;
  },
  known: ({ name, sure, hour, distance: where }) =>
    sentence(`${perhaps(name, sure)}, ${direction(hour, hour)}, ${distance(where)}`),
  knownPeople,
  forgetting: (name, others) => {
    const more = others === 0 ? "" : ` y ${others === 1 ? "otro más" : `otros ${number(others)}`}`;
    return `${sentence(`${name}${more}: se ${others === 0 ? "olvidará" : "olvidarán"} mañana`)} Pon nombre en el teléfono.`;
  },
  forgotten: (n) => sentence(`${count(n, "m", "olvidado", "olvidados")} sin nombre`),
  enrol: {
    kind: { face: "Cara. Quieto.", thing: "Cosa. Quieto." },
    twoFaces: "Dos caras. Mira a una, pulsa otra vez.",
    views: (n, name) => {
      const views = sentence(count(n, "f", "vista buena", "vistas buenas"));
      return name ? `${views} Nombre tras el tono.` : views;
    },
    nameNow: "Nombre ahora.",
    nameAgain: "Ruido. Nombre otra vez tras el tono.",
    saved: (name) => `Guardado, ${name}. Pulsa para deshacer.`,
    known: (name, added) => {
      const known = `Conocido: ${name}.`;
      return added === 0
        ? known
        : `${known} ${sentence(count(added, "f", "vista añadida", "vistas añadidas"))}`;
    },
    unnamed: (name) => `Conocido: ${name}. Nombre tras el tono.`,
    notLearned: (verdict, kind) => helps[verdict](kind === "face"),
    notSaved: (full) =>
      full ? "No guardado: memoria llena." : "No guardado: no se puede escribir la memoria.",
    undone: "Deshecho. Nada guardado.",
    viewsUndone: "Deshecho. Esas vistas no se guardan.",
    notUndone: "No deshecho: no se puede escribir la memoria.",
  },
  find: {
    nothingToFind: "Nada que buscar: ninguna cosa aprendida aún.",
    begin: (name) => `Buscando ${name}. Gira despacio. Tics más rápidos: más enfrente.`,
    seen: (name, hour) => sentence(`${name}, ${direction(hour, hour)}`),
    found: (name, hour) => `Encontrado: ${name}, ${direction(hour, hour)}, al alcance del brazo.`,
    over: (name) => `No encontrado: ${name}.`,
    overSeen: (name, hour) =>
      `${sentence(`${name}, la última vez ${direction(hour, hour)}`)} Fin de la búsqueda.`,
    stopped: "Búsqueda parada.",
    notSeeing: (seeing) => `${cannotSee[seeing]} La búsqueda tiene que esperar.`,
  },
  gesture: {
    hush: "Pulsar mientras Brim habla: calla, nada más.",
    click: "Pulsar: aprende la persona o cosa de delante.",
    double: "Doble pulsación: dice qué hay alrededor.",
    triple: "Triple pulsación: lee el texto de delante. Otra vez: sigue.",
    hold: "Mantener: pregunta lo que quieras hasta soltar.",
    clickHold: "Pulsar y luego mantener: el menú.",
  },
  menu: {
    open: (hint) => (hint ? "Menú. Pulsar: siguiente. Mantener: elegir." : "Menú."),
    entry: {
      repeat: "Repetir.",
      status: "Estado y batería.",
      find: "Buscar una cosa.",
      readBack: "Atrás en el texto.",
      pause: (minutes) => `Pausar pitidos ${count(minutes, "m", "minuto", "minutos")}.`,
      resume: "Recuperar los pitidos.",
      louder: "Más alto.",
      softer: "Más bajo.",
      faster: "Más rápido.",
      slower: "Más lento.",
      verbosity: (now) => `Cuánto se dice: ${amounts[now]}.`,
      forgetLast: "Olvidar lo último.",
      practice: "Práctica.",
      tutorial: "Introducción.",
      pair: "Enlazar un teléfono.",
      off: "Apagar.",
    },
    cannot: {
      repeat: "Repetir: nada dicho aún.",
      find: "Buscar: ninguna cosa aprendida aún.",
      readBack: "Atrás en el texto: nada leído aún.",
      pause: "Pausar pitidos: el aviso de choque no está activo.",
      forgetLast: "Olvidar lo último: nada aprendido aún.",
    },
    which: (name) => sentence(name),
    back: "Atrás.",
    changed: { louder: "Más alto.", softer: "Más bajo.", faster: "Más rápido.", slower: "Más lento." },
    mostOf: {
      louder: "Lo más alto.",
      softer: "Lo más bajo.",
      faster: "Lo más rápido.",
      slower: "Lo más lento.",
    },
    verbosity: { quiet: "Poco.", normal: "Normal.", chatty: "Mucho." },
    sureToForget: (name) => `¿Olvidar ${name}? Mantén otra vez para olvidar.`,
    forgotten: (name) => `Olvidado: ${name}.`,
    notForgotten: "No olvidado: no se puede escribir la memoria.",
    sureToSwitchOff: "Mantén otra vez para apagar.",
    off: "Brim apagado. Aviso de choque apagado.",
    closed: "Menú cerrado.",
    notKept: "Ajustes no guardados. Duran hasta apagar.",
  },
  pairing: {
    code: (digits) =>
      `Código: ${inThrees(digits)}. Otra vez: ${inThrees(digits)}. Pulsar: repetir. Mantener: salir.`,
    asked: (word, role) =>
      `${sentence(word)} Lo pide ${role === "wearer" ? "tu teléfono" : "un ayudante"}. ¿Misma palabra? Doble clic lo permite.`,
    paired: (role) => (role === "wearer" ? "Tu teléfono está enlazado." : "Teléfono de ayudante enlazado."),
    over: { time: "Fin del enlace.", tries: "Demasiados códigos erróneos. Fin del enlace." },
    left: "Enlace cancelado.",
    gone: "No enlazado. Ese teléfono ya no lo pide.",
    words:
      "manzana río ventana jardín lápiz montaña botón plata vela naranja tigre manta martillo isla pimienta violín".split(
        " ",
      ),
  },
  phone: {
    asksForPicture: (name) => `${sentence(phone(name))} Pide una imagen. Pulsar: sí. Mantener: no.`,
    picture: (name) => `Imagen a ${phone(name)}.`,
    noPicture: { refused: "No se envió imagen.", time: "Sin respuesta. No se envió imagen." },
    camera: (name) => `Cámara de ${phone(name)} activa.`,
    cameraOver: "Cámara del gorro activa otra vez.",
    named: (who) => `Nombre puesto en un teléfono: ${who}.`,
    learned: (who) => `Aprendido en un teléfono: ${who}.`,
    forgotten: (who) => `Olvidado en un teléfono: ${who}.`,
    merged: (who) => `Unidos en un teléfono: ${who}.`,
    forgottenAll: "Todas las personas y cosas se olvidaron en un teléfono.",
    imported: (count) => `Traído en un teléfono: ${number(count)}.`,
    exported: "Lo recordado va a un teléfono, cifrado.",
    deletedAll: "Todo se borró en un teléfono. Ningún teléfono está enlazado.",
    rate: (words) => `${number(words)} palabras por minuto.`,
    volume: "Así de alto habla Brim.",
    verbosity: {
      quiet: "Cuánto se dice: poco.",
      normal: "Cuánto se dice: normal.",
      chatty: "Cuánto se dice: mucho.",
    },
    pictures: {
      ask: "Imágenes a teléfonos: solo si permites cada una.",
      announce: "Imágenes a teléfonos: se avisa, no se pregunta.",
      never: "Imágenes a teléfonos: nunca.",
    },
    helper: (may) =>
      may.length === 0
        ? "Los ayudantes no pueden hacer más."
        : `Los ayudantes pueden: ${may.map((right) => helperRights[right]).join(", ")}.`,
    otherSetting: "Se cambió un ajuste en un teléfono.",
    restart: "Se cambió un ajuste. Vale tras reiniciar.",
  },
  practice: {
    begin: "Práctica. Pulsa como quieras. Pulsar y luego mantener: salir.",
    over: "Fin de la práctica.",
  },
  tutorial: {
    offer: "¿Primera vez? Pulsa para la introducción. Mantén para dejarla.",
    first: [
      "Pulsar: siguiente. Mantener: salir.",
      "Los pitidos avisan de un choque. Más rápidos: más cerca.",
      "Cada pulsación hace tic. Sin tic: aviso de choque apagado.",
    ],
    limits: [
      "Conserva tu bastón o tu perro. Brim nunca los sustituye.",
      "Brim nunca encuentra escalones, bordillos, agujeros ni cristal.",
      "Nunca encuentra nada bajo ni al lado del haz.",
      "Nunca encuentra vehículos rápidos.",
      "Cruces: Brim no puede juzgar. Usa tus oídos y tu bastón.",
      "Brim no puede pedir ayuda.",
    ],
    button: "Ahora el botón.",
    last: "Eso es todo. El menú tiene práctica y esta introducción.",
    left: "Introducción dejada. El menú la tiene.",
  },
  memory: {
    damaged: "La memoria estaba dañada y se apartó. Empieza vacía.",
    off: "No se puede abrir la memoria. Nadie será reconocido.",
    onAgain: "Memoria activa de nuevo.",
    learnAgain: (n) => sentence(`hay que aprender de nuevo ${number(n)}: el modelo es nuevo`),
  },
  soundAgain: "Sonido activo de nuevo.",
};
