import type { ComponentType } from "preact";
import { useHat } from "./hat.ts";
import { useText } from "./i18n/index.ts";
import { useRoute, type ViewName } from "./route.ts";
import { Ask } from "./views/ask.tsx";
import { Camera } from "./views/camera.tsx";
import { Entry } from "./views/entry.tsx";
import { HealthView } from "./views/health.tsx";
import { Now } from "./views/now.tsx";
import { People } from "./views/people.tsx";
import { Phones } from "./views/phones.tsx";
import { PictureView } from "./views/picture.tsx";
import { PrivacyView } from "./views/privacy.tsx";
import { Settings } from "./views/settings.tsx";
import { VirtualHat } from "./views/virtual-hat.tsx";

const views: Record<ViewName, ComponentType> = {
  now: Now,
  ask: Ask,
  people: People,
  picture: PictureView,
  settings: Settings,
  health: HealthView,
  privacy: PrivacyView,
  phones: Phones,
  camera: Camera,
  hat: VirtualHat,
};

export function App() {
  const t = useText();
  const { view, id } = useRoute();
  const over = useHat(({ connection }) => connection === "over");
  const View = views[view];
  return (
    <main>
      {over && (
        <p>
          <a class="button" href="/">
            {t.pairAgain}
          </a>
        </p>
      )}
      {view === "people" && id !== null ? <Entry key={id} id={id} /> : <View key={view} />}
    </main>
  );
}
