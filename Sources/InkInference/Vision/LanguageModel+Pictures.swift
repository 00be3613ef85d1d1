package import InkChat
import InkFormats
import InkModels
import InkTensor

extension LanguageModel {
  /// The prompt of a conversation: text by template and tokenizer, and the pictures of its messages at the places that
  /// the template gave them.
  ///
  /// - Throws: `unsupported` for pictures in a conversation with a model that reads none, and for addresses;
  ///   `templateFailure` when the template has not a place for each picture.
  package func modelPrompt(
    for messages: [Message], options: GenerationOptions
  ) throws(GenerationError) -> ModelPrompt {
    try conversation(for: messages, options: options).prompt
  }

  /// The prompt of a conversation, and what the answer to it is made of.
  ///
  /// - Parameter contextLength: the most tokens of prompt and answer; a text that must have more is not read.
  /// - Throws: as `modelPrompt`; `contextExceeded`.
  func conversation(
    for messages: [Message], options: GenerationOptions, contextLength: Int = .max
  ) throws(GenerationError) -> (prompt: ModelPrompt, layout: AnswerLayout) {
    let sources = messages.flatMap(\.content.images)
    guard let vision else {
      guard sources.isEmpty else {
        throw GenerationError(
          code: .unsupported, context: name, expected: "messages of text",
          found: sources.count == 1 ? "an image" : "\(sources.count) images",
          hint: "This model reads no pictures; a LLaVA model does.")
      }
      let conversation = try rendered(messages, options: options)
      try requireRoom(forByteCount: conversation.text.utf8.count, contextLength: contextLength)
      return (ModelPrompt(tokens: try tokens(of: conversation)), conversation.layout)
    }
    var images: [RasterImage] = []
    for source in sources { images.append(try source.decoded()) }
    // Templates of such models look for parts, and find nothing in plain text.
    let parted = messages.map { message in
      guard case .text(let text) = message.content else { return message }
      var copy = message
      copy.content = .parts([.text(text)])
      return copy
    }
    let conversation = try rendered(parted, options: options)
    try requireRoom(forByteCount: conversation.text.utf8.count, contextLength: contextLength)
    return (try place(images, in: try tokens(of: conversation), vision), conversation.layout)
  }

  /// Gives each place of a picture as many tokens as the picture has rows.
  private func place(
    _ images: [RasterImage], in tokens: [Int32], _ vision: VisionLanguageModel
  ) throws(GenerationError) -> ModelPrompt {
    let places = tokens.count { $0 == vision.spec.imageToken }
    guard places == images.count else {
      throw GenerationError(
        code: .templateFailure, context: "\(name): chat template",
        expected: "a place for each of \(images.count) images",
        found: "\(places) image tokens",
        hint: "Text of the messages must not contain the image token, and the template must write it for each image.")
    }
    var expanded: [Int32] = []
    var pictures: [PromptPicture] = []
    for token in tokens {
      guard token == vision.spec.imageToken else {
        expanded.append(token)
        continue
      }
      let start = expanded.count
      expanded.append(contentsOf: repeatElement(token, count: vision.spec.rowsPerImage))
      pictures.append(PromptPicture(positions: start..<expanded.count, image: images[pictures.count]))
    }
    return ModelPrompt(tokens: expanded, pictures: pictures)
  }

  /// The rows of those pictures of a prompt that reach beyond a position.
  package func pictureRows(
    of prompt: ModelPrompt, after position: Int
  ) throws(GenerationError) -> [SequenceRows] {
    let needed = prompt.pictures.filter { $0.positions.upperBound > position }
    guard let vision, !needed.isEmpty else { return [] }
    guard let preprocessing = vision.preprocessing else {
      throw GenerationError(
        code: .unsupported, context: name, expected: "preprocessor_config.json among the model's files", found: "none",
        hint: "It says how pictures are scaled; copy it from where the model was published.")
    }
    var rows: [SequenceRows] = []
    for picture in needed {
      let pixels: Tensor
      do { pixels = try preprocessing(picture.image) } catch {
        throw GenerationError(
          code: .invalidInput, context: "image", expected: error.expected, found: error.found, hint: error.hint)
      }
      rows.append(SequenceRows(start: picture.positions.lowerBound, rows: vision.rows(of: [pixels], on: cpu)))
    }
    return rows
  }
}

extension MessageContent {
  /// The pictures in order.
  var images: [ImageSource] {
    guard case .parts(let parts) = self else { return [] }
    return parts.compactMap { if case .image(let source) = $0 { source } else { nil } }
  }
}
