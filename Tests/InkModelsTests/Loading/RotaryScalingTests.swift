import Foundation
import InkFormats
import InkModels
import InkNN
import Testing

@Suite("Rotary scaling")
struct RotaryScalingTests {
  @Test("without scaling frequencies are powers of the base", arguments: [8, 12, 64], [10_000.0, 1_000_000, 500])
  func plain(width: Int, base: Double) throws {
    let rotary = try configuration(#"{"rope_theta": \#(base)}"#).rotary(width: width)
    expectEqual(rotary.frequencies(), plainFrequencies(width, base))
    #expect(rotary.amplitude == 1)
    #expect(rotary.scaling == .none)
  }

  @Test("linear scaling divides every frequency", arguments: [1.0, 2, 3.5, 8])
  func linear(factor: Double) throws {
    for json in spellings(#""rope_type": "linear", "factor": \#(factor)"#) {
      let rotary = try configuration(json).rotary(width: 16)
      expectEqual(rotary.frequencies(), plainFrequencies(16, 20_000).map { $0 / factor })
      #expect(rotary.amplitude == 1)
    }
  }

  @Test("LLaMA 3 scaling keeps high frequencies, divides low ones and passes smoothly between", arguments: [32, 8192])
  func llama3(context: Int) throws {
    let settings =
      #""rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "#
      + #""original_max_position_embeddings": \#(context)"#
    for json in spellings(settings) {
      let rotary = try configuration(json).rotary(width: 64)
      let expected = plainFrequencies(64, 20_000).map { frequency in
        let wavelength = 2 * Double.pi / frequency
        if wavelength < Double(context) / 4 { return frequency }
        if wavelength > Double(context) / 1 { return frequency / 8 }
        let smooth = (Double(context) / wavelength - 1) / (4 - 1)
        return (1 - smooth) * frequency / 8 + smooth * frequency
      }
      #expect(Set(zip(plainFrequencies(64, 20_000), expected).map { ($0 / $1 * 16).rounded() }).count > 2)
      expectEqual(rotary.frequencies(), expected)
      #expect(rotary.amplitude == 1)
    }
  }

  @Test("YaRN interpolates by parts and turns by a larger amplitude", arguments: [32, 4096])
  func yarn(context: Int) throws {
    let settings =
      #""rope_type": "yarn", "factor": 4, "beta_fast": 24, "beta_slow": 2, "#
      + #""original_max_position_embeddings": \#(context)"#
    for json in spellings(settings) {
      let rotary = try configuration(json).rotary(width: 64)
      expectEqual(rotary.frequencies(), yarn(width: 64, base: 20_000, factor: 4, context: context, fast: 24, slow: 2))
      #expect(abs(Double(rotary.amplitude) - (0.1 * log(4.0) + 1)) < 1e-6)
    }
  }

  @Test("YaRN takes its amplitude from the attention factor, else from the two magnitudes, else from the factor")
  func yarnAmplitude() throws {
    let start = #""rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32"#
    func amplitude(_ more: String) throws -> Double {
      Double(try configuration(#"{"rope_scaling": {\#(start)\#(more)}}"#).rotary(width: 16).amplitude)
    }
    #expect(abs(try amplitude("") - (0.1 * log(4.0) + 1)) < 1e-6)
    #expect(abs(try amplitude(#", "attention_factor": 1.5"#) - 1.5) < 1e-6)
    let two = (0.1 * 0.7 * log(4.0) + 1) / (0.1 * 1.3 * log(4.0) + 1)
    #expect(abs(try amplitude(#", "mscale": 0.7, "mscale_all_dim": 1.3"#) - two) < 1e-6)
    #expect(abs(try amplitude(#", "attention_factor": 1.5, "mscale": 0.7, "mscale_all_dim": 1.3"#) - 1.5) < 1e-6)
  }

  @Test(
    "a stretched model reads as many tokens as it is stretched to",
    arguments: [
      ("", 2048), (#""rope_scaling": {"type": "linear", "factor": 4}"#, 2048),
      (#""max_sequence_length": 8192, "rope_scaling": {"type": "linear", "factor": 4}"#, 8192),
      (#""rope_scaling": {"type": "dynamic", "factor": 2.5}"#, 5120),
      (#""rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 2048}"#, 8192),
      (#""rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 512}"#, 2048),
      (#""rope_scaling": {"type": "yarn", "factor": 1e300, "original_max_position_embeddings": 512}"#, 2048),
    ])
  func contexts(more: String, context: Int) throws {
    let sizes =
      #""vocab_size": 9, "hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 8, "#
      + #""max_position_embeddings": 2048"#
    let text = "{\(sizes)\(more.isEmpty ? "" : ", ")\(more)}"
    let spec = try Llama.spec(ModelConfiguration(JSONDocument(Array(text.utf8), file: "config.json").root))
    #expect(spec.contextLength == context)
  }

  @Test("each kind of layer has its own entry of rope_parameters")
  func layerTypes() throws {
    let json = #"""
      {"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 1000000},
       "sliding_attention": {"rope_type": "default", "rope_theta": 5000}}}
      """#
    let full = try configuration(json).rotary(width: 8, layerType: "full_attention")
    #expect(full == RotaryEmbedding(width: 8, base: 1_000_000, scaling: .linear(factor: 8)))
    let sliding = try configuration(json).rotary(width: 8, layerType: "sliding_attention")
    #expect(sliding == RotaryEmbedding(width: 8, base: 5000))
  }

  @Test("the base of rope_parameters wins over the one beside it; without any it is 10000")
  func base() throws {
    #expect(try configuration(#"{"rope_theta": 3, "rope_parameters": {"rope_theta": 5}}"#).rotary(width: 8).base == 5)
    #expect(try configuration(#"{"rope_theta": 3, "rope_parameters": {}}"#).rotary(width: 8).base == 3)
    #expect(try configuration("{}").rotary(width: 8).base == 10_000)
  }

  @Test("the base grows with sequences longer than the context of pretraining")
  func dynamicNTK() throws {
    for json in spellings(#""rope_type": "dynamic", "factor": 4"#) {
      var json = json
      json.insert(contentsOf: #""max_position_embeddings": 100, "#, at: json.index(after: json.startIndex))
      let rotary = try configuration(json).rotary(width: 16)
      for extent in [1, 99, 100] { expectEqual(rotary.frequencies(extent: extent), plainFrequencies(16, 20_000)) }
      for extent in [101, 250, 4000] {
        let growth = 4.0 * Double(extent) / 100 - 3
        expectEqual(
          rotary.frequencies(extent: extent), plainFrequencies(16, 20_000 * pow(growth, 16.0 / 14)))
        #expect(rotary.shortestExtent(turnedLike: extent) == extent)
      }
      #expect(rotary.shortestExtent(turnedLike: 100) == 0)
      #expect(rotary.dependsOnExtent && rotary.amplitude == 1)
    }
  }

  @Test(
    "frequencies are divided by one list within the context of pretraining and by another beyond",
    arguments: [
      #"{"max_position_embeddings": 800, "original_max_position_embeddings": 100, "rope_scaling": {"type": "su", LISTS}}"#,
      #"{"max_position_embeddings": 800, "rope_scaling": {"rope_type": "longrope", "factor": 8, "original_max_position_embeddings": 100, LISTS}}"#,
      #"{"max_position_embeddings": 800, "rope_parameters": {"rope_type": "longrope", "original_max_position_embeddings": 100, LISTS}}"#,
    ])
  func longRoPE(template: String) throws {
    let lists = #""short_factor": [1, 1.5, 2, 2.5], "long_factor": [3, 4, 5, 6]"#
    let rotary = try configuration(template.replacingOccurrences(of: "LISTS", with: lists)).rotary(width: 8)
    let plain = plainFrequencies(8, 10_000)
    for extent in [1, 100] {
      expectEqual(rotary.frequencies(extent: extent), zip(plain, [1, 1.5, 2, 2.5]).map { $0 / $1 })
    }
    for extent in [101, 5000] {
      expectEqual(rotary.frequencies(extent: extent), zip(plain, [3, 4, 5, 6]).map { $0 / $1 })
    }
    #expect(abs(Double(rotary.amplitude) - (1 + log(8.0) / log(100)).squareRoot()) < 1e-6)
    #expect(rotary.shortestExtent(turnedLike: 100) == 0)
    #expect(rotary.shortestExtent(turnedLike: 5000) == rotary.shortestExtent(turnedLike: 101))
  }

  @Test(
    "a setting of the rotation that cannot be is refused by name",
    arguments: [
      (#"{"rope_scaling": {"rope_type": "spiral", "factor": 2}}"#, "rope_scaling.rope_type", "spiral"),
      (#"{"rope_scaling": {"rope_type": "dynamic", "factor": 2}}"#, "max_position_embeddings", "nothing"),
      (#"{"rope_scaling": {"type": "longrope"}}"#, "max_position_embeddings", "nothing"),
      (
        #"""
        {"max_position_embeddings": 64, "original_max_position_embeddings": 8, "rope_scaling": {"type": "longrope",
         "short_factor": [1, 1, 1, 1], "long_factor": [1, 2, 3]}}
        """#, "rope_scaling.long_factor", "3"
      ),
      (#"{"rope_parameters": {"rope_type": 7}}"#, "rope_parameters.rope_type", "the number 7"),
      (#"{"rope_scaling": {"factor": 2}}"#, "rope_scaling.rope_type", "nothing"),
      (#"{"rope_scaling": "linear"}"#, "rope_scaling", "linear"),
      (#"{"rope_parameters": [1]}"#, "rope_parameters", "an array of 1"),
      (#"{"rope_scaling": {"rope_type": "linear"}}"#, "factor", "nothing"),
      (#"{"rope_scaling": {"rope_type": "linear", "factor": 0}}"#, "rope_scaling.factor", "0.0"),
      (#"{"rope_scaling": {"rope_type": "linear", "factor": -2}}"#, "rope_scaling.factor", "-2.0"),
      (#"{"rope_scaling": {"rope_type": "yarn", "factor": 2}}"#, "max_position_embeddings", "nothing"),
      (
        #"{"rope_scaling": {"rope_type": "llama3", "factor": 2, "low_freq_factor": 4, "high_freq_factor": 1}}"#,
        "rope_scaling.high_freq_factor", "1.0"
      ),
      (#"{"rope_scaling": {"rope_type": "divided", "factors": [1, 2]}}"#, "rope_scaling.factors", "2"),
      (
        #"{"rope_scaling": {"rope_type": "divided", "factors": [1, 2, 0, 4]}}"#, "rope_scaling.factors",
        "3 are positive"
      ),
      (#"{"rope_theta": 0}"#, "rope_theta", "0.0"), (#"{"rope_theta": -1}"#, "rope_theta", "-1.0"),
      (#"{"rope_theta": "big"}"#, "rope_theta", "big"), (#"{"rope_theta": 1e999}"#, "rope_theta", "1e999"),
      (#"{"rotary_dim": 12}"#, "rotary_dim", "12"), (#"{"rotary_dim": 3}"#, "rotary_dim", "3"),
    ])
  func refused(json: String, key: String, found: String) throws {
    let error = try #require(throws: ModelLoadError.self) { try configuration(json).rotary(width: 8) }
    #expect(error.context.hasSuffix(key))
    #expect(error.found.contains(found))
    #expect(!error.expected.isEmpty)
    #expect(error.code == .unsupported || error.code == .invalidConfiguration)
  }

  @Test("an odd head width cannot be rotated", arguments: [1, 3, 63])
  func oddWidth(width: Int) throws {
    let error = try #require(throws: ModelLoadError.self) { try configuration("{}").rotary(width: width) }
    #expect(error.context == "head_dim")
    #expect(error.found == "\(width)")
  }

  @Test("numbers at the end of their range give frequencies, not a trap", arguments: [1e-300, 1, 1e300])
  func extremes(number: Double) throws {
    for type in ["linear", "llama3", "yarn", "default", "dynamic"] {
      let json = #"""
        {"rope_theta": \#(number), "max_position_embeddings": 268435456, "rope_scaling": {"rope_type": "\#(type)",
         "factor": \#(number), "low_freq_factor": -\#(number), "high_freq_factor": \#(number), "beta_fast": \#(number),
         "beta_slow": -\#(number)}}
        """#
      #expect(try configuration(json).rotary(width: 8).frequencies().count == 4)
    }
  }

  /// The settings under both names that checkpoints use, with base 20,000.
  private func spellings(_ settings: String) -> [String] {
    [
      #"{"rope_parameters": {"rope_theta": 20000, \#(settings)}}"#,
      #"{"rope_theta": 20000, "rope_scaling": {\#(settings)}}"#,
      #"{"rope_theta": 20000, "rope_scaling": {\#(settings.replacingOccurrences(of: "rope_type", with: "type"))}}"#,
    ]
  }

  private func configuration(_ json: String) throws -> ModelConfiguration {
    ModelConfiguration(try JSONDocument(Array(json.utf8), file: "config.json").root)
  }

  private func plainFrequencies(_ width: Int, _ base: Double) -> [Double] {
    (0..<width / 2).map { 1 / pow(base, Double(2 * $0) / Double(width)) }
  }

  /// Peng et al. (2023), section 3.2, as the reference library computes it: the ramp runs over the numbers of pairs.
  private func yarn(width: Int, base: Double, factor: Double, context: Int, fast: Double, slow: Double) -> [Double] {
    func pair(_ rotations: Double) -> Double {
      Double(width) * log(Double(context) / (rotations * 2 * .pi)) / (2 * log(base))
    }
    let low = max(floor(pair(fast)), 0)
    let high = min(ceil(pair(slow)), Double(width - 1))
    return plainFrequencies(width, base).enumerated().map { index, frequency in
      let interpolated = min(max((Double(index) - low) / (high - low), 0), 1)
      return interpolated * frequency / factor + (1 - interpolated) * frequency
    }
  }

  private func expectEqual(
    _ found: [Float], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (a, b) in zip(found, expected) {
      #expect(abs(Double(a) - b) <= 1e-6 * b, "\(a) for \(b)", sourceLocation: sourceLocation)
    }
  }
}
