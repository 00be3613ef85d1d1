import InkTokenizers
import Testing

@Suite("Decoders that hold text back")
struct DecoderStreamTests {
  /// What each token adds while it comes in, and the rest.
  private func parts(_ decoder: String, _ tokens: [String]) throws -> [String] {
    let vocabulary = (["<unk>"] + Set(tokens).sorted()).enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    let json = #"{"decoder": \#(decoder), "model": {"type": "WordLevel", "vocab": {\#(vocabulary)}}}"#
    let tokenizer = try Tokenizer(tokenizerJSON: Array(json.utf8))
    let ids = try tokens.map { try #require(tokenizer.id(ofPiece: $0)) }
    var stream = tokenizer.makeStream()
    var parts: [String] = []
    for id in ids { parts.append(try stream.append(id)) }
    parts.append(stream.finish())
    #expect(parts.joined() == (try tokenizer.decode(ids)))
    return parts
  }

  @Test("a word's end is a space only when another word follows")
  func wordEnds() throws {
    let found = try parts(#"{"type": "BPEDecoder"}"#, ["a", "b</w>", "c</w>"])
    #expect(found == ["", "a", "b ", "c"])
  }

  @Test("bytes are held until their run ends, and a broken run is marked byte by byte")
  func byteRuns() throws {
    let whole = try parts(#"{"type": "ByteFallback"}"#, ["<0xE4>", "<0xB8>", "<0xAD>", "x"])
    #expect(whole == ["", "", "", "\u{4E2D}x", ""])
    let broken = try parts(#"{"type": "ByteFallback"}"#, ["<0xE4>", "<0xB8>", "x"])
    #expect(broken == ["", "", "\u{FFFD}\u{FFFD}x", ""])
  }

  @Test("after the tokens are one text, only what may still change waits")
  func fused() throws {
    let steps =
      #"{"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Replace", "pattern": {"String": "<>"}, "content": "!"}, "#
      + #"{"type": "Strip", "content": "_", "start": 1, "stop": 1}]}"#
    #expect(try parts(steps, ["__a", "<", ">b", "_", "c_"]) == ["_a", "", "!b", "", "_c", ""])
  }

  @Test("repeated tokens are one, padding parts them")
  func repetitions() throws {
    let found = try parts(#"{"type": "CTC"}"#, ["h", "h", "<pad>", "h", "|", "|", "o"])
    #expect(found.joined() == "hh o")
  }

  @Test("the byte alphabet gives whole characters before other steps")
  func bytes() throws {
    let steps =
      #"{"type": "Sequence", "decoders": [{"type": "ByteLevel"}, {"type": "Replace", "pattern": {"Regex": "b+"}, "content": "-"}]}"#
    #expect(try parts(steps, ["\u{E4}\u{B8}", "\u{143}abb"]).joined() == "\u{4E2D}a-")
  }
}
