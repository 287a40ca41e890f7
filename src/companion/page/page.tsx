import { render } from "preact";
import { App } from "./app.tsx";
import { connect, hat } from "./hat.ts";
import { onLanguage, text } from "./i18n/index.ts";
import { show } from "./live.ts";
import { liveTexts } from "./live-texts.ts";
import { Navigation } from "./parts/navigation.tsx";
import "./style.css";

// The token of a simulation's link has done its work; it stays neither in the address bar nor in the history.
if (location.search !== "") history.replaceState(null, "", `/${location.hash}`);

function tell(): void {
  const { status, battery, alarm } = liveTexts(hat.value, text());
  show("alarm", alarm);
  show("status", status);
  show("battery", battery);
}

hat.follow(tell);
onLanguage(tell);
tell();

const places = { navigation: <Navigation />, app: <App /> };
for (const [id, part] of Object.entries(places)) {
  const place = document.getElementById(id);
  if (place !== null) render(part, place);
}
connect();

// Elsewhere the browser refuses: the page of a hat without a trusted certificate is no secure context.
if (window.isSecureContext && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
}
