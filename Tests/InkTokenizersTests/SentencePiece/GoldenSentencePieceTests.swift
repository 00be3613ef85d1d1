import InkTokenizers
import Testing

@Suite("Golden SentencePiece models")
struct GoldenSentencePieceTests {
  static let names = ["sentencepiece_bpe_byte_fallback", "sentencepiece_unigram"]

  struct Expected: Decodable {
    struct Piece: Decodable {
      var piece: String
      var score: Float
      var type: String
    }
    struct Case: Decodable {
      var text: String
      var ids: [TokenID]
      var pieces: [String]
      var decoded: String
    }
    var vocab_size: Int
    var unk: Int
    var bos: Int
    var eos: Int
    var pad: Int
    var pieces: [Piece]
    var cases: [Case]
  }

  private func expected(_ name: String) throws -> Expected {
    try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json")
  }

  private func bytes(_ name: String) throws -> [UInt8] { try GoldenTokenizers.bytes("\(name)/tokenizer.model") }

  @Test("ids, pieces and decoded text equal the reference library's", arguments: names)
  func cases(name: String) throws {
    let tokenizer = try Tokenizer(sentencePiece: try SentencePieceModel(try bytes(name)))
    let expected = try expected(name)
    #expect(tokenizer.vocabularySize == expected.vocab_size)
    #expect(!expected.cases.isEmpty)
    for example in expected.cases {
      let comment = Comment(rawValue: example.text)
      let ids = tokenizer.encode(example.text, parsing: .asText)
      #expect(ids == example.ids, comment)
      #expect(tokenizer.encode(bytes: Array(example.text.utf8), parsing: .asText) == example.ids, comment)
      let options = EncodingOptions(parsing: .asText)
      #expect(tokenizer.encoding(of: example.text, options: options).ids == example.ids, comment)
      // The library shows the text of an unknown piece; the vocabulary names it <unk>.
      for (id, piece) in zip(example.ids, example.pieces) where Int(id) != expected.unk {
        #expect(tokenizer.piece(id) == piece)
        #expect(tokenizer.id(ofPiece: piece) == id)
      }
      #expect(try tokenizer.decode(example.ids) == example.decoded, comment)
      var stream = tokenizer.makeStream()
      var streamed = ""
      for id in example.ids { streamed += try stream.append(id) }
      #expect(streamed + stream.finish() == example.decoded, comment)
    }
  }

  @Test("pieces, scores, types and special ids are those of the file", arguments: names)
  func table(name: String) throws {
    let model = try SentencePieceModel(try bytes(name))
    let expected = try expected(name)
    #expect(model.count == expected.pieces.count)
    let types: [String: SentencePieceModel.PieceType] = [
      "normal": .normal, "unknown": .unknown, "control": .control, "user_defined": .userDefined, "unused": .unused,
      "byte": .byte,
    ]
    for (id, piece) in expected.pieces.enumerated() {
      #expect(model.piece(id) == piece.piece)
      #expect(model.scores[id] == piece.score)
      // The library's interface does not tell pieces of the user from normal ones.
      let type = model.types[id] == .userDefined ? .normal : model.types[id]
      #expect(type == types[piece.type])
    }
    let roles = try Tokenizer(sentencePiece: model).roles
    func id(_ number: Int) -> TokenID? { number < 0 ? nil : TokenID(number) }
    #expect(roles.unknown == id(expected.unk))
    #expect(roles.beginningOfSequence == id(expected.bos))
    #expect(roles.endOfSequence == id(expected.eos))
    #expect(roles.padding == id(expected.pad))
  }

  @Test("a model that was read is written back byte for byte", arguments: names)
  func rewriting(name: String) throws {
    let bytes = try bytes(name)
    #expect(try SentencePieceModel(bytes).serialized() == bytes)
  }
}
