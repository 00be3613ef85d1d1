extension ConversationFormat {
  /// The formats of published models that ship no chat template.
  ///
  /// Names, texts and separators are those of FastChat's `conversation.py` where it has the format; a difference from
  /// it, or from the publisher's own code, is said beside the entry. The rest is from the publishers' own inference
  /// code.
  public static let table: [ConversationFormat] = instructions + aquila + chatGLM + markedByTokens + namedSpeakers

  /// The format of that name.
  ///
  /// - Throws: `unknownName` with the name that was probably meant and all that there are.
  public static func named(_ name: String) throws(TemplateError) -> ConversationFormat {
    if let format = table.first(where: { $0.name == name }) { return format }
    let names = table.map(\.name)
    let guess = nearestName(to: name, among: names).map { "Did you mean \($0)? " } ?? ""
    throw TemplateError(
      .unknownName, "There is no conversation format '\(name)'",
      hint: guess + "There are " + names.joined(separator: ", "))
  }

  static let instructionTask =
    "Below is an instruction that describes a task. Write a response that appropriately completes the request."
  static let curiousUser =
    "A chat between a curious user and an artificial intelligence assistant. "
    + "The assistant gives helpful, detailed, and polite answers to the user's questions."
  static let curiousHuman =
    "A chat between a curious human and an artificial intelligence assistant. "
    + "The assistant gives helpful, detailed, and polite answers to the human's questions."
}
