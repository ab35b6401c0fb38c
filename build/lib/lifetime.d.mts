export const lifetime: {
  own(end: () => unknown): () => void;
  end(): Promise<void>;
};
