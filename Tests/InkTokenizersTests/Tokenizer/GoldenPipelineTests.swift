import Foundation
import InkTokenizers
import Testing

/// The file of random pipelines, which not every folder of reference data has.
enum GoldenPipelines {
  static let path = "pipelines/pipelines.json"
  static var isThere: Bool {
    FileManager.default.fileExists(atPath: GoldenTokenizers.folder.appending(path: path).path)
  }
}

@Suite("Golden pipelines put together at random", .enabled(if: GoldenPipelines.isThere))
struct GoldenPipelineTests {
  struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [TokenID]
      var type_ids: [Int32]
      var offsets: [[Int]]
      var decoded: String
    }
    struct Pair: Decodable {
      var first: String
      var second: String
      var ids: [TokenID]
      var type_ids: [Int32]
      var offsets: [[Int]]
    }
    struct Window: Decodable {
      var ids: [TokenID]
      var type_ids: [Int32]
      var offsets: [[Int]]
      var attention_mask: [Int32]
    }
    struct Windows: Decodable {
      var first: String
      var second: String
      var max_length: Int
      var stride: Int
      var strategy: String
      var direction: String
      var pad_direction: String
      var pad_to_multiple_of: Int?
      var windows: [Window]
    }
    struct Pipeline: Decodable {
      var model: String
      /// The file without its model.
      var settings: String
      var cases: [Case]
      var pair: Pair
      var windows: Windows?
    }
    var models: [String: String]
    var pipelines: [Pipeline]
  }

  private func tokenizer(_ pipeline: Expected.Pipeline, _ expected: Expected) throws -> Tokenizer {
    let model = try #require(expected.models[pipeline.model])
    return try Tokenizer(tokenizerJSON: Array("\(pipeline.settings.dropLast()), \"model\": \(model)}".utf8))
  }

  @Test("ids, types, offsets, decoded and streamed text equal the reference library's")
  func cases() throws {
    let expected = try GoldenTokenizers.decode(Expected.self, GoldenPipelines.path)
    #expect(!expected.pipelines.isEmpty)
    for pipeline in expected.pipelines {
      let tokenizer = try tokenizer(pipeline, expected)
      for example in pipeline.cases {
        let comment = Comment(rawValue: "\(example.text) in \(pipeline.settings)")
        let encoding = tokenizer.encoding(of: example.text)
        #expect(encoding.ids == example.ids, comment)
        #expect(tokenizer.encode(example.text) == example.ids, comment)
        #expect(encoding.typeIDs == example.type_ids, comment)
        #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == example.offsets, comment)
        #expect(try tokenizer.decode(example.ids, specialTokens: .keep) == example.decoded, comment)
        var stream = tokenizer.makeStream(specialTokens: .keep)
        var text = ""
        for id in example.ids { text += try stream.append(id) }
        #expect(text + stream.finish() == example.decoded, comment)
      }
      let pair = tokenizer.encoding(of: pipeline.pair.first, and: pipeline.pair.second)
      #expect(pair.ids == pipeline.pair.ids)
      #expect(pair.typeIDs == pipeline.pair.type_ids)
      #expect(pair.offsets.map { [$0.lowerBound, $0.upperBound] } == pipeline.pair.offsets)
    }
  }

  @Test("the windows of a long pair and their padding equal the reference library's")
  func windows() throws {
    let expected = try GoldenTokenizers.decode(Expected.self, GoldenPipelines.path)
    var compared = 0
    for pipeline in expected.pipelines {
      guard let golden = pipeline.windows else { continue }
      var truncation = Truncation(maximumLength: golden.max_length, stride: golden.stride)
      truncation.side = golden.direction == "left" ? .start : .end
      switch golden.strategy {
      case "only_first": truncation.strategy = .onlyFirst
      case "only_second": truncation.strategy = .onlySecond
      default: truncation.strategy = .longestFirst
      }
      let padding = Padding(
        length: nil, multiple: golden.pad_to_multiple_of, side: golden.pad_direction == "left" ? .start : .end, id: 1,
        typeID: 1)
      let windows = try tokenizer(pipeline, expected).encodings(
        of: [EncodingInput(golden.first, and: golden.second)],
        options: EncodingOptions(truncation: truncation, padding: padding))
      #expect(windows.count == 1)
      let found = windows[0].prefix(golden.windows.count)
      #expect(found.map(\.ids) == golden.windows.map(\.ids))
      #expect(found.map(\.typeIDs) == golden.windows.map(\.type_ids))
      #expect(found.map(\.attentionMask) == golden.windows.map(\.attention_mask))
      #expect(found.map { $0.offsets.map { [$0.lowerBound, $0.upperBound] } } == golden.windows.map(\.offsets))
      compared += 1
    }
    #expect(compared > 0)
  }
}
