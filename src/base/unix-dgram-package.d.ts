declare module "unix-dgram" {
  interface UnixDatagramSocket {
    on(event: "error", listener: (error: Error) => void): this;
    on(event: "message", listener: (message: Buffer) => void): this;
    bind(path: string): void;
    /** Calls back at once, with an error where the receiver is gone or its queue is full. */
    send(
      message: Buffer,
      offset: number,
      length: number,
      path: string,
      done: (error?: Error & { code?: number }) => void,
    ): void;
    close(): void;
  }

  const unixDgram: { createSocket(type: "unix_dgram"): UnixDatagramSocket };
  export default unixDgram;
}
