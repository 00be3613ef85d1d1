import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden CLIP")
struct GoldenClipTests {
  static let models = ["clip"].map { GoldenModel(name: $0, folder: GoldenModel.root.appendingPathComponent($0)) }

  /// The texts of the expected data without what pads them.
  private func texts(_ expected: SafetensorsFile) throws -> [[Int32]] {
    let (ids, mask) = (try expected.tensor("input_ids"), try expected.tensor("attention_mask"))
    return (0..<ids.shape[0]).map { row in
      zip(ids[row].toIntegers(), mask[row].toIntegers()).filter { $0.1 == 1 }.map { Int32($0.0) }
    }
  }

  private func pixels(_ expected: SafetensorsFile) throws -> [Tensor] {
    let pixels = try expected.tensor("pixel_values")
    return (0..<pixels.shape[0]).map { pixels[$0] }
  }

  @Test("both towers' states and what they are pooled to are those of the reference", arguments: models)
  func towers(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let clip = try ClipModel.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    let texts = try texts(expected)
    let states = clip.textStates(texts)
    let reference = try expected.tensor("text_last_hidden_state")
    var row = 0
    for (index, text) in texts.enumerated() {
      expectClose(
        states.slice(row..<row + text.count).toArray(), reference[index].slice(0..<text.count).toArray(),
        "text \(index)")
      row += text.count
    }
    expectClose(
      clip.pooledTexts(texts).toArray(), try expected.tensor("text_pooler_output").toArray(), "pooled texts")
    let images = clip.vision.states(of: try pixels(expected), on: cpu)
    expectClose(images.toArray(), try expected.tensor("vision_last_hidden_state").toArray(), "image states")
    expectClose(
      clip.vision.pooled(images, on: cpu).toArray(), try expected.tensor("vision_pooler_output").toArray(),
      "pooled images")
  }

  @Test("embeddings and the likeness of images and texts are those of the reference", arguments: models)
  func similarity(model: GoldenModel) throws {
    let clip = try ClipModel.load(ModelFolder.open(model.path()), cpu: CPU(threads: 2))
    let expected = try model.expected()
    let texts = clip.embed(texts: try texts(expected))
    let images = clip.embed(images: try pixels(expected))
    expectClose(texts.toArray(), try expected.tensor("text_embeds").toArray(), "texts")
    expectClose(images.toArray(), try expected.tensor("image_embeds").toArray(), "images")
    expectClose(
      clip.logits(images: images, texts: texts).toArray(), try expected.tensor("logits_per_image").toArray(),
      "images by texts")
    expectClose(
      clip.logits(images: texts, texts: images).toArray(), try expected.tensor("logits_per_text").toArray(),
      "texts by images")
  }

  @Test("what else is in a batch and the threads change no bit", arguments: models)
  func sameBits(model: GoldenModel) throws {
    let expected = try model.expected()
    let (texts, pixels) = (try texts(expected), try pixels(expected))
    let clip = try ClipModel.load(ModelFolder.open(model.path()), cpu: CPU(threads: 1))
    let together = (clip.embed(texts: texts).toArray(), clip.embed(images: pixels).toArray())
    for threads in [1, 3] {
      let other = try ClipModel.load(ModelFolder.open(model.path()), cpu: CPU(threads: threads))
      #expect(texts.flatMap { other.embed(texts: [$0]).toArray() } == together.0)
      #expect(pixels.flatMap { other.embed(images: [$0]).toArray() } == together.1)
    }
    // Padding behind the end of a text is not seen, where there is room for some.
    let padded = texts.map { Array(($0 + [0, 1]).prefix(clip.spec.text.contextLength)) }
    #expect(clip.embed(texts: padded).toArray() == together.0)
  }

  @Test("an end token of 2 means the largest token of the text, any other one its first occurrence")
  func ends() throws {
    let folder = try ModelFolder.open(GoldenModel.fixture("clip").path())
    guard case .object(var config)? = folder.config.value, case .object(var text)? = config["text_config"] else {
      throw folder.config.mismatch("an object")
    }
    let tokens: [Int32] = [62, 5, 9, 63, 7, 63]
    text["eos_token_id"] = .number("2")
    config["text_config"] = .object(text)
    let source = try folder.weights.open()
    let cpu = CPU(threads: 1)
    let older = try Clip.spec(ModelConfiguration(JSONNode(value: .object(config), file: "config.json")))
    #expect(older.text.end == .largestToken)
    let newer = try Clip.spec(ModelConfiguration(folder.config))
    #expect(newer.text.end == .token(63))
    let a = try ClipModel.load(older, source, preprocessing: nil, cpu: cpu).embed(texts: [tokens])
    let b = try ClipModel.load(newer, source, preprocessing: nil, cpu: cpu).embed(texts: [tokens])
    #expect(a.toArray() == b.toArray())
    #expect(newer.text.check([62, 5]) == .noEnd(63))
    #expect(older.text.check([62, 5]) == nil)
    #expect(newer.text.check([]) == .empty)
    #expect(newer.text.check([64, 63]) == .token(64))
    #expect(newer.text.check(Array(repeating: 63, count: 21)) == .tooLong(limit: 20))
  }
}
