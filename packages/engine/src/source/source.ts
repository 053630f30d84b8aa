/** A picture to start from. */
export interface SourceImage {
  readonly width: number;
  readonly height: number;
  /** u8 RGB [height, width, 3]. */
  readonly pixels: Uint8Array;
}

/** Where a picture is drawn anew. */
export interface SourceMask {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width]: from 128 up is drawn anew, the rest is kept. */
  readonly pixels: Uint8Array;
}

/** What a picture is made from besides words. */
export interface Source {
  readonly image: SourceImage;
  /** Without one the whole picture changes. */
  readonly mask?: SourceMask | undefined;
  /** 0 to 1: the share of the steps that are done; 1 forgets the source but where a mask keeps it. */
  readonly strength: number;
}
