import { useEffect, useRef, useState } from "preact/hooks";
import { onMessage, send, useHatState } from "../hat.ts";
import { text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { FrameSender } from "../parts/frames.ts";
import { Seen } from "../parts/seen.tsx";
import { Title } from "../parts/title.tsx";

type Facing = "environment" | "user";

/** The camera of this phone as the hat's, for as long as this view shows. */
export function Camera() {
  const t = useText();
  const [facing, setFacing] = useState<Facing>("environment");
  const [on, setOn] = useState(false);
  const [wrong, setWrong] = useState("");
  const other = useHatState("camera") ?? null;
  const video = useRef<HTMLVideoElement>(null);
  const frames = useRef<FrameSender | null>(null);

  const stop = () => {
    const had = frames.current;
    frames.current = null;
    had?.stop();
    setOn(false);
    if (video.current !== null) video.current.srcObject = null;
  };
  useEffect(() => {
    const unfollow = onMessage((message) => {
      if (message.type === "frame") frames.current?.next();
      if (message.type === "error" && message.of === "camera") {
        stop();
        setWrong(message.message);
      }
      if (message.type !== "camera") return;
      if (message.on) {
        setOn(true);
        note(text().camera.on);
        frames.current?.next();
      } else if (frames.current !== null) {
        stop();
        note(text().camera.why[message.why ?? "ended"]);
      }
    });
    return () => {
      unfollow();
      if (frames.current !== null) send({ type: "camera", on: false });
      frames.current?.stop();
    };
  }, []);

  const start = async (which: Facing) => {
    setWrong("");
    frames.current?.stop();
    if (navigator.mediaDevices === undefined) {
      setWrong(window.isSecureContext ? t.camera.none : t.camera.insecure);
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: which, width: { ideal: 1280 }, height: { ideal: 960 } },
      });
      // The view has been left meanwhile.
      if (video.current === null) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      video.current.srcObject = stream;
      await video.current.play();
      frames.current = new FrameSender(video.current, stream, send);
      if (on) frames.current.next();
      else if (!send({ type: "camera", on: true })) {
        stop();
        note(text().now.notSent);
      }
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      setWrong(denied ? t.camera.denied : t.camera.none);
    }
  };
  const end = () => {
    send({ type: "camera", on: false });
    stop();
    note(t.camera.off);
  };
  return (
    <>
      <Title>{t.camera.title}</Title>
      <p class="lead">{t.camera.how}</p>
      <section aria-labelledby="use-title">
        <h2 id="use-title">{on ? t.camera.on : t.camera.start}</h2>
        {!on && other !== null && <p>{t.camera.other(other.name)}</p>}
        {!window.isSecureContext && <p class="wrong">{t.camera.insecure}</p>}
        {wrong !== "" && <p class="wrong">{wrong}</p>}
        <fieldset>
          <legend>{t.camera.which}</legend>
          {(["environment", "user"] as const).map((each) => (
            <label class="choice" key={each}>
              <input
                type="radio"
                name="facing"
                checked={facing === each}
                onChange={() => {
                  setFacing(each);
                  if (on) void start(each);
                }}
              />
              {each === "environment" ? t.camera.back : t.camera.front}
            </label>
          ))}
        </fieldset>
        <button type="button" class="primary" onClick={() => (on ? end() : void start(facing))}>
          {on ? t.camera.stop : t.camera.start}
        </button>
        <video ref={video} class="preview" data-on={on} muted playsInline aria-label={t.camera.preview} />
      </section>
      <Seen />
    </>
  );
}
