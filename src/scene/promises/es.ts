import { anyOf, type PromiseRules, words } from "./rules.ts";

/** Where one walks. Accents are gone by the time these are matched. */
const way = anyOf(
  "caminos?|pasos?|vias?|rutas?|calles?|aceras?|veredas?|banquetas?|carreteras?|calzadas?|cruces?|pasillos?|sendas?|senderos?|intersecci(?:on|ones)|pasajes?|corredor(?:es)?|trayectos?|recorridos?|peatonal(?:es)?|puentes?|rampas?|escaleras?|trafico|transito|carril(?:es)?|avenidas?|pista",
);
const place = anyOf(
  way,
  "area|zona|espacio|suelo|piso|todo|delante|frente|lado|izquierda|derecha|eso|esto|aqui|ahi|entrada|salida|entorno|adelante|alrededores|lugar|sitio|terreno|costa|campo",
);
const is =
  "(?<![\\p{L}])(?:esta|estan|es|son|se ve|se ven|parece|parecen|queda|quedan|luce|lucen|sigue|siguen|permanece|permanecen|resulta|seria|se encuentra|se encuentran|aparece|aparecen|estar|ser)";
const adverb =
  "(?:muy|bien|bastante|todo|toda|totalmente|completamente|ahora|ya|mas o menos|tambien|casi|ser|estar|perfectamente|relativamente|aparentemente|actualmente|siempre|del todo|por completo|mayormente|y|e)";
const clear = anyOf("libres?|despejad[oa]s?|transitables?|desbloquead[oa]s?|expedit[oa]s?");
const open = anyOf("vaci[oa]s?|abiert[oa]s?|segur[oa]s?|limpi[oa]s?|desiert[oa]s?|tranquil[oa]s?");
const hazard = anyOf(
  "coches?(?! cama)|carros?|autos?|automoviles?|vehiculos?|trafico|transito|camion(?:es)?|furgonetas?|autobus(?:es)?|buses|guaguas?|bicis?|bicicletas?|ciclistas?|motos?|motocicletas?|patinetes?|tranvias?|obstaculos?|obstruccion(?:es)?|peligros?|riesgos?|barreras?|impedimentos?|estorbos?|escalon(?:es)?|bordillos?|agujeros?|huecos?|hoyos?|baches?|desnivel(?:es)?|amenazas?|problemas?|bloqueos?|inconvenientes?",
);
const going = anyOf(
  "ir|cruzar|pasar|avanzar|seguir|caminar|andar|continuar|proceder|entrar|moverte|moverse|proseguir|atravesar|salir|circular|transitar|marchar|subir|bajar",
);
const between =
  "(?:(?!(?:el|la|los|las|un|una|en|cerca|con|de la|del|al|es|esta|pero)(?![\\p{L}]))[\\p{L}\\p{N}'-]+,? ){0,5}";
const startOfClause =
  "(?:^|[,;:.!?-] ?[¡¿]?|(?<![\\p{L}])(?:y|and|so|but|asi que|entonces|luego|ahora|pero|si|vale|bien|bueno|por favor|simplemente|solo) )(?:(?:ahora|ya|simplemente|solo|con cuidado|entonces) ){0,3}";
const onward =
  "(?:$|[.!,;]|ahora|ya|todo recto|recto|derecho|de frente|adelante|hacia|por|con|sin|la calle|el paso|la carretera|tranquil[oa]|segur[oa]|despacio|cuando|en linea|a la|al|unos|hasta)(?![\\p{L}])";

