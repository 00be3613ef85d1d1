public import InkFormats
import InkNN

/// InternLM, first generation (Shanghai AI Laboratory, 2023): the layout of LLaMA with a bias on every projection of
/// attention.
public enum InternLM: ModelFamily {
  public static let modelTypes = ["internlm"]
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try configuration.flag("bias", default: true) ? .all : .none, context: 2048)
    if let rotary = try configuration.section("rotary") { try applyRotary(rotary, of: configuration, to: &spec) }
    return spec
  }

  /// The family's own spelling of the rotation: `rotary: {base, type, scaling_factor}`.
  private static func applyRotary(
    _ section: ModelConfiguration, of configuration: ModelConfiguration, to spec: inout DecoderSpec
  ) throws(ModelLoadError) {
    let base = try section.number("base", default: 10_000)
    let factor = try section.number("scaling_factor", default: 1)
    guard base > 0, factor > 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "rotary", expected: "a positive base and scaling factor",
        found: "\(base) and \(factor)")
    }
    let scaling: RotaryEmbedding.Scaling
    switch try section.text("type") {
    case nil, "origin": scaling = .none
    case "dynamic":
      scaling = .dynamicNTK(
        factor: factor, originalContext: try configuration.positive("max_position_embeddings", default: 2048))
    case let other?:
      throw ModelLoadError(
        .unsupported, context: "rotary.type", expected: "origin or dynamic", found: ModelLoadError.quoted(other))
    }
    spec.changeRotary { rotary in
      rotary.base = base
      rotary.scaling = scaling
    }
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
