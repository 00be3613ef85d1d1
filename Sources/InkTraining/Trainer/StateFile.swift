import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The parts of a checkpoint that are no tensors, as JSON.
enum StateFile {
  static func write(_ value: some Encodable, to path: String) throws(TrainingError) {
    let bytes = try bytes(value)
    do throws(FormatError) { try StoredFile.write(bytes, to: path) } catch { throw TrainingError(error) }
  }

  /// A value as it is written.
  static func bytes(_ value: some Encodable) throws(TrainingError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do { return Array(try encoder.encode(value)) } catch {
      throw TrainingError(.divergence, context: "state of the run", expected: "finite numbers", found: "\(error)")
    }
  }

  static func read<Value: Decodable>(_ path: String) throws(TrainingError) -> Value {
    let bytes: [UInt8]
    do { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw TrainingError(.file, context: path, expected: "the state of a run", found: "\(error)")
    }
    return try value(bytes, of: path)
  }

  /// What was written, from its bytes.
  ///
  /// - Parameter path: where they are from, for the error.
  static func value<Value: Decodable>(_ bytes: [UInt8], of path: String) throws(TrainingError) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      throw TrainingError(
        .file, context: path, expected: "the state of a run", found: "\(error)",
        hint: "Remove this checkpoint; an older one is taken then.")
    }
  }
}