export const spanish: PromiseRules = {
  always: [
    words(
      `(?:sin|ningun|ninguna|cero|0|libres? de|ausencia de|falta de|carece de|despejad[oa]s? de|ni|ni un|ni una|no hay|no hay ni|no habia|no existen?|no vienen?|no pasan?|no circulan?|no se acercan?|no aparecen?|no llegan?|nada de|vaci[oa]s? de) ${between}${hazard}`,
    ),
    words(
      `no (?:\\p{L}+ ){0,2}(?:veo|vemos|ve|ven|observa|observan|observo|detecto|detecta|detectan|aprecia|aprecian|aprecio|distingo|distingue|distinguen|noto|nota|notan|percibo|percibe|encuentro|tiene|tienes|parece haber|parece que haya|identifico|identifica|identifican) (?:a )?(?:ningun |ninguna |un |una |mas |otros? |otras? )?${between}${hazard}`,
    ),
    new RegExp(
      `(?<![\\p{L}])${hazard}(?: visibles| detectad[oa]s| delante)? ?[:,?=-]+ ?(?:ningun[oa]?|no|cero|0|nada)(?![\\p{L}\\p{N}])`,
      "u",
    ),
    words(
      `(?:coches?|carros?|autos?|vehiculos?|trafico|ellos) (?:ya )?(?:(?:se )?(?:ha|han) (?:parado|detenido|pasado|ido)|(?:esta|estan) (?:parad|detenid)[oa]s?|pararon|se detuvieron)`,
    ),
    words(
      `(?:nada|nadie|ningun\\p{L}*) (?:[\\p{L}]+ ){0,4}(?:en (?:tu|el|su|mi|nuestro) (?:camino|paso|trayecto|recorrido)|en (?:tu|la|su) (?:ruta|via|calle)|delante|al frente|enfrente|en frente|por delante|bloque\\p{L}+|obstru\\p{L}+|imp[ei]d\\p{L}+|estorb\\p{L}+|peligros\\p{L}+|se acerc\\p{L}+|viene|cerca de ti|de que preocup\\p{L}+|que temer|que preocup\\p{L}+)`,
    ),
    words(
      `no (?:\\p{L}+ ){0,3}(?:bloquea|bloquean|obstruye|obstruyen|impide|impiden|estorba|estorban|interrumpe|(?:esta|estan|es|son) (?:en (?:tu|el|su) (?:camino|paso)|un (?:peligro|obstaculo|problema|riesgo)))`,
    ),
    words(
      `no (?:te preocupes|se preocupe|hay de que preocuparse|hace falta (?:parar|esperar|detenerse)|necesitas (?:parar|esperar|detenerte)|hay (?:problema|motivo|razon|por que|necesidad|inconveniente)|tengas miedo|dudes|temas)`,
    ),
    words(
      `(?<!no )(?<!no te )(?:puedes?|podes|podrias?|podria|podras?|debes|deberias|podemos|pueden|se puede|te es posible|eres libre de|tienes que) (?:(?:ahora|ya|seguir|volver a|empezar a|comenzar a|perfectamente|tranquilamente|facilmente|bien|sin duda|tambien) ){0,3}(?:${going}|hacerlo|irte|cruzarla|cruzarlo|pasarla)`,
    ),
    /(?<!\p{L})(?:si,? )?(?<!no )puedes?(?: hacerlo| pasar)?[.!]*$/u,
    words(
      `(?:espacio|sitio|tiempo|hueco|lugar|momento|hora|luz verde|via libre|permiso) (?:suficiente )?(?:para|de) (?:\\p{L}+ ){0,2}${going}`,
    ),
    words(
      "via libre|luz verde para|todo listo|vas bien|tienes prioridad|tienes preferencia|campo libre|todo bien",
    ),
    /^(?:si,? |vale,? |bueno,? |pues |venga,? )?¡?adelante[.!]*$/u,
    words(
      "(?:sigue|siga|ve|vaya|vamos|avanza|avance|camina|camine|cruza|cruce|pasa|pase|continua|continue) (?:hacia )?adelante",
    ),
    new RegExp(
      `${startOfClause}(?:avanza|avance|continua|continue|prosigue|prosiga|cruza|cruzad|sigue|siga|camina|camine|crucemos|avancemos|dale|pasa|pase|cruce|ve|vaya|anda|ande)(?: |(?=$|[.!,;]))${onward}`,
      "u",
    ),
    new RegExp(
      `${startOfClause}(?:avanza|avance|continua|continue|prosigue|prosiga) (?:caminando|avanzando|andando|con|sin)(?!\\p{L})`,
      "u",
    ),
    new RegExp(`${startOfClause}(?:sigue|siga) (?:caminando|avanzando|andando|adelante)(?!\\p{L})`, "u"),
  ],
  unlessNegated: [
    words(`${place}(?:[^.!?;]{0,60}?)${is} (?:\\p{L}+mente |${adverb} ){0,5}${clear}`),
    words(`${way}(?:[^.!?;]{0,60}?)${is} (?:\\p{L}+mente |${adverb} ){0,5}${open}`),
    new RegExp(
      `(?<!\\p{L})${place}(?: \\p{L}+){0,4}[ :,=-]+(?:\\p{L}+mente |${adverb} ){0,4}(?:${clear}|segur[oa]s?|vaci[oa]s?)(?=$|[.!,;]| (?:delante|al frente|por delante|de|y|para|a ambos|hasta|en)(?!\\p{L}))`,
      "u",
    ),
    words(`(?:libre|despejad[oa]s?|segur[oa]s?|buen|vaci[oa]s?) (?:${way})`),
    words(
      `${is} (?:\\p{L}+mente |${adverb} ){0,4}(?:libre|despejado|despejada|segur[oa]s?)(?! de (?:que|si|mi|ti|ello|eso|lo))`,
    ),
    words(
      `(?:segur[oa]s?|posible|facil|bien|adecuado|recomendable|conveniente|correcto|libre|apto|buen momento) (?:para |de )?(?:\\p{L}+ ){0,2}?${going}`,
    ),
    words(
      `${going}(?: \\p{L}+){0,5} (?:con seguridad|de forma segura|de manera segura|sin (?:ningun |ninguna )?(?:peligro|riesgo|problema|miedo|dificultad|preocupacion|cuidado)\\p{L}*|tranquil[oa]s?|tranquilamente|con tranquilidad|segur[oa]|libremente|con confianza)`,
    ),
    /^(?:si,? )?(?:todo |muy |totalmente |completamente |camino |paso ){0,3}(?:libre|despejado|despejada|seguro|segura)[.!]*$/u,
  ],
  whenNegated: [
    words(
      "insegur[oa]s?|peligros[oa]s?|arriesgad[oa]s?|riesgos[oa]s?|bloquead[oa]s?|obstruid[oa]s?|obstaculizad[oa]s?|cortad[oa]s?|concurrid[oa]s?|transitad[oa]s?|un problema|un peligro|en peligro|impedid[oa]s?",
    ),
  ],
  negation: /(?<!\p{L})(?:no|nunca|jamas|nada|nadie|ningun|ninguna|ninguno|ni|tampoco|apenas)(?!\p{L})/gu,
  noNegation:
    /(?<!\p{L})no (?:solo|solamente|unicamente|obstante)(?!\p{L})|(?<!\p{L})no (?:cabe|hay|tengo) (?:ninguna |la menor )?dudas?(?!\p{L})|(?<!\p{L})no (?:puedo |se puede )?(?:se|decir|saber|asegurar|garantizar|confirmar|juzgar|estoy segur[oa])(?!\p{L})|^no,/gu,
  clause:
    /(?<!\p{L})(?:pero|y|asi que|porque|aunque|mientras|sin embargo|por lo que|entonces|pues|ya que|luego)(?!\p{L})/gu,
  reading:
    /(?<!\p{L})(?:dice|dicen|lee|leen|leer|pone|ponen|carteles?|letreros?|senal(?:es)?|rotulos?|etiquetas?|escrit[oa]s?|textos?|titulos?|titulares?|portadas?|palabras?|indica|muestra|pantallas?|marcad[oa]s?|llamad[oa]s?|inscripci(?:on|ones)|placas?|mensajes?|anuncios?|menus?|letras?)(?!\p{L})/u,
  yes: /^(?:si|claro|claro que si|por supuesto|desde luego|vale|bien|correcto|exacto|afirmativo|efectivamente|de acuerdo|puedes|puede|ahora|ya|perfecto|seguro|cierto)(?:,? (?:si|puedes|puede|claro|ahora|ya|por favor|que si|lo es|lo esta))*[.! ]*$/u,
  none: /^(?:no|no hay|ningun[oa]?|nada|cero|0|nadie|no veo ningun[oa]?|no hay ningun[oa]?|para nada|ninguno a la vista)[.! ]*$/u,
  question: [
    words(
      `(?:puedo|podemos|podria|deberia|debo|se puede|puede uno|podre|tengo que) (?:(?:ya|ahora|seguir) ){0,2}(?:cruzar|avanzar|proceder|continuar|pasar$|pasar (?:ahora|ya|por)|seguir$|seguir (?:adelante|recto|caminando|andando)|caminar|ir$|andar)`,
    ),
    words(
      `(?:es|esta|seria|sera) (?:\\p{L}+ ){0,5}(?:segur[oa]|posible|libre|despejad[oa]|buen momento)(?! de que)`,
    ),
    words(`(?:segur[oa]|bien|libre|posible) (?:para )?(?:cruzar|pasar|avanzar|seguir|caminar|continuar)`),
    words(`${way} (?:\\p{L}+ ){0,2}(?:libre|despejad[oa]|segur[oa])`),
    words("via libre|hay algo en (?:mi|el) camino|esta libre|cruzo|paso ya|avanzo"),
    /^(?:y )?cruzar(?: (?:ya|ahora|aqui|la calle))?$/u,
  ],
};
