import Foundation
import InkFormats
import InkTensor
import Testing

/// SplitMix64 (Steele, Lea and Flood, 2014): the same damage in every run.
private struct Shuffler: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct E5PackTests {
  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("e5-pack-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test("a pack becomes a GGUF file with its sizes, its vocabulary and its weights byte for byte")
  func converted() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, target) = (folder.path + "/tiny.bin", folder.path + "/tiny.gguf")
    let pack = TinyPack()
    try Data(pack.file).write(to: URL(fileURLWithPath: source))
    try E5Pack.open(source).writeGGUF(to: target)
    let model = try GGUFModel.open(target)
    #expect(try model.metadata.string(for: "general.architecture") == "bert")
    #expect(try model.metadata.int(for: "bert.embedding_length") == TinyPack.width)
    #expect(try model.metadata.string(for: "sentence_transformers.prompts.document") == "passage: ")
    guard case .array(.strings(let tokens))? = model.metadata["tokenizer.ggml.tokens"] else {
      Issue.record("no tokens")
      return
    }
    #expect(Array(tokens) == pack.pieces + ["[UNUSED7]"])
    guard case .array(.int32(let kinds))? = model.metadata["tokenizer.ggml.token_type"] else {
      Issue.record("no kinds")
      return
    }
    #expect(kinds == [3, 3, 3, 2, 1, 1, 1, 5])
    for (name, own) in [
      ("token_embd.weight", "emb.word"), ("blk.0.ffn_down.weight", "l0.fo.w"),
      ("blk.0.layer_output_norm.bias", "l0.oln.b"),
      ("blk.0.attn_k.bias", "l0.k.b"),
    ] {
      let index = try #require(pack.tensors.firstIndex { $0.name == own })
      let stored = try model.stored(name)
      #expect(stored.storage.bytes(in: stored.byteRange) == pack.data(of: index))
    }
    // The same file gives the same bytes.
    let again = folder.path + "/again.gguf"
    try E5Pack.open(source).writeGGUF(to: again)
    #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == Data(contentsOf: URL(fileURLWithPath: target)))
  }

  @Test("a damaged pack is an error or a model, and never ends the process")
  func damaged() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = TinyPack().file
    let header = min(whole.count, 700)
    var random = Shuffler(state: 5)
    for round in 0..<400 {
      var bytes = whole
      if round % 4 == 0 {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      } else {
        for _ in 0..<(1 + round % 3) {
          bytes[Int.random(in: 0..<header, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let source = folder.path + "/\(round).bin"
      try Data(bytes).write(to: URL(fileURLWithPath: source))
      do throws(FormatError) {
        try E5Pack.open(source).writeGGUF(to: folder.path + "/out.gguf")
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }
}
