import Foundation
import InkFormats
import InkInference
import InkTensor

/// A LLaVA folder of some kilobytes: the tiny checkpoint of the fixtures with a tokenizer of single characters, a chat
/// template and a preprocessing.
struct SmallVisionModel {
  let folder: TemporaryFolder

  static let template =
    "{% for m in messages %}{{ m.role[0] }}:{% for p in m.content | selectattr('type', 'equalto', 'image') %}<image>"
    + "{% endfor %}{% for p in m.content | selectattr('type', 'equalto', 'text') %}{{ p.text }}{% endfor %} "
    + "{% endfor %}a:"

  init(template: String = SmallVisionModel.template) throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let source = tests.appendingPathComponent("InkModelsTests/Fixtures/models/llava")
    folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(name), to: URL(fileURLWithPath: folder.file(name)))
    }
    let pieces = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789Ġ:?.,<>")
    let vocabulary = pieces.enumerated().map { "\"\($1)\": \($0 + 3)" }.joined(separator: ", ")
    let tokenizer = """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "post_processor": null,
       "added_tokens": [{"id": 85, "content": "<image>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}],
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
       "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
       "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
         "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": {\(vocabulary)}, "merges": []}}
      """
    try write(tokenizer, "tokenizer.json")
    try write(template, "chat_template.jinja")
    try write(
      #"{"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 8}, "crop_size": 8}"#,
      "preprocessor_config.json")
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
  }

  func load(threads: Int = 2) throws -> LanguageModel {
    try LanguageModel.load(folder: folder.path, name: "small", cpu: CPU(threads: threads))
  }

  /// The bytes of a picture of the fixtures.
  static func picture(_ name: String) throws -> [UInt8] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [UInt8](
      try Data(contentsOf: tests.appendingPathComponent("InkFormatsTests/Fixtures/images/\(name)")))
  }
}
