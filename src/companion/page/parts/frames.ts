/** Longest side of a frame that is sent, in pixels. */
const side = 1280;
const quality = 0.8;
/** Frames are sent this far apart at the least: five a second are what the hat looks at. */
const pauseMs = 180;

/** Sends the frames of a camera one by one: the next when the hat has taken the one before. */
export class FrameSender {
  readonly #canvas = document.createElement("canvas");
  #busy = false;
  #sentAt = 0;
  #stopped = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly stream: MediaStream,
    private readonly send: (frame: Blob) => boolean,
  ) {}

  /** Sends the frame of now, or as soon as it is time for one. */
  next(): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    setTimeout(() => this.#take(), Math.max(0, this.#sentAt + pauseMs - performance.now()));
  }

  stop(): void {
    this.#stopped = true;
    for (const track of this.stream.getTracks()) track.stop();
  }

  #take(): void {
    const { videoWidth, videoHeight } = this.video;
    const shrink = Math.min(1, side / Math.max(videoWidth, videoHeight, 1));
    this.#canvas.width = Math.max(1, Math.round(videoWidth * shrink));
    this.#canvas.height = Math.max(1, Math.round(videoHeight * shrink));
    this.#canvas.getContext("2d")?.drawImage(this.video, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.toBlob(
      (frame) => {
        this.#busy = false;
        this.#sentAt = performance.now();
        if (frame === null || this.#stopped) return;
        this.send(frame);
      },
      "image/jpeg",
      quality,
    );
  }
}
