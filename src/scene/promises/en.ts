import { anyOf, type PromiseRules, words } from "./rules.ts";

/** Where one walks. */
const way = anyOf(
  "paths?|pathways?|ways?|routes?|roads?|roadways?|streets?|sidewalks?|pavements?|footpaths?|walkways?|crossings?",
  "crosswalks?|zebras?|intersections?|junctions?|lanes?|corridors?|hallways?|aisles?|passages?|passageways?",
  "coast|tracks?|trails?|bridges?|ramps?|stairs|staircases?|stairways?|escalators?|driveways?|kerbs?|curbs?",
  "platforms?|traffic",
);
/** Where one walks, and what may stand for it. */
const place = anyOf(
  way,
  "doorways?|area|space|floor|ground|everything|it|all|ahead|front|side|left|right|surroundings|route|entrance|exit|room|here|there|that|this|you|things|scene|environment|view ahead|o'clock",
);
const is =
  "(?:(?<![\\p{L}])(?:is|are|was|be|being|been|looks?|looking|seems?|seeming|appears?|remains?|stays?|lies|feels?|sounds?|now|to be)|'s|'re)(?:n't)?";
const adverb = anyOf(
  "now|currently|all|mostly|completely|entirely|totally|fully|quite|very|perfectly|pretty|rather|relatively|fairly|generally|largely|also|still|just|really|reasonably|sufficiently|wide|both|equally|absolutely|definitely|basically|essentially|probably|likely|likewise|otherwise|nice and|safe and|wide and|flat and|and|so|too|yet|always|even|not|never|no longer|hardly|as|being|be|to be|straight",
);
const clear = anyOf(
  "clear|unobstructed|unblocked|unimpeded|obstacle[- ]free|hazard[- ]free|traffic[- ]free|car[- ]free|danger[- ]free|passable|walkable|navigable|unoccupied",
);
const open = anyOf("free|open|empty|deserted|vacant|fine|ok|okay|o\\.k\\.|alright|all right|good|safe|quiet");
/** The same at the beginning of a match. */
const itIs = `(?:${is}|[a-z]+'s|[a-z]+'re)`;
/** What one fears on the way. */
const hazard = anyOf(
  "cars?(?! (?:park|door|seat|wash|key))|vehicles?|traffic(?! (?:light|signal|sign|control|island|cone|warden))|trucks?|lorr(?:y|ies)|vans?|bus(?:es)?(?! (?:stop|shelter|station|lane|driver|route|number))",
  "bikes?(?! (?:lane|rack|path|stand))|bicycles?(?! (?:lane|rack|path|stand))|cyclists?|motorcycles?|motorbikes?|scooters?|trams?(?! stop)|obstacles?|obstructions?|hazards?|dangers?|barriers?|blockages?",
  "impediments?|hindrances?|steps|stairs|kerbs?|curbs?|holes?|drop-?offs?|threats?|risks?|problems?|issues|trouble|tripping|trip hazards?|objects? (?:in|on|blocking|ahead)",
);
const going = anyOf(
  "go|going|cross|crossing|walk|walking|proceed|continue|move|moving|step|pass|passing|enter|advance|start|keep|carry on|head|travel|come|set off|get|make your way|run|navigate|use the crossing",
);
const person = anyOf(
  "people|persons?|pedestrians?|one|body|animals?|dogs?|children|crowds?|objects?|things?",
);
/** Words between "no" and what there is none of. */
const between =
  "(?:(?!(?:the|a|an|near|in|on|with|by|beside|at|under|behind|from|to|is|are|but)\\b)[\\w'-]+,? ){0,5}";
const anything = "(?:[^.!?;]{0,60}?)";
const startOfClause =
  "(?:^|[,;:.!?-] ?|\\b(?:and|so|then|now|just|please|simply|also|or|but|yes|okay|ok|sure|therefore|thus|hence) )(?:(?:then|now|just|please|simply|carefully|slowly|safely|confidently) ){0,3}";
const onward =
  "(?:$|[.!,;]|now|on|onwards?|ahead|straight|forwards?|through|across|over|past|around|along|towards?|to|here|slowly|carefully|safely|quickly|confidently|freely|normally|with|without|up|down|left|right|when|as|at|the|your|this|that|after|until|for)(?![\\w])(?! (?:light|signal|sign|button|street))";

