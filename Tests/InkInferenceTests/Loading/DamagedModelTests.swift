import Foundation
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

/// A small whole model whose bytes are damaged in thousands of ways: it loads and answers, or a typed error says why
/// not.
@Suite("Damaged models")
struct DamagedModelTests {
  /// The ways in which bytes go wrong.
  enum Damage: String, CaseIterable {
    /// Some bytes are others.
    case bytes
    /// A bit is flipped.
    case bit
    /// Eight bytes become the number of a hostile length or count.
    case number
    /// A stretch is lost, so that all behind it moves.
    case loss
    /// A stretch occurs twice.
    case repetition
    /// The file ends early.
    case truncation
  }

  @Test("a damaged header never traps", arguments: Damage.allCases)
  func header(damage: Damage) throws {
    let folder = try TemporaryFolder()
    let path = try SmallModel(layers: 1).write(to: folder.file("whole.gguf"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let header = try #require(headerEnd(whole))
    let other = folder.file("damaged.gguf")
    var random = RandomStream(seed: 17, name: damage.rawValue)
    var (refused, loaded) = (0, 0)
    let before = residentPeak()
    for _ in 0..<700 {
      try Data(DamagedModelTests.apply(damage, to: whole, header: header, &random)).write(
        to: URL(fileURLWithPath: other))
      do throws(ModelLoadError) {
        let model = try LanguageModel.load(gguf: other, name: "damaged", cpu: CPU(threads: 1))
        loaded += 1
        use(model)
      } catch {
        refused += 1
        #expect(!error.context.isEmpty && error.description.utf8.count < 4000, "\(error)")
      }
    }
    #expect(refused + loaded == 700)
    #expect(refused > 100)
    // Other tests run beside this one; a claimed length of gigabytes that was believed would still show.
    #expect(residentPeak() - before < 3 << 20, "kilobytes of memory")
  }

  @Test("a file cut at any byte of its header is refused")
  func everyPrefix() throws {
    let folder = try TemporaryFolder()
    let path = try SmallModel(layers: 1).write(to: folder.file("whole.gguf"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let header = try #require(headerEnd(whole))
    let other = folder.file("cut.gguf")
    for length in stride(from: 0, through: header, by: 7) {
      try Data(whole[..<length]).write(to: URL(fileURLWithPath: other))
      let error = try #require(throws: ModelLoadError.self) {
        try LanguageModel.load(gguf: other, name: "cut", cpu: CPU(threads: 1))
      }
      #expect(error.code == .file, "\(length): \(error)")
    }
  }

  /// What loads must also answer, or say why it does not.
  private func use(_ model: LanguageModel) {
    var cache = model.makeCache()
    do throws(GenerationError) {
      let logits = try model.evaluate([1, 2, 3], cache: &cache)
      #expect(logits.elementCount == model.decoder.spec.vocabulary)
      let messages = [Message(role: .user, content: .text("hello <|im_end|> ü"))]
      let prompt = try model.prompt(for: messages, options: GenerationOptions())
      #expect(prompt.allSatisfy { $0 >= 0 && Int($0) < model.decoder.spec.vocabulary })
      #expect(throws: Never.self) { try model.tokenizer.decode(prompt) }
    } catch {
      #expect(!error.description.isEmpty)
    }
  }

  /// Where the last name of a tensor ends, which is nearly where the data begins.
  private func headerEnd(_ bytes: [UInt8]) -> Int? {
    let mark = Array("blk.0.ffn_down.weight".utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: mark) }
    return start.map { $0 + mark.count + 32 }
  }

  private static let hostile: [UInt64] = [
    0, 1, 2, 255, 1 << 16, 1 << 28, 1 << 30, 1 << 31, 1 << 32, 1 << 40, 1 << 62, 1 << 63, .max, .max - 7, .max / 2,
  ]

  private static func apply(
    _ damage: Damage, to whole: [UInt8], header: Int, _ random: inout RandomStream
  ) -> [UInt8] {
    var bytes = whole
    let place = Int.random(in: 0..<header, using: &random)
    let stretch = place..<min(place + Int.random(in: 1...64, using: &random), header)
    switch damage {
    case .bytes:
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<header, using: &random)] = .random(in: 0...255, using: &random)
      }
    case .bit: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case .number:
      let number = hostile.randomElement(using: &random) ?? 0
      for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
    case .loss: bytes.removeSubrange(stretch)
    case .repetition: bytes.insert(contentsOf: whole[stretch], at: place)
    case .truncation: bytes.removeSubrange(place...)
    }
    return bytes
  }

  /// The largest resident size of the process so far, in kilobytes; 0 where the system does not say.
  private func residentPeak() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}
