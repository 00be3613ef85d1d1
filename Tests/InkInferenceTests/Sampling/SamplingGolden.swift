#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Testing

/// Reads `sampling/processors.*` of a golden folder: `Fixtures`, or the folder that `INKSTONE_GOLDEN` names.
struct SamplingGolden {
  struct Case: Decodable, Sendable {
    var temperature: Float?
    var topK: Int?
    var topP: Float?
    var minP: Float?
    var typicalP: Float?
    var epsilonCutoff: Float?
    var etaCutoff: Float?
    var repetitionPenalty: Float?
    var noRepeatNgramSize: Int?
    var badWordsIds: [[Int32]]?
    var sequenceBias: [SequenceBiasEntry]?
    var suppressTokens: [Int32]?
    var minLength: Int?
    var eosTokenId: Int32?
    var order: [String]?
    var frequencyPenalty: Float?
    var presencePenalty: Float?
    var kept: [Int]?
    var probs: String?
  }

  struct SequenceBiasEntry: Decodable, Sendable {
    let tokens: [Int32]
    let bias: Float

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      tokens = try container.decode([Int32].self)
      bias = try container.decode(Float.self)
    }
  }

  private struct Description: Decodable {
    let cases: [String: Case]
  }

  private struct TensorEntry: Decodable {
    let shape: [Int]
    let dataOffsets: [Int]
  }

  let cases: [String: Case]
  private let tensors: [String: TensorEntry]
  private let body: [UInt8]

  static func load() throws -> SamplingGolden {
    let folder: URL
    if let path = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
      folder = URL(filePath: path)
    } else {
      let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      folder = tests.appending(path: "Fixtures")
    }
    return try SamplingGolden(folder: folder.appending(path: "sampling"))
  }

  private init(folder: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let description = try Data(contentsOf: folder.appending(path: "processors.json"))
    cases = try decoder.decode(Description.self, from: description).cases
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "processors.safetensors")))
    let headerLength = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    struct Name: CodingKey {
      let stringValue: String
      let intValue: Int? = nil
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    struct Header: Decodable {
      var tensors: [String: TensorEntry] = [:]
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for key in container.allKeys where key.stringValue != "__metadata__" {
          struct Entry: Decodable {
            let shape: [Int]
            let data_offsets: [Int]
          }
          let entry = try container.decode(Entry.self, forKey: key)
          tensors[key.stringValue] = TensorEntry(shape: entry.shape, dataOffsets: entry.data_offsets)
        }
      }
    }
    tensors = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<(8 + headerLength)])).tensors
    body = Array(bytes[(8 + headerLength)...])
  }

  /// The rows of a float tensor.
  func rows(_ name: String) throws -> [[Float]] {
    let (entry, data) = try bytes(of: name)
    let values = stride(from: 0, to: data.count, by: 4).map { offset in
      Float(bitPattern: data.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    return Self.split(values, width: entry.shape.last ?? 1)
  }

  /// The rows of an integer tensor; one row for one dimension.
  func integerRows(_ name: String) throws -> [[Int32]] {
    let (entry, data) = try bytes(of: name)
    let values = stride(from: 0, to: data.count, by: 8).map { offset in
      Int32(truncatingIfNeeded: data.dropFirst(offset).prefix(8).reversed().reduce(0) { $0 << 8 | Int64($1) })
    }
    return Self.split(values, width: entry.shape.last ?? 1)
  }

  private func bytes(of name: String) throws -> (TensorEntry, ArraySlice<UInt8>) {
    let entry = try #require(tensors[name], "the golden file has no tensor \(name)")
    return (entry, body[entry.dataOffsets[0]..<entry.dataOffsets[1]])
  }

  private static func split<Element>(_ values: [Element], width: Int) -> [[Element]] {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }
}
