import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The parts of a checkpoint that are no tensors, as JSON.
enum StateFile {
  static func write(_ value: some Encodable, to path: String) throws(TrainingError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do { try encoder.encode(value).write(to: URL(fileURLWithPath: path)) } catch {
      throw TrainingError(.file, context: path, expected: "a file that can be written", found: "\(error)")
    }
  }

  static func read<Value: Decodable>(_ path: String) throws(TrainingError) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw TrainingError(
        .file, context: path, expected: "the state of a run", found: "\(error)",
        hint: "Remove this checkpoint; an older one is taken then.")
    }
  }
}
