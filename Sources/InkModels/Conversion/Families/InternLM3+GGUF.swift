public import InkFormats

extension InternLM3: GGUFExchange {
  /// GGUF files call it a llama, and checkpoints made of them are that family's.
  public static func architecture(_ spec: DecoderSpec) -> String { Llama.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { Llama.ggufCheckpoint(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm { Llama.checkpointForm(spec) }
}
