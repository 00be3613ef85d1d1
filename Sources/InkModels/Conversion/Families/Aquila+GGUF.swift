public import InkFormats

extension Aquila: GGUFExchange {
  /// GGUF has no name for it: the computation is a llama's, and checkpoints made of the files are that family's.
  public static func architecture(_ spec: DecoderSpec) -> String { Llama.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { Llama.ggufCheckpoint(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm { Llama.checkpointForm(spec) }
}