export const english: PromiseRules = {
  always: [
    // Nothing is there that one fears.
    words(
      `(?:no|zero|0|without|without any|neither|nor|free of|free from|clear of|devoid of|lack of|absence of|absent of|not any|not a single|no sign of|no signs of|none of the|hardly any|empty of|safe from|away from any) ${between}${hazard}`,
    ),
    words(
      `(?:not|[a-z]+n't|never|cannot|unable to|fail to) (?:${adverb} )?(?:see|notice|spot|detect|observe|find|identify|hear|have|notice|be|seem to be|appear to be|look to be)(?: to be)? (?:any |an? |${"(?:moving|oncoming|approaching|visible|obvious|immediate|apparent|parked|passing|other) "})*(?:[\\w-]+ or )?${hazard}`,
    ),
    words(`(?:is|are|was|were)(?: not|n't) (?:${adverb} )?(?:any|a|an) ${between}${hazard}`),
    words(
      `(?:cars?|traffic|vehicles?|everybody|everyone|they) (?:have|has|'s|'ve|is|are) (?:all |now |already |completely |just ){0,3}(?:stopped|halted|gone|passed|left|yielding|waiting for you|stopping|far away|letting you)`,
    ),
    new RegExp(
      `(?<![\\p{L}])${hazard}(?: ahead| present| detected| visible| seen| on \\w+ \\w+)? ?[:,?=-]+ ?(?:none|no|zero|0|nothing|nil)(?![\\p{L}\\p{N}])`,
      "u",
    ),
    words(
      `(?:no|not|none|nothing|nobody|[a-z]+n't) (?:[\\w'-]+,? ){0,4}(?:in|on|blocking|obstructing|across|near|along|within|into) (?:your|the|our|my|his|her|this|that) (?:[\\w-]+ ){0,3}(?:way|path|pathway|route|road|street|crossing|crosswalk|sidewalk|pavement|walkway|corridor|lane|direction|trajectory|line of travel)`,
    ),
    words(
      `(?:no|without any) ${between}${person} (?:[\\w-]+ ){0,2}(?:ahead|in front|blocking|in (?:your|the) (?:way|path)|coming|approaching|on the (?:road|street|path|crossing))`,
    ),
    words(
      `(?:nothing|not anything|[a-z]+n't anything|nobody|no one|not (?:see|spot|notice|detect|find|have) anything|[a-z]+n't (?:see|spot|notice|detect|find|have) anything|never anything) (?:[\\w'-]+ ){0,4}(?:ahead|in front|coming|approaching|to (?:worry|fear|avoid|stop|trip|bump|hit|watch|look out|block|be (?:afraid|worried|concerned))|dangerous|hazardous|unsafe|risky|harmful|concerning|alarming|threatening|block|blocks|blocking|blocked|obstructs?|obstructing|stops you|stopping|prevents?|preventing|impedes?|impeding|hinders?|hindering|between you|in between|in (?:the|your) way|in (?:the|your) path|directly before|around you|near you|nearby|close to you|close by)`,
    ),
    words(
      `(?:won't|will not|wouldn't|cannot|can't|not|never) (?:[\\w'-]+ ){0,2}(?:hit|bump into|trip over|trip on|run into|walk into|collide with|be hit|get hit|be in your way|get in your way|block you|block your|block the|stop you|hurt you|hinder you)`,
    ),
    words(
      `(?:not|[a-z]+n't|never) (?:[\\w'-]+ ){0,2}(?:blocking|obstructing|impeding|in your way|in the way|in your path|in the path|on your path|a hazard|a danger|a threat|a problem|an obstacle|a risk)`,
    ),
    words(`no (?:need|reason) (?:to (?:worry|stop|wait|hesitate|be|slow|avoid|fear)|not to)`),
    words(
      "(?:do not|don't|need not|needn't|no) (?:have to |need to )?(?:worry|worries|be afraid|be scared|hesitate|fear)",
    ),
    // Leave to go.
    words(
      "go ahead(?! of)|go for it|off you go|go on ahead|green light to|all set|you're good|you are good|you're set|you got this|good to go|coast clear",
    ),
    words(
      `(?:you|one|they|we|i)(?: can|'ll be able to| may| could| should| might| will be able to| must| are able to|'re able to| are free to| will| ought to|'d)(?!'t|n't| not)(?: (?:now|safely|also|then|just|easily|comfortably|probably|simply|confidently|freely|still|certainly|definitely|even|always|well|go ahead and|be able to|start to|begin to|try to|continue to|want to)){0,4} (?:go|cross|proceed|walk|continue|move (?:on|ahead|forward|freely|along|past|through|straight)|step (?:out|forward|off|onto|into|ahead)|pass|keep|advance|head|start (?:walking|crossing|moving|going)|make it|get (?:across|past|through|by)|carry on|travel|come|set off|navigate|enter|relax|trust)`,
    ),
    /(?<!\p{L})(?:you|one|we) (?:can|may|should|could)(?: now| go| do so| do it)?[.!]*$/u,
    words(
      `(?:feel free|free|welcome|encouraged|invited|cleared|ready|time|your turn|your chance|permitted|opportunity|moment) to (?:[\\w-]+ ){0,2}${going}`,
    ),
    words(
      `(?:room|space|time|width|clearance) (?:for (?:you|one|walking|passing|a person) )?(?:to |for )?(?:[\\w-]+ ){0,1}${going}`,
    ),
    words(`(?:have|got|has) the right of way`),
    new RegExp(
      `${startOfClause}(?:proceed|continue|carry on|advance|keep (?:going|walking|moving|straight|on)|resume|set off)(?![\\p{L}])`,
      "u",
    ),
    new RegExp(`${startOfClause}(?:cross|go|walk|move|head)(?: |(?=$|[.!,;]))${onward}`, "u"),
    new RegExp(`${startOfClause}step (?:out|forwards?|off|onto|into|on to|across)(?![\\p{L}])`, "u"),
  ],
  unlessNegated: [
    new RegExp(
      `(?<!\\p{L})${place}(?: [\\w'-]+){0,3} ?[:,=-]+ ?(?:[\\w-]+ly |${adverb} ){0,5}(?:${clear}|safe|empty)(?=$|[.!,;])`,
      "u",
    ),
    words(
      `${place}${anything}${is} (?:[\\w-]+ly |${adverb} ){0,5}${clear}(?! (?:that|what|who|why|how|which|plastic|glass|water|sky|skies|bottle|bag|cup|liquid|text|letters|view of|sight of|picture|image|sign|label|evidence))`,
    ),
    words(`${way}${anything}${is} (?:[\\w-]+ly |${adverb} ){0,5}${open}`),
    new RegExp(
      `(?<!\\p{L})${way}(?: [\\w'-]+){0,4}[ :,=-]+(?:[\\w-]+ly |${adverb} ){0,5}(?:${clear}|free|empty|safe|ok|okay|wide open|good)[.!,;]*(?:$|[.!,;]| (?:ahead|in front|now|on both|for|of|from|and|to)(?!\\p{L}))`,
      "u",
    ),
    words(
      `(?:${clear}|open|free|empty|safe|good|deserted|quiet|easy)(?:,? (?!of|from|to|that|and a|on|in|at|near|beside|with|by|for)[\\w-]+){0,2}? (?:and [\\w-]+ )?(?:path|pathway|way|route|road|roadway|street|sidewalk|pavement|footpath|walkway|crossing|crosswalk|passage|passageway|coast|corridor|run|shot|line of travel|walking (?:path|area|space)|walk ahead)`,
    ),
    words(
      `all (?:is |are |looks |seems )?clear|everything (?:is|looks|seems|appears) (?:fine|ok|okay|good|safe)|clear (?:ahead|in front|on both|on all|on either|on the|on your|to (?:the|your|go|cross|walk|proceed|continue|pass|move|enter)|for (?:you|walking|crossing|now|at least|as far|several|a few|some|the next)|from (?:here|left|right|the)|both|left and|in (?:all|both|every|the|your))`,
    ),
    /^(?:yes,? |it's |looks |all |seems |mostly |currently |still |ahead ){0,4}clear[.!]*$/u,
    words(`(?:you(?:'re| are|'ll be)) (?:[\\w-]+ly |${adverb} ){0,5}(?:clear|safe|fine|ok|okay|secure)`),
    words(
      `(?:safe|ok|okay|fine|alright|all right|good|secure|possible|able|easy|clear|free|suitable|legal|reasonable|best|acceptable|sure enough|smart|wise) (?:for (?:you|pedestrians|walking|crossing|people|one|us|them)|(?:for [\\w ]{1,20} )?to (?:[\\w-]+ ){0,2}${going})`,
    ),
    words(`(?:safe|ok|okay|fine|alright) (?:crossing|walking|passage|passing|going|enough|now|ahead|from)`),
    words(
      `${itIs} (?:[\\w-]+ly |${adverb} ){0,5}(?:safe|harmless|risk-free|danger-free)(?! (?:deposit|box|door|distance))`,
    ),
    words(
      `${going}(?: [\\w'-]+){0,5} (?:safely|without (?:any |a )?(?:risk|danger|worry|worries|problems?|hesitation|fear|trouble|issues?|difficulty)|with (?:confidence|ease)|confidently|freely)`,
    ),
    words(`safely (?:[\\w-]+ ){0,2}${going}`),
    /^(?:yes,? )?(?:it's |perfectly |completely |all |quite ){0,4}safe[.!]*$/u,
  ],
  whenNegated: [
    words(
      "unsafe|dangerous|risky|hazardous|blocked|obstructed|unclear|impassable|impeded|busy|congested|occupied by (?:cars|traffic|vehicles)|in danger|at risk|problematic|harmful|a problem|any danger|coming|approaching",
    ),
  ],
  negation:
    /\b(?:not|never|nothing|nobody|no|none|neither|nor|hardly|barely|far from|unlikely|no longer|cannot|anything but)\b|n't\b/gu,
  noNegation:
    /\bnot (?:only|just|merely|simply|least)\b|\b(?:no|without|beyond) (?:a |any )?(?:doubt|question)\b|(?:\bnot|n't|\bcannot|\bnever) (?:be |\w+ly )?(?:sure|certain|say|tell|judge|know|promise|guarantee|confirm|see why|see whether|see if|see any|doubt)\b|\bif not\b|\bwhy not\b|\bno worries\b|\bno problem\b|\b(?:can't|cannot|couldn't) (?:be )?(?:more|any more|help but)\b|^no\b,|\bfor now\b/gu,
  clause:
    /\b(?:but|and|so|because|although|though|while|whereas|yet|however|since|then|meanwhile|which means|meaning)\b/gu,
  reading:
    /\b(?:says|saying|said|reads?|reading|labell?ed|marked|titled|written|printed|writing|texts?|signs?|labels?|words?|lettering|letters|posters?|banners?|headlines?|displays?|displaying|displayed|shows?|showing|logos?|stickers?|captions?|screens?|billboards?|menus?|covers?|packages?|packaging|called|named|spells?|message|inscription|plates?|plaques?|board)\b/u,
  yes: /^(?:yes|yeah|yep|yup|sure|certainly|absolutely|definitely|of course|correct|affirmative|indeed|ok|okay|fine|right|exactly|it is|it does|they are|you can|you may|now|good|great|perfect)(?:,? (?:yes|you can|you may|it is|sure|now|please|indeed|they are|there is))*[.! ]*$/u,
  none: /^(?:no|none|nope|nothing|zero|0|not any|not at all|nobody|no one|there (?:are|is) none|i (?:see|can see) none|none (?:visible|seen|at all|detected|that i can see))[.! ]*$/u,
  question: [
    words(
      `(?:can|could|may|should|shall|must|do|would|might|will|am|when can|when should|when may|how do) (?:i|we|one|you)(?: (?:now|safely|just|please|be able to|able to|go ahead and|ok to|okay to|fine to|clear to|safe to|free to|good to)){0,3} (?:cross|go (?:now|ahead|on|across|forward|over|straight)|go$|proceed|continue|walk (?:now|on|ahead|forward|across|straight|here|safely|over|there|through|this)|walk$|keep (?:going|walking)|move (?:on|ahead|forward|now)|step (?:out|off|forward)|pass$|pass (?:now|here|through)|advance|set off)`,
    ),
    words(
      `(?:safe|ok|okay|fine|alright|all right|clear|possible|time|good|free|allowed|able) (?:for me |for us )?to (?:[\\w-]+ ){0,2}(?:cross|go|walk|proceed|continue|move|step|pass|enter|advance|start)`,
    ),
    words(
      `(?:is|are|'s|am) (?!there a safe)(?:[\\w'-]+ ){0,6}(?:clear|safe|unobstructed|unblocked|obstacle-free|free of (?:cars|traffic|obstacles))(?! (?:deposit|box))`,
    ),
    words(`${way} (?:ahead )?(?:clear|safe|free|open|empty)`),
    words(
      "is (?:the |my )?(?:coast|way|path|road|street|crossing|crosswalk) (?:[\\w-]+ )?(?:free|open|empty|ok|okay|blocked)",
    ),
    words("(?:all|coast) clear|safe now|is it safe|am i safe|safe here|anything in (?:my|the) way"),
    /^(?:and |so )?cross(?:ing)?(?: (?:now|here|over|the (?:street|road)))?[?.! ]*$/u,
  ],
};
