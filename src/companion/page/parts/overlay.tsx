import type { CutOutAnswer, ShownPictureAnswer } from "../../api.ts";
import { useText } from "../i18n/index.ts";

interface OverlayProps {
  url: string;
  picture: ShownPictureAnswer;
  outline: CutOutAnswer["outline"];
  /** A tap, in shares of the picture. */
  onTap(point: [number, number]): void;
}

/** The picture with what was found, numbered as in the list, and the outline of what was chosen. */
export function Overlay({ url, picture, outline, onTap }: OverlayProps) {
  const t = useText();
  const { width, height, things } = picture;
  const unit = Math.max(width, height) / 100;
  const tap = (event: MouseEvent) => {
    const { left, top, width: w, height: h } = (event.currentTarget as Element).getBoundingClientRect();
    onTap([share((event.clientX - left) / w), share((event.clientY - top) / h)]);
  };
  const names = things.map(({ text }, index) => `${index + 1}: ${text}`).join(" ");
  return (
    // The lists beside it do with the keyboard what a tap does.
    <div class="overlay">
      <img src={url} width={width} height={height} alt={`${t.picture.is}. ${names}`} />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onClick={tap}>
        {things.map(({ box: [x, y, w, h] }, index) => (
          <g key={index}>
            <rect class="box-under" x={x * width} y={y * height} width={w * width} height={h * height} />
            <rect class="box" x={x * width} y={y * height} width={w * width} height={h * height} />
            <rect class="tag" x={x * width} y={y * height} width={unit * 5} height={unit * 5} />
            <text
              x={x * width + unit * 2.5}
              y={y * height + unit * 3.8}
              font-size={unit * 4}
              text-anchor="middle"
            >
              {index + 1}
            </text>
          </g>
        ))}
        {outline.map((polygon) => {
          const points = polygon.map(([x, y]) => `${x * width},${y * height}`).join(" ");
          return (
            <g key={points}>
              <polygon class="outline-under" points={points} />
              <polygon class="outline" points={points} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
