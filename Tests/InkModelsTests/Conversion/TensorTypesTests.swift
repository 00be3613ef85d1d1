import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Types of tensors in packed files")
struct TensorTypesTests {
  /// A model and what llama.cpp's quantization gives each of its tensors.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let metadata: GGUFMetadata
    let tensors: [TensorInfo]
    let types: [String: [String]]

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/tensor_types.json").path
    do {
      return try JSONDocument.open(path).root["models"].array.map { node in
        var metadata = GGUFMetadata()
        metadata["general.architecture"] = .string(try node["architecture"].string)
        for (key, value) in try node["metadata"].members { metadata[key] = .uint32(UInt32(try value.int)) }
        let tensors = try node["tensors"].array.map { tensor in
          let shape = Shape(try tensor["shape"].array.map { try $0.int })
          return TensorInfo(
            name: try tensor["name"].string, type: .dense(.f32), shape: shape, byteCount: shape.elementCount * 4)
        }
        var types: [String: [String]] = [:]
        for (kind, list) in try node["types"].members { types[kind] = try list.array.map { try $0.string } }
        return Case(name: try node["name"].string, metadata: metadata, tensors: tensors, types: types)
      }
    } catch {
      Issue.record("\(path): \(error)")
      return []
    }
  }()

  @Test("every tensor has the type that llama.cpp's file of that name gives it", arguments: cases)
  func reference(_ model: Case) throws {
    #expect(model.types.count >= 14)
    for (kind, wanted) in model.types {
      let type = try #require(ConvertedType(name: kind), "\(kind)")
      let types = TensorTypes(type, model.metadata, model.tensors.map(\.name))
      for (info, name) in zip(model.tensors, wanted) {
        #expect("\(types.choice(info).type)" == name, "\(kind): \(info.name)")
      }
    }
  }

  @Test("a tensor whose rows are no whole blocks is named with the type that was meant")
  func fallback() throws {
    let narrow = try #require(Self.cases.first { $0.name == "narrow" })
    let types = TensorTypes(.mix(.q4_K_M), narrow.metadata, narrow.tensors.map(\.name))
    func choice(_ name: String) throws -> (type: ElementType, meant: BlockFormat?) {
      types.choice(try #require(narrow.tensors.first { $0.name == name }))
    }
    #expect(try choice("blk.3.attn_q.weight") == (.packed(.q5_0), .q4_K))
    #expect(try choice("output.weight") == (.packed(.q8_0), nil))
    #expect(try choice("blk.3.ffn_norm.weight") == (.dense(.f32), nil))
    #expect(try choice("blk.15.attn_v.weight") == (.packed(.q8_0), .q6_K))
  }

  @Test(
    "numbers that no model has are survived: layers and experts of the metadata, places in names",
    arguments: ["9223372036854775807", "-9223372036854775808", "-1", "99999999999999999999"])
  func hostile(number: String) throws {
    let names = ["attn_v", "attn_output", "ffn_down", "ffn_down_exps"].map { "blk.\(number).\($0).weight" }
    for count in [Int64.max, .min, 0] {
      var metadata = GGUFMetadata()
      metadata["general.architecture"] = .string("llama")
      for key in ["block_count", "expert_count", "attention.head_count", "attention.head_count_kv"] {
        metadata["llama.\(key)"] = .int64(count)
      }
      for mix in QuantizationMix.allCases {
        let types = TensorTypes(.mix(mix), metadata, names)
        for name in names {
          let info = TensorInfo(name: name, type: .dense(.f32), shape: [256, 256], byteCount: 256 * 256 * 4)
          #expect(types.choice(info).type != info.type, "\(mix): \(name)")
        }
      }
    }
  }

  @Test("names are known with and without the size of a mix, and others are not")
  func names() {
    #expect(ConvertedType(name: "q4_k") == .mix(.q4_K_M))
    #expect(ConvertedType(name: "Q3_K_L") == .mix(.q3_K_L))
    #expect(ConvertedType(name: "q6_k") == .mix(.q6_K))
    #expect(ConvertedType(name: "q8_0") == .format(.q8_0))
    for name in ["", "q4", "k", "q7_k_m", "q8_k", "q8_1", "iq4_xs"] { #expect(ConvertedType(name: name) == nil) }
    for name in ConvertedType.names { #expect(ConvertedType(name: name) != nil, "\(name)") }
  }
}
