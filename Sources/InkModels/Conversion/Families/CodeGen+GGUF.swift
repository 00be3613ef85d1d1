public import InkFormats

/// The computation is GPT-J's, and so is the file.
extension CodeGen: GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { GPTJ.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { GPTJ.ggufCheckpoint(spec) }

  public static func ggufTensors(_ spec: DecoderSpec) -> [StoredTensor] { GPTJ.ggufTensors(spec) }

  public static func ggufSpec(_ spec: DecoderSpec) -> DecoderSpec { GPTJ.ggufSpec(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm { GPTJ.checkpointForm(spec) }
}
